import threading
import time

import pytest

from muster.stream.batch import END, Batch

SECONDS = 5


def batch(*hosts, slots=8, tolerated=None):
    return Batch(hosts, threading.Semaphore(slots), tolerated)


def side_by_side(*functions):
    """Run functions in threads; return what they return, in their order."""
    found = [None] * len(functions)

    def carry_out(number, function):
        found[number] = function()

    threads = [threading.Thread(target=carry_out, args=pair, daemon=True) for pair in enumerate(functions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive(), "a host waits for ever"
    return found


def test_hosts_that_meet_wait_for_the_last():
    meeting, log = batch("a", "b"), []

    def late():
        time.sleep(0.05)
        log.append("late")
        meeting.meet("b", (1,))

    def early():
        meeting.meet("a", (1,))
        log.append("early")

    side_by_side(early, late)
    assert log == ["late", "early"]


def test_no_more_hosts_than_throttle_says_are_at_a_place_at_a_time():
    meeting, there, most = batch(*"abcd", slots=4), [], []

    def work(host):
        with meeting.throttled(host, (1,), 2):
            there.append(host)
            most.append(len(there))
            time.sleep(0.05)
            there.remove(host)

    for _ in "abcd":
        meeting.slots.acquire()
    side_by_side(*(lambda host=host: work(host) for host in "abcd"))
    assert max(most) == 2 and len(most) == 4
    assert all(position == (1,) for position in meeting.positions.values())


def test_who_fails_within_a_throttle_makes_room_for_the_next():
    meeting = batch("a", "b")
    with pytest.raises(ValueError), meeting.throttled("a", (1,), 1):
        raise ValueError
    with meeting.throttled("b", (1,), 1):
        assert meeting.working[(1,)] == 1


def test_hosts_that_are_further_are_not_waited_for():
    meeting = batch("a", "b", "c")
    meeting.arrive("b", (2,))
    meeting.leave("c")
    assert meeting.meet("a", (1, 5)) == "a"
    assert meeting.positions["c"] == END


def test_all_that_meet_agree_on_the_first_however_fast_it_goes_on():
    for _ in range(200):
        meeting = batch("a", "b", "c")

        def fast(meeting=meeting):
            first = meeting.meet("a", (1,))
            meeting.arrive("a", (2,))
            return first

        assert side_by_side(fast, lambda m=meeting: m.meet("b", (1,)), lambda m=meeting: m.meet("c", (1,))) == ["a"] * 3


def test_the_first_is_one_that_is_here():
    meeting = batch("a", "b", "c")
    meeting.arrive("a", (3,))
    assert side_by_side(lambda: meeting.meet("b", (2,)), lambda: meeting.meet("c", (2,))) == ["b", "b"]


def test_an_outcome_is_waited_for():
    meeting = batch("a", "b")

    def publish():
        time.sleep(0.05)
        meeting.publish((1,), "result")

    assert side_by_side(lambda: meeting.outcome((1,)), publish)[0] == "result"


def test_one_that_waits_gives_its_place_to_another():
    meeting = batch("a", "b", slots=1)

    def host(name):
        def go():
            with meeting.slots:
                meeting.meet(name, (1,))
                return name
        return go

    assert side_by_side(host("a"), host("b")) == ["a", "b"]


@pytest.mark.parametrize("tolerated, lost, stopped", [
    (None, 3, ""), (50, 2, ""), (50, 3, "failed"), (0, 1, "failed"), (25, 1, ""), (24.9, 1, "failed"), (100, 4, ""),
])
def test_as_many_percent_of_the_hosts_may_fail_as_are_tolerated(tolerated, lost, stopped):
    meeting = batch("a", "b", "c", "d", tolerated=tolerated)
    for number, host in enumerate(meeting.hosts[:lost]):
        meeting.lose(host, "unreachable" if number % 2 else "failed", (1,))
    assert meeting.stopped == stopped
    assert meeting.alive() == list(meeting.hosts[lost:])


def test_a_fatal_failure_stops_the_batch_after_its_place():
    meeting = batch("a", "b")
    meeting.lose("a", "failed", (4, 2), fatal=True)
    assert (meeting.stopped, meeting.stopped_at) == ("failed", (4, 2))


def test_the_first_reason_to_stop_counts():
    meeting = batch("a")
    meeting.stop("end_play", (1,))
    meeting.stop("bug", ())
    assert meeting.stopped == "end_play"


def test_hosts_are_forgiven():
    meeting = batch("a", "b", "c")
    meeting.lose("a", "failed", (1,))
    meeting.lose("b", "unreachable", (1,))
    meeting.forgive()
    assert meeting.alive() == ["a", "b", "c"]
