"""The command changes what belongs to the whole process, and reads what is configured; tests leave both aside."""

import gc
import os
import warnings

import pytest


@pytest.fixture(autouse=True)
def process():
    shown = warnings.showwarning
    with warnings.catch_warnings():
        yield
    warnings.showwarning = shown
    gc.enable()


@pytest.fixture(autouse=True)
def unconfigured(tmp_path_factory, monkeypatch):
    """Keep away what the machine's user has configured."""
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
    for name in [name for name in os.environ if name.startswith("ANSIBLE_")]:
        monkeypatch.delenv(name)
