"""Answers to the questions of `vars_prompt`."""

import pytest

from muster.errors import Origin, PlanError
from muster.load.prompts import Prompt
from muster.model import Unsafe
from muster.plan.prompting import answers
from muster.secrets import MASK, SECRETS
from muster.template.filters.passwords import password_hash

PLACE = Origin("f.yml", 1, 1)


def prompt(name="who", **more):
    return Prompt(name, f"{name}?", PLACE, **more)


def test_the_reader_is_asked_for_what_is_not_given_already():
    asked = []

    def ask(each):
        asked.append(each.name)
        return "bob"

    assert answers([prompt(), prompt("where")], {"where"}, ask) == {"who": "bob"}
    assert asked == ["who"]


@pytest.mark.parametrize(("answer", "default", "value"), [
    ("bob", "x", "bob"), ("", "x", "x"), (None, "x", "x"), ("", None, ""), (None, "", "")])
def test_an_empty_answer_and_none_stand_for_the_default(answer, default, value):
    assert answers([prompt(default=default)], (), lambda each: answer) == {"who": value}


def test_without_a_terminal_and_a_default_it_is_said_how_to_give_the_value():
    with pytest.raises(PlanError, match="no terminal to ask for who") as raised:
        answers([prompt()], (), lambda each: None)
    assert raised.value.hint == "give it on the command line: -e who=..."


def test_what_is_not_going_to_be_run_asks_nothing():
    assert answers([prompt(), prompt("b", default="x", encrypt="nonsense")], (), None) == {"who": "", "b": "x"}


def test_an_answer_is_a_template_unless_it_is_unsafe():
    found = answers([prompt(), prompt("b", unsafe=True)], (), lambda each: "{{ x }}")
    assert not isinstance(found["who"], Unsafe) and isinstance(found["b"], Unsafe)


def test_an_answer_is_encrypted_as_the_filter_does_it():
    known, made = [answers([each], (), lambda each: "pw")["who"] for each in (
        prompt(encrypt="sha512_crypt", salt="abc"), prompt(encrypt="sha256_crypt", salt_size=5))]
    assert known == password_hash("pw", "sha512", "abc")
    assert made == password_hash("pw", "sha256", made.split("$")[3]) and len(made.split("$")[3]) == 5
    with pytest.raises(PlanError, match=r'who cannot be encrypted: there is no kind "rot13"'):
        answers([prompt(encrypt="rot13")], (), lambda each: "pw")


@pytest.mark.parametrize(("more", "shown"), [
    ({}, MASK), ({"private": False}, "hunter22"), ({"default": "hunter22"}, "hunter22"), ({"default": "x"}, MASK),
    ({"encrypt": "sha512_crypt"}, MASK)])
def test_what_is_typed_in_answer_to_a_private_question_is_secret(more, shown):
    answers([prompt(**more)], (), lambda each: "hunter22")
    assert SECRETS.masked("hunter22") == shown
