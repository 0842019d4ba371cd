"""How lookups find files and read options."""

import pytest

from muster.template.lookups.asked import Asked, options_of
from muster.template.plugins import PluginError
from tests.template.fake import Fake


def test_a_file_is_searched_in_the_directories_of_its_kind_and_in_what_holds_them():
    asked = Asked(Fake(paths=["/role/files", "/play"]), None)
    assert list(asked.candidates("a", "files")) == ["/role/files/a", "/role/a", "/play/a"]
    assert list(asked.candidates("/a", "files")) == ["/a"]


def test_what_is_found_has_an_absolute_path_wherever_the_playbook_was_named_from(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert list(Asked(Fake(paths=["web/vars"]), None).candidates("a", "files")) == [f"{tmp_path}/web/vars/a"]


def test_the_directory_is_the_playbooks(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert Asked(Fake(playbook_dir="/play"), None).directory == "/play"
    assert Asked(Fake(), None).directory == str(tmp_path)


@pytest.mark.parametrize(("term", "options", "result"), [
    ("a", {}, ("a", {})),
    ("a file=x", {"col": 1}, ("a", {"file": "x", "col": 1})),
    ("a b=c file='x y'", {}, ("a b=c", {"file": "x y"})),
])
def test_options_are_read_off_a_term(term, options, result):
    assert options_of(term, options, ("file", "col")) == result


def test_unknown_options_are_refused():
    with pytest.raises(PluginError, match='it has no option "fil"'):
        options_of("a", {"fil": 1}, ("file",))
