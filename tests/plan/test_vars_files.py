import pytest

from muster.errors import LoadError, Origin
from muster.model import Host
from muster.plan import HostsFile
from muster.plan.vars_files import layer_of, read_variables
from muster.scope import Memory, Scope
from muster.template.engine import Engine
from tests.planning import planned

PLACE = Origin("site.yml", 1, 1)


def plan_with(tmp_path, entries, **files):
    texts = {name.replace("__", "/") + ".yml": text for name, text in files.items()}
    plan = planned(tmp_path, f"- {{hosts: all, vars: {{which: a}}, vars_files: {entries}}}", texts)
    return plan.plays[0].files


def test_files_that_can_be_found_before_hosts_are_known_are_read_with_the_plan(tmp_path):
    made = plan_with(tmp_path, "['{{ which }}.yml', [none.yml, b.yml], empty.yml, '{{ of_a }}.yml']",
                     a="x: 1\nof_a: c\n", vars__b="y: 2\n", empty="", c="z: 3\n")
    assert [dict(layer.values) for layer in made] == [{"x": 1, "of_a": "c"}, {"y": 2}, {"z": 3}]
    assert made[1].source.endswith("vars/b.yml")


def test_those_that_need_a_host_are_found_for_each(tmp_path):
    made = plan_with(tmp_path, "['{{ ansible_os_family }}.yml', a.yml]", a="x: 1\n")
    assert isinstance(made[0], HostsFile) and made[0].entry == "{{ ansible_os_family }}.yml"
    assert dict(made[1].values) == {"x": 1}


def test_a_file_that_is_not_there_is_told_with_the_nearest_name(tmp_path):
    (tmp_path / "commn.yml").write_text("")
    play = planned(tmp_path, "- {hosts: all}").plays[0].play
    scope = Scope(Engine(), Memory(Host("web")), (), (), {}, lambda kind: [], lambda: None)
    with pytest.raises(LoadError, match=r"there is no file common.yml \(vars_files\)") as raised:
        layer_of(HostsFile("common.yml", PLACE), play, scope)
    assert "commn.yml" in raised.value.hint


def test_a_file_of_variables_is_a_mapping(tmp_path):
    (tmp_path / "a.yml").write_text("- 1\n")
    with pytest.raises(LoadError, match="a file of variables is a mapping; this is a list"):
        read_variables(str(tmp_path / "a.yml"))
