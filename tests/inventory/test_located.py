"""Dictionaries with places."""

from muster.errors import Origin
from muster.inventory.located import located, put
from muster.model import walk_strings


def test_strings_are_found_with_their_place():
    values = located(Origin("hosts", 1, 1))
    put(values, "a", "{{ b }}", Origin("hosts", 2, 1), Origin("hosts", 2, 4))
    assert list(walk_strings(values)) == [("{{ b }}", Origin("hosts", 2, 4))]
    assert values.keys_at == {"a": Origin("hosts", 2, 1)}
    assert values.origin == Origin("hosts", 1, 1)
