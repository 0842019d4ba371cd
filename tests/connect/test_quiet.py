"""paramiko's own words."""

import subprocess
import sys

PROGRAM = """
import warnings, logging
{quiet}
logging.getLogger("paramiko.transport").error("Exception (client): boom")
warnings.warn_explicit("TripleDES has moved", DeprecationWarning, "x.py", 1, module="paramiko.transport")
warnings.warn_explicit("ours", UserWarning, "x.py", 1, module="muster.run")
"""
QUIET = "from muster.connect.quiet import quiet; quiet(); quiet()"


def words(quiet: str, before: str = "") -> str:
    program = before + PROGRAM.format(quiet=quiet)
    argv = [sys.executable, "-Wdefault", "-c", program]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stderr


def test_its_log_and_its_deprecations_reach_nobody():
    loud, hushed = words(""), words(QUIET)
    assert "boom" in loud and "TripleDES" in loud
    assert "boom" not in hushed and "TripleDES" not in hushed
    assert "ours" in hushed


def test_a_users_own_log_still_gets_everything():
    assert "boom" in words(QUIET, "import logging; logging.basicConfig()\n")


def test_paramiko_is_imported_without_a_word():
    assert words("from muster.connect.quiet import quiet; quiet(); import paramiko, fabric").count("\n") <= 2
