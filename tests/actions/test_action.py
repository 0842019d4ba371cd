import pytest

from muster.actions.action import Failed, action
from muster.library import Library
from muster.signature import Signature

COPY = Library().find("copy").signature


def test_a_function_is_marked_with_or_without_flags():
    @action
    def plain(here):
        """Do nothing."""

    @action(free_form="text", once=True)
    def flagged(here, text: str):
        """Do nothing."""

    assert plain.task["free_form"] is None and not plain.task["reads"]
    assert flagged.task["free_form"] == "text" and flagged.task["once"]


def test_where_it_is_is_no_argument():
    @action
    def plain(here, name: str):
        """Do nothing."""

    assert list(Signature.of(plain, "plain").arguments) == ["name"]


def test_the_host_half_s_arguments_are_taken_but_for_hidden_ones():
    @action(host_half="copy", hides=("content",))
    def half(here, src: str, **rest):
        """Do nothing."""

    found = Signature.of(half, "half", COPY)
    assert set(found.arguments) == set(COPY.arguments) - {"content"}
    assert "src" in found.required and not found.anything


def test_an_open_action_takes_any_names_and_empty_values():
    @action
    def open_ended(here, flag: bool = False, **rest):
        """Do nothing."""

    values = Signature.of(open_ended, "open_ended").convert({"a": None, "flag": None, "b": "yes"}, lambda name: None)
    assert values == {"a": None, "b": "yes"}


def test_a_failure_carries_fields_for_the_result():
    with pytest.raises(Failed, match="no") as caught:
        raise Failed("no", rc=3)
    assert (caught.value.message, caught.value.fields) == ("no", {"rc": 3})
