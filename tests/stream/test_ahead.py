import pytest

from muster.errors import AgentDied, InternalError, SudoRefused
from muster.model import Host, Key
from muster.scope import Memory, Pending
from muster.stream.ahead import WINDOW_BYTES, WINDOW_CALLS, Ahead, TaskFailed, fits
from muster.stream.results import single
from tests.stream.fake import FakeSession, failed, ok, step

KEY = Key(0, 0, (1,))


class Queue:
    """A queue whose entries note in `settled` that their turn has come, and fail when their result does."""

    def __init__(self, answers):
        self.memory = Memory(Host("a"))
        self.ahead = Ahead(self.memory)
        self.session = FakeSession(answers=answers)
        self.settled = []

    def begin(self, combine=single):
        entry = self.ahead.begin(step(), combine, lambda result: self.settle(entry, result))
        return entry

    def settle(self, entry, result):
        self.settled.append(entry.number)
        if result.failed:
            raise TaskFailed(entry.number, entry.step, result, KEY)

    def send(self):
        """Begin a task of one call."""
        entry = self.begin()
        part = entry.expect(lambda result: result)
        self.ahead.sent(self.session, self.session.send("call"), entry, part)
        entry.closed = True
        return entry


def test_nothing_is_waited_for_until_someone_asks():
    queue = Queue({1: ok(), 2: ok()})
    queue.send()
    queue.send()
    assert queue.session.log == ["send 1", "send 2"]
    queue.ahead.drain()
    assert queue.settled == [1, 2]


def test_an_agent_that_does_not_start_is_the_failure_of_the_first_task_sent_to_it():
    queue = Queue({1: SudoRefused("a", "sudo wants a password")})
    queue.send()
    queue.send()
    with pytest.raises(TaskFailed) as caught:
        queue.ahead.drain()
    assert caught.value.number == 1 and caught.value.result.values["msg"] == "sudo wants a password"
    assert queue.settled == [1] and queue.session.dropped == 1


def test_asking_for_one_result_takes_those_before_it_and_leaves_those_behind():
    queue = Queue({1: ok(), 2: ok(x=2), 3: ok()})
    _, second, _ = (queue.send() for _ in range(3))
    assert queue.ahead.wait(second).values["x"] == 2
    assert queue.settled == [1, 2]
    assert list(queue.session.in_flight) == [3]


def test_results_that_are_there_wait_for_their_turn():
    queue = Queue({1: ok()})
    queue.send()
    local = queue.begin()
    local.add(ok(local=True))
    local.closed = True
    queue.ahead.settle()
    assert queue.settled == []
    queue.ahead.drain()
    assert queue.settled == [1, 2]


def test_a_failure_takes_back_what_was_done_behind_it():
    queue = Queue({1: ok(), 2: failed(), 3: ok()})
    memory = queue.memory
    memory.put(queue.send().number, memory.set, {"x": "first"})
    entry = queue.send()
    memory.put(entry.number, memory.set, {"own": Pending(lambda: queue.ahead.wait(entry))})
    memory.put(queue.send().number, memory.set, {"x": "third", "y": 1})
    with pytest.raises(TaskFailed) as caught:
        queue.ahead.drain()
    assert caught.value.number == 2
    assert memory.set["x"] == "first"
    assert "y" not in memory.set
    assert memory.set["own"].wait().failed
    assert queue.session.dropped == 1
    assert not queue.ahead.queue and not queue.ahead.calls


def test_a_failure_known_here_waits_for_one_that_came_first():
    queue = Queue({1: failed(msg="first")})
    queue.send()
    local = queue.begin()
    local.add(failed(msg="second"))
    local.closed = True
    with pytest.raises(TaskFailed) as caught:
        queue.ahead.drain()
    assert caught.value.result.values["msg"] == "first"


def test_a_part_is_there_before_its_task_is_closed():
    queue = Queue({1: ok(x=1), 2: ok()})
    entry = queue.begin()
    part = entry.expect(lambda result: result.with_values(seen=True))
    queue.ahead.sent(queue.session, queue.session.send("call"), entry, part)
    assert queue.ahead.wait_part(entry, part).values == {"changed": False, "x": 1, "seen": True}
    assert queue.settled == []


def test_a_part_may_be_attempted_again():
    queue = Queue({1: failed(), 2: ok()})
    entry = queue.begin()
    for _ in range(2):
        del entry.parts[:]
        part = entry.expect(lambda result: result)
        queue.ahead.sent(queue.session, queue.session.send("call"), entry, part)
        queue.ahead.wait_part(entry, part)
    entry.closed = True
    queue.ahead.settle()
    assert entry.result == ok()


def test_the_window_is_bounded_in_calls_and_in_bytes():
    session = FakeSession()
    assert fits(session, 10 * WINDOW_BYTES)
    session.in_flight = dict.fromkeys(range(WINDOW_CALLS - 1), 10)
    assert fits(session, 10)
    assert not fits(session, WINDOW_BYTES)
    session.in_flight[WINDOW_CALLS] = 10
    assert not fits(session, 10)


def test_room_is_made_by_taking_results():
    queue = Queue({number: ok() for number in range(1, WINDOW_CALLS + 1)})
    for _ in range(WINDOW_CALLS):
        queue.send()
    queue.ahead.make_room(10)
    assert queue.settled == [1]


def test_what_is_not_on_its_way_is_a_bug_and_no_endless_wait():
    queue = Queue({})
    entry = queue.begin()
    with pytest.raises(InternalError, match="not on its way"):
        queue.ahead.wait(entry)


def test_a_host_that_is_lost_leaves_what_was_settled():
    queue = Queue({1: ok()})
    queue.memory.put(queue.send().number, queue.memory.set, {"x": 1})
    queue.memory.put(queue.send().number, queue.memory.set, {"y": 1})
    with pytest.raises(AgentDied):
        queue.ahead.drain()
    queue.ahead.abandon()
    assert queue.memory.set == {"x": 1}
