"""The straight line, up to the plan; what hosts do is in `stream/` and `runs/`."""

import warnings

import pytest

from muster.config import Config
from muster.config.config import Found
from muster.errors import InventoryError, LoadError, PlanError, TemplateError
from muster.load.yaml import YamlWarning
from muster.run import Request, prepare, run, task_directories
from muster.stream.options import Options
from tests.planning import names, planned, steps

MINE = '''
from muster.target.task import task

@task
def hello(name: str = "you"):
    """Greet."""
    yield from ()
'''


def hosts(plan):
    return [[host.name for host in play.hosts] for play in plan.plays]


def layers(found):
    return [(layer.rank, dict(layer.values)) for layer in found]


@pytest.fixture
def told():
    """Return the warnings that are given."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield lambda: [str(each.message) for each in caught if each.category is YamlWarning]


def test_hosts_may_be_a_variable_of_the_play_of_its_files_or_from_the_command_line(tmp_path):
    plan = planned(tmp_path, """
- {hosts: "{{ a }}", vars: {a: web}}
- {hosts: "{{ b }}", vars_files: more.yml}
- {hosts: ["{{ c }}", db], vars: {c: nothing}}
""", {"more.yml": "b: db"}, extra={"c": "web"})
    assert hosts(plan) == [["web"], ["db"], ["web", "db"]]


def test_the_limit_holds_for_every_play(tmp_path):
    assert hosts(planned(tmp_path, "[{hosts: all}, {hosts: web}]", limit="db")) == [["db"], []]


def test_a_part_of_a_pattern_that_names_nothing_is_told_with_its_place(tmp_path, told):
    planned(tmp_path, "- hosts: web:wbe\n")
    assert [text.partition("site.yml:")[2] for text in told()] == [
        '1:10: nothing in the inventory matches "wbe"; did you mean "web"?']


def test_a_part_of_a_pattern_that_names_nothing_is_what_is_configured(tmp_path, told):
    def config(how):
        return Config(found={"host_pattern_mismatch": Found(how, None)})

    planned(tmp_path, "- hosts: web:wbe\n", config=config("ignore"))
    assert told() == []
    with pytest.raises(InventoryError, match='nothing in the inventory matches "wbe"'):
        planned(tmp_path, "- hosts: web:wbe\n", config=config("error"))


def test_an_extension_of_jinja_that_cannot_be_loaded_is_told_before_the_run(tmp_path):
    with pytest.raises(TemplateError, match="the extension no.such of Jinja cannot be loaded"):
        planned(tmp_path, "- hosts: web\n", config=Config(found={"jinja2_extensions": Found(("no.such",), None)}))


def test_without_an_inventory_there_is_this_machine(tmp_path, told):
    assert hosts(planned(tmp_path, "- hosts: localhost", inventory=())) == [["localhost"]]
    assert told() == []


def test_a_run_without_hosts_says_why(tmp_path, told):
    planned(tmp_path, "- hosts: all", inventory=())
    planned(tmp_path, "- hosts: web", limit="db")
    assert told() == ['there is no inventory (-i), so localhost is the only host, and not one of "all"',
                      'no play has a host to run on within the limit "db"']


def test_several_playbooks_are_one_plan(tmp_path):
    (tmp_path / "a.yml").write_text("- {hosts: web, gather_facts: false, tasks: [{name: a, ping: }]}")
    (tmp_path / "b.yml").write_text("- {hosts: db, gather_facts: false, tasks: [{name: b, ping: }]}")
    request = Request((str(tmp_path / "a.yml"), str(tmp_path / "b.yml")), inventory=("web,db",))
    plan = prepare(request).plan
    assert (names(plan), hosts(plan)) == (["a", "b"], [["web"], ["db"]])


def test_files_of_variables_come_above_the_variables_of_the_play(tmp_path):
    play = planned(tmp_path, "- {hosts: all, vars: {a: 1}, vars_files: [one.yml, two.yml]}", {
        "one.yml": "b: 1", "vars/two.yml": "c: 1"}).plays[0]
    assert layers(play.variables) == [("play vars", {"a": 1})]
    assert layers(play.files) == [("vars_files", {"b": 1}), ("vars_files", {"c": 1})]


def test_of_several_names_of_a_file_of_variables_the_first_that_exists_counts(tmp_path):
    play = planned(tmp_path, "- {hosts: all, vars: {os: Debian}, vars_files: [['{{ os }}.yml', other.yml]]}", {
        "other.yml": "a: 1"}).plays[0]
    assert layers(play.files) == [("vars_files", {"a": 1})]


def test_an_empty_file_of_variables_is_no_mistake(tmp_path):
    assert planned(tmp_path, "- {hosts: all, vars_files: a.yml}", {"a.yml": "# none"}).plays[0].files == ()


@pytest.mark.parametrize(("entry", "error", "says", "hint"), [
    ("common.yml", LoadError, "there is no file common.yml", 'did you mean "'),
    ("[a.yml, b.yml]", LoadError, "there is no file a.yml or b.yml", ""),
    ("'{{ 1 + }}.yml'", TemplateError, "unexpected", ""),
    ("list.yml", LoadError, "a file of variables is a mapping; this is a list", "")])
def test_a_wrong_file_of_variables_is_told(tmp_path, entry, error, says, hint):
    with pytest.raises(error, match=says) as raised:
        planned(tmp_path, f"- {{hosts: all, vars_files: [{entry}]}}", {"list.yml": "- a", "comon.yml": "a: 1"})
    assert raised.value.hint.startswith(hint)
    assert raised.value.origin.line == 1


def test_variables_from_the_command_line_beat_those_of_the_play_while_planning(tmp_path):
    plan = planned(tmp_path, """
- hosts: all
  gather_facts: false
  vars: {file: a}
  tasks: [{import_tasks: "{{ file }}.yml"}]
""", {"a.yml": "- {name: a, ping: }", "b.yml": "- {name: b, ping: }"}, extra={"file": "b"})
    assert names(plan) == ["b"]


def test_task_types_of_ones_own_are_beside_the_playbook_or_beside_its_folder(tmp_path):
    for folder in ("tasks", "plays/tasks"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "tasks" / "hello.py").write_text(MINE)
    (tmp_path / "plays" / "tasks" / "main.yml").write_text("")
    for directory in (tmp_path, tmp_path / "plays"):
        assert [each.resolve() for each in task_directories(str(directory))] == [tmp_path / "tasks"]


def test_a_task_type_of_ones_own_is_used_and_checked(tmp_path):
    plan = planned(tmp_path, "- {hosts: all, tasks: [{name: a, hello: {name: you}}]}", {"tasks/hello.py": MINE})
    assert steps(plan)["a"].signature.name == "hello"
    with pytest.raises(PlanError, match='hello has no argument "nam"'):
        planned(tmp_path, "- {hosts: all, tasks: [{hello: {nam: you}}]}")


def test_what_muster_lacks_is_told_once_a_type_with_count_and_place(tmp_path, told):
    planned(tmp_path, """
- hosts: all
  tasks:
    - patch: {src: a, dest: b}
    - community.docker.docker_container: {name: a}
    - ansible.posix.patch: {src: c, dest: d}
""")
    assert [text.partition("site.yml:")[2] for text in told()] == [
        "5:7: muster has no task type community.docker.docker_container (1 task); "
        "a host that comes to it will fail there",
        "4:7: muster has no task type patch (2 tasks); a host that comes to it will fail there"]


def test_of_volumes_and_file_systems_it_is_told_what_to_do_instead(tmp_path, told):
    planned(tmp_path, "- {hosts: all, tasks: [{community.general.lvol: {vg: a, lv: b}}]}")
    assert len(told()) == 1 and "muster has no task type lvol (1 task); a host that comes" in told()[0]
    assert told()[0].endswith("prepare them in the image or with cloud-init; `mount` mounts them")


ROLE_WITH_MODULE = {"roles/web/library/thing.py": "",
                    "roles/web/tasks/main.yml": "- {thing: {name: a}, tags: things}\n- ping:"}


def test_a_module_that_a_role_brings_for_ansible_is_refused_with_its_file_and_what_to_do(tmp_path):
    with pytest.raises(PlanError) as caught:
        planned(tmp_path, "- {hosts: all, roles: [web]}", ROLE_WITH_MODULE)
    text = str(caught.value)
    assert "roles/web/tasks/main.yml:1:4: thing (1 task) is a module written for Ansible" in text
    assert f"{tmp_path}/roles/web/library/thing.py" in text and "a task type of your own, tasks/thing.py" in text


def test_a_module_for_ansible_is_not_refused_where_no_task_of_the_plan_needs_it(tmp_path, told):
    planned(tmp_path, "- {hosts: all, roles: [web]}", ROLE_WITH_MODULE, skip_tags=("things",))
    assert told() == []


def test_a_task_that_is_left_out_by_its_tags_is_not_told(tmp_path, told):
    planned(tmp_path, "- {hosts: all, tasks: [{patch: {src: a, dest: b}}]}", tags=("other",))
    assert told() == []


def test_an_imported_file_is_read_once_for_all_plays(tmp_path):
    plan = planned(tmp_path, "[{hosts: all, roles: [web]}, {hosts: all, roles: [web]}]",
                   {"roles/web/tasks/main.yml": "- {name: a, ping: }"})
    first, second = (next(step for step in play.steps() if step.name == "web : a") for play in plan.plays)
    assert first.task is second.task


def test_a_playbook_is_carried_out_on_this_machine_and_its_exit_code_told(tmp_path, capsys):
    (tmp_path / "site.yml").write_text("""
- hosts: localhost
  gather_facts: false
  tasks: [{debug: {msg: "{{ word }}"}}]
""")
    request = Request((str(tmp_path / "site.yml"),), output="plain", options=Options(extra={"word": "good evening"}))
    assert run(request) == 0
    assert "good evening" in capsys.readouterr().out
    assert run(Request((str(tmp_path / "site.yml"),), output="plain")) == 2
    assert '"word" is undefined' in capsys.readouterr().out


def test_hosts_that_an_earlier_play_may_add_are_not_missed_before_the_run(tmp_path):
    add = "- {hosts: web, gather_facts: false, tasks: [{group_by: {key: made}}]}\n"
    later = "- {hosts: made, gather_facts: false}\n"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert planned(tmp_path, add + later).plays[1].hosts == ()
    with pytest.warns(UserWarning, match='nothing in the inventory matches "made"'):
        planned(tmp_path, later + add)
