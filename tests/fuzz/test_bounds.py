"""The bounds of the fuzz do hold: a test that cannot fail would prove nothing."""

import pytest

from tests.fuzz.bounds import MEMORY, Hung, bounded, hurried


def test_more_than_the_memory_there_may_be_is_refused():
    with bounded(), pytest.raises(MemoryError):
        bytearray(MEMORY + (64 << 20))
    assert bytearray(1 << 20)


def test_what_takes_too_long_is_ended():
    with pytest.raises(Hung, match=r"not done after 0\.05 seconds"), hurried(0.05):
        while True:
            pass
