"""user, on a host whose accounts are given. Real accounts are made in tests/live/test_users.py."""

import pwd
import types

import pytest

from muster.target import accounts
from tasks import user as module
from tasks.user import user
from tests.tasks.harness import perform
from tests.tasks.scripted import Host

BOB = pwd.struct_passwd(("bob", "x", 1500, 1500, "Bob", "/home/bob", "/bin/sh"))
GROUPS = {"bob": 1500, "adm": 4, "deploy": 2000, "taken": 2001}


@pytest.fixture
def host(monkeypatch, tmp_path):
    """A host with the user bob, who is in adm and whose home is there; his shadow line can be set."""
    host = Host({"": ""}).install(monkeypatch)
    host.shadow = ["bob", "$6$old$hash", "19000", "0", "99999", "7", "", "", ""]
    monkeypatch.setattr(accounts, "find", lambda name, local=False: BOB if name == "bob" else None)
    monkeypatch.setattr(accounts, "shadow", lambda name: accounts.Shadow(host.shadow if name == "bob" else ()))
    monkeypatch.setattr(accounts, "groups_of", lambda entry: {"adm"})
    monkeypatch.setattr(accounts, "group_exists", lambda group: group in GROUPS)
    monkeypatch.setattr(accounts, "group_name", lambda group: {"2000": "deploy", 1500: "bob"}.get(group, group))

    def getgrnam(name):
        return types.SimpleNamespace(gr_gid=GROUPS[name])

    monkeypatch.setattr(module, "grp", types.SimpleNamespace(getgrnam=getgrnam))
    monkeypatch.setattr(module.os.path, "exists", lambda path: path in ("/home/bob", str(tmp_path)))
    return host


@pytest.mark.parametrize(
    ("arguments", "changes"),
    [
        ({}, []),
        ({"uid": 1500, "group": "bob", "comment": "Bob", "shell": "/bin/sh", "home": "/home/bob"}, []),
        ({"groups": ["adm"]}, []),
        ({"groups": ["adm"], "append": True}, []),
        ({"shell": "/bin/bash", "comment": "Bob B"}, ["usermod -c Bob B -s /bin/bash bob"]),
        ({"uid": 1501, "non_unique": True}, ["usermod -u 1501 -o bob"]),
        ({"group": "deploy"}, ["usermod -g 2000 bob"]),
        ({"groups": ["deploy"]}, ["usermod -G deploy bob"]),
        ({"groups": ["deploy"], "append": True}, ["usermod -a -G deploy bob"]),
        ({"groups": []}, ["usermod -G  bob"]),
        ({"home": "/srv/bob", "move_home": True}, ["usermod -d /srv/bob -m bob"]),
        ({"home": "/srv/bob"}, ["usermod -d /srv/bob bob", "create the home directory /srv/bob"]),
        ({"home": "/srv/bob", "create_home": False}, ["usermod -d /srv/bob bob"]),
        ({"expires": 1728000000.0}, ["usermod -e 2024-10-04 bob"]),
        ({"expires": -1.0}, []),
        ({"password": "$6$old$hash"}, []),
        ({"password": "$6$new$hash"}, ["set the password of bob"]),
        ({"password": "$6$new$hash", "update_password": "on_create"}, []),
        ({"password_lock": True}, ["bar the password of bob"]),
        ({"password_lock": False}, []),
        ({"password_expire_max": 90, "password_expire_min": 0}, ["chage -M 90 bob"]),
        ({"password_expire_max": 99999, "password_expire_warn": 7}, []),
        ({"password_expire_account_disable": 30}, ["chage -I 30 bob"]),
        ({"password_expire_account_disable": -1}, []),
        ({"state": "absent"}, ["userdel bob"]),
        ({"state": "absent", "remove": True, "force": True}, ["userdel -f -r bob"]),
    ],
)
def test_changes_of_a_user_who_is_there(host, arguments, changes):
    assert perform(user, dict(arguments, name="bob"), check=True)["changes"] == changes
    assert host.ran == []


@pytest.mark.parametrize(
    ("arguments", "changes"),
    [
        ({}, ["useradd -m new"]),
        (
            {"uid": 1600, "group": "deploy", "groups": ["adm"], "comment": "New", "shell": "/bin/sh"},
            ["useradd -u 1600 -g 2000 -c New -s /bin/sh -G adm -m new"],
        ),
        ({"system": True, "create_home": False}, ["useradd -M -r new"]),
        ({"skeleton": "/etc/skel2", "umask": "077"}, ["useradd -m -k /etc/skel2 -K UMASK=077 new"]),
        ({"expires": 1728000000.0}, ["useradd -e 2024-10-04 -m new"]),
        ({"password": "$6$s$h"}, ["useradd -m new", "set the password of new"]),
        ({"name": "taken"}, ["useradd -N -m taken"]),
        ({"state": "absent"}, []),
    ],
)
def test_changes_of_a_user_who_is_not_there(host, arguments, changes):
    result = perform(user, dict({"name": "new"}, **arguments), check=True)
    assert result["changes"] == changes and host.ran == []


def test_a_home_that_is_not_there_cannot_be_moved_and_is_made(host, monkeypatch):
    monkeypatch.setattr(module.os.path, "exists", lambda path: False)
    assert perform(user, {"name": "bob", "home": "/srv/bob", "move_home": True}, check=True)["changes"] == [
        "usermod -d /srv/bob bob", "create the home directory /srv/bob"]


def test_a_password_goes_through_a_pipe_and_never_on_a_command_line(host):
    perform(user, {"name": "bob", "password": "$6$new$hash"})
    assert host.given == {"chpasswd -e": "bob:$6$new$hash\n"}


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
def test_a_password_is_barred_and_permitted(host, have, lock, password, line):
    host.shadow[1] = have
    arguments = {"name": "bob", "password_lock": lock, "password": password}
    perform(user, {name: value for name, value in arguments.items() if value is not None})
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
def test_a_password_that_is_no_hash_is_warned_of(host, password, warned):
    result = perform(user, {"name": "bob", "password": password}, check=True)
    assert bool(result["warnings"]) == warned
    assert not any(password in each for each in result["warnings"] if password)


@pytest.mark.parametrize("arguments", [{"groups": ["nope"]}, {"group": "nope"}])
def test_a_group_that_is_not_there_fails_and_in_check_mode_warns(host, arguments):
    assert "no group nope" in perform(user, dict(arguments, name="bob"))["msg"]
    foretold = perform(user, dict(arguments, name="bob"), check=True)
    assert not foretold["failed"] and "no group nope" in foretold["warnings"][0]


def test_what_comes_back(host):
    result = perform(user, {"name": "bob", "password": "$6$old$hash"})
    assert {key: result[key] for key in ("uid", "group", "home", "shell", "comment", "password")} == {
        "uid": 1500,
        "group": 1500,
        "home": "/home/bob",
        "shell": "/bin/sh",
        "comment": "Bob",
        "password": "NOT_LOGGING_PASSWORD",
    }


def test_an_id_that_is_not_unique_must_be_named():
    assert "non_unique needs a uid" in perform(user, {"name": "a", "non_unique": True})["msg"]


def test_the_home_of_nobody_is_not_made(host, monkeypatch):
    monkeypatch.setattr(
        accounts,
        "find",
        lambda name, local=False: BOB.__class__(("nobody", "x", 65534, 65534, "", "/nonexistent", "/bin/false")),
    )
    assert perform(user, {"name": "nobody"})["changes"] == []


def test_a_key_pair_is_made_once(host, monkeypatch):
    arguments = {"name": "bob", "generate_ssh_key": True, "ssh_key_type": "ed25519"}
    result = perform(user, arguments, check=True)
    assert result["changes"] == ["ssh-keygen -t ed25519 -f /home/bob/.ssh/id_ed25519"]
    assert result["ssh_key_file"] == "/home/bob/.ssh/id_ed25519"
    monkeypatch.setattr(module.os.path, "exists", lambda path: not path.endswith(".pub"))
    assert perform(user, arguments)["changes"] == []


def test_a_home_is_a_copy_of_the_skeleton(tmp_path):
    (tmp_path / "skel").mkdir()
    (tmp_path / "skel" / ".profile").write_text("x")
    me = pwd.getpwuid(module.os.getuid())
    (change,) = module.make_home(str(tmp_path / "home"), me, str(tmp_path / "skel"), "027")
    change.do()
    assert (tmp_path / "home" / ".profile").read_text() == "x"
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o750
    assert list(module.make_home(str(tmp_path / "home"), me, None, None)) == []
