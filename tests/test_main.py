"""`python -m muster`."""

import subprocess
import sys


def test_python_m_muster_is_the_muster_command():
    done = subprocess.run([sys.executable, "-m", "muster", "--help"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Usage: muster ")
