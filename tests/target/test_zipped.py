import io
import stat
import zipfile

import pytest

from muster.target.task import Failure
from muster.target.zipped import Zipped, fits
from tests.tasks.scripted import Host

RULES = {"include": [], "exclude": [], "extra_opts": [], "keep_newer": False}


@pytest.fixture
def plain(tmp_path):
    path = tmp_path / "plain.zip"
    with zipfile.ZipFile(path, "w") as archive:
        member = zipfile.ZipInfo("a/b", (2024, 1, 1, 12, 0, 0))
        archive.writestr(member, "text\n")
        archive.infolist()[0].external_attr = 0
    return str(path)


def zipped(path, tmp_path, **rules):
    (tmp_path / "dest").mkdir()
    return Zipped(path, str(tmp_path / "dest"), {**RULES, **rules}, set())


def test_an_archive_without_permissions_gives_those_of_new_files(plain, tmp_path):
    archive = zipped(plain, tmp_path)
    archive.unpack(archive.differing())
    assert stat.S_IMODE((tmp_path / "dest/a/b").stat().st_mode) == 0o644
    assert archive.differing() == []


def test_options_are_for_unzip(plain, tmp_path, monkeypatch):
    monkeypatch.setattr("muster.target.zipped.which", lambda *names: "unzip")
    host = Host({"unzip": ""}).install(monkeypatch)
    zipped(plain, tmp_path, extra_opts=["-q"], exclude=["c"], keep_newer=True).unpack(["a/b"])
    assert host.ran == [f"unzip -o -u -q {plain} -x c -d {tmp_path}/dest"]


def test_options_need_unzip(plain, tmp_path, monkeypatch):
    monkeypatch.setattr("muster.target.zipped.which", lambda *names: None)
    with pytest.raises(Failure, match="install the package unzip"):
        zipped(plain, tmp_path, extra_opts=["-q"]).unpack(["a/b"])


def test_what_is_encrypted_is_told(plain, tmp_path):
    data = bytearray((tmp_path / "plain.zip").read_bytes())
    for signature, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(signature) + flags] |= 1
    (tmp_path / "plain.zip").write_bytes(data)
    with pytest.raises(Failure, match="encrypted"):
        zipped(plain, tmp_path).unpack(["a/b"])


def test_a_broken_archive_is_told(tmp_path):
    (tmp_path / "broken.zip").write_bytes(io.BytesIO(b"PK\3\4").read())
    with pytest.raises(Failure, match="File is not a zip file"):
        zipped(str(tmp_path / "broken.zip"), tmp_path)


def test_patterns_fit_names_and_all_that_is_below():
    assert fits("app/bin/run", ["app/bin"]) and fits("app/bin/", ["app/bin/"]) and fits("app/x", ["*/x"])
    assert not fits("app/binary", ["app/bin"])


def test_what_is_damaged_is_told_and_the_old_file_stays(tmp_path):
    path = tmp_path / "damaged.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", "text and text " * 100)
    data = bytearray(path.read_bytes())
    data[31:36] = b"\xff" * 5
    path.write_bytes(data)
    archive = zipped(str(path), tmp_path)
    (tmp_path / "dest/a").write_text("old")
    with pytest.raises(Failure, match=r"damaged\.zip, which is damaged"):
        archive.unpack(archive.differing())
    assert [(each.name, each.read_text()) for each in (tmp_path / "dest").iterdir()] == [("a", "old")]


def test_nothing_is_put_where_a_link_of_the_archive_leads(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    link = zipfile.ZipInfo("a")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        archive.writestr(link, str(tmp_path / "elsewhere"))
        archive.writestr("a/b", "text")
    archive = zipped(str(tmp_path / "link.zip"), tmp_path)
    with pytest.raises(Failure, match="dest/a is in the way of what is no directory"):
        archive.unpack(archive.differing())
    assert not list((tmp_path / "elsewhere").iterdir())
