"""Sessions with a real agent, on this machine."""

import hashlib
import os
import stat
from pathlib import Path

import pytest

from muster.connect.session import GREETING, INLINE, PACKET, Session
from muster.errors import AgentDied, InternalError, SudoRefused
from muster.model import Call
from muster.target.wire import encode
from tests.connect import far


@pytest.fixture
def session():
    session = far.begin("stat", "command", "copy", "slurp")
    yield session
    session.close()


def test_calls_go_out_and_results_come_back_in_order(session):
    numbers = [session.send(Call("stat", {"path": "/"})) for _ in range(50)]
    received = [session.receive() for _ in range(50)]
    assert [number for number, _ in received] == numbers == list(range(1, 51))
    assert all(result.values["stat"]["isdir"] for _, result in received)
    assert not session.in_flight


def test_a_task_is_held_to_its_limit_on_the_host_and_goes_on_by_itself_there(session, tmp_path):
    session.send(Call("command", {"argv": ["sleep", "30"]}, tolerant=True, limit=0.2))
    late = session.receive()[1]
    assert late.failed and late.values["timedout"] == {"period": 0.2}
    env = {"ANSIBLE_ASYNC_DIR": str(tmp_path)}
    session.send(Call("command", {"argv": ["sleep", "0.1"]}, env=env, limit=20, job="background"))
    begun = session.receive()[1].values
    assert (begun["started"], begun["finished"]) == (True, False)
    assert Path(begun["results_file"]).parent == tmp_path
    session.send(Call("command", {"argv": ["true"]}, limit=20, job="watched"))
    assert session.receive()[1].values["finished"] is True


def test_the_agent_introduces_itself(session):
    about = session.introduction()
    assert about["uid"] == os.getuid() and about["python"].startswith("3.")


def test_facts_that_were_asked_for_are_the_first_result():
    session = far.begin("setup", facts={"gather_subset": ["min"]})
    number, result = session.receive()
    assert number == GREETING and "ansible_facts" in result.values
    session.close()


def test_what_was_sent_behind_a_failure_has_no_result(session):
    session.send(Call("command", {"argv": ["false"]}))
    session.send(Call("command", {"argv": ["echo", "dropped"]}))
    assert session.receive()[1].failed
    session.drop()
    number = session.send(Call("command", {"argv": ["echo", "next"]}))
    received, result = session.receive()
    assert received == number == 3 and result.values["stdout"] == "next"


def test_the_agent_is_told_once_which_results_have_come(session):
    heads = []
    for _ in range(2):
        session.send(Call("stat", {"path": "/"}))
        heads.append(session.frame(Call("stat", {"path": "/"}))[0])
        session.receive()
    heads += [session.frame(Call("stat", {"path": "/"}))[0] for _ in range(2)]
    assert [head.get("heard") for head in heads] == [None, None, 2, None]


def test_a_task_type_that_was_not_shipped_follows(session):
    session.ship("ping", far.TASKS / "ping.py")
    session.send(Call("ping", {}))
    assert session.receive()[1].values["ping"] == "pong"
    session.ship("ping", Path("/nowhere"))  # It is there by now.


SIZES = [0, 1, INLINE, INLINE + 1, 3_000_000]


@pytest.mark.parametrize("size", SIZES)
def test_contents_of_any_size_arrive_and_are_not_kept(session, tmp_path, size):
    data = os.urandom(size)
    session.send(Call("copy", {"content": data, "dest": str(tmp_path / "file")}))
    assert not session.receive()[1].failed
    assert (tmp_path / "file").read_bytes() == data
    assert not session.contents


def test_contents_that_the_host_has_are_not_sent(session, tmp_path, monkeypatch):
    data = os.urandom(100000)
    (tmp_path / "file").write_bytes(data)
    monkeypatch.setattr(session, "give", lambda *given: pytest.fail("it was sent"))
    session.send(Call("copy", {"content": data, "dest": str(tmp_path / "file")}))
    result = session.receive()[1]
    assert not result.failed and not result.changed


def test_the_digest_of_what_is_sent_is_the_contents_own(session):
    head, body = session.frame(Call("copy", {"content": b"x" * (INLINE + 1), "dest": "/x"}))
    assert head["content"]["content"]["sha256"] == hashlib.sha256(b"x" * (INLINE + 1)).hexdigest()
    assert head["args"] == {"dest": "/x"} and body == b""
    assert "check" not in head


def test_text_that_is_not_utf_8_survives_both_ways(session):
    odd = b"\xff\xfe".decode("utf-8", "surrogateescape")
    session.send(Call("command", {"argv": ["printf", "%s", odd]}))
    assert session.receive()[1].values["stdout"] == odd


def test_an_argument_of_five_megabytes_arrives(session):
    session.send(Call("command", {"argv": ["wc", "-c"], "stdin": "x" * 5_000_000, "stdin_add_newline": False}))
    assert session.receive()[1].values["stdout"] == "5000000"


def test_an_output_of_many_megabytes_arrives(session):
    session.send(Call("command", {"argv": ["head", "-c", "20000000", "/dev/zero"]}))
    assert len(session.receive()[1].values["stdout"]) == 20_000_000


def test_live_output_comes_with_the_number_of_its_call(session):
    heard = []
    session.listener = lambda call, text: heard.append((call, text))
    session.send(Call("command", {"argv": ["sh", "-c", "sleep 1.3; echo hello; sleep 0.1"]}))
    session.receive()
    assert {call for call, _ in heard} == {1}
    assert "hello\n" in "".join(text for _, text in heard)


def test_small_calls_travel_together(session):
    session.introduction()
    written = []
    session.pipe.write, write = written.append, session.pipe.write
    for _ in range(20):
        session.send(Call("stat", {"path": "/"}))
    assert not written
    session.send(Call("stat", {"path": "/" + "x" * PACKET}))
    assert len(written) == 1
    session.pipe.write = write
    session.pipe.write(written[0])


def test_an_agent_that_is_killed_is_told_from_a_lost_connection(session):
    session.introduction()
    session.send(Call("command", {"argv": ["sh", "-c", "kill -9 $PPID"]}))
    with pytest.raises(AgentDied, match="the agent died: it was killed"):
        session.receive()
    assert session.closed
    session.close()


@pytest.mark.parametrize(("told", "words"), [
    ({"changed": True, "failed": False}, "and changed the host"), ({"changed": False, "failed": True}, "and failed"),
])
def test_what_became_of_a_broken_run_is_told(told, words):
    heard = []
    earlier = [{"task": "dnf", "when": 0, **told}]
    frames = encode({"hello": {"earlier": earlier}}) + encode({"result": 1, "values": {}, "changes": [], "seconds": 0})
    session = Session("web", Silent(None, frames=frames))
    session.teller = heard.append
    session.receive()
    [text] = heard
    assert "lost its connection here; its task dnf went on to its end at" in text and text.endswith(words)


class Silent:
    """A pipe whose other side is gone."""

    def __init__(self, status, errors="", frames=b"", near=False):
        self.given = status, errors
        self.frames = frames
        self.near = near

    def write(self, data):
        raise OSError("gone")

    def read(self):
        frames, self.frames = self.frames, b""
        return frames

    def errors(self):
        return self.given[1]

    def status(self):
        return self.given[0]

    def close(self):
        pass


DEATHS = [
    (Silent(None), "the connection was lost", "the next run tells how it ended"),
    (Silent(-1), "the agent died: it was killed", "run again"),
    (Silent(1, "Traceback:\nMemoryError\n"), "the agent died: MemoryError", "run again"),
    (Silent(137), "the agent died: its status was 137", "run again"),
]


@pytest.mark.parametrize(("pipe", "message", "hint"), DEATHS)
def test_the_end_of_an_agent_says_what_is_known_of_it(pipe, message, hint):
    for wait in (lambda session: session.receive(), lambda session: (session.gate(), session.flush())):
        with pytest.raises(AgentDied) as caught:
            wait(Session("web", pipe))
        assert caught.value.message == message and hint in caught.value.hint and caught.value.exit_code == 4


def refused():
    raise SudoRefused("web", "sudo wants a password")


@pytest.mark.parametrize("near", [True, False])
def test_an_agent_that_does_not_start_takes_calls_and_tells_everyone_who_waits_why(near):
    session = Session("web", Silent(1, near=near), greeting=refused)
    session.send(Call("stat", {"path": "/"}))
    session.flush()
    for _ in range(2):
        with pytest.raises(SudoRefused, match="wants a password"):
            session.receive()
    assert session.closed


@pytest.mark.parametrize(("near", "course"), [(True, ["greeting", "calls"]), (False, ["calls", "greeting"])])
def test_calls_wait_for_the_greeting_of_a_host_that_is_near_and_no_other(near, course):
    done = []
    pipe = Silent(None, frames=encode({"result": 1, "values": {}, "changes": [], "seconds": 0}), near=near)
    pipe.write = lambda data: done.append("calls")
    session = Session("web", pipe, greeting=lambda: done.append("greeting") or b"")
    session.send(Call("stat", {"path": "/"}))
    assert not done
    session.receive()
    assert done == course


def test_what_comes_behind_the_greeting_is_read_first():
    first, second = (encode({"result": number, "values": {}, "changes": [], "seconds": 0}) for number in (1, 2))
    session = Session("web", Silent(None, frames=second), greeting=lambda: first)
    assert [session.receive()[0] for _ in range(2)] == [1, 2]


def test_a_frame_that_nobody_knows_is_a_bug():
    with pytest.raises(InternalError, match="nobody knows"):
        Session("web", Silent(None, frames=encode({"what": 1}))).receive()


def test_an_agent_that_is_let_go_ends_quietly(session):
    session.send(Call("stat", {"path": "/"}))
    session.receive()
    session.close()
    assert session.pipe.process.returncode == 0
    session.close()


def test_nothing_is_left_on_the_disk(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    session = far.begin("stat")
    session.send(Call("stat", {"path": "/"}))
    assert stat.S_ISDIR(int(session.receive()[1].values["stat"]["mode"], 8) | stat.S_IFDIR)
    session.close()
    assert list(tmp_path.iterdir()) == []
