"""Roles: where they are found, and what is in them."""

import pytest

from muster.config import Config
from muster.config.config import Found
from muster.errors import LoadError, PlanError
from muster.library import root
from muster.load.roles import Roles, located
from tests.load.test_tasks import HERE, Known


def put(directory, files):
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def roles(tmp_path):
    config = Config(found={"roles_path": Found((str(tmp_path / "shared"),), None)})
    return Roles(Known(), str(tmp_path / "plays"), config=config)


def test_roles_of_collections_are_in_the_configured_path(tmp_path):
    config = Config(found={"collections_path": Found((str(tmp_path / "collections"),), None)})
    found = Roles(Known(), str(tmp_path / "plays"), config=config)
    put(tmp_path / "collections/ansible_collections/my/own/roles/web", {"tasks/main.yml": ""})
    put(tmp_path / "plays/roles/web", {"tasks/main.yml": ""})
    assert found.read("my.own.web", HERE).path.startswith(str(tmp_path / "collections"))
    with pytest.raises(PlanError, match='there is no role "another.one.web"'):
        found.read("another.one.web", HERE)  # It is not taken for another role of that last name.


def test_who_wants_to_know_is_told_where_each_role_is(tmp_path):
    put(tmp_path / "plays/roles/web", {"tasks/main.yml": "- ping:"})
    found = []
    Roles(Known(), str(tmp_path / "plays"), found=found.append).read("web", HERE)
    assert found == [str(tmp_path / "plays/roles/web")]


def test_a_role_holds_what_its_files_say(tmp_path, roles):
    put(tmp_path / "plays/roles/web", {
        "tasks/main.yml": "- ping:", "handlers/main.yaml": "- {name: a, ping: }", "defaults/main.json": '{"a": 1}',
        "vars/main": "b: 2", "meta/main.yml": "dependencies: [base]\nallow_duplicates: yes"})
    role = roles.read("web", HERE, parameters={"c": 3})
    assert (len(role.tasks), len(role.handlers), role.defaults, role.variables) == (1, 1, {"a": 1}, {"b": 2})
    assert [each.name for each in role.dependencies] == ["base"]
    assert (role.allow_duplicates, role.parameters) == (True, {"c": 3})
    assert role.path == str(tmp_path / "plays/roles/web")


def test_a_role_may_be_empty(tmp_path, roles):
    put(tmp_path / "plays/roles/web", {"README.md": ""})
    role = roles.read("web", HERE)
    assert (role.tasks, role.handlers, role.defaults, role.variables, role.dependencies) == ((), (), {}, {}, ())


@pytest.mark.parametrize("order", [
    ("plays/roles/web", "roles/web"), ("roles/web", "shared/web"), ("shared/web", "plays/web")])
def test_places_are_searched_in_their_order(tmp_path, roles, order):
    for place in order:
        put(tmp_path / place, {"tasks/main.yml": ""})
    assert roles.read("web", HERE).path == str(tmp_path / order[0])


def test_a_role_is_found_beside_the_one_that_wants_it(tmp_path, roles):
    put(tmp_path / "elsewhere", {"web/tasks/main.yml": "", "base/tasks/main.yml": ""})
    web = roles.read(str(tmp_path / "elsewhere/web"), HERE)
    assert web.name == str(tmp_path / "elsewhere/web")
    assert roles.read("base", HERE, (web,)).path == str(tmp_path / "elsewhere/base")


@pytest.mark.parametrize("name", ["./web", "../plays/web", "web"])
def test_a_role_may_be_named_by_a_path(tmp_path, roles, name):
    put(tmp_path / "plays/web", {"tasks/main.yml": ""})
    assert roles.read(name, HERE).path == str(tmp_path / "plays/web")


def test_built_in_roles_are_found_last(roles):
    assert roles.find("security_updates", HERE, ()) == (str(root() / "roles/security_updates"), "")


def test_a_directory_beside_the_playbook_is_a_role_only_if_it_looks_like_one(tmp_path, roles):
    (tmp_path / "plays/web").mkdir(parents=True)
    with pytest.raises(PlanError, match='there is no role "web"'):
        roles.read("web", HERE)


def test_a_directory_of_variables_is_merged_in_the_order_of_its_names(tmp_path, roles):
    put(tmp_path / "plays/roles/web/vars/main", {
        "b.yml": "x: 2\ny: 2", "a.yml": "x: 1\nz: 1", "c/d.yml": "w: 3", ".hidden.yml": "x: 5", "README.md": "no"})
    role = roles.read("web", HERE)
    assert role.variables == {"x": 2, "y": 2, "z": 1, "w": 3}
    assert role.variables.origins["z"].file.endswith("vars/main/a.yml")


def test_other_files_than_main_may_be_asked_for(tmp_path, roles):
    put(tmp_path / "plays/roles/web", {
        "tasks/main.yml": "", "tasks/install.yml": "[{ping: }, {ping: }]", "vars/Debian.yml": "a: 1",
        "defaults/b.yml": "b: 1", "handlers/c.yml": "- ping:"})
    role = roles.read("web", HERE, parts={"tasks_from": "install", "vars_from": "Debian.yml", "defaults_from": "b",
                                          "handlers_from": "c"})
    assert (len(role.tasks), role.variables, role.defaults, len(role.handlers)) == (2, {"a": 1}, {"b": 1}, 1)


@pytest.mark.parametrize("part", ["tasks_from", "vars_from", "defaults_from", "handlers_from"])
def test_a_file_that_is_asked_for_must_be_there(tmp_path, roles, part):
    folder = part.removesuffix("_from")
    put(tmp_path / "plays/roles/web", {f"{folder}/install.yml": ""})
    with pytest.raises(PlanError, match=f"the role web has no file {folder}/instal") as raised:
        roles.read("web", HERE, parts={part: "instal"})
    assert raised.value.hint == 'did you mean "install"?'


def test_an_unknown_role_is_told_with_its_nearest_spelling_or_with_the_places(tmp_path, roles):
    put(tmp_path / "plays/roles/bastion", {"tasks/main.yml": ""})
    for name, hint in (("bastoin", 'did you mean "bastion"?'), ("zzyzx", f"looked in {tmp_path}/plays/roles")):
        with pytest.raises(PlanError, match=f'there is no role "{name}"') as raised:
            roles.read(name, HERE)
        assert raised.value.hint.startswith(hint)


@pytest.mark.parametrize("file", ["defaults/main.yml", "vars/main.yml", "vars/main/a.yml", "meta/main.yml"])
def test_variables_that_are_no_mapping_are_told(tmp_path, roles, file):
    put(tmp_path / "plays/roles/web", {file: "- a"})
    with pytest.raises(LoadError, match="a mapping of names to values was expected here, not a list") as raised:
        roles.read("web", HERE)
    assert raised.value.origin.file.endswith(file)


def test_wrong_dependencies_are_told_where_they_stand(tmp_path, roles):
    put(tmp_path / "plays/roles/web", {"meta/main.yml": "galaxy_info: {}\ndependencies: base"})
    with pytest.raises(PlanError, match="a list of roles was expected here") as raised:
        roles.read("web", HERE)
    assert (raised.value.origin.line, raised.value.origin.column) == (2, 15)


def test_each_file_is_read_once_for_all_plays(tmp_path, roles):
    put(tmp_path / "plays/roles/web", {"tasks/main.yml": "- ping:"})
    first = roles.read("web", HERE)
    other = Roles(Known(), str(tmp_path / "plays"), roles.files)
    assert other.read("web", HERE).tasks[0] is first.tasks[0]


def test_what_was_made_stands_at_one_place():
    made = located({"a": 1}, HERE)
    assert (made, made.origins, made.keys_at) == ({"a": 1}, {"a": HERE}, {"a": HERE})


@pytest.mark.parametrize("file", ["tasks/main.yml", "defaults/main.yml", "meta/main.yml"])
def test_a_link_that_leads_nowhere_is_not_taken_for_nothing(tmp_path, roles, file):
    put(tmp_path / "plays/roles/web", {"tasks/other.yml": ""})
    link = tmp_path / "plays/roles/web" / file
    link.parent.mkdir(exist_ok=True)
    link.symlink_to("nowhere")
    with pytest.raises(LoadError, match="No such file or directory"):
        roles.read("web", HERE)
