"""Host patterns and limits."""

import pytest

from muster.errors import InventoryError
from muster.inventory.patterns import Unmatched, select, split

HOSTS = """
z1
[web]
web2
web1
[other]
h[1:3]
[db]
db-[a:c]
web1
z1
[prod:children]
db
web
"""


@pytest.fixture
def inventory(project):
    return project.ini(HOSTS)


def names(selection):
    return [host.name for host in selection.hosts]


def test_a_pattern_selects_what_ansible_selects(case_of_patterns, inventory):
    selection = select(inventory, case_of_patterns["name"])
    assert names(selection) == case_of_patterns["hosts"]
    assert [each.part for each in selection.unmatched] == case_of_patterns.get("unmatched", [])


def test_a_list_of_patterns_is_one_pattern(inventory):
    assert names(select(inventory, ["web", "h1,h2", "!web1"])) == ["web2", "h1", "h2"]


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [("a:b,c", ["a", "b", "c"]), ("a[1:3]:&b", ["a[1:3]", "&b"]), ("fe80::1,a", ["fe80::1", "a"]),
     ("all,!fe80::1", ["all", "!fe80::1"]), ("a, ,b", ["a", "b"]), ("", [])],
)
def test_colons_of_addresses_and_positions_do_not_separate(pattern, parts):
    assert split(pattern) == parts


@pytest.mark.parametrize(
    ("pattern", "hint"),
    [("wbe1", 'did you mean "web1"?'), ("prdo", 'did you mean "prod"?'), ("localhos", 'did you mean "localhost"?'),
     ("qqqq", ""), ("web[5]", "web has 2 hosts; positions count from 0"), ("prdo[0]", 'did you mean "prod"?')],
)
def test_a_part_that_names_nothing_comes_with_the_nearest_spelling(inventory, pattern, hint):
    assert select(inventory, pattern).unmatched == [Unmatched(pattern, hint)]


@pytest.mark.parametrize(
    ("pattern", "limit", "hosts"),
    [("all", "web", ["web1", "web2"]), ("db", "web", ["web1"]), ("db", "!web", ["db-a", "db-b", "db-c", "z1"]),
     ("db", "h1", []), ("localhost", "web", []), ("localhost", "localhost", ["localhost"]),
     ("web:db", "*1", ["web1", "z1"])],
)
def test_a_limit_leaves_only_hosts_that_are_in_it(inventory, pattern, limit, hosts):
    assert names(select(inventory, pattern, limit)) == hosts


def test_a_limit_with_an_unknown_part_tells_of_it(inventory):
    selection = select(inventory, "all", "web,wbe1")
    assert names(selection) == ["web1", "web2"]
    assert [each.part for each in selection.unmatched] == ["wbe1"]


def test_a_part_unknown_in_both_is_told_once(inventory):
    assert len(select(inventory, "all:!wbe1", "web:!wbe1").unmatched) == 1


def test_a_limit_may_come_from_a_file(inventory, project):
    project.write({"retry": "# failed\nweb1\n\n  h1:h2\n!h2\n"})
    assert names(select(inventory, "all", f"@{project.path('retry')}")) == ["h1", "web1"]
    assert names(select(inventory, "all", f"z1,@{project.path('retry')}")) == ["h1", "web1", "z1"]


@pytest.mark.parametrize(
    ("limit", "says", "hint"),
    [("wbe1", 'the limit "wbe1" selects no host', 'did you mean "web1"?'), ("web:!web", "selects no host", ""),
     ("", 'the limit "" is empty', "leave it out"), (",", "is empty", "leave it out"),
     ("@/none", "cannot read the limit file /none: No such file", ""), ("~(", "is not a regular expression", ""),
     ("~[", 'the brackets of "~[" do not pair', ""), ("web[0", "do not pair", ""), ("~a{99999999999}", "expression",
                                                                                    ""),
     ("~" + "(" * 900, "is not a regular expression", ""), ("web[" + "9" * 5000 + "]", "more than 1,000 characters",
                                                            "")],
)
def test_a_limit_that_selects_no_host_is_an_error(inventory, limit, says, hint):
    with pytest.raises(InventoryError) as raised:
        select(inventory, "all", limit)
    assert says in raised.value.message
    assert hint in raised.value.hint


def test_a_limit_file_that_is_no_text_is_told(inventory, tmp_path):
    (tmp_path / "limit").write_bytes(b"\xff")
    with pytest.raises(InventoryError, match="not UTF-8"):
        select(inventory, "all", f"@{tmp_path}/limit")


@pytest.mark.parametrize("pattern", ["localhost", "127.0.0.1", "::1"])
def test_this_machine_is_the_host_that_is_listed_for_it(project, pattern):
    inventory = project.ini("127.0.0.1 a=1\nh\n")
    (host,) = select(inventory, pattern).hosts
    assert host is inventory.hosts["127.0.0.1"]
    assert host.get("ansible_connection") is None


def test_the_implicit_localhost_is_local_and_in_no_other_group(inventory):
    (host,) = select(inventory, "127.0.0.1").hosts
    assert (host.name, host.groups, host.get("ansible_connection")) == ("127.0.0.1", ("all",), "local")


def test_a_group_goes_before_a_host_of_its_name(project):
    with pytest.warns(UserWarning, match='"web" is both a host and a group'):
        inventory = project.ini("web\n[web]\na\n")
    assert names(select(inventory, "web")) == ["a"]
