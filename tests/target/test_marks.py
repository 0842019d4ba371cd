"""The label of a file and its attributes are set in an order in which both can be."""

import os

from muster.target import selinux
from muster.target.marks import mark
from tests.tasks.scripted import Host


def test_what_becomes_immutable_gets_its_label_before(monkeypatch, tmp_path):
    path = tmp_path / "f"
    path.touch()
    Host({"lsattr": f"-------------- {path}\n", "chcon": "", "chattr": ""}).install(monkeypatch)
    monkeypatch.setattr(selinux, "ON", os.devnull)
    changes = [each.what for each in mark(str(path), "+i", setype="etc_t")]
    assert changes == [f"chcon --type=etc_t -- {path}", f"chattr +i {path}"]


def test_nothing_asked_for_costs_no_command(monkeypatch, tmp_path):
    host = Host({}).install(monkeypatch)
    assert not list(mark(str(tmp_path))) and not host.ran
