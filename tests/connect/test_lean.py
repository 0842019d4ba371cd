"""What is not loaded together with Fabric, each time in a Python of its own."""

import subprocess
import sys

import pytest

PROGRAM = "import sys; from muster.connect.lean import load_fabric; load_fabric(); import fabric; {statement}"


def said(statement):
    done = subprocess.run([sys.executable, "-c", PROGRAM.format(statement=statement)], capture_output=True, text=True,
                          check=False)
    assert not done.returncode, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("module", ["asyncio", "unittest.mock", "invoke.vendor.yaml.reader"])
def test_what_fabric_does_not_need_here_is_not_loaded(module):
    assert said(f"print({module!r} in sys.modules)") == "False"


def test_fabric_is_whole():
    assert said("print(fabric.Connection('web', user='u', config=fabric.Config(overrides={'port': 23})).port)") == "23"


def test_whoever_wants_mocks_later_gets_real_ones():
    assert said("from unittest.mock import Mock; print(Mock()() is not None)") == "True"
