"""What is known of task types."""

import pytest

from muster.catalogue import OF_VOLUMES, STATIC, Catalogue, action, elsewhere, instead, names_of_actions
from muster.errors import Origin
from muster.foreign import Foreign
from muster.library import Library

HERE = Origin("site.yml", 3, 7)


@pytest.fixture
def catalogue():
    return Catalogue(Library())


@pytest.mark.parametrize("name", [
    "command", "ansible.builtin.command", "debug", "set_fact", "import_tasks", "ansible.builtin.import_role", "yum",
    "unarchive", "ansible.builtin.unarchive", "community.docker.docker_container", "ansible.posix.patch",
    "my.own.thing"])
def test_names_that_may_be_meant_are_known(catalogue, name):
    assert name in catalogue


@pytest.mark.parametrize("name", ["coppy", "ansible.builtin.coppy", "ansible.legacy.zzyzx", "a.b", "",
    "bekome", 5, True])
def test_names_that_nobody_knows_are_not(catalogue, name):
    assert name not in catalogue


@pytest.mark.parametrize("name", sorted(OF_VOLUMES))
def test_what_makes_volumes_is_known_and_not_musters_to_do(name):
    assert name in Catalogue(Library()) and Catalogue(Library()).signature(name, HERE) is None
    assert "cloud-init" in instead(name) and "`mount`" in instead(name)


def test_what_is_lacking_otherwise_can_be_done_in_other_ways():
    assert "ansible-playbook" in instead("xfs_quota")


def test_modules_that_were_written_for_ansible_are_known_and_lacking(tmp_path):
    (tmp_path / "web/library").mkdir(parents=True)
    (tmp_path / "web/library/own_thing.py").write_text("")
    catalogue = Catalogue(Library(), Foreign())
    assert "own_thing" not in catalogue
    catalogue.learn(str(tmp_path / "web"))
    assert "own_thing" in catalogue and "ansible.legacy.own_thing" in catalogue
    assert catalogue.signature("own_thing", HERE) is None


def test_names_for_suggestions_are_those_that_work(catalogue):
    names = catalogue.names()
    assert {"command", "debug", "import_tasks", "yum"} <= set(names)
    assert not {"patch", "docker_container", "action", "local_files"} & set(names)


def test_a_task_type_of_the_hosts_has_its_own_signature(catalogue):
    assert catalogue.signature("command", HERE).free_form
    assert catalogue.signature("command", HERE) is catalogue.signature("command", HERE)


def test_an_action_takes_the_arguments_of_its_other_half_too(catalogue):
    arguments = catalogue.signature("template", HERE).arguments
    assert {"src", "dest", "mode", "owner", "trim_blocks"} <= set(arguments)


def test_what_is_lacking_is_noted_with_every_place(catalogue):
    other = Origin("site.yml", 9, 7)
    assert catalogue.signature("patch", HERE) is None
    assert catalogue.signature("patch", other) is None
    assert catalogue.signature("command", other) is not None
    assert catalogue.lacking == {"patch": [HERE, other]}


def test_the_files_for_the_far_side_are_those_of_the_halves_that_run_there(catalogue):
    files = catalogue.files({"template", "command", "debug", "patch", "set_fact"})
    assert sorted(path.name for path in files) == ["command.py", "copy.py"]


def test_static_imports_are_neither_actions_nor_task_types():
    assert not set(STATIC) & names_of_actions()
    assert all(action(name) is None for name in STATIC)


def test_the_names_that_others_know_are_names():
    assert all(name.isidentifier() for name in elsewhere())
    assert {"unarchive", "mount", "docker_container"} <= elsewhere()
