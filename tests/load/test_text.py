"""Text files, and what only looks like one."""

import os

import pytest

from muster.errors import LoadError
from muster.load.text import LARGEST, text_of


def test_lines_end_as_on_unix(tmp_path):
    (tmp_path / "a").write_bytes(b"a\r\nb\rc\n")
    assert text_of(tmp_path / "a") == "a\nb\nc\n"


def test_a_pipe_is_read_to_its_end_and_one_without_a_writer_is_empty(tmp_path):
    os.mkfifo(tmp_path / "named")
    assert text_of(tmp_path / "named") == ""
    end, writer = os.pipe()
    os.write(writer, b"text")
    os.close(writer)
    assert text_of(f"/dev/fd/{end}") == "text"
    os.close(end)


def test_a_file_without_end_is_refused():
    assert text_of("/dev/null") == ""
    with pytest.raises(LoadError, match=f"/dev/zero has more than {LARGEST >> 20} MiB"):
        text_of("/dev/zero")


def test_a_name_that_no_file_can_have_is_refused():
    with pytest.raises(LoadError, match="is no path of a file"):
        text_of("a\0b")


@pytest.mark.parametrize("name", ["none", ".", "loop"])
def test_what_cannot_be_opened_raises_the_system_error(tmp_path, name):
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OSError):
        text_of(tmp_path / name)
