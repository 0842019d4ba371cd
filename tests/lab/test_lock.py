import multiprocessing
import os
import threading
import time
from pathlib import Path

from muster.lab.lock import locked


def test_the_file_is_gone_after_use(tmp_path: Path) -> None:
    path = tmp_path / "made" / "lock"
    with locked(path):
        assert path.exists()
    assert not path.exists()


def test_only_one_at_a_time_holds_it(tmp_path: Path) -> None:
    inside, most = [], []

    def work() -> None:
        for _ in range(20):
            with locked(tmp_path / "lock"):
                inside.append(1)
                most.append(len(inside))
                time.sleep(0.0005)
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 160
    assert max(most) == 1


def die_holding(path: Path) -> None:
    with locked(path):
        os._exit(0)


def test_a_dead_holder_is_no_hindrance(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    holder = multiprocessing.get_context("fork").Process(target=die_holding, args=(path,))
    holder.start()
    holder.join()
    assert path.exists()
    with locked(path):
        pass
    assert not path.exists()


def test_a_directory_that_is_removed_meanwhile_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "state" / "lock"
    for _ in range(3):
        with locked(path):
            pass
        path.parent.rmdir()
