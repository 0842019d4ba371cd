"""group, on a host whose groups are given."""

import pytest

from tasks import group as module
from tasks.group import group
from tests.tasks.harness import perform
from tests.tasks.scripted import Host


@pytest.fixture
def host(monkeypatch):
    known = {"deploy": 2000}
    monkeypatch.setattr(module.accounts, "gid_of", lambda name, local: None if local else known.get(name))
    monkeypatch.setattr(module, "which", lambda name: None)
    return Host({"": ""}).install(monkeypatch)


@pytest.mark.parametrize(
    ("arguments", "changes"),
    [
        ({"name": "deploy"}, []),
        ({"name": "deploy", "gid": 2000}, []),
        ({"name": "deploy", "gid": 2001}, ["groupmod -g 2001 deploy"]),
        ({"name": "deploy", "gid": 2001, "non_unique": True}, ["groupmod -g 2001 -o deploy"]),
        ({"name": "deploy", "state": "absent"}, ["groupdel deploy"]),
        ({"name": "deploy", "state": "absent", "force": True}, ["groupdel -f deploy"]),
        ({"name": "new"}, ["groupadd new"]),
        ({"name": "new", "gid": 5, "system": True}, ["groupadd -g 5 -r new"]),
        ({"name": "new", "gid_min": 2000, "gid_max": 2999}, ["groupadd -K GID_MIN=2000 -K GID_MAX=2999 new"]),
        ({"name": "new", "state": "absent"}, []),
        ({"name": "deploy", "local": True}, ["groupadd deploy"]),
    ],
)
def test_changes(host, arguments, changes):
    assert perform(group, arguments)["changes"] == changes
    assert host.ran == changes
    assert perform(group, arguments, check=True)["changes"] == changes and host.ran == changes


def test_libuser_serves_local_groups_where_it_is(host, monkeypatch):
    monkeypatch.setattr(module, "which", lambda name: "/usr/sbin/lgroupadd")
    assert perform(group, {"name": "new", "local": True})["changes"] == ["lgroupadd new"]


def test_an_id_that_is_not_unique_must_be_named():
    assert "non_unique needs a gid" in perform(group, {"name": "a", "non_unique": True})["msg"]


def test_what_comes_back(host):
    result = perform(group, {"name": "deploy"})
    assert (result["gid"], result["state"], result["name"], result["system"]) == (2000, "present", "deploy", False)
