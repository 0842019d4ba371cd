"""The command changes what belongs to the whole process; tests leave it as it was."""

import gc
import warnings

import pytest


@pytest.fixture(autouse=True)
def process():
    shown = warnings.showwarning
    with warnings.catch_warnings():
        yield
    warnings.showwarning = shown
    gc.enable()
