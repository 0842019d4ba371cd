import errno
import json
import time

import pytest

from muster.target import hangup


@pytest.fixture(autouse=True)
def directory(tmp_path, monkeypatch):
    directory = tmp_path / "results"
    monkeypatch.setattr(hangup, "DIRECTORY", str(directory))
    return directory


def test_what_was_kept_is_told_once():
    hangup.keep([hangup.told("dnf", {"changed": True}), hangup.told("command", {"failed": True, "msg": "secret"})])
    found = hangup.collect()
    assert [(each["task"], each["changed"], each["failed"]) for each in found] == [
        ("dnf", True, False), ("command", False, True)]
    assert hangup.collect() == []


def test_no_message_and_no_output_is_kept(directory):
    hangup.keep([hangup.told("command", {"changed": True, "msg": "secret", "stdout": "secret", "cmd": "secret"})])
    [file] = directory.iterdir()
    assert "secret" not in file.read_text()
    assert directory.stat().st_mode & 0o777 == 0o700


def test_nothing_is_left_behind(directory):
    hangup.keep([hangup.told("dnf", {})])
    hangup.collect()
    assert not directory.exists()


def test_nothing_was_kept():
    assert hangup.collect() == []


def test_what_is_old_is_thrown_away_untold():
    hangup.keep([{**hangup.told("dnf", {}), "when": time.time() - hangup.SECONDS - 1}])
    assert hangup.collect() == []


def test_a_file_that_makes_no_sense_is_passed_over(directory):
    directory.mkdir()
    (directory / "1.json").write_text("half of a")
    (directory / "2.json").write_text(json.dumps([hangup.told("apt", {})]))
    assert [each["task"] for each in hangup.collect()] == ["apt"]


def test_who_may_not_write_loses_it_quietly(monkeypatch):
    monkeypatch.setattr(hangup, "DIRECTORY", "/proc/nowhere")
    hangup.keep([hangup.told("dnf", {})])
    assert hangup.collect() == []


@pytest.mark.parametrize(("number", "expected"), [
    (errno.EPIPE, True), (errno.ECONNRESET, True), (errno.EIO, True), (errno.ENOSPC, False), (errno.EBADF, False)])
def test_a_hang_up_is_told_from_other_errors(number, expected):
    assert hangup.is_one(OSError(number, "")) is expected
