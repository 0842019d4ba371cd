import pytest

from muster.target import selinux


@pytest.fixture
def enforcing(monkeypatch):
    """SELinux as it is on a host that has it: a file in /sys, and a label on every file."""
    monkeypatch.setattr(selinux.os.path, "exists", lambda path: path == "/sys/fs/selinux/enforce")
    monkeypatch.setattr(selinux, "security_label", lambda path: b"system_u:object_r:etc_t:s0:c1,c2\0")


def changes(*parts):
    return [change.what for change in selinux.label("/etc/motd", *parts)]


def test_only_what_differs_is_a_change(enforcing):
    assert changes(None, None, "etc_t", None) == []
    assert changes("system_u", "object_r", "etc_t", "s0:c1,c2") == []
    assert changes(None, None, "httpd_sys_content_t", None) == ["chcon --type=httpd_sys_content_t -- /etc/motd"]


def test_all_parts_are_given_that_were_asked_for(enforcing):
    assert changes("user_u", "object_r", None, "s0") == ["chcon --user=user_u --role=object_r --range=s0 -- /etc/motd"]


def test_a_file_without_a_label_gets_one(enforcing, monkeypatch):
    monkeypatch.setattr(selinux, "security_label", lambda path: None)
    assert changes(None, None, "etc_t", None) == ["chcon --type=etc_t -- /etc/motd"]


def test_nothing_is_changed_where_selinux_is_off(monkeypatch):
    monkeypatch.setattr(selinux.os.path, "exists", lambda path: False)
    assert changes("user_u", None, None, None) == []


def test_nothing_is_looked_at_when_nothing_is_asked_for(enforcing, monkeypatch):
    monkeypatch.setattr(selinux, "security_label", lambda path: pytest.fail("looked"))
    assert changes(None, None, None, None) == []
