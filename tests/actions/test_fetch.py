import hashlib
import os

import pytest

from muster.actions.action import Download, Failed
from muster.model import Call, Result
from tests.actions.harness import FakeHere, act, carry_out, plant, play


@pytest.fixture
def here(tmp_path):
    plant(tmp_path, {"host/log": b"done\n\xff" * 100000, "host/empty": ""})
    return FakeHere(files=tmp_path)


def fetch(here, src, check=False, **arguments):
    return carry_out(act("fetch", here, src=src, **arguments), check)


def files_of(directory):
    return sorted(str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file())


def test_the_copy_goes_below_the_host_s_name(here, tmp_path):
    _, values = fetch(here, f"{tmp_path}/host/log", dest="logs")
    copy = tmp_path / "logs" / "web1" / str(tmp_path)[1:] / "host" / "log"
    assert copy.read_bytes() == b"done\n\xff" * 100000
    sha1 = hashlib.sha1(copy.read_bytes()).hexdigest()
    assert values == {"changed": True, "src": f"{tmp_path}/host/log", "dest": str(copy), "checksum": sha1,
                      "remote_checksum": sha1}


@pytest.mark.parametrize(("dest", "place"), [("flat/", "flat/log"), ("flat/other", "flat/other"), ("./a/../b", "b")])
def test_a_flat_copy_is_a_file_or_goes_into_a_directory(here, tmp_path, dest, place):
    _, values = fetch(here, f"{tmp_path}/host/log", dest=dest, flat=True)
    assert values["dest"] == str(tmp_path / place) and (tmp_path / place).is_file()


def test_a_flat_copy_does_not_replace_a_directory(here, tmp_path):
    (tmp_path / "flat").mkdir()
    with pytest.raises(Failed, match="flat is a directory: end it with /"):
        fetch(here, f"{tmp_path}/host/log", dest="flat", flat=True)


def test_a_second_time_nothing_is_sent(here, tmp_path):
    fetch(here, f"{tmp_path}/host/log", dest="logs")
    yielded, values = fetch(here, f"{tmp_path}/host/log", dest="logs")
    assert not values["changed"] and values["checksum"] == values["remote_checksum"]
    digest = hashlib.sha256((tmp_path / "host" / "log").read_bytes()).hexdigest()
    assert yielded[0].call == Call("fetch", {"src": f"{tmp_path}/host/log", "fail_on_missing": True, "have": digest})


def test_a_file_that_changed_is_replaced(here, tmp_path):
    fetch(here, f"{tmp_path}/host/log", dest="log", flat=True)
    (tmp_path / "host" / "log").write_text("more\n")
    assert fetch(here, f"{tmp_path}/host/log", dest="log", flat=True)[1]["changed"]
    assert (tmp_path / "log").read_text() == "more\n"


def test_an_empty_file_comes_too(here, tmp_path):
    _, values = fetch(here, f"{tmp_path}/host/empty", dest="copy", flat=True)
    assert values["changed"] and (tmp_path / "copy").read_bytes() == b""


def test_the_user_s_directory_is_the_host_s(here, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", f"{tmp_path}/host")
    yielded, values = fetch(here, "~/log", dest="logs")
    assert yielded[0] == Call("stat", {"path": "~/log", "get_checksum": False})
    assert values["dest"] == f"{tmp_path}/logs/web1{tmp_path}/host/log"


@pytest.mark.parametrize("said", ["/../../../../etc/passwd", "../../etc/passwd", "/a/../../../etc/passwd"])
def test_a_host_cannot_name_a_path_outside_of_its_directory(here, tmp_path, said):
    steps = act("fetch", here, src="~/x", dest="logs")
    next(steps)
    wanted = steps.send(Result({"stat": {"exists": True, "path": said}}))
    wanted.sink(b"evil")
    with pytest.raises(StopIteration) as end:
        steps.send(Result({"checksum": hashlib.sha1(b"evil").hexdigest(), "sent": True}))
    assert end.value.value["dest"] == str(tmp_path / "logs" / "web1" / "etc" / "passwd")


def test_a_missing_file_fails_unless_it_may_be_missing(here, tmp_path):
    assert fetch(here, "/none", dest="logs")[1].failed
    result = fetch(here, "/none", dest="logs", fail_on_missing=False)[1]
    assert not result.failed and not result.changed and result.values["msg"].endswith("ignored")
    assert not (tmp_path / "logs").exists()


def test_check_mode_foretells_and_writes_nothing(here, tmp_path):
    here.check = True
    assert fetch(here, f"{tmp_path}/host/log", check=True, dest="logs")[1]["changed"]
    assert not (tmp_path / "logs").exists()


@pytest.mark.parametrize("validate", [True, False])
def test_a_file_that_changes_while_it_is_sent_fails_unless_that_does_not_matter(here, tmp_path, validate):
    steps = act("fetch", here, src="/var/log/x", dest="logs/", flat=True, validate_checksum=validate)
    next(steps).sink(b"partly new")
    outcome = Result({"checksum": hashlib.sha1(b"old").hexdigest(), "sent": True})
    if validate:
        with pytest.raises(Failed, match="/var/log/x changed while it was sent"):
            steps.send(outcome)
        assert files_of(tmp_path / "logs") == []
    else:
        with pytest.raises(StopIteration):
            steps.send(outcome)
        assert (tmp_path / "logs" / "x").read_bytes() == b"partly new"


def test_a_connection_that_breaks_leaves_the_old_copy_and_nothing_else(here, tmp_path):
    plant(tmp_path, {"logs/x": "old"})
    steps = act("fetch", here, src="/x", dest="logs/", flat=True)
    next(steps).sink(b"new, but not whole")
    with pytest.raises(ConnectionError):
        steps.throw(ConnectionError())
    assert files_of(tmp_path / "logs") == ["x"] and (tmp_path / "logs" / "x").read_text() == "old"


def test_a_place_that_cannot_be_written_fails_when_all_has_come(here, tmp_path):
    plant(tmp_path, {"logs": "a file is in the way"})
    steps = act("fetch", here, src="/x", dest="logs/", flat=True)
    wanted = next(steps)
    assert isinstance(wanted, Download)
    wanted.sink(b"one")
    wanted.sink(b"two")
    with pytest.raises(Failed, match="cannot write .*logs/x on the controller"):
        steps.send(Result({"checksum": hashlib.sha1(b"onetwo").hexdigest(), "sent": True}))


def test_the_copy_has_the_permissions_of_any_new_file(here, tmp_path):
    before = os.umask(0o027)
    try:
        fetch(here, f"{tmp_path}/host/log", dest="copy", flat=True)
    finally:
        os.umask(before)
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o640


def test_a_failure_of_the_first_look_is_its_own_result(here):
    failed = Result({"failed": True, "msg": "no"})
    assert play(act("fetch", here, src="~/x", dest="logs"), failed)[1] is failed
