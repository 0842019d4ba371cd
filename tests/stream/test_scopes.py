from dataclasses import replace

import pytest

from muster.errors import Origin
from muster.inventory import gather
from muster.load.roles import Role
from muster.model import Layer
from muster.stream.options import Options
from muster.stream.scopes import Fleet, HostVars, PlayScopes, ScopeMapping
from muster.template.engine import Engine
from tests.stream.fake import step
from tests.stream.play import prepared_run


@pytest.fixture
def fleet(tmp_path):
    (tmp_path / "hosts").write_text("a x=1\nb\n[web]\na\n")
    return Fleet(gather([str(tmp_path / "hosts")], None), Engine(), Options(extra={"extra": 1}))


def role(name, parents=(), **kwargs):
    given = {"defaults": {}, "variables": {}, "tasks": (), "handlers": (), **kwargs}
    return Role(name, f"/roles/{name}", parents=parents, **given)


def of_step(step, directory):
    return {"role_name": lambda: step.role.name} if step.role else {}


def scopes(fleet, tmp_path, vars="{}"):
    run, _ = prepared_run(tmp_path, f"- {{hosts: all, gather_facts: false, vars: {vars}, tasks: []}}\n")
    return PlayScopes(fleet, run.plan.plays[0], "a", {}, lambda: None, of_step)


def test_a_host_nobody_listed_stands_for_itself_and_localhost_for_this_machine(fleet):
    assert fleet.host("elsewhere").name == "elsewhere"
    assert fleet.host("127.0.0.1").get("ansible_connection") == "local"


def test_groups_name_their_hosts(fleet):
    assert fleet.groups() == {"all": ["a", "b"], "ungrouped": ["b"], "web": ["a"]}


def test_another_host_is_seen_as_it_was_at_a_place(fleet):
    memory = fleet.memory("a")
    memory.place = (2, 0)
    memory.put(1, memory.set, {"x": "late"})
    assert fleet.scope("a", {}, lambda: None).get("x") == "late"
    assert fleet.scope("a", {}, lambda: None, (2, 0)).get("x") == 1
    assert fleet.scope("a", {}, lambda: None, (2, 1)).get("x") == "late"


def test_the_layers_of_a_task_in_their_order(fleet, tmp_path):
    made = scopes(fleet, tmp_path, "{play: play, x: play}")
    made.public.append(role("other", defaults={"d": "other", "o": "other"}, variables={"play": "other"}))
    own = role("own", defaults={"d": "own"}, variables={"v": "own"}, parameters={"p": "own"})
    made.memory.put(1, made.memory.set, {"p": "set", "task": "set"})
    scope = made.at(step(role=own, vars={"task": "task", "v": "task"}))
    assert [scope.get(name) for name in ("x", "play", "v", "task", "p", "d", "o", "extra")] == [
        "play", "other", "task", "set", "own", "own", "other", 1]
    assert scope.get("role_name") == "own"


def test_tasks_that_see_the_same_layers_share_a_scope(fleet, tmp_path):
    made = scopes(fleet, tmp_path)
    one, own, other = step(), step(vars={"x": "task"}), step(role=role("own", variables={"x": "role"}))
    assert made.at(one) is made.at(step(when="y"))
    assert [made.at(each).get("x") for each in (one, own, other, one)] == [1, "task", "role", 1]
    made.memory.put(1, made.memory.set, {"x": "set"})
    assert made.at(one).get("x") == "set"


def test_tasks_of_two_files_look_for_files_beside_each(fleet, tmp_path):
    made, one, other = scopes(fleet, tmp_path), step(), step()
    object.__setattr__(other.task, "origin", Origin("elsewhere/tasks.yml", 1, 1))
    assert "elsewhere/files" not in made.at(one).search_paths("files")
    assert "elsewhere/files" in made.at(other).search_paths("files")


def test_a_scope_is_made_anew_when_a_role_comes_in_or_the_inventory_changes(fleet, tmp_path):
    made, here = scopes(fleet, tmp_path), step()
    with pytest.raises(KeyError):
        made.at(here).get("d")
    made.public.append(role("public", defaults={"d": "public"}))
    assert made.at(here).get("d") == "public"
    made.memory.host = replace(made.memory.host, layers=(*made.memory.host.layers, Layer("inventory", {"d": "new"})))
    assert made.at(here).get("d") == "new"


def test_an_include_s_variables_beat_what_was_set(fleet, tmp_path):
    made = scopes(fleet, tmp_path)
    made.memory.put(1, made.memory.set, {"x": "set"})
    here = step()
    object.__setattr__(here, "settings", here.settings.for_include(Layer("include parameters", {"x": "include"})))
    assert made.at(here).get("x") == "include"


def test_files_are_looked_for_in_the_role_then_in_those_that_brought_it_then_beside_the_play(fleet, tmp_path):
    paths = scopes(fleet, tmp_path).paths(step(role=role("own", parents=(role("outer"),))), "files")
    assert paths[:3] == ["/roles/own/files", "/roles/outer/files", "/roles/own"]
    assert paths[-2:] == [str(tmp_path / "files"), str(tmp_path)]


def test_hostvars_are_those_of_the_inventory_and_of_hosts_met_since(fleet):
    hostvars = HostVars(fleet, lambda name: fleet.scope(name, {"inventory_hostname": lambda: name}, lambda: None))
    assert list(hostvars) == ["a", "b"] and len(hostvars) == 2
    assert hostvars["a"]["x"] == 1
    assert hostvars["localhost"]["ansible_connection"] == "local"
    with pytest.raises(KeyError):
        hostvars["nobody"]


def test_a_scope_is_a_mapping(fleet):
    seen = ScopeMapping(fleet.scope("a", {"inventory_hostname": lambda: "a"}, lambda: None))
    assert "x" in seen and "inventory_hostname" in seen and "nope" not in seen
    assert {"x", "extra", "inventory_hostname"} <= set(seen)
    assert len(seen) == len(set(seen))
