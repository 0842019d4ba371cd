"""The table names each setting once, and is complete in itself."""

import re
from collections import Counter

from muster.config.config import known_keys
from muster.config.table import AS_IT_IS, BY_WORD, IGNORED, MEANINGLESS, SETTINGS

ENTRIES = " ".join([*IGNORED.values(), *MEANINGLESS.values()]).split()
KEYS = [entry.partition("/")[0] for entry in ENTRIES] + [key for each in SETTINGS for key in each.keys.split()]
VARIABLES = [name for entry in ENTRIES for name in entry.split("/")[1:]]
VARIABLES += [name for each in SETTINGS for name in each.variables.split()]


def twice(names):
    return [name for name, count in Counter(names).items() if count > 1]


def test_no_setting_is_named_twice():
    assert twice(key for key in KEYS if key) == []
    assert twice(VARIABLES) == []
    assert len(BY_WORD) == len(SETTINGS)


def test_every_name_is_written_as_it_must_be():
    assert [key for key in KEYS if key and not re.fullmatch(r"[a-z0-9_]+\.([a-z0-9_]+|\*)", key)] == []
    assert [name for name in VARIABLES if not re.fullmatch(r"ANSIBLE_[A-Z0-9_]+\*?", name)] == []


def test_values_that_make_no_difference_are_of_settings_that_have_no_effect():
    assert set(AS_IT_IS) <= known_keys()
    assert [value for values in AS_IT_IS.values() for value in values if value != value.lower()] == []


def test_every_setting_says_what_it_is_for_and_has_a_default_among_its_choices():
    assert [each.word for each in SETTINGS if not each.about] == []
    assert [each.word for each in SETTINGS if each.choices and not each.others and each.default not in each.choices
            ] == []
