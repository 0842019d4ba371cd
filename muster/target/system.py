"""Commands on the host: `capture` reads, `run` is a change.

Commands are lists of arguments, never strings, so nothing needs quoting. They get a session of their own, so that a
connection that breaks does not hang them up, and the C locale, so that what they print can be read.
"""

import os
import time

from muster.target.process import Process
from muster.target.recall import look_again
from muster.target.task import Change, Failure, TimedOut, context

# The login shell of a user who is not root often lacks the administrators' directories.
SEARCH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
SILENCE_SECONDS = 1.0  # Of a command, until what it printed before is let out.


class Outcome:
    """What a command left: rc (int), stdout and stderr (str), start and end (seconds since 1970)."""

    def __init__(self, argv, rc=0, stdout="", stderr="", start=0.0, end=0.0):
        self.argv = argv
        self.rc = rc
        self.stdout = stdout
        self.stderr = stderr
        self.start = start
        self.end = end

    @property
    def ok(self):
        return self.rc == 0

    @property
    def lines(self):
        return self.stdout.splitlines()

    def failure(self, message=None):
        """Return the `Failure` that reports this outcome."""
        last = (self.stderr.strip() or self.stdout.strip()).splitlines()[-1:]
        text = message or "%s ended with %d%s" % (self.argv[0], self.rc, ": " + last[0] if last else "")
        return Failure(text, rc=self.rc, stdout=self.stdout, stderr=self.stderr, cmd=list(self.argv))


def run(*argv, check=True, what=None, rc=(0,), paths=(), **options):
    """Return the change that runs a command; its outcome is an `Outcome`.

    check: fail the task when the command's status is not among `rc`
    what: words for the reader, the command line by default
    paths: see `Change`
    options: as for `capture`
    """

    def do():
        outcome = capture(*argv, stream=True, **options)
        if check and outcome.rc not in rc:
            raise outcome.failure()
        return outcome

    return Change(what or " ".join(argv), do, predicted=Outcome(argv), paths=paths)


def capture(*argv, check=False, stdin=None, cwd=None, env=None, plain=False, stream=False):
    """Run a command that alters nothing and return its `Outcome`.

    check: raise Failure when it does not end with 0
    stdin: text or bytes for it; nothing by default
    env: variables to add
    plain: leave the locale as the user has it
    stream: pass on what it prints while it runs
    A command that cannot be started ends with 127 (not found) or 126, as in a shell.
    """
    environment = dict(os.environ, PATH=search_path())
    if not plain:
        environment.update(LC_ALL="C", LANGUAGE="C")
    environment.update(env or {})
    start = time.time()
    try:
        rc, stdout, stderr = spawn(argv, stdin, cwd, environment, context.output if stream else None)
    except OSError as error:
        status = 127 if isinstance(error, FileNotFoundError) else 126
        rc, stdout, stderr = status, "", "%s: %s" % (error.filename or argv[0], error.strerror)
    outcome = Outcome(argv, rc, stdout, stderr, start, time.time())
    look_again()
    if check and rc:
        raise outcome.failure()
    return outcome


def spawn(argv, stdin, cwd, environment, output):
    """Run to the end; return status, stdout and stderr.

    output: called with text as it appears, and with none after a silence, to let out what was printed before
    """
    context.flush()
    data = stdin.encode("utf-8", "surrogateescape") if isinstance(stdin, str) else stdin
    process = Process(argv, cwd, environment, talks=data is not None)
    pass_on = output and (lambda piece: output(piece.decode("utf-8", "replace")))
    try:
        stdout, stderr = process.talk(data or b"", pass_on, SILENCE_SECONDS if output else None)
        return process.wait(), text(stdout), text(stderr)
    except TimedOut:
        process.end()
        raise


def text(data):
    """Decode what a command printed; bytes that are not UTF-8 survive the way there and back."""
    return data.decode("utf-8", "surrogateescape")


def words_of(what, text):
    """Return the words of a text as a shell would have them; raise Failure where a quote is left open.

    what: words for the reader, such as the name of the argument
    """
    import shlex

    try:
        return shlex.split(text)
    except ValueError as error:
        raise Failure("%s cannot be taken apart into words: %s: %s" % (what, text, str(error).lower()))


def search_path():
    """Return PATH with the administrators' directories added at its end."""
    have = os.environ.get("PATH", "").split(":")
    return ":".join([part for part in have if part] + [part for part in SEARCH if part not in have])


def which(*names):
    """Return the full path of the first of these programs that is there, or None."""
    for name in names:
        for directory in search_path().split(":"):
            path = os.path.join(directory, name)
            if os.path.isfile(path) and os.access(path, os.X_OK):
                return path
    return None
