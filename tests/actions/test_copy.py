import os

import pytest

from muster.actions.action import Failed
from muster.model import Call, Result
from muster.secrets import SECRETS
from muster.vault.envelope import seal
from muster.vault.keyring import KEYRING, Key
from tests.actions.harness import FakeHere, act, carry_out, plant, play

SEALED = seal(b"hello\n", b"pass")


@pytest.fixture
def here(tmp_path):
    plant(tmp_path, {
        "files/motd": "hello\n",
        "files/site/index.html": "<p>\n",
        "files/site/style/main.css": "p {}\n",
        "files/site/style/empty.css": "",
    })
    (tmp_path / "files" / "site" / "empty").mkdir()
    return FakeHere(files=tmp_path)


def below(directory):
    """Return what is in a directory: {path: text}, None for directories."""
    return {str(path.relative_to(directory)): None if path.is_dir() else path.read_text()
            for path in sorted(directory.rglob("*"))}


SITE = {"empty": None, "index.html": "<p>\n", "style": None, "style/empty.css": "", "style/main.css": "p {}\n"}


# Files


def test_a_file_goes_along_with_its_name(here):
    assert act("copy", here, src="motd", dest="/etc/", owner="root") == Call("copy", {
        "content": b"hello\n", "dest": "/etc/", "filename": "motd", "owner": "root"})


@pytest.mark.parametrize(("arguments", "content"), [
    ({}, b"hello\n"), ({"decrypt": True}, b"hello\n"), ({"decrypt": False}, SEALED.encode())])
def test_an_encrypted_file_goes_along_decrypted_unless_that_is_not_wanted(here, tmp_path, arguments, content):
    KEYRING.use([Key("default", b"pass")])
    plant(tmp_path, {"files/motd": SEALED, "files/site/index.html": SEALED})
    assert act("copy", here, src="motd", dest="/x", **arguments).args["content"] == content
    carry_out(act("copy", here, src="site/", dest=str(tmp_path / "dest"), **arguments))
    assert (tmp_path / "dest" / "index.html").read_bytes() == content
    assert SECRETS.texts == (set() if arguments.get("decrypt") is False else {"hello"})


def test_content_goes_along_as_it_is(here):
    assert act("copy", here, content=b"text", dest="/etc/x") == Call("copy", {"content": b"text", "dest": "/etc/x"})


def test_a_source_on_the_host_is_the_host_s_affair(here):
    assert act("copy", here, src="~/motd", remote_src=True, dest="/etc/motd", mode="preserve") == Call("copy", {
        "src": "~/motd", "remote_src": True, "local_follow": True, "dest": "/etc/motd", "mode": "preserve"})


def test_the_file_s_own_permissions_can_be_kept(here, tmp_path):
    (tmp_path / "files" / "motd").chmod(0o751)
    assert act("copy", here, src="motd", dest="/x", mode="preserve").args["mode"] == 0o751


@pytest.mark.parametrize("arguments", [{}, {"src": ""}, {"src": "motd", "content": b"x"}, {"remote_src": True}])
def test_there_is_one_source(here, arguments):
    with pytest.raises(Failed, match="give src or content"):
        act("copy", here, dest="/x", **arguments)


def test_a_source_that_is_not_there_fails(here):
    with pytest.raises(Failed, match="there is no"):
        act("copy", here, src="none", dest="/x")


# Directories


def test_a_directory_is_copied_under_its_name(here, tmp_path):
    _, result = carry_out(act("copy", here, src="site", dest=f"{tmp_path}/srv"))
    assert below(tmp_path / "srv") == {"site": None, **{f"site/{path}": text for path, text in SITE.items()}}
    assert result.changed and result.values["dest"] == f"{tmp_path}/srv/site"


def test_of_a_directory_that_ends_in_a_slash_the_content_is_copied(here, tmp_path):
    _, result = carry_out(act("copy", here, src="site/", dest=f"{tmp_path}/srv/"))
    assert below(tmp_path / "srv") == SITE
    assert result.values["dest"] == f"{tmp_path}/srv"


def test_a_second_time_nothing_changes(here, tmp_path):
    carry_out(act("copy", here, src="site", dest=f"{tmp_path}/srv"))
    _, result = carry_out(act("copy", here, src="site", dest=f"{tmp_path}/srv"))
    assert not result.changed and result.changes == ()


def test_what_else_is_there_stays(here, tmp_path):
    plant(tmp_path, {"srv/other": "mine\n", "srv/index.html": "old\n"})
    _, result = carry_out(act("copy", here, src="site/", dest=f"{tmp_path}/srv"))
    assert below(tmp_path / "srv") == {**SITE, "other": "mine\n"}
    assert ("old\n", "<p>\n") in [(change.before, change.after) for change in result.changes]


def test_check_mode_foretells_and_copies_nothing(here, tmp_path):
    _, result = carry_out(act("copy", here, src="site", dest=f"{tmp_path}/srv"), check=True)
    assert result.changed and not (tmp_path / "srv").exists()


def test_modes_of_files_and_directories_are_given_apart(here, tmp_path):
    carry_out(act("copy", here, src="site", dest=f"{tmp_path}/srv", mode="0600", directory_mode="0700"))
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "srv" / "site").rglob("*")}
    assert modes == {"index.html": 0o600, "style": 0o700, "main.css": 0o600, "empty.css": 0o600, "empty": 0o700}


def test_each_file_can_keep_its_own_permissions(here, tmp_path):
    (tmp_path / "files" / "site" / "index.html").chmod(0o754)
    carry_out(act("copy", here, src="site/", dest=f"{tmp_path}/srv", mode="preserve"))
    assert (tmp_path / "srv" / "index.html").stat().st_mode & 0o777 == 0o754


def test_the_attributes_of_a_directory_that_is_there_already_stay(here, tmp_path):
    (tmp_path / "srv").mkdir(mode=0o711)
    carry_out(act("copy", here, src="site/", dest=f"{tmp_path}/srv", directory_mode="0700"))
    assert (tmp_path / "srv").stat().st_mode & 0o777 == 0o711


def test_each_directory_takes_one_round_trip(here, tmp_path):
    yielded, _ = carry_out(act("copy", here, src="site", dest=f"{tmp_path}/srv"))
    assert yielded[0].task == "stat"
    assert [[call.task for call in calls] for calls in yielded[1:]] == [
        ["file", "copy"], ["file"], ["file", "copy", "copy"]]


def test_the_first_failure_ends_it_and_tells_what_was_changed_before(here):
    failed = Result({"failed": True, "changed": False, "msg": "disk full"})
    yielded, result = play(act("copy", here, src="site", dest="/srv"), Result({"stat": {"exists": False}}),
                           [Result({"changed": True}), failed])
    assert len(yielded) == 2
    assert result.failed and result.changed and result.values["msg"] == "disk full"


def test_a_host_that_cannot_be_looked_at_is_its_own_result(here):
    failed = Result({"failed": True, "msg": "no"})
    assert play(act("copy", here, src="site", dest="/srv"), failed)[1] is failed


def test_a_directory_has_no_checksum(here):
    with pytest.raises(Failed, match="checksum is that of one file"):
        act("copy", here, src="site", dest="/srv", checksum="00")


# Links


@pytest.fixture
def linked(here, tmp_path):
    os.symlink("index.html", tmp_path / "files" / "site" / "start.html")
    os.symlink("style", tmp_path / "files" / "site" / "look")
    return here


def test_links_are_followed(linked, tmp_path):
    carry_out(act("copy", linked, src="site/", dest=f"{tmp_path}/srv"))
    assert below(tmp_path / "srv") == {**SITE, "start.html": "<p>\n", "look": None, "look/empty.css": "",
                                       "look/main.css": "p {}\n"}
    assert not any(path.is_symlink() for path in (tmp_path / "srv").rglob("*"))


def test_links_can_be_copied_as_links(linked, tmp_path):
    _, result = carry_out(act("copy", linked, src="site/", dest=f"{tmp_path}/srv", local_follow=False))
    assert not result.failed
    assert {path.name: os.readlink(path) for path in (tmp_path / "srv").rglob("*") if path.is_symlink()} == {
        "start.html": "index.html", "look": "style"}


def test_a_link_that_leads_back_fails(here, tmp_path):
    os.symlink("..", tmp_path / "files" / "site" / "style" / "up")
    with pytest.raises(Failed, match="up leads back to a directory it is in"):
        carry_out(act("copy", here, src="site", dest=f"{tmp_path}/srv"))


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: os.symlink("nothing", path)])
def test_what_holds_no_content_fails(here, tmp_path, make):
    make(tmp_path / "files" / "site" / "odd")
    with pytest.raises(Failed, match="odd is neither a file nor a directory"):
        carry_out(act("copy", here, src="site", dest=f"{tmp_path}/srv"))
