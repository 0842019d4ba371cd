"""What pacman prints, as its manual page has it, and what is made of it."""

from muster.target import pacman
from tests.tasks.scripted import Host


def test_updates_and_those_that_are_ignored(monkeypatch):
    Host({"pacman -Qu": "acl 2.3.2-1 -> 2.3.2-2\nlinux 6.10-1 -> 6.11-1 [ignored]\n"}).install(monkeypatch)
    assert pacman.updates() == {"acl": ("2.3.2-1", "2.3.2-2", False), "linux": ("6.10-1", "6.11-1", True)}


def test_nothing_is_asked_about_what_is_installed(monkeypatch):
    host = Host({}).install(monkeypatch)
    assert pacman.missing(["acl"], {"acl": "1-1"}) == [] and host.ran == []


def test_a_name_that_is_no_group_stands_for_itself(monkeypatch):
    Host({"pacman -Sg": (1, ""), "pacman -Sg base-devel": "base-devel gcc\nbase-devel make\n"}).install(monkeypatch)
    assert pacman.members("git", "-Sg") == ["git"] and pacman.members("base-devel", "-Sg") == ["gcc", "make"]
