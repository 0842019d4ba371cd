import types

import pytest

from muster.connect.start import Become
from muster.errors import PlanError
from muster.inventory import gather
from muster.model import Layer
from muster.stream.keywords import Keywords
from muster.stream.options import Options
from muster.stream.scopes import Fleet
from muster.stream.way import Way
from muster.template.engine import Engine
from tests.stream.fake import step

ENGINE = Engine()


def way(tmp_path, variables=None, options=None, other="", **given):
    """Return the way of a task on host a, beside which there is a host b with `other` as its variables."""
    (tmp_path / "hosts").write_text(f"a\nb {other}\n")
    fleet = Fleet(gather([str(tmp_path / "hosts")], None), ENGINE, {})
    walk = types.SimpleNamespace(
        host="a", ahead=types.SimpleNamespace(drain=lambda: None),
        run=types.SimpleNamespace(fleet=fleet, magic_of=lambda name: {"inventory_hostname": lambda: name}))
    scope = fleet.scope("a", {}, lambda: None).child(Layer("play vars", variables or {}))
    return Way(walk, Keywords(step(**given), ENGINE, options or Options(), scope))


def test_a_task_is_carried_out_on_its_own_host_as_who_logs_in(tmp_path):
    made = way(tmp_path)
    assert (made.host, made.become) == ("a", Become())


def test_a_delegated_task_goes_by_the_other_host_s_variables(tmp_path):
    made = way(tmp_path, {"ansible_user": "mine"}, other='ansible_host="{{ inventory_hostname }}.x"',
               delegate_to="{{ 'b' }}", remote_user="me")
    assert made.host == "b"
    assert made.lookup("ansible_host") == "b.x"
    assert made.lookup("ansible_user") is None


def test_variables_of_the_connection_beat_keywords(tmp_path):
    assert way(tmp_path, remote_user="{{ 'word' }}").lookup("ansible_user") == "word"
    assert way(tmp_path, {"ansible_user": "variable"}, remote_user="word").lookup("ansible_user") == "variable"


@pytest.mark.parametrize("variables, options, given, user", [
    ({}, {}, {"become": True}, "root"),
    ({}, {"become": True, "become_user": "app"}, {}, "app"),
    ({}, {"become": True}, {"become": False}, None),
    ({}, {}, {"become": True, "become_user": "{{ 'web' }}"}, "web"),
    ({"ansible_become": "yes", "ansible_become_user": "db"}, {}, {"become": False, "become_user": "web"}, "db"),
    ({"ansible_become": False}, {}, {"become": True}, None),
])
def test_whom_to_become(tmp_path, variables, options, given, user):
    assert way(tmp_path, variables, Options(**options), **given).become.user == user


def test_the_password_is_the_first_that_is_known(tmp_path):
    options = Options(become_password="asked")
    assert way(tmp_path, {}, options, become=True).become.password == "asked"
    assert way(tmp_path, {"ansible_become_pass": 123}, options, become=True).become.password == "123"


def test_flags_that_are_used_anyway_are_left_out(tmp_path):
    assert way(tmp_path, become=True, become_flags="-H -S -n -i").become.flags == "-i"


@pytest.mark.parametrize("variables, given, message", [
    ({}, {"become": True, "become_method": "doas"}, "become_method doas is not known here"),
    ({"ansible_become": "perhaps"}, {}, "ansible_become is yes or no, not 'perhaps'"),
])
def test_what_cannot_be_become_is_an_error(tmp_path, variables, given, message):
    with pytest.raises(PlanError, match=message):
        way(tmp_path, variables, **given)
