import hashlib
import os
import stat

import pytest

from muster.target import files
from muster.target.files import attributes, keep_copy, make_directory, parse_mode, read, remove, replace, write
from muster.target.task import Content, Failure, context
from tests.tasks.harness import content


@pytest.fixture(autouse=True)
def plain_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "file")


def carry_out(changes):
    """Carry out the changes of a generator; return their words and what it returned."""
    done = []
    while True:
        try:
            change = next(changes)
        except StopIteration as stop:
            return done, stop.value
        change.do()
        done.append(change.what)


# What chmod(1) and Ansible both make of a mode: symbolic mode, kind, permissions before and after.
MODES = [
    ("0644", "file", 0o777, 0o644), ("644", "file", 0o777, 0o644), ("02755", "directory", 0o755, 0o2755),
    ("u=rwx", "file", 0o4644, 0o744), ("u=rw,g=r,o=", "file", 0o777, 0o640), ("a+x", "file", 0o644, 0o755),
    ("+x", "file", 0o600, 0o711), ("-w", "file", 0o666, 0o466), ("=r", "file", 0o1777, 0o444), ("=", "file", 0o777, 0),
    ("go-rwx", "file", 0o755, 0o700), ("u+s", "file", 0o755, 0o4755), ("g+s", "directory", 0o755, 0o2755),
    ("+t", "directory", 0o777, 0o1777), ("u=rwX,go=rX", "file", 0o600, 0o644), ("u=rwX,go=rX", "file", 0o700, 0o755),
    ("u=rwX,go=rX", "directory", 0o600, 0o755), ("g=u", "file", 0o640, 0o660), ("o=g-w", "file", 0o664, 0o664),
    ("u=rwxs", "file", 0o644, 0o4744), ("u-s", "file", 0o4755, 0o755), ("ug=rw,o=r", "file", 0o777, 0o664),
    ("u+rw-x", "file", 0o100, 0o600), ("g+w,o-w", "file", 0o646, 0o664), ("a-x+X", "directory", 0o700, 0o711),
]


@pytest.mark.parametrize(("mode", "kind", "before", "after"), MODES, ids=[f"{m[0]} {m[1]} {m[2]:o}" for m in MODES])
def test_modes_are_what_chmod_makes_of_them(mode, kind, before, after):
    kinds = {"file": stat.S_IFREG, "directory": stat.S_IFDIR}
    assert oct(parse_mode(mode, kinds[kind] | before)) == oct(after)


def test_a_number_is_a_mode_as_it_is():
    assert parse_mode(0o640, 0) == 0o640
    assert parse_mode(644, 0) == 0o1204  # What YAML makes of an unquoted 644.


@pytest.mark.parametrize("mode", ["", "0899", "rw", "u=rz", "z+x", "preserve", "u"])
def test_what_is_no_mode_is_told(mode):
    with pytest.raises(Failure, match="is no mode: give it in octal"):
        parse_mode(mode, stat.S_IFREG)


def test_a_file_that_is_not_there_has_no_content(path):
    assert read(path) is None


def test_a_file_is_written_whole_and_its_mode_kept(path, tmp_path):
    assert carry_out(write(path, "one")) == ([f"create {path}"], {})
    os.chmod(path, 0o640)
    assert carry_out(write(path, b"two"))[0] == [f"replace the content of {path}"]
    assert read(path) == b"two" and stat.S_IMODE(os.stat(path).st_mode) == 0o640
    assert carry_out(write(path, "two"))[0] == []
    assert os.listdir(tmp_path) == ["file"]


def test_content_of_the_controller_is_asked_for_only_when_it_differs(path):
    asked = []

    def chunks():
        asked.append(1)
        yield from (b"on", b"e")

    data = Content(3, hashlib.sha256(b"one").hexdigest(), chunks)
    assert carry_out(write(path, data))[0] == [f"create {path}"]
    assert carry_out(write(path, data))[0] == []
    assert read(path) == b"one" and asked == [1]


def test_nobody_sees_new_content_with_old_permissions(path, monkeypatch):
    seen = []
    monkeypatch.setattr(files.os, "rename", lambda new, old: seen.append(stat.S_IMODE(os.stat(new).st_mode)))
    carry_out(write(path, "secret", mode="0400"))
    assert seen[0] == 0o400


def test_what_cannot_be_written_leaves_the_old_file_and_no_other(path, tmp_path):
    carry_out(write(path, "old"))

    def broken():
        yield b"ne"
        raise Failure("the connection was lost")

    with pytest.raises(Failure, match="connection was lost"):
        carry_out(write(path, Content(3, "0", broken)))
    assert read(path) == b"old" and os.listdir(tmp_path) == ["file"]


def test_validation_needs_a_place_for_the_file(path):
    with pytest.raises(Failure, match="must contain %s"):
        carry_out(write(path, "x", validate="true"))
    assert not os.path.exists(path)


def test_the_diff_shows_text_and_only_describes_the_rest(path, monkeypatch):
    monkeypatch.setattr(context, "diff", True)
    shown = [(change.before, change.after) for change in write(path, content("a\n"))]
    assert shown == [("", "a\n")]
    assert [(c.before, c.after) for c in write(path, b"\0\1")] == [("(0 bytes)", "(2 bytes, binary)")]
    assert [(c.before, c.after) for c in write(path, b"x" * 200000)] == [("(0 bytes)", "(large)")]


def test_without_a_diff_no_content_is_read(path):
    def never():
        raise AssertionError("the content was asked for")

    (change,) = write(path, Content(3, "0", never))
    assert (change.before, change.after) == (None, None)


def test_a_copy_is_kept_with_the_mode_of_the_file(path):
    carry_out(write(path, "old", mode="0600"))
    done, copy = carry_out(keep_copy(path))
    assert done == [f"keep a copy of {path}"]
    assert read(copy) == b"old" and stat.S_IMODE(os.stat(copy).st_mode) == 0o600


def test_attributes_of_what_is_not_there_are_none(path):
    assert carry_out(attributes(path, mode="0600"))[0] == []


def test_directories_are_made_down_to_the_last(tmp_path):
    path = str(tmp_path / "a" / "b")
    assert carry_out(make_directory(path, mode="0700"))[0] == [
        f"create the directory {tmp_path}/a", f"create the directory {path}"]
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o700
    assert carry_out(make_directory(path))[0] == []


def test_a_file_in_the_way_of_a_directory_is_named(path):
    carry_out(write(path, ""))
    with pytest.raises(Failure, match=f"cannot create {path}: File exists"):
        carry_out(make_directory(path + "/a"))


def test_whatever_is_there_is_removed(tmp_path):
    (tmp_path / "d" / "e").mkdir(parents=True)
    (tmp_path / "link").symlink_to("d")
    assert carry_out(remove(str(tmp_path / "link")))[0] == [f"remove {tmp_path}/link"]
    assert (tmp_path / "d").exists()
    carry_out(remove(str(tmp_path / "d")))
    assert os.listdir(tmp_path) == []
    assert carry_out(remove(str(tmp_path / "d")))[0] == []


def test_a_validation_that_is_no_command_line_is_told(path):
    with pytest.raises(Failure, match="validate cannot be taken apart into words: x '%s: no closing quotation"):
        replace(path, b"text", validate="x '%s")


def test_a_name_may_be_as_long_as_names_can_be(tmp_path):
    for name in ("n" * 255, "\u20ac" * 85):
        replace(str(tmp_path / name), b"text")
        assert (tmp_path / name).read_bytes() == b"text"
