import re
import types
from pathlib import Path

import pytest

from muster.connect.become import Become
from muster.connect.destination import Defaults
from muster.errors import PlanError
from muster.inventory import gather
from muster.load.roles import located
from muster.model import Layer
from muster.plan.settings import STEERING_KEYWORDS, Settings
from muster.secrets import MASK, SECRETS
from muster.stream import way as module
from muster.stream.keywords import Keywords
from muster.stream.options import Options
from muster.stream.scopes import Fleet
from muster.stream.way import STEERING, Way, Ways
from muster.template.engine import Engine
from tests.stream.fake import HERE, step

ENGINE = Engine()


def walking(tmp_path, variables=None, other=""):
    """Return a walk on host a, beside which there is a host b with `other` as its variables, and the scope of a."""
    (tmp_path / "hosts").write_text(f"a\nb {other}\n")
    fleet = Fleet(gather([str(tmp_path / "hosts")], None), ENGINE, Options())
    walk = types.SimpleNamespace(
        host="a", ahead=types.SimpleNamespace(drain=lambda: None), memory=fleet.memory("a"),
        run=types.SimpleNamespace(fleet=fleet, magic_of=lambda name: {"inventory_hostname": lambda: name}))
    return walk, fleet.scope("a", {}, lambda: None).child(Layer("play vars", variables or {}))


def words(scope, options=None, **given):
    return Keywords(step(**given), ENGINE, options or Options(), scope)


def way(tmp_path, variables=None, options=None, other="", **given):
    walk, scope = walking(tmp_path, variables, other)
    return Ways(walk).of(words(scope, options, **given))


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


def test_what_tells_one_way_to_a_host_from_another():
    assert Way("a", {"ansible_user": "me", "ansible_port": 7}.get).address == ("a", "None", "None", "7", "me")


def test_a_way_is_kept_while_nothing_that_names_it_changes(tmp_path):
    walk, scope = walking(tmp_path, {"ansible_user": "me"})
    ways = Ways(walk)
    one = ways.of(words(scope, become=True))
    assert ways.of(words(scope, become=True, name="another", when="x")) is one
    assert ways.of(words(scope.child(Layer("loop", {"item": 1})), become=True)) is one
    assert ways.of(words(scope)).become == Become()


def test_what_names_a_way_is_looked_at_before_each_task(tmp_path):
    walk, scope = walking(tmp_path, {"ansible_user": "me"})
    ways = Ways(walk)

    def user(scope=scope, **given):
        return ways.of(words(scope, **given)).address[-1]

    assert user() == "me"
    assert user(scope.child(Layer("loop", {"ansible_user": "item"}))) == "item"
    walk.memory.included["ansible_user"] = "included"
    assert user(scope.parent) == "included"
    walk.memory.set["ansible_user"] = "set"
    assert user(scope.parent) == "set"
    walk.memory.set.clear(), walk.memory.included.clear()
    assert user() == "me"
    assert user(scope.parent, remote_user="word") == "word"


def test_a_way_that_a_variable_with_a_template_names_is_found_for_each_task(tmp_path):
    walk, scope = walking(tmp_path, {"ansible_user": "{{ who }}", "who": "me"})
    ways = Ways(walk)
    scope = scope.parent.child(Layer("play vars", {"ansible_user": "{{ who }}"}))
    for who in ("you", "she"):
        walk.memory.set["who"] = who
        assert ways.of(words(scope)).address[-1] == who


def test_a_way_that_a_keyword_with_a_template_names_is_found_for_each_task(tmp_path):
    walk, scope = walking(tmp_path)
    ways = Ways(walk)
    for who in ("you", "she"):
        walk.memory.set["who"] = who
        assert ways.of(words(scope.parent, become=True, become_user="{{ who }}")).become.user == who


def test_every_keyword_that_a_way_is_made_of_is_looked_at():
    source = Path(module.__file__).read_text(encoding="utf-8")
    asked = set(re.findall(r'keywords\.(?:has|flag|rendered)\("(\w+)"', source))
    assert asked | set(module.OF_KEYWORDS.values()) == set(STEERING_KEYWORDS)


def test_a_delegated_task_finds_its_way_anew(tmp_path):
    walk, scope = walking(tmp_path)
    ways = Ways(walk)
    assert ways.of(words(scope, delegate_to="b")).lookup("ansible_user") is None
    walk.run.fleet.memory("b").set["ansible_user"] = "me"
    assert ways.of(words(scope, delegate_to="b")).lookup("ansible_user") == "me"


@pytest.mark.parametrize(("keywords", "defaults", "found"), [
    ({}, Defaults(), {"ansible_connection": "ssh"}),
    ({}, Defaults(connection="local", user="al"), {"ansible_connection": "local", "ansible_user": "al"}),
    ({"connection": "local", "remote_user": "bo"}, Defaults(user="al"),
     {"ansible_connection": "local", "ansible_user": "bo"})])
def test_how_a_host_is_reached_is_known_where_no_variable_says_it(keywords, defaults, found):
    settings = Settings().under(located(keywords, HERE))
    made = module.reached("a", types.SimpleNamespace(settings=settings), defaults)
    assert made == {"ansible_host": "a", **found}


def test_what_a_layer_says_of_the_way_counts_more_than_how_a_host_is_reached(tmp_path):
    walk, scope = walking(tmp_path, {"ansible_host": "10.0.0.1"})
    walk.memory.reached = {"ansible_host": "a", "ansible_connection": "ssh"}
    assert (scope.get("ansible_host"), scope.get("ansible_connection")) == ("10.0.0.1", "ssh")
    assert "ansible_connection" not in scope.settings(STEERING)


def test_the_password_to_become_with_is_secret_unless_it_is_the_users_name(tmp_path):
    way(tmp_path, {"ansible_become_password": "hunter22", "ansible_become": True})
    way(tmp_path, {"ansible_become_password": "vagrant", "ansible_become": True, "ansible_user": "vagrant"})
    assert SECRETS.masked(["hunter22", "vagrant"]) == [MASK, "vagrant"]
