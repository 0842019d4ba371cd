import io
import tarfile

import pytest

from muster.actions.action import Failed
from muster.model import Call
from muster.vault.envelope import seal
from muster.vault.keyring import KEYRING, Key
from tests.actions.harness import FakeHere, act, answered, plant


def tar(**files):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return data.getvalue()


@pytest.fixture
def here(tmp_path):
    plant(tmp_path, {"files/site.tgz": tar(index="hello\n"), "www/README": ""})
    return FakeHere(files=tmp_path)


def test_the_archive_goes_along(here, tmp_path):
    call = act("unarchive", here, src="site.tgz", dest="/srv", keep_newer=True)
    assert call == Call("unarchive", {"content": (tmp_path / "files/site.tgz").read_bytes(), "filename": "site.tgz",
                                      "dest": "/srv", "keep_newer": True})


def test_an_encrypted_archive_goes_along_decrypted(here, tmp_path):
    KEYRING.use([Key("default", b"pass")])
    plant(tmp_path, {"files/site.tgz": seal(b"data", b"pass")})
    assert act("unarchive", here, src="site.tgz", dest="/srv").args["content"] == b"data"


def test_the_host_unpacks_it_once(here, tmp_path):
    call = act("unarchive", here, src="site.tgz", dest=str(tmp_path / "www"))
    assert answered(call).changed
    assert (tmp_path / "www" / "index").read_text() == "hello\n"
    assert not answered(call).changed


@pytest.mark.parametrize("there", [{"remote_src": True}, {"copy": False}])
def test_an_archive_of_the_host_is_named(here, there):
    assert act("unarchive", here, src="/tmp/a.tgz", dest="/srv", **there) == Call(
        "unarchive", {"src": "/tmp/a.tgz", "dest": "/srv"})


def test_a_url_is_for_the_host(here):
    with pytest.raises(Failed, match="with remote_src: yes the host downloads it"):
        act("unarchive", here, src="https://example.org/a.tgz", dest="/srv")
