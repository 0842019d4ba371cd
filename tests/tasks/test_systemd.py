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


@pytest.mark.parametrize("arguments", [{"state": "started"}, {"state": "stopped"}, {"enabled": True}])
def test_a_unit_that_is_not_there_fails_and_in_check_mode_warns(host, arguments):
    host.answers["systemctl show -- demo"] = MISSING
    assert "there is no unit demo" in perform(systemd, dict(arguments, name="demo"))["msg"]
    foretold = perform(systemd, dict(arguments, name="demo"), check=True)
    assert not foretold["failed"] and "no unit demo" in foretold["warnings"][0]


def test_values_in_braces_may_have_several_lines():
    assert parse("A=1\nExecStart={ path=/bin/sh ; argv[]=sh -c a\nb=c }\nB=x=y\n") == {
        "A": "1",
        "ExecStart": "{ path=/bin/sh ; argv[]=sh -c a\nb=c }",
        "B": "x=y",
    }


def test_a_unit_whose_name_begins_with_a_dash_is_no_option(host):
    host.answers["systemctl show -- -.mount"] = RUNS
    assert perform(systemd, {"name": "-.mount", "state": "restarted"})["changes"] == ["systemctl restart -- -.mount"]
