"""Files that are replaced whole, and edited in private."""

import io
import os
import signal
import stat
import sys
import types

import pytest

from muster.errors import VaultError
from muster.vault import files


def test_a_file_keeps_its_mode_and_owner_and_a_new_one_is_its_owners_alone(tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text("x")
    old.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(old, 12, 34)
    owner = old.stat().st_uid, old.stat().st_gid
    files.write(str(old), b"$ANSIBLE_VAULT;y")
    files.write(str(new), b"$ANSIBLE_VAULT;z")
    assert (old.read_bytes(), new.read_bytes()) == (b"$ANSIBLE_VAULT;y", b"$ANSIBLE_VAULT;z")
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    assert (old.stat().st_uid, old.stat().st_gid) == owner
    assert stat.S_IMODE(new.stat().st_mode) == 0o600
    assert sorted(os.listdir(tmp_path)) == ["new", "old"]


def test_a_file_that_holds_plain_text_is_its_owners_alone(tmp_path):
    path = tmp_path / "file"
    path.write_text("$ANSIBLE_VAULT;x")
    path.chmod(0o644)
    files.write(str(path), b"plain")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"plain", 0o600)


def test_of_a_link_the_file_behind_it_is_replaced(tmp_path):
    (tmp_path / "file").write_text("x")
    (tmp_path / "link").symlink_to("file")
    files.write(str(tmp_path / "link"), b"y")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_bytes() == b"y"


def test_a_file_that_cannot_be_written_stays_as_it_was_and_nothing_is_left_beside_it(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("x")

    def fail(*paths):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(VaultError, match="cannot write .*file: No space left on device"):
        files.write(str(tmp_path / "file"), b"y")
    assert os.listdir(tmp_path) == ["file"]
    assert (tmp_path / "file").read_text() == "x"


@pytest.mark.parametrize("path", ["none", "."])
def test_a_file_that_cannot_be_read_is_told(tmp_path, path):
    with pytest.raises(VaultError, match="cannot read"):
        files.read(str(tmp_path / path))


def test_a_dash_is_standard_input_and_output(monkeypatch):
    out = io.BytesIO()
    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=io.BytesIO(b"x\xff")))
    monkeypatch.setattr(sys, "stdout", types.SimpleNamespace(buffer=out))
    files.write("-", files.read("-"))
    assert out.getvalue() == b"x\xff"


class Editor:
    """Stands for an editor; `then` is what it does with the path."""

    def __init__(self, then):
        self.then = then
        self.seen = None

    def __call__(self, path):
        mode = stat.S_IMODE(os.stat(path).st_mode), stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode)
        self.seen = path, mode
        with open(path + "~", "w") as backup:
            backup.write("plain text")
        self.then(path)


def append(path):
    with open(path, "ab") as file:
        file.write(b" and more")


def test_what_is_edited_is_in_a_private_directory_that_goes_with_all_in_it():
    editor = Editor(append)
    assert files.edited(b"a text", "group_vars/all.yml", editor) == b"a text and more"
    path, mode = editor.seen
    assert os.path.basename(path) == "all.yml"
    assert mode == (0o600, 0o700)
    assert not os.path.exists(os.path.dirname(path))


def failing(path):
    raise VaultError("the editor failed")


def removing(path):
    os.unlink(path)


@pytest.mark.parametrize(("then", "error"), [
    (failing, VaultError), (removing, VaultError), (lambda path: os.kill(os.getpid(), signal.SIGTERM), SystemExit),
    (lambda path: os.kill(os.getpid(), signal.SIGHUP), SystemExit)])
def test_no_plain_text_stays_when_something_goes_wrong(then, error):
    editor, before = Editor(then), signal.getsignal(signal.SIGTERM)
    with pytest.raises(error):
        files.edited(b"a text", "a.yml", editor)
    assert not os.path.exists(os.path.dirname(editor.seen[0]))
    assert signal.getsignal(signal.SIGTERM) is before


def test_where_nothing_can_be_kept_in_memory_the_usual_place_does(monkeypatch, tmp_path):
    monkeypatch.setattr(files, "MEMORY", str(tmp_path / "none"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    editor = Editor(append)
    files.edited(b"x", "a", editor)
    assert editor.seen[0].startswith(str(tmp_path))
    assert os.listdir(tmp_path) == []
