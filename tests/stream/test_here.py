import types

import pytest

from muster.actions.action import Failed
from muster.model import Note
from muster.secrets import MASK, SECRETS
from muster.stream.batch import Batch
from muster.stream.here import Moment
from muster.stream.performance import Performance
from muster.stream.walk import Walk
from tests.stream.play import prepared_run


@pytest.fixture
def moment(tmp_path):
    """The moment of the only task of a play on host a, whose role `r` has files of its own."""
    role = tmp_path / "roles" / "r"
    (role / "tasks").mkdir(parents=True)
    (role / "tasks" / "main.yml").write_text("- {command: x, vars: {v: 5}, diff: true}\n")
    (role / "files").mkdir()
    (role / "files" / "own.txt").write_text("own {{ v }}")
    (tmp_path / "beside.txt").write_text("beside")
    run, _ = prepared_run(tmp_path, "- {hosts: all, gather_facts: false, roles: [r]}\n", check=True, verbosity=1)
    plan = run.plan.plays[0]
    batch = Batch(("a",), run.slots)
    run.slots.acquire()
    walk = Walk(run, plan, 0, batch, 0, "a")
    return Moment(Performance(walk, next(plan.steps())))


def test_it_knows_its_task(moment):
    assert (moment.host, moment.check, moment.diff, moment.verbosity) == ("a", True, True, 1)
    assert moment.origin.file.endswith("roles/r/tasks/main.yml")


def test_it_knows_which_hosts_are_this_machine_and_to_whom_it_is_delegated(moment):
    assert moment.delegate is None
    assert not moment.is_local("a") and moment.is_local("localhost")


def test_it_renders_with_the_variables_of_the_task(moment):
    assert moment.render("{{ v }}") == 5
    assert moment.truth("v == 5") is True
    assert moment.evaluate("v + 1") == 6
    assert moment.variable("v") == 5
    assert moment.variable("nope", "default") == "default"


def test_files_of_the_role_come_before_those_beside_the_play(moment, tmp_path):
    assert moment.find("files", "own.txt") == str(tmp_path / "roles" / "r" / "files" / "own.txt")
    assert moment.find("files", "beside.txt") == str(tmp_path / "beside.txt")
    assert moment.find("files", str(tmp_path)) == str(tmp_path)
    assert moment.render_file(moment.find("files", "own.txt")) == "own 5"


def test_a_template_knows_itself(moment, tmp_path):
    (tmp_path / "a.j2").write_text("{{ ansible_managed }}: {{ template_path | basename }}")
    assert moment.render_file(str(tmp_path / "a.j2")) == "Ansible managed: a.j2"


def test_a_file_that_is_nowhere_says_where_it_was_looked_for(moment):
    with pytest.raises(Failed, match=r"\.yml:\d+:\d+: there is no file nope.txt(.|\n)*looked in .*roles/r/files"):
        moment.find("files", "nope.txt")


def test_a_file_whose_name_is_nearly_right_is_suggested(moment):
    with pytest.raises(Failed, match='did you mean ".*own.txt"'):
        moment.find("files", "owm.txt")


def test_notes_reach_the_reader(moment):
    moment.note("wait")
    assert moment.performance.walk.run.events.get() == Note("a", "wait")


def test_off_a_terminal_nobody_is_asked(moment, monkeypatch):
    monkeypatch.setattr("sys.stdin", types.SimpleNamespace(isatty=lambda: False))
    assert moment.ask("sure?", True) is None
    assert moment.performance.walk.run.events.get() == Note("a", "sure?")


def test_on_a_terminal_the_line_is_returned(moment, monkeypatch):
    monkeypatch.setattr("sys.stdin", types.SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("builtins.input", lambda prompt: f"typed at {prompt}")
    monkeypatch.setattr("getpass.getpass", lambda prompt: "unseen")
    SECRETS.add("hunter22")
    assert moment.ask("sure?", True) == "typed at sure?"
    assert moment.ask("hunter22?", True) == f"typed at {MASK}?"
    assert moment.ask("password", False) == "unseen"
