import os

from muster.target.peek import peek


def test_the_text_comes_without_blanks_around_it(tmp_path):
    (tmp_path / "file").write_bytes(b"\n two words \xff \n\n")
    assert peek(str(tmp_path / "file")) == "two words �"


def test_files_of_the_kernel_come_whole():
    assert len(peek("/proc/self/smaps")) > 5000
    with open("/proc/self/status") as file:
        assert peek("/proc/self/status").splitlines()[0] == file.readline().strip()


def test_what_cannot_be_read_is_the_default_and_leaves_nothing_open(tmp_path):
    before = os.listdir("/proc/self/fd")
    assert peek(str(tmp_path / "none")) == ""
    assert peek(str(tmp_path), "a directory") == "a directory"
    assert peek(f"{tmp_path}/none/x", "0") == "0"
    assert os.listdir("/proc/self/fd") == before
