"""A playbook with anything in it is carried out, on hosts that are made of nothing: what is wrong fails a task."""

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.actions.action import Failed
from muster.catalogue import action
from muster.connect.session import GREETING
from muster.connect.ssh_config import SshConfig
from muster.errors import InputError
from muster.run import Request, prepare
from muster.stream.options import Options
from muster.stream.run import Run
from muster.stream.walk import Walk
from tests.fuzz.bounds import bounded, hurried
from tests.fuzz.mutations import among, bent, dumped, spoilt
from tests.fuzz.seeds import HARMLESS, plant, structures
from tests.stream.fake import FakeSession, ok
from tests.stream.play import FakeConnections

PLAYBOOK = HARMLESS["playbook"]
FILES = HARMLESS["files"]
HOSTS = "a\nb\nc\n[web]\na\nb\n[db]\nc\nd\n"
# What these do stays inside of this process; all others become calls, which come to nothing.
INSIDE = ("add_host", "assert", "debug", "fail", "group_by", "include", "include_role", "include_tasks", "include_vars",
          "meta", "set_fact")
PATIENCE = 50


class Session(FakeSession):
    """One whose first words are facts, where they are wanted."""

    def receive(self):
        if GREETING in self.in_flight:
            del self.in_flight[GREETING]
            return GREETING, ok(ansible_facts={"ansible_os_family": "none"})
        return super().receive()


class Connections(FakeConnections):
    """Every call on every host is answered, and changes nothing."""

    def session(self, destination, become, interpreter=None, facts=None):
        made = Session(destination.host, lambda number, call: ok())
        if facts is not None:
            made.in_flight[GREETING] = 0
        return made


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Return the directory of the project; nobody sleeps meanwhile, and nobody tries again for ever."""
    directory = tmp_path_factory.mktemp("project")
    plant(directory, {**FILES, "hosts.ini": HOSTS})
    slept = []

    def sleep(walk, seconds):
        slept.append(float(seconds))
        if len(slept) % PATIENCE == 0:
            raise Failed("it has slept often enough")

    with pytest.MonkeyPatch.context() as patch, bounded():
        patch.setattr(Walk, "sleep", sleep)
        yield directory


def carried_out(project, **files):
    """Plan and run with these files in place of the project's own; return how many events there were."""
    plant(project, {"site.yml": PLAYBOOK, **FILES})
    for name, content in files.items():
        (project / name).write_bytes(content)
    request = Request((str(project / "site.yml"),), inventory=(str(project / "hosts.ini"),), options=Options())
    with warnings.catch_warnings(), hurried():
        warnings.simplefilter("ignore")
        try:
            prepared = prepare(request)
        except InputError as error:
            assert str(error)
            return 0
        run = Run(prepared.plan, prepared.engine, Connections({}), prepared.catalogue.library,
                  lambda name: action(name) if name in INSIDE else None, prepared.choose, request.options, SshConfig())
        return len(list(run.stream()))


def test_the_project_itself_runs_to_its_end(project):
    assert carried_out(project) > 100


@given(value=bent(among(structures([PLAYBOOK]))))
def test_a_playbook_that_is_bent(project, value):
    carried_out(project, **{"site.yml": dumped(value).encode()})


@given(content=spoilt(st.just(PLAYBOOK), most=2))
def test_a_playbook_that_is_spoilt(project, content):
    carried_out(project, **{"site.yml": content})


@given(name=among(sorted(FILES)), value=bent(among(structures(FILES.values())), most=2))
def test_a_file_that_is_bent(project, name, value):
    carried_out(project, **{name: dumped(value).encode()})
