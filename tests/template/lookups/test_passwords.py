"""Passwords that are made once and kept."""

import string
import threading

import pytest

from muster.errors import TemplateError
from tests.template.fake import ENGINE, Fake


@pytest.fixture
def variables(tmp_path):
    return Fake(playbook_dir=str(tmp_path), root=str(tmp_path))


def test_a_password_is_made_once_and_kept_for_its_owner_only(variables, tmp_path):
    first = ENGINE.evaluate("lookup('password', 'secret/web')", variables)
    assert len(first) == 20 and set(first) <= set(string.ascii_letters + string.digits + ".,:-_")
    assert ENGINE.evaluate("lookup('password', root ~ '/secret/web length=5')", variables) == first
    assert (tmp_path / "secret/web").read_text() == first + "\n"
    assert (tmp_path / "secret/web").stat().st_mode & 0o777 == 0o600
    assert variables.settled == 2


@pytest.mark.parametrize(("options", "letters", "length"), [
    ("chars=digits length=8", string.digits, 8), ("chars=ascii_lowercase,+,,", string.ascii_lowercase + "+,", 20),
    ("chars=ab", "ab", 20),
])
def test_length_and_characters_can_be_chosen(options, letters, length, variables):
    made = ENGINE.evaluate(f"lookup('password', '/dev/null {options}')", variables)
    assert len(made) == length and set(made) <= set(letters)


def test_nothing_is_kept_in_dev_null(variables):
    expression = "lookup('password', '/dev/null')"
    assert ENGINE.evaluate(expression, variables) != ENGINE.evaluate(expression, variables)
    seeded = "lookup('password', '/dev/null', seed='web1')"
    assert ENGINE.evaluate(seeded, variables) == ENGINE.evaluate(seeded, variables)


def test_the_hash_of_a_password_is_always_the_same(variables, tmp_path):
    expression = "lookup('password', 'web encrypt=sha256_crypt')"
    first = ENGINE.evaluate(expression, variables)
    assert first.startswith("$5$") and ENGINE.evaluate(expression, variables) == first
    kept, _, salt = (tmp_path / "web").read_text().strip().partition(" salt=")
    assert salt in first and ENGINE.evaluate("lookup('password', 'web')", variables) == kept


def test_hosts_that_ask_at_once_get_the_same(variables):
    found = []
    threads = [threading.Thread(target=lambda: found.append(ENGINE.evaluate("lookup('password', 'one')", variables)))
               for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 and len(set(found)) == 1


def test_an_unknown_option_is_refused(variables):
    with pytest.raises(TemplateError, match='it has no option "size"'):
        ENGINE.evaluate("lookup('password', '/dev/null', size=5)", variables)
