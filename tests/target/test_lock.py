import json
import os
import threading
import time

import pytest

from muster.target import lock as module
from muster.target.lock import Lock
from muster.target.task import Failure, context


@pytest.fixture(autouse=True)
def path(tmp_path, monkeypatch):
    path = tmp_path / "muster.lock"
    monkeypatch.setattr(module, "PATH", str(path))
    monkeypatch.setattr(module, "PAUSE", 0.01)
    return path


@pytest.fixture
def said(monkeypatch):
    said = []
    monkeypatch.setattr(context, "output", said.append)
    return said


def lock(run="one", who="alice@laptop", wait=0):
    return Lock({"run": run, "who": who, "wait": wait})


def test_a_lock_says_who_holds_it_since_when_and_goes_with_its_release(path):
    held = lock()
    held.take()
    told = json.loads(path.read_text())
    assert told["who"] == "alice@laptop" and told["pid"] == os.getpid() and told["since"].startswith("20")
    held.take()  # Taken already.
    held.release()
    assert not path.exists()


def test_another_run_is_told_who_holds_it():
    held = lock()
    held.take()
    with pytest.raises(Failure) as caught:
        lock("two").take()
    assert "alice@laptop has been changing this host since 20" in caught.value.message
    assert f"process {os.getpid()} here" in caught.value.message
    held.release()


def test_another_run_waits_says_so_once_and_goes_on(said):
    held, other = lock(), lock("two", wait=5)
    held.take()
    threading.Timer(0.1, held.release).start()
    other.take()
    assert [text for text in said if text] == [next(text for text in said if "waiting: alice@laptop" in text)]
    other.release()


def test_the_agents_of_one_run_share_it():
    held, same = lock(), lock()
    held.take()
    same.take()
    same.release()
    with pytest.raises(Failure):
        lock("two").take()
    held.release()


def test_a_file_that_nobody_holds_is_no_lock(path):
    path.write_text('{"run": "dead", "who": "bob"}')
    held = lock()
    held.take()
    assert json.loads(path.read_text())["who"] == "alice@laptop"
    held.release()


def test_a_file_without_words_can_be_held_too(path):
    held = lock()
    held.take()
    path.write_text("")
    with pytest.raises(Failure, match="another run has been changing"):
        lock("two").take()
    held.release()


def test_where_nothing_can_be_written_work_goes_on(path, monkeypatch):
    monkeypatch.setattr(module, "PATH", "/nowhere/muster.lock")
    held = lock()
    held.take()
    held.release()


def test_a_link_in_its_place_is_not_followed(path, tmp_path):
    target = tmp_path / "target"
    target.write_text("precious")
    path.symlink_to(target)
    lock().take()
    assert target.read_text() == "precious"


def test_many_runs_take_turns(path):
    inside, most = 0, 0
    guard = threading.Lock()

    def change(number):
        nonlocal inside, most
        held = lock(str(number), wait=20)
        held.take()
        with guard:
            inside += 1
            most = max(most, inside)
        time.sleep(0.005)
        with guard:
            inside -= 1
        held.release()

    threads = [threading.Thread(target=change, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    assert not path.exists()
