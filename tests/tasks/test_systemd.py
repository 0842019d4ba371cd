"""systemd, by what `systemctl show` says of a unit."""

import pytest

from tasks.systemd import parse, systemd
from tests.tasks.harness import perform
from tests.tasks.scripted import Host

RUNS = "Id=demo.service\nLoadState=loaded\nActiveState=active\nUnitFileState=enabled\n"
STOPPED = RUNS.replace("=active", "=inactive").replace("=enabled", "=disabled")
MASKED = STOPPED.replace("=loaded", "=masked").replace("=disabled", "=masked")
MISSING = "Id=demo.service\nLoadState=not-found\nActiveState=inactive\nUnitFileState=\n"
GENERATED = STOPPED.replace("=disabled", "=generated")


@pytest.fixture
def host(monkeypatch):
    return Host({"systemctl show -- demo": STOPPED, "systemctl": "", "journalctl": "one\noh no\n"}).install(monkeypatch)


@pytest.mark.parametrize(
    ("show", "arguments", "verbs"),
    [
        (STOPPED, {"state": "started"}, ["start"]),
        (RUNS, {"state": "started"}, []),
        (RUNS, {"state": "stopped"}, ["stop"]),
        (STOPPED, {"state": "stopped"}, []),
        (RUNS.replace("=active", "=activating"), {"state": "started"}, []),
        (RUNS.replace("=active", "=reloading"), {"state": "started"}, []),
        (RUNS.replace("=active", "=failed"), {"state": "started"}, ["start"]),
        (RUNS.replace("=active", "=deactivating"), {"state": "stopped"}, ["stop"]),
        (RUNS, {"state": "restarted"}, ["restart"]),
        (STOPPED, {"state": "restarted"}, ["restart"]),
        (RUNS, {"state": "reloaded"}, ["reload"]),
        (STOPPED, {"state": "reloaded"}, ["start"]),
        (STOPPED, {"enabled": True}, ["enable"]),
        (STOPPED, {"enabled": True, "force": True}, ["enable --force"]),
        (RUNS, {"enabled": True}, []),
        (RUNS, {"enabled": False}, ["disable"]),
        (RUNS.replace("=enabled", "=static"), {"enabled": False}, []),
        (RUNS.replace("=enabled", "=alias"), {"enabled": True}, []),
        (STOPPED, {"masked": True}, ["mask"]),
        (MASKED, {"masked": True}, []),
        (MASKED, {"masked": False, "enabled": True, "state": "started"}, ["unmask", "enable", "start"]),
        (STOPPED, {"state": "started", "no_block": True}, ["start --no-block"]),
        (RUNS, {}, []),
        (MISSING, {"masked": True}, ["mask"]),
    ],
)
def test_what_is_done_to_a_unit(host, show, arguments, verbs):
    host.answers["systemctl show -- demo"] = show
    result = perform(systemd, dict(arguments, name="demo"))
    assert result["changes"] == ["systemctl %s demo" % verb for verb in verbs] and not result["failed"]
    assert result["changed"] == bool(verbs)


def test_a_converged_unit_costs_one_command(host):
    host.answers["systemctl show -- demo"] = RUNS
    result = perform(systemd, {"name": "demo", "state": "started", "enabled": True, "masked": False})
    assert host.ran == ["systemctl show -- demo"]
    assert (result["state"], result["enabled"], result["status"]["ActiveState"]) == ("started", True, "active")


def test_reading_unit_files_anew_comes_first_and_is_no_change(host):
    result = perform(systemd, {"name": "demo", "daemon_reload": True, "daemon_reexec": True})
    assert host.ran == ["systemctl daemon-reexec", "systemctl daemon-reload", "systemctl show -- demo"]
    assert not result["changed"]
    assert not perform(systemd, {"daemon_reload": True})["changed"]


@pytest.mark.parametrize(("answer", "verbs"), [((0, "enabled\n"), []), ((1, "disabled\n"), ["enable"])])
def test_an_init_script_is_asked_for_by_is_enabled(host, answer, verbs):
    host.answers.update({"systemctl show -- demo": GENERATED, "systemctl is-enabled demo": answer})
    assert perform(systemd, {"name": "demo", "enabled": True})["changes"] == [
        "systemctl %s demo" % each for each in verbs
    ]


@pytest.mark.parametrize("arguments", [{"state": "started"}, {"state": "stopped"}, {"enabled": True}])
def test_a_unit_that_is_not_there_fails_and_in_check_mode_warns(host, arguments):
    host.answers["systemctl show -- demo"] = MISSING
    assert "there is no unit demo" in perform(systemd, dict(arguments, name="demo"))["msg"]
    foretold = perform(systemd, dict(arguments, name="demo"), check=True)
    assert not foretold["failed"] and "no unit demo" in foretold["warnings"][0]


def test_a_unit_that_does_not_start_says_what_its_log_says(host):
    host.answers["systemctl start demo"] = (1, "", "Job for demo.service failed.\nSee systemctl status.\n")
    result = perform(systemd, {"name": "demo", "state": "started"})
    assert "Job for demo.service failed" in result["msg"] and "oh no" in result["msg"] and result["rc"] == 1


def test_units_of_the_user(host, monkeypatch):
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    host.answers["systemctl --user show -- demo"] = STOPPED
    assert perform(systemd, {"name": "demo", "state": "started", "scope": "user"})["changes"] == [
        "systemctl --user start demo"
    ]


def test_units_of_all_users_can_be_enabled(host):
    host.answers["systemctl --global is-enabled demo"] = (1, "disabled\n")
    assert perform(systemd, {"name": "demo", "enabled": True, "scope": "global"})["changes"] == [
        "systemctl --global enable demo"
    ]


def test_a_systemd_that_does_not_answer(host):
    host.answers["systemctl show -- demo"] = (1, "", "System has not been booted with systemd as init system")
    assert "not been booted" in perform(systemd, {"name": "demo", "state": "started"})["msg"]


def test_a_state_needs_a_name():
    assert "needs the name" in perform(systemd, {"state": "started"})["msg"]


def test_values_in_braces_may_have_several_lines():
    assert parse("A=1\nExecStart={ path=/bin/sh ; argv[]=sh -c a\nb=c }\nB=x=y\n") == {
        "A": "1",
        "ExecStart": "{ path=/bin/sh ; argv[]=sh -c a\nb=c }",
        "B": "x=y",
    }
