import pytest

from muster.actions.action import Failed
from muster.model import Call
from muster.vault.envelope import seal
from muster.vault.keyring import KEYRING, Key
from tests.actions.harness import FakeHere, act, answered, plant


@pytest.fixture
def here(tmp_path):
    plant(tmp_path, {"files/prepare.sh": 'echo "$0:$1:$2:$PWD"\n', "files/deep/bad.sh": "exit 3\n"})
    return FakeHere(files=tmp_path)


def test_the_script_goes_along_with_its_arguments(here):
    assert act("script", here, cmd="prepare.sh --label 'old data'") == Call("script", {
        "content": b'echo "$0:$1:$2:$PWD"\n', "filename": "prepare.sh", "args": ["--label", "old data"]})


def test_an_encrypted_script_goes_along_decrypted(here, tmp_path):
    KEYRING.use([Key("default", b"pass")])
    plant(tmp_path, {"files/prepare.sh": seal(b"exit 3\n", b"pass")})
    assert act("script", here, cmd="prepare.sh").args["content"] == b"exit 3\n"
    assert act("script", here, cmd="prepare.sh", decrypt=False).args["content"].startswith(b"$ANSIBLE_VAULT")


def test_the_host_runs_it(here, tmp_path):
    result = answered(act("script", here, cmd="prepare.sh a 'b c'", chdir=str(tmp_path)))
    assert result.values["stdout"].endswith(f"/prepare.sh:a:b c:{tmp_path}")
    assert result.changed


def test_the_host_tells_its_failure(here):
    result = answered(act("script", here, cmd="deep/bad.sh"))
    assert result.failed and result.values["rc"] == 3


def test_what_concerns_the_host_is_handed_on(here, tmp_path):
    result = answered(act("script", here, cmd="prepare.sh", creates=str(tmp_path / "files")))
    assert not result.changed and "exists" in result.values["stdout"]


@pytest.mark.parametrize(("line", "reason"), [
    ("prepare.sh 'a", "no closing quotation"), ("", "no script is named"), ("missing.sh", "there is no"),
])
def test_a_line_that_names_no_script_fails(here, line, reason):
    with pytest.raises(Failed, match=reason):
        act("script", here, cmd=line)
