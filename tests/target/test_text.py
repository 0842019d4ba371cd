import pytest

from muster.target.task import Failure
from muster.target.text import end_line, lines_of, one_line, place, read_text, split_lines, write_text
from tests.tasks.harness import snapshot


@pytest.mark.parametrize(("text", "lines"), [
    ("", []), ("a", ["a"]), ("a\n", ["a\n"]), ("a\n\nb", ["a\n", "\n", "b"]),
    ("a\fb\rc\u2028d\n", ["a\fb\rc\u2028d\n"]),
])
def test_lines_end_at_newlines_and_nowhere_else(text, lines):
    assert split_lines(text) == lines
    assert "".join(lines) == text


def test_a_last_line_is_ended_once():
    lines = ["a\n", "b"]
    end_line(lines)
    end_line(lines)
    assert lines == ["a\n", "b\n"]
    end_line([])


def test_bytes_that_cannot_be_decoded_survive(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"a\xff\n")
    for change in write_text(str(path), read_text(str(path)) + "b\n"):
        change.do()
    assert path.read_bytes() == b"a\xff\nb\n"


def test_no_file_has_no_text(tmp_path):
    assert read_text(str(tmp_path / "none")) is None


def test_a_directory_is_no_file(tmp_path):
    with pytest.raises(Failure, match="is a directory"):
        read_text(str(tmp_path))


def test_a_missing_directory_is_made_once_for_the_file(tmp_path):
    path = tmp_path / "a" / "b" / "file"
    done = []
    for change in write_text(str(path), "text", mode="0600"):
        change.do()
        done.append(change.what)
    assert done == [f"create the directory {tmp_path}/a", f"create the directory {tmp_path}/a/b", f"create {path}"]
    before = snapshot(tmp_path)
    assert list(write_text(str(path), "text", mode="0600")) == []
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize(("arguments", "index"), [
    ((None, None), 4), (("EOF", None), 4), ((None, "BOF"), 0), (("BOF", None), 0), (("^a", None), 3), ((None, "^a"), 2),
    (("^a", None, True), 1), ((None, "^a", True), 0), (("nowhere", None), 4), ((None, "nowhere"), 4),
])
def test_something_new_goes_beside_its_anchor_or_to_the_end(arguments, index):
    assert place(["a1\n", "b\n", "a2\n", "c\n"], *arguments) == index


def test_lines_without_their_ends():
    assert lines_of("a\fb\r\n\nc") == ["a\fb\r", "", "c"] and lines_of("") == []


@pytest.mark.parametrize("text", ["a\nb", "a\n", "\r"])
def test_a_line_break_in_one_line_is_refused(text):
    with pytest.raises(Failure, match="the name is one line, not"):
        one_line("the name", text)


def test_one_line_is_taken():
    assert one_line("the name", "a\fb") is None and one_line("the name", None) is None
