"""What all actions have in common, and how they are found."""

import inspect
import re
import subprocess
import sys
from typing import get_type_hints

import pytest

from muster.actions import find, names
from muster.library import Library
from muster.signature import Signature

LIBRARY = Library()


def signature(name):
    half = find(name).task.get("host_half")
    return Signature.of(find(name), name, LIBRARY.find(half).signature if half else None)


def section(name, title):
    """Return {name: text} of a section of an action's docstring; the arguments have no title."""
    text = inspect.getdoc(find(name))
    parts = re.split(r"^(Example|Returns):\n", text, flags=re.MULTILINE)
    found = parts[parts.index(title) + 1] if title else parts[0]
    return dict(re.findall(r"^ *([\w.]+): (.+)", inspect.cleandoc("\n" + found), flags=re.MULTILINE))


def test_actions_are_found_by_name():
    assert find("debug").__name__ == "debug"
    assert find("assert").__module__ == "muster.actions.assert"


@pytest.mark.parametrize("name", ["action", "local_files", "__init__", "dnf", "no.such", "", "os"])
def test_what_is_no_action_is_not_found(name):
    assert find(name) is None and name not in names()


def test_the_names_are_sorted_and_many():
    assert names() == sorted(names()) and {"copy", "template", "set_fact", "reboot", "assert"} <= set(names())


def test_nothing_is_imported_before_it_is_asked_for():
    code = ("import sys, muster.actions; muster.actions.names(); "
            "print([name for name in sys.modules if name.startswith('muster.actions.')])")
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


@pytest.mark.parametrize("name", names())
def test_the_first_parameter_is_where_it_is(name):
    assert next(iter(inspect.signature(find(name)).parameters)) == "here"


@pytest.mark.parametrize("name", names())
def test_every_parameter_and_the_outcome_have_types(name):
    hints = get_type_hints(find(name))
    assert set(hints) == {*inspect.signature(find(name)).parameters, "return"}


@pytest.mark.parametrize("name", names())
def test_every_argument_of_its_own_is_documented_and_nothing_else(name):
    own = [each.name for each in inspect.signature(find(name)).parameters.values() if each.kind is not each.VAR_KEYWORD]
    documented = [each for each in section(name, "") if each != "NAME"]
    assert documented == [each for each in own if each != "here"]


@pytest.mark.parametrize("name", names())
def test_there_is_an_example(name):
    assert f"{name}:" in inspect.getdoc(find(name)).partition("Example:")[2]


@pytest.mark.parametrize("name", [each for each in names() if find(each).task.get("host_half")])
def test_what_the_host_half_takes_is_taken_and_what_is_hidden_is_not(name):
    function = find(name)
    half = LIBRARY.find(function.task["host_half"]).signature
    taken = signature(name)
    own = set(inspect.signature(function).parameters)
    hidden = set(function.task.get("hides", ()))
    assert hidden <= set(half.arguments)
    assert set(half.arguments) - hidden <= set(taken.arguments)
    assert not hidden - own & set(taken.arguments)
    assert not taken.anything
