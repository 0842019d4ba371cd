"""group_vars/ and host_vars/."""

import os

import pytest

from muster.errors import InventoryError, LoadError, VaultError
from muster.inventory.vars_files import VarsFiles, walk
from muster.load.yaml import YamlWarning


@pytest.fixture
def files(project):
    def write(**texts):
        project.write({f"group_vars/{name.replace('__', '.')}": text for name, text in texts.items()})
        return VarsFiles(project.path("group_vars"))

    return write


def values(files, name):
    return [values for values, _ in files.variables(name)]


@pytest.mark.parametrize("ending", ["", ".yml", ".yaml", ".json"])
def test_a_file_has_one_of_four_endings(project, ending):
    file = f"group_vars/web{ending}"
    project.write({file: '{"a": 1}'})
    assert VarsFiles(project.path("group_vars")).variables("web") == [({"a": 1}, project.path(file))]


def test_a_directory_is_read_in_order_of_name_and_down(project):
    project.write({f"group_vars/web/{name}": f"from: {name}" for name in
                   ("b.yml", "a", "c/d.json", "c/a.yaml", ".hidden", "old~", "notes.txt", "e.d/x.yml")})
    assert [each["from"] for each in values(VarsFiles(project.path("group_vars")), "web")] == [
        "a", "b.yml", "c/a.yaml", "c/d.json"]


def test_a_name_with_two_files_warns_of_the_one_that_is_not_read(project):
    project.write({"group_vars/web/a.yml": "x: directory", "group_vars/web.yml": "x: file"})
    with pytest.warns(YamlWarning, match=r"web\.yml is not read, because .*web is there"):
        assert values(VarsFiles(project.path("group_vars")), "web") == [{"x": "directory"}]


def test_a_directory_with_an_ending_is_no_variable_file(project):
    project.write({"group_vars/web.yml/a.yml": "x: 1"})
    assert values(VarsFiles(project.path("group_vars")), "web") == []


def test_empty_files_give_no_variables(files):
    assert values(files(web="", db="---\n"), "web") == []


def test_a_file_is_read_once(files):
    found = files(web__yml="a: 1")
    first = found.variables("web")
    os.remove(os.path.join(found.directory, "web.yml"))
    assert found.variables("web") is first


def test_a_directory_that_is_not_there_holds_nothing(project):
    assert VarsFiles(project.path("group_vars")).variables("web") == []


@pytest.mark.parametrize(("text", "error", "says"), [
    ("- a\n", InventoryError, "a mapping of names to values, and this is a list"),
    ("$ANSIBLE_VAULT;1.1;AES256\n66\n", VaultError, "the vault text is cut off"),
    ("a: [1\n", LoadError, "not valid YAML"),
    ("a: !vault [x]\n", LoadError, "what !vault marks is text"),
])
def test_files_that_hold_no_variables_are_told(files, text, error, says):
    found = files(web__yml=text, db__yml="fine: 1")
    assert values(found, "db") == [{"fine": 1}]
    with pytest.raises(error, match=says) as raised:
        found.variables("web")
    assert raised.value.origin.file == os.path.join(found.directory, "web.yml")


def test_walking_a_directory_without_files_gives_nothing(tmp_path):
    assert list(walk(str(tmp_path))) == []


def test_a_directory_that_is_inside_of_itself_is_told(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).symlink_to(".")
    with pytest.raises(InventoryError, match="is inside of itself"):
        list(walk(str(tmp_path)))
