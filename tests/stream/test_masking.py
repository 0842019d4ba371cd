from typing import get_args, get_type_hints

import pytest

from muster.errors import Origin
from muster.model import (
    Change,
    Event,
    HostLeft,
    Key,
    Note,
    Output,
    PlayEnded,
    PlayStarted,
    Result,
    Retried,
    TaskEnded,
    TaskStarted,
)
from muster.secrets import MASK, Secrets
from muster.signature import Argument, Signature
from muster.stream.masking import CENSORED, WORDS, Shown, keep_secret, shown
from muster.target.task import Secret

USER = Signature("user", {"name": Argument("name", str, None), "password": Argument("password", Secret, None)}, {})
KEY, OTHER = Key(0, 0, (1,)), Key(0, 0, (2,))


@pytest.fixture
def secrets():
    made = Secrets()
    made.add("s3cret")
    return made


def test_the_values_of_secret_arguments_are_kept_secret():
    secrets = Secrets()
    keep_secret(secrets, USER, {"name": "deploy", "password": "s3cret"})
    keep_secret(secrets, USER, {"password": None})
    assert secrets.texts == {"s3cret"}


def test_values_and_changes_of_a_result_are_masked(secrets):
    result = Result({"msg": "s3cret", "rc": 0}, (Change("set s3cret", None, "now s3cret"),), b"body", 1.5)
    assert shown(result, False, secrets) == Result(
        {"msg": MASK, "rc": 0}, (Change(f"set {MASK}", None, f"now {MASK}"),), b"", 1.5)


def test_with_no_log_only_the_status_shows():
    result = Result({"changed": True, "failed": True, "stdout": "s3cret"}, (Change("x"),), b"", 2.0)
    assert shown(result, True, Secrets()) == Result({"changed": True, "failed": True, "censored": CENSORED}, (), b"", 2)


def test_what_a_change_alters_shows_only_where_that_is_wanted():
    result = Result({"changed": True}, (Change("write", "old", "new"),), b"", 2.0)
    assert shown(result, False, Secrets(), diff=False).changes == (Change("write"),)
    assert shown(result, False, Secrets(), diff=True) is result


def test_without_secrets_a_result_and_an_event_are_shown_as_they_are():
    result, event = Result({"stdout": "x"}), Note("a", "x")
    assert shown(result, False, Secrets()) is result
    assert next(Shown(Secrets()).of(event)) is event


def ended(result):
    return TaskEnded("s3cret.example", KEY, "log in with s3cret", "command", Origin("s3cret.yml", 1, 1), result, 1.0,
                     labels=("s3cret", "b"))


def test_of_every_event_the_words_are_masked_and_what_tells_where_it_belongs_is_not(secrets):
    told = Shown(secrets)
    for event, seen in [
        (PlayStarted("use s3cret", ("s3cret.example",), 0), PlayStarted(f"use {MASK}", ("s3cret.example",), 0)),
        (TaskStarted("a", KEY, "use s3cret"), TaskStarted("a", KEY, f"use {MASK}")),
        (Note("a", "it is s3cret"), Note("a", f"it is {MASK}")),
        (Retried("a", KEY, "use s3cret", 2), Retried("a", KEY, f"use {MASK}", 2)),
        (HostLeft("s3cret", 0, "ended"), HostLeft("s3cret", 0, "ended")), (PlayEnded(0, 0), PlayEnded(0, 0)),
        (ended(Result({"stdout": "s3cret"})),
         ended(Result({"stdout": MASK}))._replace(name=f"log in with {MASK}", labels=(MASK, "b"))),
    ]:
        assert list(told.of(event)) == [seen]


def test_no_kind_of_event_has_words_that_nobody_masks():
    known = {*WORDS, "result", "host", "hosts", "action", "fate", "why", "delegate", "key", "origin"}
    for kind in get_args(Event):
        texts = {field for field, type_ in get_type_hints(kind).items() if type_ not in (int, float, bool)}
        assert texts <= known, kind


@pytest.mark.parametrize("pieces", [["it is s3cret, yes!"], ["it is s3", "cret, yes!"], list("it is s3cret, yes!"),
                                    ["it is ", "s3cret", ", yes!"]])
def test_a_secret_that_is_printed_in_pieces_does_not_show(secrets, pieces):
    told = Shown(secrets)
    events = [each for piece in pieces for each in told.of(Output("a", KEY, piece))]
    assert "".join(each.text for each in events) == f"it is {MASK}, yes!"


def test_what_is_held_back_is_told_before_the_end_of_its_task(secrets):
    told = Shown(secrets)
    assert list(told.of(Output("a", KEY, "yes"))) == [Output("a", KEY, "ye")]
    assert list(told.of(Output("a", OTHER, "no s3cret"))) == [Output("a", OTHER, "no ")]
    assert list(told.of(Output("b", KEY, "s3"))) == []
    first, last = told.of(ended(Result({}))._replace(host="a"))
    assert first == Output("a", KEY, "s")
    assert isinstance(last, TaskEnded)
    assert list(told.of(HostLeft("a", 0, "ended"))) == [Output("a", OTHER, MASK), HostLeft("a", 0, "ended")]


@pytest.mark.parametrize(("value", "kept"), [
    ("deb https://me:s3cret-word@deb.example.com/x bookworm main", {"s3cret-word"}),
    (["https://a.example/", "ftp://:other-word@b.example/"], {"other-word"}),
    ("https://me@a.example/ and a@b.example", set()),
    ("ssh://git@a.example:22/x", set()),
])
def test_the_passwords_in_urls_are_kept_secret_whatever_the_argument(value, kept):
    secrets = Secrets()
    keep_secret(secrets, USER, {"name": value})
    assert secrets.texts == kept
