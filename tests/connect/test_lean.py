"""What is not loaded together with Fabric, each time in a Python of its own."""

import subprocess
import sys
import threading

import pytest

from muster.connect.lean import StandIn, version

PROGRAM = "import sys; from muster.connect.lean import load_fabric; load_fabric(); import fabric; {statement}"


def said(statement):
    done = subprocess.run([sys.executable, "-c", PROGRAM.format(statement=statement)], capture_output=True, text=True,
                          check=False)
    assert not done.returncode, done.stderr
    return done.stdout.strip()


NEEDLESS = ["asyncio", "unittest.mock", "invoke.vendor.yaml.reader", "importlib.metadata", "zipfile"]


@pytest.mark.parametrize("module", NEEDLESS)
def test_what_fabric_does_not_need_here_is_not_loaded(module):
    assert said(f"print({module!r} in sys.modules)") == "False"


def test_fabric_is_whole():
    assert said("print(fabric.Connection('web', user='u', config=fabric.Config(overrides={'port': 23})).port)") == "23"


def test_whoever_wants_mocks_later_gets_real_ones():
    assert said("from unittest.mock import Mock; print(Mock()() is not None)") == "True"


def test_paramiko_knows_its_version_all_the_same():
    asked = "import paramiko, importlib.metadata; print(paramiko.__version__ == importlib.metadata.version('paramiko'))"
    assert said(asked) == "True"


def test_a_package_that_is_nowhere_has_no_version():
    assert version("no-such-package") == "unknown"


@pytest.fixture
def wave(monkeypatch):
    """A stand-in for a module of the standard library, in its place."""
    monkeypatch.delitem(sys.modules, "wave", raising=False)
    monkeypatch.setitem(sys.modules, "wave", StandIn("wave", open=None))
    return sys.modules["wave"]


def test_a_stand_in_gives_what_it_has_to_its_own_thread(wave):
    assert wave.open is None and sys.modules["wave"] is wave
    wave.leave()
    wave.leave()
    assert "wave" not in sys.modules


def test_whoever_asks_a_stand_in_for_more_gets_the_real_module(wave):
    from wave import Wave_read

    assert Wave_read.__name__ == "Wave_read" and sys.modules["wave"] is not wave
    wave.leave()
    assert sys.modules["wave"].Wave_read is Wave_read


def test_other_threads_get_the_real_module(wave):
    seen = []
    thread = threading.Thread(target=lambda: seen.append(wave.open))
    thread.start()
    thread.join()
    assert callable(seen[0])


def test_many_threads_may_load_it_at_once():
    program = """
import sys, threading
from muster.connect.lean import load_fabric
sys.setswitchinterval(1e-6)
failed = []
def load():
    try:
        load_fabric()
    except BaseException as error:
        failed.append(error)
threads = [threading.Thread(target=load) for _ in range(16)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(failed)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
