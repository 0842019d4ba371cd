"""Signatures: what task types accept, and how values get their types."""

from typing import Any, Literal

import pytest

from muster.errors import Origin, PlanError
from muster.model import Vaulted
from muster.signature import Signature, convert, kind_of, templated
from muster.target.task import Choice, Content, Mode, Path, Secret, task


@task(aliases={"dest": "path", "pass": "password"}, free_form="cmd", obsolete=("warn",), facts=True)
def example(
    path: Path, state: Choice("present", "absent") = "present", mode: Mode = None, size: int = 3, force: bool = False,
    names: [str] = (), password: Secret = None, cmd: Any = None,
):
    yield


@task(aliases={"target": "path"})
def half(here, path: str, first: str | None = None, **rest):
    return {}


@task
def anything(here, cacheable: bool = False, **facts):
    return {}


SIGNATURE = Signature.of(example, "example")
PLACE = Origin("site.yml", 5, 9)


def origin(name):
    return Origin("site.yml", 5 if name else 1, 9)


def test_a_signature_is_read_off_the_function():
    assert list(SIGNATURE.arguments) == ["path", "state", "mode", "size", "force", "names", "password", "cmd"]
    assert "path" in SIGNATURE.required and "size" not in SIGNATURE.required
    assert (SIGNATURE.free_form, SIGNATURE.obsolete) == ("cmd", ("warn",))
    assert (SIGNATURE.facts, SIGNATURE.anything) == (True, False)
    assert SIGNATURE.secrets == ["password"]


def test_half_of_a_task_type_adds_to_the_other_half():
    both = Signature.of(half, "both", SIGNATURE)
    assert list(both.arguments) == ["path", "state", "mode", "size", "force", "names", "password", "cmd", "first"]
    assert both.arguments["path"].kind is str
    assert both.aliases == {"dest": "path", "pass": "password", "target": "path"}
    assert both.obsolete == ("warn",)
    assert not both.anything


def test_a_function_with_open_arguments_takes_any_names():
    signature = Signature.of(anything, "anything")
    assert signature.anything
    assert signature.convert({"x": None, "cacheable": "yes"}, origin) == {"x": None, "cacheable": True}


@pytest.mark.parametrize("given", [["path"], ["dest"], ["path", "warn"], ["dest", "size", "pass", "cmd"]])
def test_known_names_pass(given):
    SIGNATURE.check_names(given, origin)


@pytest.mark.parametrize(("given", "says", "hint", "line"), [
    (["path", "stat"], 'example has no argument "stat"', 'did you mean "state"?', 5),
    (["path", "passwd"], 'example has no argument "passwd"', 'did you mean "password"?', 5),
    (["path", "zzyzx"], 'example has no argument "zzyzx"', "its arguments: path, state, mode", 5),
    (["state"], 'example needs the argument "path"', "", 1)])
def test_unknown_and_missing_names_are_told(given, says, hint, line):
    with pytest.raises(PlanError, match=says) as raised:
        SIGNATURE.check_names(given, origin)
    assert raised.value.hint.startswith(hint)
    assert raised.value.origin.line == line


def test_values_come_under_their_own_names_with_their_types():
    given = {"dest": "/a", "size": "5", "force": "yes", "names": "a, b", "warn": 1, "mode": None}
    assert SIGNATURE.convert(given, origin) == {"path": "/a", "size": 5, "force": True, "names": ["a", "b"]}


def test_an_argument_that_comes_out_as_none_is_not_given():
    with pytest.raises(PlanError, match='example needs the argument "path"'):
        SIGNATURE.convert({"path": None}, origin)


def test_a_wrong_value_says_whose_and_where():
    with pytest.raises(PlanError, match="example: size: 'x' is not a whole number") as raised:
        SIGNATURE.convert({"path": "/a", "size": "x"}, origin)
    assert raised.value.origin == PLACE


def test_a_wrong_word_comes_with_its_nearest():
    with pytest.raises(PlanError, match="'presnt' is not one of present, absent") as raised:
        SIGNATURE.convert({"path": "/a", "state": "presnt"}, origin)
    assert raised.value.hint == 'did you mean "present"?'


@pytest.mark.parametrize("given", [{"state": "{{ a }}"}, {"size": "{% if a %}1{% endif %}"}, {"names": ["{{ a }}", {}]},
                                   {"state": None}, {"warn": []}, {"zzyzx": 1}, {"state": "absent"}])
def test_before_the_run_only_what_is_surely_wrong_is_told(given):
    SIGNATURE.constants(given, origin)


def test_what_is_right_before_the_run_is_right_for_every_host():
    given = {"dest": "/a", "size": "5", "names": ["a"], "state": "{{ a }}", "force": None}
    constants = SIGNATURE.constants(given, origin)
    assert constants == {"path": "/a", "size": 5}
    assert SIGNATURE.convert({"path": "/b", "state": "absent"}, origin, constants) == {
        "path": "/a", "size": 5, "state": "absent"}


def test_of_two_names_of_one_argument_neither_is_settled_before_the_run():
    assert SIGNATURE.constants({"dest": "/a", "path": "/b"}, origin) == {}


@pytest.mark.parametrize("given", [{"state": "presnt"}, {"size": "x"}, {"dest": ["/a"]}, {"force": "maybe"},
    {"names": {}}])
def test_what_is_surely_wrong_is_told_before_the_run(given):
    with pytest.raises(PlanError):
        SIGNATURE.constants(given, origin)


CONVERSIONS = [
    (str, "a", "a"), (str, 5, "5"), (str, True, "True"), (str, 1.5, "1.5"), (Path, "~/a", "~/a"), (Secret, "a", "a"),
    (bool, True, True), (bool, "yes", True), (bool, "ON", True), (bool, " t ", True), (bool, 1, True),
    (bool, "y", True),
    (bool, "no", False), (bool, "False", False), (bool, 0, False), (bool, "n", False), (bool, 1.0, True),
    (int, 5, 5), (int, "5", 5), (int, " 5 ", 5), (int, 5.0, 5), (int, "-1", -1), (float, "1.5", 1.5), (float, 2, 2.0),
    ([str], ["a", 5], ["a", "5"]), ([str], "a,b , c", ["a", "b", "c"]), ([str], "", []), ([str], 5, ["5"]),
    ([str], ("a",), ["a"]),
    ([int], "1,2", [1, 2]), (list, "a,b", ["a", "b"]), (list, [{"a": 1}], [{"a": 1}]),
    (dict, {"a": 1}, {"a": 1}), (dict, '{"a": 1}', {"a": 1}), (dict, "a=1, b=2", {"a": "1", "b": "2"}),
    (dict, "a='x y' b=2", {"a": "x y", "b": "2"}),
    (Mode, "0644", "0644"), (Mode, 420, 420), (Mode, "u=rw", "u=rw"),
    (Content, "ä", "ä".encode()), (Content, b"\xff", b"\xff"), (Content, {"a": [1]}, b'{"a": [1]}'), (Content, 5, b"5"),
    (Choice("present", "absent"), "absent", "absent"), (Choice("yes", "no"), True, "yes"), (Choice("no",
    "on"), False, "no"),
    (Choice("5", "6"), 5, "5"), (Any, {"a": 1}, {"a": 1})]


@pytest.mark.parametrize(("kind", "value", "found"), CONVERSIONS)
def test_values_get_the_types_of_their_arguments(kind, value, found):
    converted = convert(kind, value)
    assert converted == found
    assert type(converted) is type(found)


@pytest.mark.parametrize(("kind", "value", "says"), [
    (str, ["a"], "text was expected, not a list"), (str, {}, "text was expected, not a mapping"),
    (bool, "maybe", "neither yes nor no"), (bool, 2, "neither yes nor no"), (bool, [], "neither yes nor no"),
    (int, "abc", "not a whole number"), (int, 1.5, "not a whole number"), (int, True, "not a whole number"),
    (int, [1], "not a whole number"), (int, float("inf"), "not a whole number"), (float, "x", "not a number"),
    (float, "inf", "not a number that can"), (float, 10**400, "not a number"),
    ([str], {"a": 1}, "a list was expected, not a mapping"), ([int], "1,x", "not a whole number"),
    ([str], [["a"]], "text was expected, not a list"), (dict, "abc", "a mapping was expected"),
    (dict, [1], "a mapping was expected"), (dict, "{a", "a mapping was expected, and this is not the JSON"),
    (Mode, True, "is no mode"), (Mode, [], "is no mode"), (Choice("present", "absent"), True, "is not one of"),
    (Choice("a", "b"), ["a"], "text was expected"), (Choice("yes", "no"), "maybe", "is not one of yes, no")])
def test_values_that_cannot_have_the_type_are_refused_with_a_reason(kind, value, says):
    with pytest.raises((TypeError, ValueError), match=says):
        convert(kind, value)


@pytest.mark.parametrize(("annotation", "kind"), [
    (str, str), (str | None, str), (list[str], [str]), (list[str] | None, [str]), (list[Any], list), (list, list),
    (dict[str, Any], dict), (dict[str, Any] | None, dict), (Any, Any), ([str], [str]), (Mode, Mode)])
def test_actions_are_annotated_as_python_is(annotation, kind):
    assert kind_of(annotation) == kind


def test_a_literal_is_a_choice():
    assert kind_of(Literal["a", "b"]).words == ("a", "b")
    assert kind_of(Literal["a"] | None).words == ("a",)


@pytest.mark.parametrize(("value", "found"), [
    ("a", False), ("{ a }", False), ("{{ a }}", True), ("{% a %}", True), ("{# a #}", True), (5, False), (None, False),
    (["a", ["{{ b }}"]], True), ({"a": {"b": "{{ c }}"}}, True), ({"{{ a }}": 1}, True), ({"a": [1, None]}, False),
    (Vaulted("x", None), True), ({"a": [Vaulted("x", None)]}, True)])
def test_templates_are_seen_at_any_depth(value, found):
    assert templated(value) == found
