"""Filters for paths and addresses: expression in, value out."""

import os

import pytest

from muster.errors import TemplateError
from tests.template.fake import ENGINE, Fake, evaluate

URL = "'https://me:word@example.com:8443/a/b?c=d#e'"

CASES = [
    ("'/a/b.txt' | dirname", "/a"),
    ("'/a/b.txt' | basename", "b.txt"),
    ("'b.tar.gz' | splitext", ["b.tar", ".gz"]),
    ("'/a/b' | relpath('/a/c')", "../b"),
    ("['/a', 'b'] | path_join", "/a/b"),
    ("'/a/../b' | normpath", "/b"),
    ("['/a/b', '/a/c'] | commonpath", "/a"),
    (f"{URL} | urlsplit('hostname')", "example.com"),
    (f"{URL} | urlsplit('port')", 8443),
    (f"{URL} | urlsplit", {
        "fragment": "e", "hostname": "example.com", "netloc": "me:word@example.com:8443", "password": "word",
        "path": "/a/b", "port": 8443, "query": "c=d", "scheme": "https", "username": "me"}),
]


@pytest.mark.parametrize(("expression", "value"), CASES)
def test_path_filters(expression, value):
    assert evaluate(expression) == value


def test_filters_that_look_at_files_wait_first(tmp_path):
    (tmp_path / "a.conf").write_text("")
    (tmp_path / "d.conf").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a.conf")
    variables = Fake(root=str(tmp_path))
    assert ENGINE.evaluate("'/nowhere/*.conf' | fileglob", variables) == []
    assert ENGINE.evaluate("(root ~ '/*.conf') | fileglob", variables) == [str(tmp_path / "a.conf")]
    assert variables.settled == 2
    assert ENGINE.evaluate("(root ~ '/link') | realpath", variables) == os.path.realpath(tmp_path / "a.conf")
    assert variables.settled == 3
    assert ENGINE.evaluate("'/a/b' | basename", variables) == "b"
    assert variables.settled == 3


def test_home_and_variables_are_expanded(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ann")
    assert evaluate("'~/x' | expanduser") == "/home/ann/x"
    assert evaluate("'$HOME/x' | expandvars") == "/home/ann/x"


def test_a_part_that_no_url_has():
    with pytest.raises(TemplateError, match='a URL has no part "host"; there are fragment, hostname'):
        evaluate(f"{URL} | urlsplit('host')")
