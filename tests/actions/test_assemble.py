import pytest

from muster.actions.action import Failed
from muster.model import Call
from muster.vault.envelope import seal
from muster.vault.keyring import KEYRING, Key
from tests.actions.harness import FakeHere, act, answered, plant


@pytest.fixture
def here(tmp_path):
    plant(tmp_path, {"files/parts/2": "two\n", "files/parts/1": "one", "files/parts/.0": "none\n"})
    return FakeHere(files=tmp_path)


def test_parts_of_the_host_are_the_host_s_task(here):
    assert act("assemble", here, src="/etc/parts", dest="/etc/whole", regexp="x", mode="0600") == Call(
        "assemble", {"src": "/etc/parts", "dest": "/etc/whole", "regexp": "x", "mode": "0600"})


def test_parts_of_the_controller_go_along_as_one(here):
    call = act("assemble", here, src="parts", dest="/etc/whole", remote_src=False, delimiter="--", ignore_hidden=True)
    assert call == Call("copy", {"content": b"one\n--\ntwo\n", "dest": "/etc/whole"})


def test_the_host_writes_them(here, tmp_path):
    call = act("assemble", here, src="parts", dest=str(tmp_path / "whole"), remote_src=False, mode="0600")
    assert answered(call).changed and not answered(call).changed
    assert (tmp_path / "whole").read_text() == "none\none\ntwo\n"


def test_an_encrypted_part_goes_along_decrypted(here, tmp_path):
    KEYRING.use([Key("default", b"pass")])
    plant(tmp_path, {"files/parts/2": seal(b"secret\n", b"pass")})
    call = act("assemble", here, src="parts", dest="/etc/whole", remote_src=False, regexp="2")
    assert call.args["content"] == b"secret\n"


def test_a_file_is_no_directory_of_parts(here):
    with pytest.raises(Failed, match=r"parts/1 is no directory.*\(on the controller\)"):
        act("assemble", here, src="parts/1", dest="/etc/whole", remote_src=False)
