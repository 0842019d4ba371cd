import time
from types import SimpleNamespace

import pytest

from muster.actions import find
from muster.actions.action import Failed, Reconnect
from muster.actions.reboot import detached
from muster.errors import AgentDied
from muster.library import Library
from muster.model import Call, Result
from muster.signature import Signature
from tests.actions.harness import FakeHere, act, answered

LOST = AgentDied("web1", "the agent died")


class Rebooting(FakeHere):
    """A host on a clock of its own: it answers until `down`, is gone, and has booted at `up`; seconds on that clock.

    lost: times at which it lets one in, and is gone before it answers
    """

    def __init__(self, down=5.0, up=40.0, broken_until=0.0, lost=()):
        super().__init__()
        self.now, self.down, self.up, self.broken_until, self.lost = 0.0, down, up, broken_until, list(lost)
        self.yielded = []

    def sleep(self, seconds):
        super().sleep(seconds)
        self.now += seconds

    def answer(self, wanted):
        if isinstance(wanted, list):
            return [self.answer(each) for each in wanted]
        self.yielded.append(wanted)
        if isinstance(wanted, Reconnect):
            return self.reconnect(wanted)
        if wanted.task == "reboot":
            return Result({"changed": True, "boot_id": "one"})
        if wanted.task == "shell":
            broken = self.now < self.broken_until
            return Result({"failed": True, "rc": 1, "stderr": "starting\n"} if broken else {"rc": 0})
        if self.lost and self.now >= self.lost[0]:
            self.lost.pop(0)
            self.now += 1
            raise LOST
        return Result({"boot_id": "one" if self.now < self.down else "two"})

    def reconnect(self, wanted):
        if self.down <= self.now < self.up:
            if self.up - self.now > wanted.timeout:
                self.now += wanted.timeout
                return Result({"failed": True, "msg": "no route to host"})
            self.now = self.up
        return Result({})


@pytest.fixture
def run(monkeypatch):
    """Return a function that reboots a host and returns the result."""

    def run(here, **arguments):
        monkeypatch.setattr("muster.actions.reboot.time", SimpleNamespace(monotonic=lambda: here.now))
        steps, raised, answer = act("reboot", here, **arguments), None, None
        while True:
            try:
                wanted = steps.throw(raised) if raised else steps.send(answer)
            except StopIteration as end:
                return end.value
            raised = None
            try:
                answer = here.answer(wanted)
            except AgentDied as error:
                raised = error

    return run


def tasks_of(here):
    return [each.task for each in here.yielded if isinstance(each, Call)]


def test_it_is_over_once_the_boot_is_another(run):
    here = Rebooting()
    assert run(here, msg="A new kernel") == {"changed": True, "rebooted": True, "elapsed": 40}
    assert here.yielded[:2] == [Call("boot_id"), Call("reboot", {"msg": "A new kernel", "delay": 2})]
    assert tasks_of(here)[-1] == "boot_id"


def test_a_host_that_is_still_going_down_is_looked_at_again(run):
    here = Rebooting(down=5.0)
    run(here)
    assert tasks_of(here) == ["boot_id", "reboot", *["boot_id"] * 4]
    assert here.slept[:4] == [2, 1.0, 1.0, 1.0]


def test_a_host_that_lets_one_in_while_going_down_is_no_failure(run):
    here = Rebooting(lost=[2.0, 3.0])
    assert run(here)["rebooted"] and here.lost == []


def test_a_host_that_does_not_come_back_fails(run):
    with pytest.raises(Failed, match="did not come back in time: no route to host") as caught:
        run(Rebooting(up=10000.0), reboot_timeout=60)
    assert caught.value.fields == {"changed": True, "rebooted": False}


def test_a_host_that_does_not_go_down_fails(run):
    here = Rebooting(down=10000.0, up=10000.0)
    with pytest.raises(Failed, match="has not gone down in time"):
        run(here, reboot_timeout=60)
    assert here.now == pytest.approx(62)


def test_how_long_a_login_may_take_is_handed_on(run):
    here = Rebooting()
    run(here, connect_timeout=7, reboot_timeout=100)
    assert here.yielded[2] == Reconnect(100.0, 1.0, 7)


def test_delays_before_and_after_are_kept(run):
    here = Rebooting(down=35.0, up=50.0)
    assert run(here, pre_reboot_delay=30, post_reboot_delay=15)["elapsed"] == 65
    assert here.yielded[1].args["delay"] == 32
    assert (here.slept[0], here.slept[-1]) == (32, 15)


def test_a_test_command_must_succeed(run):
    here = Rebooting(broken_until=45.0)
    assert run(here, test_command="systemctl is-system-running")["elapsed"] == 45
    assert here.yielded[-1] == Call("shell", {"cmd": "systemctl is-system-running"})


def test_a_test_command_that_never_succeeds_fails(run):
    with pytest.raises(Failed, match="test_command fails: starting") as caught:
        run(Rebooting(broken_until=10000.0), test_command="false", reboot_timeout=60)
    assert caught.value.fields["rebooted"]


def test_a_command_of_one_s_own_boots_the_host(run):
    here = Rebooting()
    assert run(here, reboot_command="kexec -e")["rebooted"]
    assert tasks_of(here)[:2] == ["boot_id", "shell"]
    assert "kexec -e" in here.yielded[1].args["cmd"]


def test_that_command_runs_later_and_detached(tmp_path):
    result = answered(Call("shell", {"cmd": detached(f"touch {tmp_path}/done", 0)}))
    assert not result.failed and result.values["stdout"] == ""
    for _ in range(100):
        if (tmp_path / "done").exists():
            return
        time.sleep(0.05)
    raise AssertionError("the command did not run")


def test_a_host_that_refuses_is_its_own_result(run):
    here = Rebooting()
    refused = Result({"failed": True, "msg": "only root may reboot; become: true"})
    here.answer = lambda wanted: [Result({"boot_id": "one"}), refused]
    assert run(here) is refused


def test_check_mode_foretells_and_does_nothing(run):
    here = Rebooting()
    here.check = True
    assert run(here) == {"changed": True, "rebooted": True, "elapsed": 0}
    assert here.yielded == [] and here.slept == []


def test_where_shutdown_is_looked_for_is_handed_on(run):
    here = Rebooting()
    run(here, search_paths=["/opt/bin"])
    assert here.yielded[1] == Call("reboot", {"search_paths": ["/opt/bin"], "delay": 2})
    here = Rebooting()
    run(here, search_paths=["/opt/bin", "/my bin"], reboot_command="again")
    assert "PATH='/opt/bin:/my bin':$PATH; again" in here.yielded[1].args["cmd"]


def test_another_command_may_tell_one_boot_from_another(run):
    here = Rebooting()
    shell = here.answer

    def answer(wanted):
        if isinstance(wanted, Call) and wanted.args.get("cmd") == "uptime -s":
            here.yielded.append(wanted)
            return Result({"rc": 0, "stdout": "yesterday\n" if here.now < 40 else "now\n"})
        return shell(wanted)

    here.answer = answer
    assert run(here, boot_time_command="uptime -s") == {"changed": True, "rebooted": True, "elapsed": 40}
    assert tasks_of(here)[:2] == ["shell", "reboot"] and "boot_id" not in tasks_of(here)


def test_the_delay_is_none_of_the_playbook_s_arguments():
    library = Library()
    signature = Signature.of(find("reboot"), "reboot", library.find("reboot").signature)
    assert "delay" not in signature.arguments and "search_paths" in signature.arguments
