"""Settings of git."""

import os

from muster.target.system import capture, run, which
from muster.target.task import Change, Choice, Failure, Path, task

SYSTEM = "/etc/gitconfig"


@task
def git_config(
    name: str, value: str = None, scope: Choice("file", "local", "global", "system") = "system", repo: Path = None,
    file: Path = None, state: Choice("present", "absent") = "present",
    add_mode: Choice("replace-all", "add") = "replace-all",
):
    """Ensure that a setting of git has this value, or is not set.

    name: the setting, such as user.email
    value: its value; must be given unless the state is absent
    scope: whose setting: of a file, of a repository (local), of the user of the task (global), or of all (system)
    repo: directory of the repository; must be given with local
    file: the file; must be given with file
    state: absent takes away all values the setting has in this scope
    add_mode: replace-all leaves no other value, add leaves those that there are

    Example:
        - name: Name the first branch as everybody does
          git_config: {name: init.defaultBranch, value: main}

    Returns:
        previous_value: the value that was there; empty if there was none, the last one of several
        value: the value as it was given
    """
    if "." not in name:
        raise Failure("%s is no setting of git: it needs a section, such as user.email" % name)
    if value is None and state == "present":
        raise Failure("git_config needs a value for %s" % name)
    options, directory, path = place(scope, repo, file)
    if not which("git"):
        raise Failure("git is not on this host; install the package git")
    have = values(options, directory, name)
    told = {"previous_value": have[-1] if have else "", "value": value}
    if state == "absent":
        if have:
            yield altering(options + ["--unset-all", name], directory, path, have, [])
    elif add_mode == "add" and value not in have:
        yield altering(options + ["--add", name, value], directory, path, have, have + [value])
    elif add_mode == "replace-all" and have != [value]:
        yield altering(options + ["--replace-all", name, value], directory, path, have, [value])
    return told


def place(scope, repo, file):
    """Return the options for a scope, the directory to run git in (or None), and the file that is written."""
    if scope == "local":
        if repo is None:
            raise Failure("git_config with the scope local needs repo, the directory of the repository")
        if not os.path.isdir(repo):
            raise Failure("there is no repository %s: it is no directory" % repo)
        own = os.path.join(repo, ".git")
        return ["--local"], repo, os.path.join(own if os.path.isdir(own) else repo, "config")
    if scope == "file":
        if file is None:
            raise Failure("git_config with the scope file needs file, the path of the file")
        return ["--file", file], None, file
    return ["--" + scope], None, SYSTEM if scope == "system" else file_of_user()


def file_of_user():
    """Return the file that holds a user's settings; git-config(1) says which of two it is."""
    usual = os.path.expanduser("~/.gitconfig")
    other = os.path.join(os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config"), "git/config")
    return other if os.path.exists(other) and not os.path.exists(usual) else usual


def values(options, directory, name):
    """Return the values a setting has in one scope, in the order of its file."""
    outcome = capture("git", "config", *options, "--null", "--get-all", name, cwd=directory)
    if outcome.rc == 1 and not outcome.stderr:
        return []
    if not outcome.ok:
        # There may be no file yet: /etc/gitconfig is one that git does not come with.
        if "unable to read config file" in outcome.stderr and "No such file" in outcome.stderr:
            return []
        raise outcome.failure()
    return outcome.stdout.split("\0")[:-1]


def altering(words, directory, path, before, after):
    """Return the change that runs git config, with the values before and after it."""
    change = run("git", "config", *words, cwd=directory)
    return Change(change.what, change.do, lines(before), lines(after), change.predicted, [path])


def lines(texts):
    return "".join(text + "\n" for text in texts)
