"""ssh's own configuration."""

import pytest

from muster.connect.ssh_config import SshConfig
from muster.errors import OptionError


@pytest.fixture
def write(home):
    """A function that writes files below ~/.ssh."""

    def write(**files):
        for name, text in files.items():
            (home / ".ssh" / name).write_text(text)

    return write


def test_options_of_all_blocks_that_match_are_put_together(write):
    write(config="Host web-*\n User deploy\nHost web-1\n User other\n Port=2222\nHost *\n User nobody\n")
    found = SshConfig().lookup("web-1")
    assert (found["user"], found["port"], found["hostname"]) == ("deploy", "2222", "web-1")


def test_included_files_count_in_their_place(write):
    write(config="Include extra\nHost web-1\n User late\n", extra="Host web-1\n User early\n Port 7\n")
    assert SshConfig().lookup("web-1")["user"] == "early"
    assert SshConfig().lookup("web-1")["port"] == "7"


def test_an_include_may_be_a_pattern_and_name_several_files(write):
    write(config='Include "team-*" one\n', team1="", one="Host c\n Port 3\n")
    write(**{"team-a": "Host a\n Port 1\n", "team-b": "Host b\n Port 2\n"})
    assert [SshConfig().lookup(name)["port"] for name in "abc"] == ["1", "2", "3"]


def test_the_block_around_an_include_goes_on_after_it(write):
    write(config="Host web-1\n Include extra\n Port 2222\n", extra="Host db-1\n User postgres\n")
    config = SshConfig()
    assert config.lookup("web-1")["port"] == "2222"
    assert "port" not in config.lookup("db-1")


IDLE = "# Debian's\n\nInclude more\nHost *\n    SendEnv LANG LC_*\n    HashKnownHosts yes\n"


@pytest.mark.parametrize(("more", "idle"), [("", True), ("ForwardAgent no\n", True), ("User other\n", False),
                                            ("Match host web-1\n", False), ("!!!\n", False)])
def test_paramiko_is_not_asked_when_nothing_in_the_files_is_for_us(write, monkeypatch, more, idle):
    write(config=IDLE, more=more)
    asked = []
    monkeypatch.setattr(SshConfig, "parse", lambda self, path, found, config: asked.append(path))
    assert SshConfig("~/.ssh/config").lookup("web-1")["hostname"] == "web-1"
    assert asked == ([] if idle else ["~/.ssh/config"])


def test_no_file_is_no_error(home):
    assert SshConfig().lookup("web-1")["hostname"] == "web-1"


@pytest.mark.parametrize(("text", "words"), [
    ("Host *\n !!!\n", "cannot be read"),
    ("Include config\n", "include each other"),
    ("Host \udcff\n", "is no UTF-8"),
])
def test_a_file_that_makes_no_sense_is_named(home, text, words):
    (home / ".ssh" / "config").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(OptionError, match=words) as caught:
        SshConfig().lookup("web-1")
    assert "config" in str(caught.value)


def test_what_is_no_utf_8_is_told_with_its_place_and_what_to_do(home, write):
    write(config="Host *\n Include extra\n")
    (home / ".ssh" / "extra").write_bytes("Port 7\n# é: ".encode() + b"\xff\n")
    with pytest.raises(OptionError) as caught:
        SshConfig().lookup("web-1")
    assert str(caught.value.origin) == f"{home}/.ssh/extra:2:6"
    assert "0xff" in caught.value.message and "in UTF-8" in caught.value.hint
    assert "# é: " in str(caught.value)


def test_nothing_is_read_before_it_is_asked_for_and_then_once(home, write):
    (home / ".ssh" / "config").write_bytes(b"\xff")
    config = SshConfig()
    write(config="Host *\n Port 7\n")
    assert config.lookup("web-1")["port"] == "7"
    write(config="Host *\n Port 8\n")
    assert config.lookup("web-1")["port"] == "7"


def test_a_named_file_must_be_there_and_is_read_alone(home, tmp_path, write):
    write(config="Host *\n User deploy\n")
    other = tmp_path / "other"
    other.write_text("Host *\n Port 7\n")
    assert "user" not in SshConfig(str(other)).lookup("web-1")
    with pytest.raises(OptionError, match="there is no ssh configuration file /nowhere"):
        SshConfig("/nowhere")
