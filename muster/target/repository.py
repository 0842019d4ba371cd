"""Git repositories: what a remote one offers, and what is checked out here, read through the command `git`."""

import os
import re
import shlex

from muster.target.system import capture, which
from muster.target.task import Failure
from muster.target.veil import without_credentials

COMMIT = re.compile(r"[0-9a-f]{7,40}$|[0-9a-f]{64}$")


def no_options(*words):
    """Raise Failure for a word (or None) that git would take as an option: --upload-pack=COMMAND runs a command."""
    for each in filter(None, words):
        if each.startswith("-"):
            raise Failure("%s begins with a -: git would take it as an option" % without_credentials(each))


def ssh_command(options, key_file, accept_new):
    """Return the command line git shall use for SSH; it never asks, and a host key that has changed is refused."""
    words = [os.environ.get("GIT_SSH_COMMAND", "ssh"), "-o BatchMode=yes"]
    # A host that nobody knows may be accepted, by choice; one that answers with another key than before never is.
    words += ["-o StrictHostKeyChecking=accept-new"] * accept_new
    words += ["-o IdentitiesOnly=yes -i " + shlex.quote(key_file)] if key_file else []
    return " ".join(words + ([options] if options else []))


class Repository:
    """One repository on this host, which may not be there yet, and how git is called for it.

    dest: path of the working tree, or of the repository itself if it is bare
    directory: where git keeps its own files; None where there is no repository
    """

    def __init__(self, dest, executable, ssh, bare=False):
        self.program = executable or which("git")
        if not self.program:
            raise Failure("git is not installed here: the package git brings it")
        self.dest, self.bare = dest, bare
        self.env = {"GIT_SSH_COMMAND": ssh, "GIT_TERMINAL_PROMPT": "0"}

    @property
    def directory(self):
        if not self.dest or not os.path.isdir(self.dest):
            return None
        own = self.dest if self.bare else os.path.join(self.dest, ".git")
        if os.path.isfile(own):  # It says where the directory is.
            with open(own) as file:
                return os.path.join(self.dest, file.read().partition("gitdir:")[2].strip())
        return own if os.path.exists(os.path.join(own, "HEAD")) else None

    def git(self, *words, check=True, inside=True, stream=False):
        """Run git, in this repository unless told otherwise, and return its `Outcome`; raise Failure where it fails."""
        outcome = capture(self.program, *words, cwd=self.dest if inside else None, env=self.env, stream=stream)
        if check and outcome.rc:
            raise self.failure(outcome)
        return outcome

    def failure(self, outcome):
        """Return the `Failure` for a git command that failed."""
        said = without_credentials(outcome.stderr.strip() or outcome.stdout.strip())
        text = "git %s failed: %s" % (outcome.argv[1], said)
        if "Host key verification failed" in said:
            text += "; add the host's key with the task type known_hosts, or accept a new one with accept_newhostkey"
        return Failure(text, rc=outcome.rc, stdout=without_credentials(outcome.stdout), stderr=said)

    def offered(self, url):
        """Return what a remote repository offers, {"HEAD": commit, "refs/heads/main": commit, ...}.

        Under "" is the name of the branch that HEAD stands for, where the server tells.
        """
        inside = bool(self.dest and os.path.isdir(self.dest))
        told = self.git("ls-remote", "--symref", url, inside=inside).lines
        lines = [line.split("\t") for line in told if "\t" in line]
        return {"" if value.startswith("ref: ") else name: value.replace("ref: ", "") for value, name in lines}

    def commit(self, name="HEAD"):
        """Return the commit that a name stands for here, or None."""
        outcome = self.git("rev-parse", "--verify", "--quiet", name + "^{commit}", check=False)
        return outcome.stdout.strip() or None

    def branch(self):
        """Return the branch that is checked out, or None."""
        return self.git("symbolic-ref", "--quiet", "--short", "HEAD", check=False).stdout.strip() or None

    def url(self, remote):
        """Return the URL of a remote, or None."""
        return self.git("config", "--get", "remote.%s.url" % remote, check=False).stdout.strip() or None

    def modified(self):
        """Return the paths of files that differ from what was checked out; those git does not know do not count."""
        told = self.git("status", "--porcelain", "-z", "--untracked-files=no", "--ignore-submodules", "--no-renames")
        return [os.path.join(self.dest, each[3:]) for each in told.stdout.split("\0") if each]

    def references(self):
        """Return the branches and tags there are here, {name: commit or tag}."""
        told = self.git("for-each-ref", "--format=%(refname)%09%(objectname)", "refs/heads", "refs/tags")
        return dict(line.split("\t") for line in told.lines)

    def stale_submodules(self, track):
        """Return the paths of submodules that are not at the commit they should be at.

        track: that is the newest one of their branch, not the one that the repository names
        """
        if not os.path.exists(os.path.join(self.dest, ".gitmodules")):
            return []
        lines = self.git("submodule", "status", "--recursive").lines
        stale = [line.split()[1] for line in lines if line[0] in ("-" if track else "-+")]
        if track:
            stale += [line.split()[1] for line in lines if line[0] in " +" and self.is_behind(line.split()[1])]
        return stale

    def is_behind(self, path):
        """Tell whether there is a newer commit of a submodule's branch than the one that is here."""
        key = "submodule.%s.branch" % path
        branch = self.git("config", "--file", ".gitmodules", "--get", key, check=False).stdout.strip()
        told = self.git("-C", path, "ls-remote", "origin", "refs/heads/" + branch if branch else "HEAD").stdout
        return told.split("\t")[0] != self.git("-C", path, "rev-parse", "HEAD").stdout.strip()


class Version:
    """What shall be checked out: a branch, a tag or a commit.

    commit: its full name, None where only fetching can tell
    branch, tag: its short name, if it is one
    """

    def __init__(self, name, offered, local):
        """Look up a name among what is offered; raise Failure where it is none.

        local: function that returns the commit a name has here, or None
        """
        self.branch = self.tag = None
        if name == "HEAD":
            self.commit = offered.get("HEAD")
            self.branch = offered.get("", "")[len("refs/heads/"):] or None
        elif "refs/heads/" + name in offered:
            self.branch, self.commit = name, offered["refs/heads/" + name]
        elif "refs/tags/" + name in offered:
            self.tag = name
            self.commit = offered.get("refs/tags/%s^{}" % name) or offered["refs/tags/" + name]
        elif name in offered:
            self.commit = offered[name]
        elif COMMIT.match(name):
            self.commit = name if len(name) >= 40 else local(name)
        else:
            raise Failure("the repository has no branch, tag or commit %s" % name)
        self.name = name
