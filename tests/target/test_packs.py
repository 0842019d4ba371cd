import bz2
import gzip
import lzma
import tarfile
import zipfile

import pytest

from muster.target.packs import Compressed, Tar, Zip
from muster.target.task import Failure


@pytest.fixture
def members(tmp_path):
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "a").write_text("a\n")
    return [str(tmp_path / "d"), str(tmp_path / "d" / "a")]


@pytest.mark.parametrize("form", ["tar", "gz", "bz2", "xz"])
def test_tar_packs_what_tar_reads(members, tmp_path, form):
    pack = Tar(str(tmp_path / "out"), form, str(tmp_path), members)
    assert pack.differs()
    pack.put()
    with tarfile.open(tmp_path / "out") as archive:
        assert archive.getnames() == ["d", "d/a"]
    assert not pack.differs()


def test_zip_packs_what_zip_reads(members, tmp_path):
    pack = Zip(str(tmp_path / "out"), "zip", str(tmp_path), members)
    pack.put()
    with zipfile.ZipFile(tmp_path / "out") as archive:
        assert archive.namelist() == ["d/", "d/a"] and archive.read("d/a") == b"a\n"
    (tmp_path / "d" / "a").write_text("b\n")
    assert pack.differs()


def test_a_file_is_compressed(members, tmp_path):
    pack = Compressed(str(tmp_path / "out"), "gz", str(tmp_path), members[1:])
    pack.put()
    assert gzip.decompress((tmp_path / "out").read_bytes()) == b"a\n"
    assert not pack.differs()


def test_a_compression_that_python_lacks_is_told(members, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "lzma", None)
    with pytest.raises(Failure, match="no module lzma: choose another format than xz"):
        Compressed(str(tmp_path / "out"), "xz", str(tmp_path), members[1:])


@pytest.mark.parametrize(("form", "compress"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)])
@pytest.mark.parametrize("kind", [Compressed, Tar])
def test_what_is_damaged_is_packed_anew(members, tmp_path, form, compress, kind):
    with tarfile.open(tmp_path / "tar", "w") as archive:
        archive.add(__file__)
    data = compress((tmp_path / "tar").read_bytes())
    (tmp_path / "out").write_bytes(data[:len(data) // 2] + b"\xff" * 50 + data[len(data) // 2 + 50:])
    pack = kind(str(tmp_path / "out"), form, str(tmp_path), members[1:])
    assert pack.differs()
