"""Hosts of a pattern."""

import pytest

from tests.template.fake import evaluate

GROUPS = {"all": ["web1", "web2", "db1"], "web": ["web1", "web2"], "db": ["db1"], "north": ["web1", "db1"]}

CASES = [
    ("all", ["web1", "web2", "db1"]), ("web", ["web1", "web2"]), ("web:db", ["web1", "web2", "db1"]),
    ("all:!web", ["db1"]), ("!web1:web", ["web2"]), ("web:&north", ["web1"]), ("web*", ["web1", "web2"]),
    ("db1,web2", ["db1", "web2"]), ("none", []),
]


@pytest.mark.parametrize(("pattern", "hosts"), CASES)
def test_hosts_are_chosen_by_pattern(pattern, hosts):
    assert evaluate("q('inventory_hostnames', pattern)", groups=GROUPS, pattern=pattern) == hosts
