from muster.model import Change, Result
from muster.signature import Argument, Signature
from muster.stream.masking import CENSORED, MASK, masked, secret_values, shown
from muster.target.task import Secret

USER = Signature("user", {"name": Argument("name", str, None), "password": Argument("password", Secret, None)}, {})


def test_secret_arguments_are_masked_however_deep():
    secrets = secret_values(USER, {"name": "deploy", "password": "s3cret"})
    assert secrets == {"s3cret"}
    value = {"cmd": ["x", "-p s3cret"], "s3cret": ("s3cret", 5)}
    assert masked(value, secrets) == {"cmd": ["x", f"-p {MASK}"], MASK: [MASK, 5]}


def test_very_short_secrets_are_not_since_they_occur_everywhere():
    assert secret_values(USER, {"password": "x"}) == set()
    assert secret_values(USER, {"password": None}) == set()


def test_changes_are_masked_too():
    result = Result({"msg": "s3cret"}, (Change("set s3cret", None, "now s3cret"),), b"body", 1.5)
    seen = shown(result, False, {"s3cret"})
    assert seen.values == {"msg": MASK}
    assert seen.changes == (Change(f"set {MASK}", None, f"now {MASK}"),)
    assert seen.seconds == 1.5


def test_with_no_log_only_the_status_shows():
    result = Result({"changed": True, "failed": True, "stdout": "s3cret"}, (Change("x"),), b"", 2.0)
    assert shown(result, True, ()) == Result({"changed": True, "failed": True, "censored": CENSORED}, (), b"", 2.0)


def test_what_a_change_alters_shows_only_where_that_is_wanted():
    result = Result({"changed": True}, (Change("write", "old", "new"),), b"", 2.0)
    assert shown(result, False, (), diff=False).changes == (Change("write"),)
    assert shown(result, False, (), diff=True) is result


def test_without_secrets_a_result_is_shown_as_it_is():
    result = Result({"stdout": "x"})
    assert shown(result, False, set()) is result
