"""What is hidden in what changes show."""

import pytest

from muster.target.files import write
from muster.target.task import Change, context
from muster.target.veil import SETTING, URL, hidden, veiled, without_credentials


@pytest.mark.parametrize(("pattern", "text", "seen"), [
    (URL, "deb https://me:s3cret@a.example/x b c", "deb https://me:(new)@a.example/x b c"),
    (URL, "https://:s3cret@a.example/ http://b.example:80/x@y", "https://:(new)@a.example/ http://b.example:80/x@y"),
    (URL, "ssh://git@a.example/x:y", "ssh://git@a.example/x:y"),
    (SETTING, "[a]\npassword = s3cret word\nuser = me", "[a]\npassword = (new)\nuser = me"),
    (SETTING, "\tproxy_Password:s3cret", "\tproxy_Password:(new)"),
    (SETTING, "password =\nuser = me", "password =\nuser = me"),
])
def test_passwords_are_hidden_and_all_else_is_seen(pattern, text, seen):
    assert hidden("", text, pattern) == ("", seen)


def test_what_is_replaced_is_told_from_what_stays():
    before, after = "password = a\n[b]\npassword = b\n", "password = c\n[b]\npassword = b\n"
    assert hidden(before, after, SETTING) == ("password = (old)\n[b]\npassword = (hidden)\n",
                                              "password = (new)\n[b]\npassword = (hidden)\n")


def test_a_change_does_what_it_did_and_its_outcome_goes_back(tmp_path, monkeypatch):
    monkeypatch.setattr(context, "diff", True)
    path = tmp_path / "a"
    path.write_text("password = one\n")
    steps = veiled(write(str(path), "password = two\n"), SETTING)
    change = next(steps)
    assert (change.before, change.after) == ("password = (old)\n", "password = (new)\n")
    assert change.paths == [str(path)]
    change.do()
    with pytest.raises(StopIteration) as stop:
        steps.send(None)
    assert path.read_text() == "password = two\n" and stop.value.value == {}


def test_what_shows_no_content_is_left_as_it_is():
    seen = []

    def steps():
        seen.append((yield Change("give a to password:x", int, "password: a", "password: b", predicted=5)))

    changes = veiled(steps(), SETTING)
    change = next(changes)
    assert (change.before, change.after, change.predicted) == ("password: a", "password: b", 5)
    with pytest.raises(StopIteration):
        changes.send("outcome")
    assert seen == ["outcome"]


def test_only_urls_lose_their_credentials():
    assert without_credentials("git@host:a https://t@host/a ssh://me:x@host/b") == (
        "git@host:a https://host/a ssh://host/b")
