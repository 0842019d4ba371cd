"""`omit` is one object."""

import copy

from muster.template import OMIT


def test_there_is_one_object_also_after_copying():
    assert copy.copy(OMIT) is OMIT
    assert copy.deepcopy({"a": [OMIT]})["a"][0] is OMIT
    assert repr(OMIT) == "omit"
