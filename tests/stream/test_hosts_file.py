"""Files of variables of each host's own; whole playbooks in tests/runs/cases/variables.yml use them."""

import pytest

from muster.errors import LoadError, Origin, UndefinedVariable
from muster.model import Host, Layer
from muster.plan import HostsFile
from muster.scope import Memory, Scope
from muster.stream.hosts_file import FileOfHost
from muster.template.engine import Engine

PLACE = Origin("site.yml", 2, 3)


class Play:
    """As much of a `PlayPlan` as is asked for."""

    def __init__(self, directory):
        self.play = self
        self.directory = str(directory)


@pytest.fixture
def memory():
    return Memory(Host("web1"))


def file_of(entry, directory, memory, **variables):
    """Return such a file, and the scope it is a layer of."""
    def scope():
        return Scope(Engine(), memory, (Layer("vars_files", file), Layer("play vars", variables)), (), {},
                     lambda kind: [], lambda: None)

    file = FileOfHost(HostsFile(entry, PLACE), Play(directory), scope)
    return file, scope()


def test_there_is_nothing_in_it_until_its_name_can_be_made(tmp_path, memory):
    (tmp_path / "vars").mkdir()
    (tmp_path / "vars" / "Debian.yml").write_text("package: chrony\n")
    file, scope = file_of("{{ ansible_os_family }}.yml", tmp_path, memory)
    assert "package" not in file and dict(file) == {} and len(file) == 0
    memory.put_facts({"ansible_os_family": "Debian"}, gathered=True)
    assert scope.get("package") == "chrony" and dict(file) == {"package": "chrony"}
    assert str(file.origins["package"]).endswith("vars/Debian.yml:1:10")


def test_its_name_may_be_made_of_what_it_could_hold_itself(tmp_path, memory):
    (tmp_path / "a.yml").write_text("which: b\n")
    _, scope = file_of("{{ which }}.yml", tmp_path, memory, which="a")
    assert scope.get("which") == "b"


def test_of_several_names_the_first_that_exists_counts(tmp_path, memory):
    (tmp_path / "other.yml").write_text("")
    (tmp_path / "last.yml").write_text("a: 1\n")
    file, _ = file_of(["{{ x }}.yml", "other.yml", "last.yml"], tmp_path, memory, x="none")
    assert dict(file) == {}


def test_what_is_still_unknown_when_facts_are_there_is_an_error(tmp_path, memory):
    file, _ = file_of("{{ nope }}.yml", tmp_path, memory)
    assert dict(file) == {}
    memory.put_facts({"ansible_os_family": "Debian"}, gathered=True)
    with pytest.raises(UndefinedVariable, match='"nope" is undefined'):
        file.values_now()


def test_a_file_that_is_not_there_is_named(tmp_path, memory):
    file, _ = file_of("{{ x }}.yml", tmp_path, memory, x="none")
    with pytest.raises(LoadError, match="there is no file none.yml"):
        file.values_now()


def test_a_name_is_tried_again_only_when_the_host_has_learned_something(tmp_path, memory, monkeypatch):
    file, _ = file_of("{{ nope }}.yml", tmp_path, memory)
    tried = []

    def render(*arguments):
        tried.append(arguments)
        raise UndefinedVariable("it is undefined")

    monkeypatch.setattr(Engine, "render", render)
    for _ in range(3):
        file.values_now()
    assert len(tried) == 1
    memory.set["nope"] = "a"
    file.values_now()
    assert len(tried) == 2
