"""Passwords and their ageing, on a file made for it."""

import pytest

from muster.target import shadow
from muster.target.task import Failure, context
from tests.tasks.scripted import Host


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setattr(shadow, "SHADOW", str(tmp_path / "shadow"))
    return tmp_path / "shadow"


@pytest.fixture
def warnings(monkeypatch):
    monkeypatch.setattr(context, "warnings", [])
    return context.warnings


def test_a_line_of_shadow(file):
    file.write_text("a:!$6$s$h:19000:0:90:7::20000:\nb:*:19000::::::\n")
    found = shadow.shadow("a")
    assert found.password == "!$6$s$h"
    assert found.ageing == {"-m": "0", "-M": "90", "-W": "7", "-I": "-1", "-E": "2024-10-04"}
    assert set(shadow.shadow("b").ageing.values()) == {"-1"}
    assert shadow.shadow("c").password is None


def test_where_it_may_not_be_read_nothing_is_known(file):
    assert shadow.shadow("a").password is None


@pytest.mark.parametrize(
    ("have", "lock", "password", "line"),
    [
        ("$6$h", True, None, "bob:!$6$h\n"),
        ("!$6$h", False, None, "bob:$6$h\n"),
        ("!$6$h", None, "$6$h", None),
        ("!$6$h", False, "$6$h", "bob:$6$h\n"),
        ("$6$h", True, "$6$n", "bob:!$6$n\n"),
        ("!", False, None, None),
        ("!", True, None, None),
        ("*", None, "!", "bob:!\n"),
    ],
)
def test_a_password_is_barred_and_permitted(file, monkeypatch, have, lock, password, line):
    file.write_text(f"bob:{have}:19000::::::\n")
    host = Host({"chpasswd": ""}).install(monkeypatch)
    for change in shadow.set_password("bob", password, lock):
        change.do()
    assert host.given.get("chpasswd -e") == line


@pytest.mark.parametrize(
    ("password", "warned"),
    [
        ("plain", True),
        ("Sup3r-secret!", True),
        ("$6$salt$hash", False),
        ("!$6$salt$hash", False),
        ("$y$j9T$a$b", False),
        ("!", False),
        ("*", False),
        ("", False),
        ("!!", False),
    ],
)
def test_a_password_that_is_no_hash_is_warned_of(warnings, password, warned):
    shadow.look_for_plain_text("bob", password)
    assert bool(warnings) == warned
    assert not any(password in each for each in warnings if password)


@pytest.mark.parametrize("password", ["$6$a$b\nroot:$6$c$d", "a:b"])
def test_a_password_that_would_be_another_line_is_refused(file, password):
    with pytest.raises(Failure, match="a colon or a line break"):
        list(shadow.set_password("me", password, None))


@pytest.mark.parametrize("seconds", [float("nan"), 1e30])
def test_what_is_no_day_is_told(seconds):
    with pytest.raises(Failure, match="is no time"):
        shadow.day(seconds)
