import contextlib
import hashlib
import os
import pwd
import threading
import time

import pytest

from muster.target import agent as module
from muster.target import hangup, system
from muster.target import lock as lock_module
from muster.target.agent import Agent, Input, carry_out
from muster.target.files import read
from muster.target.process import Process
from muster.target.task import Change, Content, Failure, Path, context, task, warn
from muster.target.wire import CHUNK, decode, encode

DONE: list[str] = []


@task
def note(name, fail: bool = False):
    """Change something, or fail."""
    if fail:
        raise Failure("%s failed" % name, rc=1)
    yield Change("note %s" % name, lambda: DONE.append(name))


@task(reads=True)
def look(name=""):
    return {"seen": name, "env": os.environ.get("NAME", "")}


@task(predicts=False)
def guess():
    yield Change("guess", lambda: DONE.append("guess"))


@task
def half():
    yield Change("first", lambda: DONE.append("first"), "before", "after")
    raise Failure("the second half failed")


@task
def rescue():
    """Go on after a change that failed."""
    def fail():
        raise Failure("no")

    try:
        yield Change("try", fail)
    except Failure as failure:
        outcome = failure.message
    yield Change("instead", lambda: DONE.append("instead"))
    return {"outcome": outcome, "changed": True}


@task
def broken():
    raise ValueError("a bug")


@task
def slow(until):
    """Run a command that ends when a file is there, and makes one (`.begun`) when it has begun."""
    patient = 'touch "$0.begun"; for _ in $(seq 500); do [ -e "$0" ] && exit; sleep 0.02; done; exit 1'
    yield system.run("sh", "-c", patient, until)


@task
def talk():
    yield system.run("sh", "-c", "echo hello; sleep 0.2; echo bye")


@task(reads=True)
def take(content: Content, other: Content = None):
    data = content.read()
    return {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}


@task(reads=True)
def unread(content: Content):
    return {"size": content.size}


@task(reads=True)
def paths(path: Path, several: [Path] = None):
    warn("beware")
    return {"path": path, "several": several}


@task(reads=True)
def pieces():
    for _ in range(3):
        context.send(b"piece")
    return {"body": b"raw"}


@task
def missing():
    os.stat("/nowhere/file")


@task(reads=True)
def setup(gather_subset=None):
    return {"ansible_facts": {"subset": gather_subset}}


KNOWN = {function.__name__: function for function in (
    note, look, guess, half, rescue, broken, slow, talk, take, unread, paths, pieces, missing, setup)}


@pytest.fixture(autouse=True)
def quiet_place(tmp_path, monkeypatch):
    """Keep what agents keep in a directory of the test's own."""
    def find(name):
        if name not in KNOWN:
            raise ImportError("no task type %s" % name)
        return KNOWN[name]

    monkeypatch.setattr(module, "find", find)
    monkeypatch.setattr(hangup, "DIRECTORY", str(tmp_path / "results"))
    monkeypatch.setattr(lock_module, "PATH", str(tmp_path / "lock"))
    DONE.clear()
    yield
    context.__dict__.clear()
    context.__init__()


class Wire:
    """Both ends of a connection to an agent that runs in a thread."""

    def __init__(self):
        self.input, self.to_agent = os.pipe()
        self.from_agent, self.output = os.pipe()
        self.agent = Agent(Input(self.input), self.output, {})
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.reader = Input(self.from_agent)

    def serve(self):
        self.agent.serve()
        os.close(self.output)

    def start(self):
        self.thread.start()
        return self

    def send(self, head, body=b""):
        os.write(self.to_agent, encode(head, body))

    def call(self, number, name, epoch=0, body=b"", **more):
        args = more.pop("args", {})
        self.send({"call": number, "epoch": epoch, "task": name, "args": args, **more}, body)

    def next(self):
        return decode(self.reader.read)

    def result(self):
        """Return the next result's values, its changes' words among them."""
        head, _ = self.next()
        return dict(head["values"], call=head["result"], changes=[what for what, _, _ in head["changes"]])

    def end(self):
        """Say goodbye and return what had not been read yet."""
        self.send({"goodbye": True})
        self.thread.join(5)
        assert not self.thread.is_alive()
        rest = []
        while (frame := self.next()) is not None:
            rest.append(frame[0])
        return rest


@pytest.fixture
def wire():
    wire = Wire()
    yield wire.start()
    for descriptor in (wire.to_agent, wire.from_agent):
        with contextlib.suppress(OSError):
            os.close(descriptor)
    wire.thread.join(5)


def test_calls_are_carried_out_in_order(wire):
    for number in range(1, 100):
        wire.call(number, "note", args={"name": str(number)})
    assert [wire.result()["call"] for _ in range(1, 100)] == list(range(1, 100))
    assert [int(each) for each in DONE] == list(range(1, 100))
    assert wire.end() == []


def test_what_was_sent_behind_a_failure_is_dropped_and_the_next_epoch_goes_on(wire):
    wire.call(1, "note", args={"name": "a", "fail": True})
    wire.call(2, "note", args={"name": "b"})
    wire.call(3, "note", epoch=1, args={"name": "c"})
    assert [wire.result()["call"] for _ in range(2)] == [1, 3]
    assert DONE == ["c"]


def test_a_failure_that_is_tolerated_stops_nothing(wire):
    wire.call(1, "note", args={"name": "a", "fail": True}, tolerant=True)
    wire.call(2, "note", args={"name": "b"})
    assert wire.result()["failed"] and wire.result()["call"] == 2


def test_all_items_of_a_loop_run_and_the_gate_stops_what_follows(wire):
    wire.call(1, "note", args={"name": "a", "fail": True}, looped=True)
    wire.call(2, "note", args={"name": "b"}, looped=True)
    wire.send({"gate": 0})
    wire.call(3, "note", args={"name": "c"})
    wire.call(4, "note", epoch=1, args={"name": "d"})
    assert [wire.result()["call"] for _ in range(3)] == [1, 2, 4]
    assert DONE == ["b", "d"]


def test_a_gate_after_a_loop_that_went_well_stops_nothing(wire):
    wire.call(1, "note", args={"name": "a"}, looped=True)
    wire.send({"gate": 0})
    wire.call(2, "note", args={"name": "b"})
    assert [wire.result()["call"] for _ in range(2)] == [1, 2]


def test_facts_ride_along_with_the_introduction(wire):
    wire.send({"hello": {"run": "x", "who": "me", "facts": {"gather_subset": ["min"]}}})
    hello = wire.next()[0]["hello"]
    assert hello["values"] == {"ansible_facts": {"subset": ["min"]}, "changed": False}
    assert hello["uid"] == os.getuid() and hello["earlier"] == []


def test_variables_of_the_environment_hold_for_one_call(wire):
    wire.call(1, "look", env={"NAME": "x"})
    wire.call(2, "look")
    assert [wire.result()["env"], wire.result()["env"]] == ["x", ""]


def test_a_task_type_that_comes_later_is_imported_from_memory(wire):
    wire.send({"modules": {"tasks.late": "x = 1"}})
    wire.end()
    assert wire.agent.sources == {"tasks.late": "x = 1"}


def test_an_unknown_task_type_fails_the_call_alone(wire):
    wire.call(1, "nothing", tolerant=True)
    assert "no task type nothing" in wire.result()["msg"]


def test_a_small_content_comes_along(wire):
    wire.call(1, "take", content={"content": {"size": 3, "sha256": "x", "inline": True}}, body=b"abc")
    assert wire.result()["sha256"] == hashlib.sha256(b"abc").hexdigest()


def test_a_large_content_is_asked_for_and_comes_in_pieces_while_calls_wait(wire):
    data = os.urandom(2 * CHUNK + 5)
    digest = hashlib.sha256(data).hexdigest()
    wire.call(1, "take", content={"content": {"size": len(data), "sha256": digest, "inline": False}})
    wire.call(2, "note", args={"name": "behind"})
    assert wire.next()[0] == {"need": digest, "call": 1}
    wire.call(3, "note", args={"name": "further behind"})

    def give():
        for start in range(0, len(data), CHUNK):
            wire.send({"blob": digest, "last": start + CHUNK >= len(data)}, data[start : start + CHUNK])

    giver = threading.Thread(target=give)
    giver.start()
    assert wire.result()["sha256"] == digest
    assert [wire.result()["call"], wire.result()["call"]] == [2, 3]
    giver.join()


def test_a_large_content_that_is_not_needed_stays_away(wire):
    wire.call(1, "unread", content={"content": {"size": 10 ** 9, "sha256": "x", "inline": False}})
    assert wire.result()["size"] == 10 ** 9


def test_a_connection_lost_while_a_content_comes_fails_the_task(wire):
    wire.call(1, "take", content={"content": {"size": 9, "sha256": "x", "inline": False}})
    wire.next()
    os.close(wire.to_agent)
    assert "connection was lost while a file was on its way" in wire.result()["msg"]


def test_pieces_of_a_file_and_a_raw_body_are_no_json(wire):
    wire.call(1, "pieces")
    assert [wire.next() for _ in range(3)] == [({"part": 1}, b"piece")] * 3
    head, body = wire.next()
    assert body == b"raw" and "body" not in head["values"]


def test_live_output_is_passed_on_when_a_command_takes_long(wire, monkeypatch):
    monkeypatch.setattr(module, "QUIET_SECONDS", 0.05)
    monkeypatch.setattr(module, "OUTPUT_SECONDS", 0.05)
    wire.call(1, "talk")
    outputs = []
    while "output" in (head := wire.next()[0]):  # On a slow machine what comes last has a frame of its own.
        outputs.append(head)
    assert outputs[0]["output"] == 1 and "hello\n" in outputs[0]["text"]
    assert head["values"]["changed"]


def test_a_command_that_ends_soon_shows_no_live_output(wire):
    wire.call(1, "talk")
    assert wire.result()["changed"]


def test_of_a_flood_the_last_lines_are_passed_on_whole(monkeypatch):
    sent = []
    agent = module.Agent(None, None)
    monkeypatch.setattr(agent, "send", lambda head: sent.append(head["text"]))
    monkeypatch.setattr(agent, "flush", lambda: None)
    agent.said, agent.unsaid = time.time() + 60, ""
    for number in range(1000, 2000):
        agent.output(1, f"line {number}\n")
    agent.said = 0
    agent.output(1, "last\n")
    lines = sent[0].splitlines()
    assert lines == [f"line {number}" for number in range(2001 - len(lines), 2000)] + ["last"]
    assert 300 < len(lines) < 450


def test_results_are_not_held_back_while_a_command_runs(wire, tmp_path):
    wire.call(1, "note", args={"name": "a"})
    wire.call(2, "slow", args={"until": str(tmp_path / "told")})
    assert wire.result()["call"] == 1
    (tmp_path / "told").touch()
    values = wire.result()  # Held back, the first would have come when the command had given up.
    assert values["call"] == 2 and "failed" not in values


# When the connection breaks


def leave_while_slow(wire, until):
    """Break the connection while the command of `slow` runs, and let the agent come to its end."""
    deadline = time.monotonic() + 10
    while not os.path.exists(f"{until}.begun"):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.close(wire.from_agent)
    os.close(wire.to_agent)
    until.touch()
    wire.thread.join(10)


def test_a_result_that_nobody_hears_is_kept(wire, tmp_path):
    wire.call(1, "slow", args={"until": str(tmp_path / "left")})
    leave_while_slow(wire, tmp_path / "left")
    [told] = hangup.collect()
    assert (told["task"], told["changed"], told["failed"]) == ("slow", True, False)


def test_what_was_sent_ahead_is_left_undone_when_nobody_listens(wire, tmp_path):
    wire.call(1, "slow", args={"until": str(tmp_path / "left")})
    for number in range(2, 9):
        wire.call(number, "note", args={"name": str(number)})
    leave_while_slow(wire, tmp_path / "left")
    assert DONE == []


def test_results_are_kept_when_the_controller_goes_without_a_word(wire):
    wire.call(1, "note", args={"name": "a"})
    wire.result()
    wire.call(2, "look")
    wire.result()
    os.close(wire.to_agent)
    wire.thread.join(5)
    assert [told["task"] for told in hangup.collect()] == ["note"]


def test_what_the_controller_says_it_has_heard_is_not_kept(wire):
    for number in (1, 2):
        wire.call(number, "note", args={"name": str(number)})
        wire.result()
    wire.call(3, "look", heard=1)
    wire.result()
    assert list(wire.agent.untold) == [2]
    os.close(wire.to_agent)
    wire.thread.join(5)
    assert len(hangup.collect()) == 1


def test_a_controller_that_leaves_early_may_say_what_it_has_heard(wire):
    wire.call(1, "note", args={"name": "a"})
    wire.result()
    wire.send({"heard": 1})
    os.close(wire.to_agent)
    wire.thread.join(5)
    assert hangup.collect() == []


def test_after_a_goodbye_nothing_is_kept_and_the_lock_is_gone(wire, tmp_path):
    wire.send({"hello": {"run": "x", "who": "me"}})
    wire.call(1, "note", args={"name": "a"})
    wire.next()
    wire.result()
    assert (tmp_path / "lock").exists()
    wire.end()
    assert not (tmp_path / "lock").exists()
    assert hangup.collect() == []


def test_the_next_agent_tells(wire):
    hangup.keep([hangup.told("dnf", {"changed": True})])
    wire.send({"hello": {"run": "x"}})
    [told] = wire.next()[0]["hello"]["earlier"]
    assert told["task"] == "dnf"


# One run at a time


def test_only_changes_take_the_lock(wire, tmp_path):
    wire.send({"hello": {"run": "x", "who": "me"}})
    wire.call(1, "look")
    wire.call(2, "note", args={"name": "a"}, check=True)
    for _ in range(3):
        wire.next()
    assert not (tmp_path / "lock").exists()


def test_a_host_that_another_run_is_changing_fails_the_task_with_its_name(wire):
    held = lock_module.Lock({"run": "other", "who": "bob@desk"})
    held.take()
    wire.send({"hello": {"run": "x", "who": "me", "wait": 0}})
    wire.next()
    wire.call(1, "note", args={"name": "a"})
    assert "bob@desk has been changing this host since" in wire.result()["msg"]
    held.release()
    assert DONE == []


# Carrying out one task


def test_in_check_mode_changes_are_noted_and_not_made():
    values, changes = carry_out(note, {"name": "a"}, check=True)
    assert values == {"changed": True} and changes == [["note a", None, None]]
    assert DONE == []


def test_what_cannot_be_foretold_is_skipped_in_check_mode():
    values, _ = carry_out(guess, {}, check=True)
    assert values["skipped"] and not values["changed"]
    assert carry_out(guess, {})[0] == {"changed": True}


def test_a_failure_half_way_tells_what_had_changed():
    values, changes = carry_out(half, {})
    assert values["failed"] and values["changed"]
    assert changes == [["first", "before", "after"]]


def test_a_task_type_may_go_on_after_a_change_that_failed():
    values, changes = carry_out(rescue, {})
    assert values == {"outcome": "no", "changed": True}
    assert [what for what, _, _ in changes] == ["instead"]


def test_a_bug_in_a_task_type_is_a_failure_with_its_trace():
    values, _ = carry_out(broken, {})
    assert values["failed"] and values["msg"] == "the task type broken broke: ValueError: a bug"
    assert "Traceback" in values["exception"]


def test_an_error_of_the_system_is_a_failure_without_a_trace():
    assert carry_out(missing, {})[0] == {
        "failed": True, "changed": False, "msg": "/nowhere/file: No such file or directory"}


def test_paths_are_expanded_on_the_host_and_warnings_come_along(monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.setenv("NAME", "x")
    values, _ = carry_out(paths, {"path": "~/$NAME", "several": ["$NAME", "~"]})
    assert values["path"] == "/home/me/x" and values["several"] == ["x", "/home/me"]
    assert values["warnings"] == ["beware"]
    assert "warnings" not in carry_out(look, {})[0]


def test_a_nul_is_told_of_whatever_python_called_it():
    for call in (lambda: read("a\0b"), lambda: os.stat("a\0b"), lambda: pwd.getpwnam("a\0b"),
                 lambda: Process(["a\0b"])):
        values, _ = carry_out(task(lambda call=call: call()), {})
        assert "holds a NUL character" in values["msg"] and "exception" not in values
