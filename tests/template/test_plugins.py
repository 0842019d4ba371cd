"""How plugins are guarded and found."""

import pytest
from jinja2 import pass_context

from muster.errors import HostError
from muster.template.plugins import Names, PluginError, guard, outside
from muster.template.undefined import Missing


class Context:
    def __init__(self):
        self.settled = 0
        self.variables = self

    def settle(self):
        self.settled += 1


def test_errors_name_the_plugin_and_keep_the_hint():
    def broken():
        raise PluginError("no", "do this")

    with pytest.raises(PluginError, match='the filter "twist" failed: no') as caught:
        guard("filter", "twist", broken)()
    assert caught.value.hint == "do this"
    with pytest.raises(PluginError, match='the test "twist" failed: no key \'a\''):
        guard("test", "twist", lambda: {}["a"])()


def test_errors_of_others_pass_through():
    def gone():
        raise HostError("web1", "gone")

    with pytest.raises(HostError):
        guard("filter", "x", gone)()


def test_undefined_arguments_do_not_reach_a_plugin_unless_it_asks_for_them():
    missing = Missing(name="a")
    assert guard("filter", "x", lambda value: 1)(missing) is missing
    assert guard("filter", "x", lambda value, more=0: 1)(1, more=missing) is missing
    assert guard("filter", "x", lambda values: values[0] + 1)([missing]) is missing
    assert guard("filter", "default", lambda value: 1)(Missing(name="a")) == 1


def test_an_argument_that_there_is_not_has_its_nearest_spelling():
    def twist(value, angle=1, *, slowly=False):
        return value

    with pytest.raises(PluginError, match='the filter "twist" failed: it has no argument "angel"') as caught:
        guard("filter", "twist", twist)(1, angel=2)
    assert caught.value.hint == 'did you mean "angle"?'
    with pytest.raises(PluginError) as caught:
        guard("filter", "twist", twist)(1, zzz=2)
    assert caught.value.hint == "there are: angle, slowly"


def test_generators_become_lists():
    assert guard("filter", "x", lambda: (n for n in (1, 2)))() == [1, 2]


def test_one_that_looks_outside_waits_before_each_call():
    context = Context()
    assert guard("filter", "x", outside(lambda value: value))(context, 5) == 5
    assert guard("filter", "x", outside(pass_context(lambda found, value: found)))(context, 5) is context
    assert context.settled == 2


def test_names_have_full_forms_and_unknown_ones_complain_when_called():
    names = Names("filter", {"flatten": flatten})
    for name in ("flatten", "ansible.builtin.flatten", "community.general.flatten"):
        assert name in names and names[name] is flatten and names.get(name) is flatten
    assert "flaten" not in names
    with pytest.raises(PluginError, match='no filter is called "flaten"') as caught:
        names["flaten"]("x")
    assert caught.value.hint == 'did you mean "flatten"?'
    assert "my.own.flatten" not in names


def flatten(value):
    return value
