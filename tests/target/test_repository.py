import pytest

from muster.target.repository import Version, no_options, ssh_command
from muster.target.task import Failure

OFFERED = {"": "refs/heads/main", "HEAD": "1" * 40, "refs/heads/main": "1" * 40, "refs/heads/both": "2" * 40,
           "refs/tags/both": "3" * 40, "refs/tags/v1": "4" * 40, "refs/tags/v1^{}": "5" * 40, "refs/pull/1": "6" * 40}


@pytest.mark.parametrize(("name", "branch", "tag", "commit"), [
    ("HEAD", "main", None, "1" * 40),
    ("both", "both", None, "2" * 40),
    ("v1", None, "v1", "5" * 40),
    ("refs/pull/1", None, None, "6" * 40),
    ("a" * 40, None, None, "a" * 40),
    ("abcdef12", None, None, "here"),
])
def test_a_version_is_a_branch_a_tag_or_a_commit(name, branch, tag, commit):
    version = Version(name, OFFERED, lambda name: "here")
    assert (version.branch, version.tag, version.commit) == (branch, tag, commit)


def test_an_empty_repository_has_no_commit():
    assert Version("HEAD", {}, lambda name: None).commit is None


def test_another_name_is_refused():
    with pytest.raises(Failure, match="no branch, tag or commit release-1"):
        Version("release-1", OFFERED, lambda name: None)


def test_ssh_is_called_as_the_environment_says(monkeypatch):
    monkeypatch.delenv("GIT_SSH_COMMAND", raising=False)
    assert ssh_command(None, None, False) == "ssh -o BatchMode=yes"
    monkeypatch.setenv("GIT_SSH_COMMAND", "ssh -4")
    assert ssh_command("-v", "/k y", True) == (
        "ssh -4 -o BatchMode=yes -o StrictHostKeyChecking=accept-new -o IdentitiesOnly=yes -i '/k y' -v")


def test_what_git_would_take_as_an_option_is_refused():
    no_options("https://host/a", None, "+refs/*:refs/*")
    with pytest.raises(Failure, match="^--upload-pack=a begins with a -"):
        no_options("origin", "--upload-pack=a")
