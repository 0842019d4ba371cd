import shutil

import pytest

from muster.actions.action import NOT_FOUND, Carried, Failed
from muster.model import Call, Change, Result
from tests.actions.harness import FakeHere, act, plant, play

FORMAT = "--out-format=<<CHANGED>>%i %n%L"
USUAL = ("rsync", "--delay-updates", "-F", "--compress", "--archive", FORMAT)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    plant(tmp_path, {"files/site/index.html": "hello\n"})
    return FakeHere(files=tmp_path)


def left(rc=0, stdout="", stderr=""):
    return Result({"rc": rc, "stdout": stdout, "stderr": stderr})


def carried(here, answer=None, **arguments):
    """Return what rsync was to be run, and what came of it."""
    yielded, result = play(act("synchronize", here, **arguments), answer or left())
    assert len(yielded) == 1
    return yielded[0], result


@pytest.mark.parametrize("slash", ["", "/"])
def test_push_goes_from_the_files_of_the_controller_to_the_host(here, tmp_path, slash):
    asked, _ = carried(here, src=f"site{slash}", dest="/srv/www", delete=True)
    argv = (*USUAL[:4], "--delete-after", *USUAL[4:], f"{tmp_path}/files/site{slash}", "host:/srv/www")
    assert asked == Carried(argv, "RSYNC_RSH")


@pytest.mark.parametrize(("dest", "place"), [("logs", "ROOT/logs"), ("/var/logs/", "/var/logs/")])
def test_pull_goes_from_the_host_to_the_controller(here, tmp_path, dest, place):
    asked, _ = carried(here, src="/var/log/", dest=dest, mode="pull")
    assert asked.argv == (*USUAL, "host:/var/log/", place.replace("ROOT", str(tmp_path)))


def test_what_was_sent_is_the_change_and_its_diff(here):
    here.diff = True
    _, result = carried(here, left(0, "<<CHANGED>>cd+++++++++ ./\n<<CHANGED>>>f+++++++++ a\n"), src="site", dest="/b")
    assert result.changed and result.values["msg"] == "cd+++++++++ ./\n>f+++++++++ a\n"
    assert result.values["stdout_lines"] == ["cd+++++++++ ./", ">f+++++++++ a"]
    assert result.changes == (Change("rsync to /b: 2 paths", "", "cd+++++++++ ./\n>f+++++++++ a\n"),)


def test_where_nothing_was_sent_nothing_changed(here):
    _, result = carried(here, left(0, "created nothing\n"), src="site", dest="/b")
    assert not result.changed and result.changes == () and result.values["rc"] == 0


def test_check_mode_is_a_dry_run(here):
    here.check = True
    asked, result = carried(here, left(0, "<<CHANGED>>>f+++++++++ a\n"), src="site", dest="/b")
    assert "--dry-run" in asked.argv and result.changed


def test_another_call_of_rsync_on_the_host_is_made_by_the_login(here):
    asked, _ = carried(here, src="site", dest="/b", rsync_path="mkdir -p /b && rsync")
    assert "--rsync-path=mkdir -p /b && rsync" in asked.argv and asked.as_login


def test_the_rsync_of_the_controller_may_be_another(here):
    here.variables.values["ansible_rsync_path"] = "/opt/rsync"
    assert carried(here, src="site", dest="/b")[0].argv[0] == "/opt/rsync"


def test_a_daemon_is_no_path_on_either_side(here):
    assert carried(here, src="site", dest="rsync://mirror/www")[0].argv[-1] == "rsync://mirror/www"
    assert carried(here, src="rsync://mirror/www", dest="/b", mode="pull")[0].argv[-2] == "rsync://mirror/www"


def test_a_local_host_does_it_all_by_itself(here, tmp_path):
    here.local = ["web1"]
    assert act("synchronize", here, src="site/", dest="copy", delete=True) == Call(
        "synchronize", {"src": f"{tmp_path}/files/site/", "dest": f"{tmp_path}/copy", "delete": True,
                        "program": "rsync"})


def test_delegated_to_the_host_itself_both_paths_are_there(here):
    here.delegate = "web1"
    assert act("synchronize", here, src="/a", dest="/b") == Call("synchronize", {"src": "/a", "dest": "/b"})


def test_delegated_to_the_controller_nothing_is_different(here):
    here.delegate, here.local = "localhost", ["localhost"]
    assert carried(here, src="site", dest="/b")[0].argv[-1] == "host:/b"


def test_from_one_host_to_another_is_refused_with_what_to_do(here):
    here.delegate = "web2"
    with pytest.raises(Failed, match="rsync from web2 to web1 needs a connection between these two: pull to the "):
        act("synchronize", here, src="/a", dest="/b")


@pytest.mark.parametrize(("arguments", "message"), [
    ({"mode": "sideways"}, "mode is push or pull, not 'sideways'"),
    ({"rsync_opts": ["-v", ""]}, "rsync_opts has an empty option"),
    ({"rsync_opts": ["-e ssh -p 22"]}, "rsync_opts names a remote shell"),
    ({"rsync_opts": ["--rsh=ssh"]}, "rsync_opts names a remote shell"),
])
def test_what_cannot_be_meant_is_refused(here, arguments, message):
    with pytest.raises(Failed, match=message):
        act("synchronize", here, src="site", dest="/b", **arguments)


def test_without_rsync_here_the_package_is_named(here, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(Failed, match="no rsync on the controller: install the package rsync"):
        carried(here, src="site", dest="/b")


def test_without_rsync_there_the_package_is_named(here):
    with pytest.raises(Failed, match="rsync is not found on web1: install the package rsync"):
        carried(here, left(NOT_FOUND, "", "sh: rsync: not found"), src="site", dest="/b")


def test_a_failure_says_what_rsync_said_and_whether_something_was_sent(here):
    with pytest.raises(Failed, match="^no space left$") as failed:
        carried(here, left(11, "<<CHANGED>>>f+++++++++ a\n", "no space left\n"), src="site", dest="/b")
    assert failed.value.fields["rc"] == 11 and failed.value.fields["changed"]
