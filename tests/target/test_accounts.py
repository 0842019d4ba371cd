"""Users and groups, on files made for it."""

import os
import pwd

import pytest

from muster.target import accounts
from muster.target.task import Failure


def test_a_user_is_found_by_name():
    assert accounts.find("root").pw_uid == 0
    assert accounts.find("root", local=True).pw_uid == 0
    assert accounts.find("nobody-of-this-name") is None


def test_only_those_of_the_file_are_local(tmp_path):
    (tmp_path / "passwd").write_text("a:x:1:1::/:/bin/sh\nb:x:2:2::/:/bin/sh\n")
    assert accounts.local_names(str(tmp_path / "passwd")) == {"a", "b"}


def test_a_line_of_shadow(tmp_path):
    (tmp_path / "shadow").write_text("a:!$6$s$h:19000:0:90:7::20000:\nb:*:19000::::::\n")
    found = accounts.shadow("a", str(tmp_path / "shadow"))
    assert (found.password, found.ageing, found.expires) == (
        "!$6$s$h",
        {"-m": "0", "-M": "90", "-W": "7", "-I": "-1"},
        "2024-10-04",
    )
    assert accounts.shadow("b", str(tmp_path / "shadow")).ageing == {"-m": "-1", "-M": "-1", "-W": "-1", "-I": "-1"}
    assert accounts.shadow("c", str(tmp_path / "shadow")).password is None
    assert accounts.shadow("a", str(tmp_path / "none")).password is None


def test_the_id_of_a_group_may_be_that_of_the_file_alone(tmp_path):
    (tmp_path / "group").write_text("root:x:0:\ndeploy:x:2000:a,b\n")
    assert accounts.gid_of("deploy", True, str(tmp_path / "group")) == 2000
    assert accounts.gid_of("other", True, str(tmp_path / "group")) is None
    assert accounts.gid_of("root") == 0 and accounts.gid_of("nobody-of-this-name") is None


def test_groups_go_by_name_or_id():
    assert accounts.group_exists("root") and accounts.group_exists("0")
    assert not accounts.group_exists("nobody-of-this-name") and not accounts.group_exists("987654")
    assert accounts.names(["0", "root"]) == {"root"}
    assert accounts.group_name(987654) == "987654"


def test_the_primary_group_is_not_among_the_others():
    assert "root" not in accounts.groups_of(pwd.getpwnam("root"))


@pytest.mark.parametrize(
    ("text", "mask"),
    [
        ("UMASK 077\n", "077"),
        ("UMASK 022\nHOME_MODE 0700\n", "077"),
        ("HOME_MODE 0750\n", "027"),
        ("# UMASK 027\n", "022"),
    ],
)
def test_the_mask_of_new_home_directories(tmp_path, text, mask):
    (tmp_path / "login.defs").write_text(text)
    assert accounts.login_umask(str(tmp_path / "login.defs")) == mask


def test_a_secret_is_typed_and_never_on_a_command_line(tmp_path):
    script = 'stty -echo; printf "Pass: "; read -r a; printf "Again: "; read -r b; echo "$a/$b" > ' + str(
        tmp_path / "told"
    )
    accounts.answer(["sh", "-c", script], "s3cret word")
    assert (tmp_path / "told").read_text() == "s3cret word/s3cret word\n"


def test_a_command_that_fails_says_why():
    with pytest.raises(Failure, match="sh failed: oh no"):
        accounts.answer(["sh", "-c", "echo oh no; exit 3"], "x")
    with pytest.raises(Failure):
        accounts.answer([os.path.join("/nonexistent", "program")], "x")
