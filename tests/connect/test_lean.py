"""What is not loaded together with Fabric, each time in a Python of its own."""

import subprocess
import sys

import pytest

from muster.connect.lean import version

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
