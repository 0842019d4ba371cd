import pytest

from muster.errors import Origin
from muster.inventory import gather
from muster.load.roles import located
from muster.model import Task
from muster.plan import Settings, Step
from muster.stream.magic import of_host, of_step
from muster.stream.options import Options
from muster.stream.scopes import Fleet
from muster.template import OMIT
from muster.template.engine import Engine
from tests.stream.play import play
from tests.stream.test_scopes import role


@pytest.fixture
def names(tmp_path):
    (tmp_path / "hosts").write_text("web1.example.org\n[web]\nweb1.example.org\n")
    fleet = Fleet(gather([str(tmp_path / "hosts")], None), Engine(), Options())
    asked = Options(check=True, verbosity=2, forks=7, tags=("t",), config_file="/etc/ansible/ansible.cfg")
    made = of_host("web1.example.org", fleet, asked)
    return {name: value() for name, value in made.items()}


def test_what_a_host_is_called_and_where_it_is(names, tmp_path):
    assert names["inventory_hostname"] == "web1.example.org"
    assert names["inventory_hostname_short"] == "web1"
    assert names["group_names"] == ["web"]
    assert names["groups"]["all"] == ["web1.example.org"]
    assert names["inventory_dir"] == str(tmp_path)


def test_what_the_run_was_asked_for(names):
    assert (names["ansible_check_mode"], names["ansible_diff_mode"]) == (True, False)
    assert (names["ansible_verbosity"], names["ansible_forks"]) == (2, 7)
    assert (names["ansible_run_tags"], names["ansible_skip_tags"]) == (["t"], [])
    assert names["ansible_config_file"] == "/etc/ansible/ansible.cfg"
    assert names["omit"] is OMIT


def test_the_version_is_one_that_roles_may_compare(names):
    version = names["ansible_version"]
    assert version["full"].split(".")[:2] == [str(version["major"]), str(version["minor"])]


def test_a_task_knows_its_role_who_brought_it_and_where_it_looks_for_files():
    own = role("own", parents=(role("outer"),), by_task=True)
    made = {name: value() for name, value in of_step(step(own), "/play").items()}
    assert (made["role_name"], made["role_path"], made["ansible_parent_role_names"]) == ("own", "/roles/own", ["outer"])
    assert made["ansible_search_path"] == ["/roles/own", "/roles/outer", "/roles/own/tasks", "/play"]


def test_a_role_that_another_depends_on_has_no_parents_by_name():
    assert "ansible_parent_role_names" not in of_step(step(role("needed", parents=(role("outer"),))), "/play")


def step(role):
    origin = Origin(f"{role.path}/tasks/main.yml", 1, 1)
    return Step((1,), Task("ping", {}, None, located({}, origin), origin), "", Settings(), Settings(), None, role)


def test_a_role_knows_its_collection_which_is_no_part_of_its_short_name():
    made = {name: value() for name, value in of_step(step(role("my.own.web", collection="my.own")), "/play").items()}
    names = [made[name] for name in ("role_name", "ansible_role_name", "ansible_collection_name")]
    assert names == ["web", "my.own.web", "my.own"]


@pytest.mark.parametrize("expression, value", [
    ("ansible_play_name", "the play"), ("ansible_play_hosts_all | join", "ab"), ("play_hosts | join", "ab"),
    ("vars.x", "1"), ("vars['inventory_hostname']", "a"), ("hostvars.b.inventory_hostname", "b"),
    ("ansible_play_role_names | join", ""), ("ansible_inventory_sources[0] | length > 0", "True"),
    ("ansible_connection ~ ansible_host", "ssha"), ("ansible_user is defined", "False"),
    ("playbook_dir | basename | length > 0", "True"), ("hostvars | length", "2"), ("lookup('vars', 'x')", "1"),
])
def test_what_a_play_knows(tmp_path, expression, value):
    text = f"""
- name: the play
  hosts: all
  gather_facts: false
  vars: {{x: 1}}
  tasks: [{{command: "{{{{ {expression} }}}}"}}]
"""
    _, connections = play(tmp_path, text, "a,b")
    sent = {session.host: session.sent[0].args["cmd"] for session in connections.sessions}
    assert sent["a"] == value
