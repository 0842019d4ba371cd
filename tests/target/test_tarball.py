import pytest

from muster.target.tarball import Tarball
from muster.target.task import Failure
from tests.tasks.scripted import Host

RULES = {"include": [], "exclude": [], "extra_opts": [], "keep_newer": False}
LISTED = """\
drwxr-xr-x 0/0         0 2023-11-14 22:13:20 app/
-rw-r--r-- 0/0         8 2023-11-14 22:13:20 app/read me
lrwxrwxrwx 0/0         0 2023-11-14 22:13:20 app/link -> app/read me
hrw-r--r-- 0/0         0 2023-11-14 22:13:20 app/other link to app/read me
crw-rw-rw- 0/0       1,3 2023-11-14 22:13:20 app/null
drwxr-xr-x 0/0         0 2023-11-14 22:13:20 /
"""


def tarball(monkeypatch, compared, ignored=(), listed=LISTED, **rules):
    monkeypatch.setattr("muster.target.tarball.which", lambda *names: "tar")
    Host({"tar --version": "tar (GNU tar) 1.34", "tar --list": listed, "tar --compare": compared}).install(monkeypatch)
    return Tarball("app.tar", "/", {**RULES, **rules}, set(ignored))


def test_the_names_of_all_kinds_of_members_are_read(monkeypatch):
    assert tarball(monkeypatch, "").members == dict.fromkeys(
        ["app/", "app/read me", "app/link", "app/other", "app/null"], 1700000000)


def test_what_differs_is_named_once_and_other_times_are_no_difference(monkeypatch):
    compared = (1, "app/read me: Mode differs\napp/read me: Size differs\napp/null: Mod time differs\n",
                "tar: app: Warning: Cannot stat: No such file or directory\n"
                "tar: : Warning: Cannot stat: No such file or directory\n")
    assert tarball(monkeypatch, compared).differing() == ["app", "app/read me"]


def test_what_is_ignored_is_no_difference(monkeypatch):
    assert tarball(monkeypatch, (1, "app/null: Uid differs\napp/: Mode differs\n"), {"Uid", "Mode"}).differing() == []


def test_tar_may_fail(monkeypatch):
    with pytest.raises(Failure, match=r"cannot unpack app\.tar: tar: Unexpected EOF in archive"):
        tarball(monkeypatch, "", listed=(2, "", "tar: Unexpected EOF in archive\ntar: Exiting with failure status"))


def test_another_tar_than_that_of_gnu_will_not_do(monkeypatch):
    monkeypatch.setattr("muster.target.tarball.which", lambda *names: "tar")
    Host({"tar --version": "bsdtar 3.5.1"}).install(monkeypatch)
    with pytest.raises(Failure, match="install the package tar"):
        Tarball("app.tar", "/", RULES, set())
