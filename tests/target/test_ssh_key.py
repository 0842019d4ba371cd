"""A user's own SSH keys, with a real ssh-keygen where there is one."""

import os
import pwd
import shutil
import stat

import pytest

from muster.target import ssh_key, system
from muster.target.ssh_key import SshKey, answer
from muster.target.task import Failure


def key(tmp_path, **values):
    me = pwd.getpwuid(os.getuid())
    entry = pwd.struct_passwd((me.pw_name, "x", me.pw_uid, me.pw_gid, "", str(tmp_path), "/bin/sh"))
    plain = {"path": None, "kind": "ed25519", "bits": None, "comment": None, "passphrase": None}
    return SshKey(entry, **{**plain, **values})


needs_ssh_keygen = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="needs ssh-keygen")


@needs_ssh_keygen
def test_a_pair_is_made_and_told(tmp_path):
    pair = key(tmp_path, comment="hello there", passphrase="s3cret word")
    (change,) = pair.ensure(False)
    change.do()
    assert stat.S_IMODE(os.stat(pair.path).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(tmp_path / ".ssh").st_mode) == 0o700
    assert sorted(os.listdir(tmp_path / ".ssh")) == ["id_ed25519", "id_ed25519.pub"]
    assert pair.told()["ssh_public_key"].endswith(" hello there")
    opened = system.capture("ssh-keygen", "-y", "-P", "s3cret word", "-f", pair.path)
    assert opened.ok and not system.capture("ssh-keygen", "-y", "-P", "wrong", "-f", pair.path).ok
    assert list(pair.ensure(False)) == []


@needs_ssh_keygen
def test_what_is_no_kind_of_key_fails_and_leaves_nothing(tmp_path):
    with pytest.raises(Failure, match="unknown key type"):
        key(tmp_path, kind="nonsense").make(["ssh-keygen", "-q", "-t", "nonsense"])
    assert os.listdir(tmp_path / ".ssh") == []


def test_the_comment_says_whose_it_is(tmp_path):
    assert key(tmp_path).comment == f"{pwd.getpwuid(os.getuid()).pw_name}@{os.uname().nodename}"


def test_without_the_program_its_package_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(ssh_key, "which", lambda name: None)
    with pytest.raises(Failure, match="install openssh-client"):
        list(key(tmp_path).ensure(False))


def test_before_there_is_one_only_its_place_is_told(tmp_path):
    assert key(tmp_path, path="keys/mine").told() == {"ssh_key_file": str(tmp_path / "keys" / "mine")}


def test_a_secret_is_typed_and_never_on_a_command_line(tmp_path):
    script = 'stty -echo; printf "Pass: "; read -r a; printf "Again: "; read -r b; echo "$a/$b" > ' + str(
        tmp_path / "told"
    )
    answer(["sh", "-c", script], "s3cret word")
    assert (tmp_path / "told").read_text() == "s3cret word/s3cret word\n"


def test_a_command_that_fails_says_why():
    with pytest.raises(Failure, match="sh failed: oh no"):
        answer(["sh", "-c", "echo oh no; exit 3"], "x")
    with pytest.raises(Failure):
        answer([os.path.join("/nonexistent", "program")], "x")
