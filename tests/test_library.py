"""Where task types are found."""

import pytest

from muster.errors import Origin, PlanError
from muster.library import SYNONYMS, Library, root, short_name

MINE = '''
from muster.target.task import task

@task
def hello(name: str = "you"):
    """Greet."""
    yield from ()
'''


def test_the_library_of_a_checkout_is_beside_the_engine():
    assert (root() / "tasks" / "copy.py").is_file()
    assert (root() / "roles").is_dir()


@pytest.mark.parametrize(("name", "short"), [
    ("copy", "copy"),
    ("ansible.builtin.copy", "copy"),
    ("ansible.legacy.copy", "copy"),
    ("ansible.posix.sysctl", "sysctl"),
    ("community.general.ini_file", "ini_file"),
    ("community.crypto.x509", "x509"),
    ("yum", "dnf"),
    ("dnf5", "dnf"),
    ("ansible.builtin.systemd_service", "systemd"),
    ("community.docker.docker_container", "community.docker.docker_container"),
    ("my.own.copy", "my.own.copy"),
])
def test_of_the_well_known_collections_the_last_word_counts(name, short):
    assert short_name(name) == short


def test_a_task_type_is_found_by_its_name_and_read_once():
    library = Library()
    found = library.find("command")
    assert found.name == "command"
    assert "chdir" in found.signature.arguments
    assert library.find("command") is found


@pytest.mark.parametrize("name", ["zzyzx", "", "../setup", "a.b.c", "copy.py", "x" * 3000])
def test_what_is_not_there_is_none(name):
    assert Library().find(name) is None


def test_the_users_own_come_first(tmp_path):
    (tmp_path / "hello.py").write_text(MINE)
    (tmp_path / "command.py").write_text(MINE)
    library = Library([tmp_path])
    assert library.find("hello").path == tmp_path / "hello.py"
    assert list(library.find("command").signature.arguments) == ["name"]
    assert Library().find("hello") is None


def test_all_names_can_be_listed(tmp_path):
    (tmp_path / "hello.py").write_text(MINE)
    (tmp_path / "_shared.py").write_text("")
    names = Library([tmp_path]).names()
    assert {"hello", "copy", *SYNONYMS} <= set(names)
    assert "_shared" not in names
    assert names == sorted(names)


@pytest.mark.parametrize(("text", "says"), [
    ("def hello(:\n", "cannot be loaded: SyntaxError"), ("import nowhere_at_all\n",
    "cannot be loaded: ModuleNotFoundError"),
    ("1 / 0\n", "cannot be loaded: ZeroDivisionError"), ("def hello(): pass\n", "holds no function marked @task")])
def test_a_mistake_in_a_task_type_is_told_as_its_files(tmp_path, text, says):
    (tmp_path / "hello.py").write_text(text)
    place = Origin("site.yml", 3, 7)
    with pytest.raises(PlanError, match=says) as raised:
        Library([tmp_path]).find("hello", place)
    assert str(tmp_path / "hello.py") in raised.value.message
    assert raised.value.origin == place
