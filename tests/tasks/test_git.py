"""Working copies, made by the real git from repositories in a temporary directory."""

import os
import shutil
import subprocess
import tarfile

import pytest

from tasks.git import git
from tests.tasks.harness import perform, snapshot

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="needs git")


class Remote:
    """A repository that others clone."""

    def __init__(self, path):
        self.path = path
        path.mkdir()
        self.git("init", "--quiet", "--initial-branch", "main")
        self.commit("one")

    def git(self, *words):
        told = subprocess.run(["git", *words], cwd=self.path, capture_output=True, text=True, check=True)
        return told.stdout.strip()

    def commit(self, text):
        """Make a commit in which the file `text` holds this text; return its name."""
        (self.path / "text").write_text(text)
        self.git("add", "text")
        self.git("commit", "--quiet", "--message", text)
        return self.git("rev-parse", "HEAD")

    def head(self, name="HEAD"):
        return self.git("rev-parse", name)


@pytest.fixture(autouse=True)
def plain_git(monkeypatch, tmp_path):
    for name, value in {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_ALLOW_PROTOCOL": "file:ssh",
                        "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "a",
                        "GIT_COMMITTER_EMAIL": "a@example.com"}.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def remote(tmp_path):
    return Remote(tmp_path / "remote")


@pytest.fixture
def checkout(remote, tmp_path):
    """Return a function that performs the task as check mode foretells it, and once more, which changes nothing."""
    dest = tmp_path / "copy"

    def ensure(again=True, **arguments):
        arguments = {"repo": str(remote.path), "dest": str(dest), **arguments}
        before = snapshot(dest)
        foretold = perform(git, arguments, check=True)
        assert {name: entry[5] for name, entry in snapshot(dest).items() if name != ".git/index"} == {
            name: entry[5] for name, entry in before.items() if name != ".git/index"}
        result = perform(git, arguments)
        if not result["failed"]:
            assert (foretold["changes"], foretold["after"]) == (result["changes"], result["after"])
            assert foretold["before"] == result["before"]
            if again:
                assert perform(git, arguments)["changes"] == []
        return result

    ensure.dest = dest
    ensure.text = (dest / "text").read_text
    return ensure


def test_a_working_copy_is_made(checkout, remote):
    result = checkout()
    assert result["changes"] == [f"clone {remote.path} to {checkout.dest}"]
    assert (result["before"], result["after"], result["remote_url_changed"]) == (None, remote.head(), False)
    assert checkout.text() == "one"


def test_a_working_copy_follows_its_branch(checkout, remote):
    first = checkout()["after"]
    second = remote.commit("two")
    result = checkout()
    assert result["changes"] == [f"bring {checkout.dest} to main"]
    assert (result["before"], result["after"], checkout.text()) == (first, second, "two")
    assert result["diff"] == [(first + "\n", second + "\n")]


def test_history_that_was_written_anew_is_followed(checkout, remote):
    remote.commit("two")
    checkout()
    remote.git("reset", "--quiet", "--hard", "HEAD~1")
    remote.commit("three")
    assert checkout()["after"] == remote.head() and checkout.text() == "three"


def test_without_update_it_stays_where_it_is(checkout, remote):
    first = checkout()["after"]
    remote.commit("two")
    assert checkout(update=False)["changes"] == []
    assert checkout(update=False)["after"] == first


def test_without_clone_it_is_only_told_where_it_would_be(checkout, remote):
    result = checkout(clone=False)
    assert (result["changes"], result["after"]) == ([], remote.head())
    assert perform(git, {"repo": str(remote.path), "clone": False})["after"] == remote.head()
    assert not checkout.dest.exists()


@pytest.mark.parametrize("depth", [None, 1])
def test_a_branch_a_tag_and_a_commit_can_be_checked_out(checkout, remote, depth):
    arguments = {"repo": f"file://{remote.path}", "depth": depth} if depth else {}
    first = remote.head()
    remote.git("tag", "--annotate", "-m", "v1", "v1")
    remote.git("checkout", "--quiet", "-b", "next")
    second = remote.commit("two")
    remote.git("checkout", "--quiet", "main")
    assert checkout(version="next", **arguments)["after"] == second and checkout.text() == "two"
    assert checkout(version="v1", **arguments)["after"] == first and checkout.text() == "one"
    assert checkout(version=second, **arguments)["after"] == second and checkout.text() == "two"
    assert checkout(version="main", **arguments)["after"] == first
    assert subprocess.check_output(["git", "branch", "--show-current"], cwd=checkout.dest) == b"main\n"


def test_a_clone_with_depth_has_only_so_many_commits(checkout, remote):
    remote.commit("two")
    checkout(repo=f"file://{remote.path}", depth=1)
    assert subprocess.check_output(["git", "rev-list", "--count", "HEAD"], cwd=checkout.dest) == b"1\n"
    remote.commit("three")
    checkout(repo=f"file://{remote.path}", depth=1)
    assert checkout.text() == "three"


def test_a_clone_of_a_single_branch_has_no_other(checkout, remote):
    remote.git("branch", "other")
    checkout(single_branch=True)
    told = subprocess.check_output(["git", "branch", "--remotes"], cwd=checkout.dest, text=True)
    assert "origin/main" in told and "other" not in told


def test_a_short_commit_can_be_checked_out(checkout, remote):
    first = remote.head()
    remote.commit("two")
    result = perform(git, {"repo": str(remote.path), "dest": str(checkout.dest), "version": first[:10]})
    assert result["after"] == first
    assert checkout(version=first[:10])["changes"] == []


def test_a_commit_that_is_on_no_branch_comes_with_its_refspec(checkout, remote):
    hidden = remote.commit("hidden")
    remote.git("update-ref", "refs/changes/1", hidden)
    remote.git("reset", "--quiet", "--hard", "HEAD~1")
    assert checkout(version=hidden, refspec="refs/changes/1")["after"] == hidden


def test_what_is_no_version_is_told_and_leaves_nothing(checkout, remote):
    assert "no branch, tag or commit none" in checkout(version="none")["msg"]
    assert "is not in what was fetched" in checkout(version="0" * 40)["msg"]
    assert not checkout.dest.exists()


def test_altered_files_are_not_overwritten_unless_forced(checkout, remote):
    checkout()
    (checkout.dest / "text").write_text("mine")
    (checkout.dest / "unknown").write_text("mine")
    remote.commit("two")
    result = checkout()
    assert "were altered: " + str(checkout.dest / "text") in result["msg"] and checkout.text() == "mine"
    result = checkout(force=True)
    assert result["changes"][0] == f"discard what was altered in {checkout.dest}"
    assert checkout.text() == "two" and (checkout.dest / "unknown").read_text() == "mine"


def test_another_url_is_told(checkout, remote, tmp_path):
    checkout()
    other = Remote(tmp_path / "other")
    other.commit("other")
    result = checkout(repo=str(other.path))
    assert result["remote_url_changed"] and checkout.text() == "other"
    assert result["changes"][0] == f"make {other.path} the remote origin of {checkout.dest}"


def test_the_remote_may_have_another_name(checkout):
    checkout(remote="upstream")
    assert subprocess.check_output(["git", "remote"], cwd=checkout.dest) == b"upstream\n"


def test_a_directory_with_something_in_it_is_left_alone(checkout):
    checkout.dest.mkdir()
    assert checkout()["changes"]
    shutil.rmtree(checkout.dest / ".git")
    assert "neither empty nor a git repository" in checkout()["msg"]


def test_a_bare_repository_has_what_the_remote_one_has(checkout, remote):
    checkout(bare=True)
    assert (checkout.dest / "HEAD").exists()
    remote.commit("two")
    remote.git("tag", "v2")
    assert checkout(bare=True)["after"] == remote.head()
    assert subprocess.check_output(["git", "tag"], cwd=checkout.dest) == b"v2\n"


def test_submodules_come_along_and_follow(checkout, remote, tmp_path):
    inner = Remote(tmp_path / "inner")
    remote.git("submodule", "--quiet", "add", str(inner.path), "inner")
    remote.commit("with inner")
    checkout()
    text = checkout.dest / "inner" / "text"
    assert text.read_text() == "one"
    inner.commit("two")
    assert checkout()["changes"] == []
    assert checkout(track_submodules=True)["changes"] == [f"update inner in {checkout.dest}"]
    assert text.read_text() == "two"
    assert checkout()["changes"] == [f"update inner in {checkout.dest}"]
    assert text.read_text() == "one"


def test_submodules_are_left_out(checkout, remote, tmp_path):
    inner = Remote(tmp_path / "inner")
    remote.git("submodule", "--quiet", "add", str(inner.path), "inner")
    remote.commit("with inner")
    checkout(recursive=False)
    assert os.listdir(checkout.dest / "inner") == []


def test_what_git_keeps_may_be_elsewhere(checkout, tmp_path):
    checkout()
    result = checkout(separate_git_dir=str(tmp_path / "kept"))
    assert result["changes"] == [f"move {checkout.dest}/.git to {tmp_path}/kept"]
    assert (result["git_dir_before"], result["git_dir_now"]) == (f"{checkout.dest}/.git", f"{tmp_path}/kept")
    shutil.rmtree(checkout.dest)
    shutil.rmtree(tmp_path / "kept")
    checkout(separate_git_dir=str(tmp_path / "kept"))
    assert (checkout.dest / ".git").is_file() and (tmp_path / "kept" / "HEAD").exists()


def test_a_version_can_be_written_to_an_archive(checkout, remote, tmp_path):
    archive = tmp_path / "one.tar.gz"
    checkout(archive=str(archive), archive_prefix="one/")
    with tarfile.open(archive) as file:
        assert file.getnames() == ["one", "one/text"]
    assert checkout(archive=str(tmp_path / "one.zip"))["changes"] == [f"create {tmp_path}/one.zip"]
    remote.commit("two")
    assert f"replace the content of {archive}" in checkout(archive=str(archive), archive_prefix="one/")["changes"]
    assert "ends in .zip" in checkout(archive="one.rar")["msg"]


def test_an_empty_repository_is_cloned(checkout, tmp_path):
    subprocess.run(["git", "init", "--quiet", "--bare", tmp_path / "empty"], check=True)
    assert checkout(repo=str(tmp_path / "empty"))["after"] is None


def test_what_is_unsigned_is_not_checked_out(checkout, remote):
    assert "no key that is known here has signed HEAD" in checkout(verify_commit=True)["msg"]
    assert not checkout.dest.exists()
    checkout()
    assert "has signed HEAD" in checkout(verify_commit=True)["msg"]


def test_new_files_have_the_permissions_of_the_umask(checkout):
    checkout(umask="0077")
    assert (checkout.dest / "text").stat().st_mode & 0o777 == 0o600
    assert os.umask(0o022) == 0o022


def test_a_repository_that_is_not_there_is_told_without_its_password(checkout):
    result = checkout(repo="file://me:secret@/none/such")
    assert result["failed"] and "secret" not in str(result)


def test_ssh_never_asks_and_takes_no_changed_key(checkout, tmp_path, monkeypatch):
    said = tmp_path / "said"
    ssh = tmp_path / "ssh"
    ssh.write_text(f'#!/bin/sh\necho "$@" >> {said}\necho "Host key verification failed." >&2\nexit 255\n')
    ssh.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(ssh))
    told = checkout(repo="git@localhost:a.git", accept_hostkey=True, key_file="/a key", ssh_opts="-p 2200")["msg"]
    assert "task type known_hosts" in told
    line = said.read_text().splitlines()[-1]
    for option in ("-o BatchMode=yes", "StrictHostKeyChecking=accept-new", "IdentitiesOnly=yes -i /a key", "-p 2200"):
        assert option in line
    said.unlink()
    checkout(repo="git@localhost:a.git")
    assert "StrictHostKeyChecking" not in said.read_text()


def test_it_is_said_what_brings_git(monkeypatch, tmp_path):
    monkeypatch.setattr("muster.target.repository.which", lambda name: None)
    assert "the package git brings it" in perform(git, {"repo": "a", "dest": str(tmp_path / "a")})["msg"]


def test_a_working_copy_needs_a_place():
    assert "dest is missing" in perform(git, {"repo": "a"})["msg"]
