"""A playbook with anything in it is planned, or refused with a place. So are the files it brings in."""

import warnings

import pytest
from hypothesis import given

from muster.errors import InputError
from muster.run import Request, prepare
from muster.stream.options import Options
from tests.fuzz.bounds import bounded, hurried
from tests.fuzz.mutations import among, bent, dumped, spoilt
from tests.fuzz.seeds import HARMLESS, cases, plant, playbooks, structures

PLAYBOOKS = playbooks()
FILES = HARMLESS["files"]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return a directory with what is beside the playbooks, and an inventory."""
    directory = tmp_path_factory.mktemp("project")
    for case in reversed(cases()):
        plant(directory, {name: text for name, text in case.get("files", {}).items() if not name.startswith("tasks/")})
    plant(directory, {"hosts.ini": "a\nb\nc\n[web]\na\nb\n[db]\nc\nd\n"})
    with bounded():
        yield directory


def planned(project, name, content, **request):
    """Plan the playbook while a file has this content; what is refused is refused with a place."""
    before = (project / name).read_bytes() if (project / name).exists() else b""
    (project / name).write_bytes(content)
    given = Request((str(project / "site.yml"),), inventory=(str(project / "hosts.ini"),), options=Options(), **request)
    with warnings.catch_warnings(), hurried():
        warnings.simplefilter("ignore")
        try:
            prepare(given)
        except InputError as error:
            assert error.origin or str(project) in error.message or request, error
            assert str(error)
    (project / name).write_bytes(before)


@given(content=spoilt(among(PLAYBOOKS)))
def test_the_text_of_a_playbook(project, content):
    planned(project, "site.yml", content)


@given(value=bent(among(structures(PLAYBOOKS))))
def test_the_structure_of_a_playbook(project, value):
    planned(project, "site.yml", dumped(value).encode())


@given(name=among(sorted(FILES)), content=spoilt(among(sorted(FILES.values())), most=2))
def test_a_file_that_a_playbook_brings_in(project, name, content):
    (project / "site.yml").write_text(HARMLESS["playbook"], encoding="utf-8")
    planned(project, name, content)


@given(name=among(sorted(FILES)), value=bent(among(structures(FILES.values())), most=2))
def test_the_structure_of_a_file_that_a_playbook_brings_in(project, name, value):
    (project / "site.yml").write_text(HARMLESS["playbook"], encoding="utf-8")
    planned(project, name, dumped(value).encode())
