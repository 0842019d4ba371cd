"""Where ansible.cfg is found, and the places of what is in it."""

import os
import warnings

import pytest

from muster.config.file import ConfigWarning, find, is_open_to_all, places_in, read
from muster.errors import LoadError


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for folder in ("home", "here", "other"):
        (tmp_path / folder).mkdir()
    return tmp_path / "here"


def put(path):
    path.write_text("[defaults]\n")
    return str(path)


def test_a_variable_beats_the_working_directory_which_beats_the_home(here):
    home = put(here.parent / "home" / ".ansible.cfg")
    assert find({}, str(here)) == home
    own = put(here / "ansible.cfg")
    assert find({}, str(here)) == own
    other = put(here.parent / "other" / "ansible.cfg")
    for named in (other, str(here.parent / "other"), "../other/ansible.cfg", "../other"):
        assert find({"ANSIBLE_CONFIG": named}, str(here)) == other


def test_a_variable_that_names_nothing_is_passed_over(here):
    own = put(here / "ansible.cfg")
    assert find({"ANSIBLE_CONFIG": "/nowhere.cfg"}, str(here)) == own
    assert find({"ANSIBLE_CONFIG": ""}, str(here)) == own


@pytest.fixture
def open_to_all(here):
    here.chmod(0o777)
    assert is_open_to_all(str(here))
    return here


def test_a_directory_that_everybody_may_write_to_configures_nothing(open_to_all):
    home = put(open_to_all.parent / "home" / ".ansible.cfg")
    put(open_to_all / "ansible.cfg")
    with pytest.warns(ConfigWarning, match="ansible.cfg is not read: everybody may write to its directory"):
        assert find({}, str(open_to_all)) == home


def test_it_does_when_it_is_named_and_is_no_matter_when_there_is_nothing_in_it(open_to_all):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert find({}, str(open_to_all)) in ("", "/etc/ansible/ansible.cfg")
        own = put(open_to_all / "ansible.cfg")
        assert find({"ANSIBLE_CONFIG": own}, str(open_to_all)) == own


def test_only_files_of_its_kind_are_read(here):
    path = here / "ansible.yml"
    path.write_text("forks: 3\n")
    with pytest.raises(LoadError, match="does not end in .cfg"):
        read(str(path))


def test_what_is_no_text_is_told(here):
    path = here / "ansible.cfg"
    path.write_bytes(b"[defaults]\nremote_user = \xff\n")
    with pytest.raises(LoadError, match="this is not UTF-8 text"):
        read(str(path))


def test_what_cannot_be_read_is_told(here):
    os.mkdir(here / "a.cfg")
    with pytest.raises(LoadError, match="cannot read the configuration .*Is a directory"):
        read(str(here / "a.cfg"))


def test_places_are_those_of_values():
    text = "; a = 1\n[ one ]\na = 1\n  B :  2\nc=\n[two]\na b = 3 ; x = y\n  c = d\n"
    assert {name: (place.line, place.column) for name, place in places_in(text, "f").items()} == {
        " one .a": (3, 5), " one .b": (4, 8), " one .c": (5, 3), "two.a b": (7, 7), "two.c": (8, 7)}


def test_an_indented_line_that_looks_like_a_setting_belongs_to_the_one_above(here):
    path = here / "ansible.cfg"
    path.write_text("[defaults]\nansible_managed = a\n  forks = 3\n")
    found = read(str(path))
    assert dict(found.values) == {"defaults.ansible_managed": "a\nforks = 3"}
    assert found.places["defaults.ansible_managed"][1:] == (2, 19)
