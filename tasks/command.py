"""Commands, without a shell."""

import os

from muster.target.commands import result, spared
from muster.target.system import run
from muster.target.task import Failure, Path, task


@task(free_form="cmd", obsolete=("warn", "executable"), repeats=True, predicts=False)
def command(
    cmd: str = None, argv: [str] = None, chdir: Path = None, creates: Path = None, removes: Path = None,
    stdin: str = None, stdin_add_newline: bool = True, strip_empty_ends: bool = True, expand_argument_vars: bool = True,
):
    """Run a command without a shell.

    cmd: the command and its arguments as one line, split as a shell would; pipes and redirections need `shell`
    argv: the command and its arguments as a list, instead of `cmd`
    chdir: directory to run it in
    creates: file or glob; when it exists, the command is not run
    removes: file or glob; when it does not exist, the command is not run
    stdin: text for the command's standard input
    stdin_add_newline: end that text with a newline
    strip_empty_ends: take newlines off the end of what the command printed
    expand_argument_vars: replace $VAR and ~ in the arguments

    Example:
        - name: Initialise the database
          command: /usr/bin/initdb --pgdata $HOME/data
          args:
            creates: ~/data/PG_VERSION

    Returns:
        cmd: the command as a list
        rc: its status; anything but 0 fails the task
        stdout: what it printed
        stdout_lines: the same as a list of lines
        stderr: what it printed as errors
        stderr_lines: the same as a list of lines
        start: when it began, as "2026-11-23 20:00:00.000000"
        end: when it ended
        delta: how long it took, as "0:00:01.500000"
    """
    words = split(cmd, argv)
    if expand_argument_vars:
        words = [os.path.expanduser(os.path.expandvars(word)) for word in words]
    nothing_to_do = spared(words, chdir, creates, removes)
    if nothing_to_do:
        return nothing_to_do
    data = stdin + "\n" if stdin is not None and stdin_add_newline else stdin
    outcome = yield run(*words, check=False, plain=True, cwd=chdir, stdin=data)
    return result(outcome, words, strip_empty_ends)


def split(cmd, argv):
    """Return the command as a list of words; raise Failure when there is none, or two."""
    if cmd and argv:
        raise Failure("give the command as cmd or as argv, not both")
    try:
        words = argv or words_of(cmd or "")
    except ValueError as error:
        raise Failure("%s in the command: %s" % (error, cmd))
    if not words or not words[0]:
        raise Failure("no command given: say it as free text, as cmd or as argv")
    return words


def words_of(text):
    """Return the words of a command as a shell would see them; raise ValueError when a quote is not closed."""
    if not any(each in text for each in "\"'\\"):
        # Nothing is quoted, as mostly: shlex, which knows the same blanks, takes as long to load as a command runs.
        return [word for word in text.replace("\t", " ").replace("\n", " ").replace("\r", " ").split(" ") if word]
    import shlex

    return shlex.split(text)
