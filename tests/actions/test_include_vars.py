import pytest

from muster.actions import find
from muster.actions.action import Failed
from muster.errors import LoadError
from muster.signature import Signature
from tests.actions.harness import FakeHere, act, plant


@pytest.fixture
def here(tmp_path):
    plant(tmp_path, {
        "vars/debian.yml": "package: apache2\nports: [80, 443]\nhome: '/srv/{{ package }}'\n",
        "vars/empty.yml": "",
        "vars/list.yml": "- a\n",
        "vars/broken.yml": "a: [\n",
        "vars/all/10-a.yml": "one: 1\nlevel: outer\n",
        "vars/all/20-b.json": '{"two": 2, "level": "later"}',
        "vars/all/README.md": "not for reading",
        "vars/all/sub/c.yaml": "three: 3\nlevel: inner\n",
        "vars/all/sub/deep/d.yml": "four: 4\n",
    })
    return FakeHere(files=tmp_path, variables={"limits": {"files": 1, "inner": {"a": 1}}, "package": "other"})


def read(here, **arguments):
    return act("include_vars", here, **arguments)["ansible_facts"]


def from_directory(here, **arguments):
    """Return the facts of the directory, and the files relative to it."""
    result = act("include_vars", here, dir="all", **{"ignore_unknown_extensions": True, **arguments})
    files = [path.partition("/vars/all/")[2] for path in result["ansible_included_var_files"]]
    return result["ansible_facts"], files


# A file


def test_the_variables_of_a_file_are_facts_and_not_yet_rendered(here, tmp_path):
    assert act("include_vars", here, file="debian.yml") == {
        "changed": False,
        "ansible_facts": {"package": "apache2", "ports": [80, 443], "home": "/srv/{{ package }}"},
        "ansible_included_var_files": [str(tmp_path / "vars" / "debian.yml")],
    }


def test_they_remember_where_they_stand(here, tmp_path):
    facts = read(here, file="debian.yml")
    assert str(facts.origins["home"]) == f"{tmp_path}/vars/debian.yml:3:7"
    assert str(facts.keys_at["ports"]) == f"{tmp_path}/vars/debian.yml:2:1"


def test_they_can_be_put_into_one_variable(here):
    assert read(here, file="debian.yml", name="web") == {
        "web": {"package": "apache2", "ports": [80, 443], "home": "/srv/{{ package }}"}}


def test_an_empty_file_has_no_variables(here):
    assert read(here, file="empty.yml") == {}


def test_a_file_is_the_free_text():
    assert Signature.of(find("include_vars"), "include_vars").free_form == "file"


@pytest.mark.parametrize(("arguments", "reason"), [
    ({}, "give file or dir"),
    ({"file": "debian.yml", "dir": "all"}, "not both"),
    ({"file": "none.yml"}, "there is no"),
    ({"file": "list.yml"}, "list.yml must hold a mapping"),
    ({"dir": "debian.yml"}, "debian.yml is no directory"),
    ({"dir": "all"}, "README.md does not end in json, yaml, yml"),
    ({"dir": "all", "files_matching": "("}, r"files_matching: '\(' is no regular expression"),
    ({"dir": "all", "ignore_files": ["*.md"]}, "ignore_files: .* is no regular expression"),
])
def test_what_cannot_be_read_fails(here, arguments, reason):
    with pytest.raises(Failed, match=reason):
        read(here, **arguments)


def test_a_file_that_is_no_yaml_is_told_with_its_place(here):
    with pytest.raises(LoadError) as caught:
        read(here, file="broken.yml")
    assert caught.value.origin.file.endswith("vars/broken.yml")


# A directory


def test_files_of_a_directory_are_read_in_order_and_the_last_one_counts(here):
    facts, files = from_directory(here)
    assert files == ["10-a.yml", "20-b.json", "sub/c.yaml", "sub/deep/d.yml"]
    assert facts == {"one": 1, "two": 2, "three": 3, "four": 4, "level": "inner"}


@pytest.mark.parametrize(("arguments", "expected"), [
    ({"depth": 1}, ["10-a.yml", "20-b.json"]),
    ({"depth": 2}, ["10-a.yml", "20-b.json", "sub/c.yaml"]),
    ({"depth": 0, "extensions": ["json"]}, ["20-b.json"]),
    ({"extensions": [".yaml"]}, ["sub/c.yaml"]),
    ({"files_matching": "^[cd]"}, ["sub/c.yaml", "sub/deep/d.yml"]),
    ({"ignore_files": ["json", "d.yml"]}, ["10-a.yml", "sub/c.yaml"]),
    ({"ignore_files": ["README.md"], "ignore_unknown_extensions": False},
     ["10-a.yml", "20-b.json", "sub/c.yaml", "sub/deep/d.yml"]),
])
def test_files_of_a_directory_are_chosen(here, arguments, expected):
    assert from_directory(here, **arguments)[1] == expected


# Mappings that exist already


def test_mappings_are_replaced(here, tmp_path):
    plant(tmp_path, {"vars/limits.yml": "limits: {users: 5}\n"})
    assert read(here, file="limits.yml") == {"limits": {"users": 5}}


def test_mappings_can_be_merged_at_every_depth(here, tmp_path):
    plant(tmp_path, {"vars/limits.yml": "limits: {users: 5, files: 2, inner: {b: 2}}\npackage: new\n"})
    assert read(here, file="limits.yml", hash_behaviour="merge") == {
        "limits": {"users": 5, "files": 2, "inner": {"a": 1, "b": 2}}, "package": "new"}


def test_a_directory_that_is_inside_of_itself_is_told(here, tmp_path):
    (tmp_path / "vars/all/up").symlink_to("..")
    with pytest.raises(Failed, match="is inside of itself"):
        from_directory(here)
