"""The names a template file knows itself by."""

import os
import pwd
from datetime import datetime

import pytest

from muster.errors import TemplateError
from muster.template.itself import MANAGED, names_of_itself, owner


def names_of(path, variables):
    return names_of_itself(path, os.stat(path), variables.__getitem__)


@pytest.fixture
def path(tmp_path):
    made = tmp_path / "a.j2"
    made.write_text("")
    os.utime(made, (1000, 1000))
    return str(made)


def test_a_template_knows_where_it_is_from(path):
    names = names_of(path, {})
    assert names["template_path"] == names["template_fullpath"] == path
    assert names["template_host"] == os.uname().nodename
    assert names["template_uid"] == pwd.getpwuid(os.getuid()).pw_name
    assert names["template_mtime"] == datetime.fromtimestamp(1000)
    assert abs((names["template_run_date"] - datetime.now()).total_seconds()) < 60


def test_a_path_below_the_working_directory_is_told_both_ways(path, monkeypatch):
    monkeypatch.chdir(os.path.dirname(path))
    names = names_of("a.j2", {})
    assert (names["template_path"], names["template_fullpath"]) == ("a.j2", path)


def test_it_is_managed_unless_the_user_says_otherwise(path):
    assert names_of(path, {})["ansible_managed"] == MANAGED
    assert "ansible_managed" not in names_of(path, {"ansible_managed": "by hand"})


@pytest.mark.parametrize(("managed", "expected"), [
    ("by us", "by us"), ("{file}, {host}, {uid}", "a.j2, HOST, USER"), ("of %Y", "of 1970"), ("100%", "100%"),
    ("{{ x }} {file}", "{ x } a.j2")])
def test_what_is_configured_for_it_is_filled_in(path, managed, expected):
    names = names_of_itself(path, os.stat(path), {}.__getitem__, managed, "a.j2")
    words = expected.replace("HOST", os.uname().nodename).replace("USER", pwd.getpwuid(os.getuid()).pw_name)
    assert names["ansible_managed"] == words


@pytest.mark.parametrize("managed", ["{nobody}", "{", "{0}", "{file.x}"])
def test_other_names_in_it_are_mistakes(path, managed):
    with pytest.raises(TemplateError, match="ansible_managed cannot be filled in"):
        names_of_itself(path, os.stat(path), {}.__getitem__, managed)


def test_the_path_is_what_the_task_calls_it(path):
    names = names_of_itself(path, os.stat(path), {}.__getitem__, name="x/a.j2")
    assert (names["template_path"], names["template_fullpath"]) == ("x/a.j2", path)


def test_an_owner_without_a_name_is_a_number():
    assert owner(4242424) == 4242424
