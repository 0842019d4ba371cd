"""A package file is on the host while it is needed, wherever it comes from."""

import os

import pytest

from muster.target import deb
from muster.target.task import Failure
from tests.tasks.scripted import Host


def test_a_file_on_the_host_is_used_where_it_is(tmp_path):
    (tmp_path / "a.deb").write_bytes(b"deb")
    with deb.at_hand(str(tmp_path / "a.deb")) as path:
        assert path == str(tmp_path / "a.deb")


@pytest.mark.parametrize("name", ["a.deb", "latest"])
def test_one_at_a_url_is_there_as_long_as_it_is_needed(tmp_path, name):
    (tmp_path / name).write_bytes(b"deb")
    with deb.at_hand((tmp_path / name).as_uri()) as path:
        with open(path, "rb") as file:
            assert file.read() == b"deb"
        assert path != str(tmp_path / name) and path.endswith(".deb")
    assert not os.path.exists(os.path.dirname(path))


@pytest.mark.parametrize(("place", "words"), [
    ("/none/a.deb", "there is no package file /none/a.deb"), ("file:///none/a.deb", "cannot reach file:///none/a.deb")])
def test_one_that_is_not_there_is_told(place, words):
    with pytest.raises(Failure, match=words), deb.at_hand(place):
        pass


def test_what_a_file_holds(monkeypatch):
    Host({"dpkg-deb": "demo\t1.0-1\n"}).install(monkeypatch)
    assert deb.name_and_version("/a.deb") == ("demo", "1.0-1")
