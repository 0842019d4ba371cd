"""What a task type is written with: `@task`, argument kinds, `Change` and `Failure`.

A task type is a typed function. Reading is ordinary code; every alteration is *yielded* as a `Change`, which the agent
carries out (or, in check mode, only notes) and whose outcome it sends back in. What the function returns is merged
into the result.

    @task
    def group(name: str, state: Choice("present", "absent") = "present"):
        if state == "absent" and exists(name):
            yield run("groupdel", name)

Steps that several task types share are generators, used as `yield from steps(...)`. What stands behind that `from` is
never a list: the outcomes of changes are sent in, and a list takes none.

This file is imported on the controller (for signatures) and on hosts (to run), so it needs nothing but Python 3.6.
"""


class Choice:
    """An argument that is one of a few words.

    >>> Choice("present", "absent").words
    ('present', 'absent')
    """

    def __init__(self, *words):
        self.words = words


class Path(str):
    """A path on the host: `~` and `$VAR` in it are expanded there."""


class Mode:
    """Permissions: an octal string ('0644'), symbolic ('u+rwX'), or a number that is taken as it is."""


class Content:
    """Data for a file, as the task type gets it: bytes that may still be on the controller.

    size: in bytes
    sha256: hex digest of the whole
    data: the whole, where it came along; else None
    """

    def __init__(self, size, sha256, chunks, data=None):
        self.size = size
        self.sha256 = sha256
        self.data = data
        self._chunks = chunks

    def chunks(self):
        """Yield the data in pieces; the controller is asked for it now if it did not come along."""
        return self._chunks()

    def read(self):
        """Return all of the data as bytes."""
        return b"".join(self._chunks())


class Secret(str):
    """Text that must not show in any output."""


class Failure(Exception):
    """The task failed: a message for the reader, and fields for the result (rc, stdout, ...)."""

    def __init__(self, message, **fields):
        super().__init__(message)
        self.message = message
        self.fields = fields


class TimedOut(BaseException):
    """A task has taken longer than it may. No `Failure`: whatever goes on after one must not go on after this."""

    def __init__(self, seconds):
        super().__init__("it took longer than the %g s it may take" % seconds)
        self.seconds = seconds


class Change:
    """One alteration of the host, described and not yet carried out.

    what: the words the reader sees ("create /etc/motd", "groupadd deploy")
    do: function without arguments that carries it out and returns its outcome
    before, after: text for the diff; None where there is nothing to show
    predicted: the outcome handed to the task type in check mode
    paths: what it alters in the file system, so that it can be taken back (`muster.target.undo`); a list, or a function
        that returns one where finding them costs. Of a directory that is removed all that is in it belongs to them
    """

    def __init__(self, what, do, before=None, after=None, predicted=None, paths=()):
        self.what = what
        self.do = do
        self.before = before
        self.after = after
        self.predicted = predicted
        self.paths = paths


class Context:
    """What holds while one task runs; the agent sets it, task types may read it.

    check: nothing may be altered
    diff: the caller wants before and after
    warnings: list of texts for the reader, see `warn`
    output: function (text) that streams what a long command prints; does nothing by default. Who waits calls it with
        empty text about once a second, which lets out what was held back
    send: function (bytes) that sends a piece of a file to the controller (`fetch`)
    flush: function that sends the results of earlier tasks; called before anything that takes long
    lock: taken before anything is altered; None where nothing has to be locked
    record: keeps what paths were before they are altered; None where nothing will be taken back
    unbroken: what goes on just now must not be broken off, whatever limit is reached
    """

    check = False
    diff = False
    lock = None
    record = None
    unbroken = False

    def __init__(self):
        self.warnings = []
        self.output = lambda text: None
        self.send = None
        self.flush = lambda: None


context = Context()


def warn(text):
    """Tell the reader something that is not a failure."""
    context.warnings.append(text)


def task(function=None, **flags):
    """Mark the function of this file that is the task type.

    aliases: other names of arguments, {"dest": "path"}
    free_form: the argument that takes the free text of `command: echo hi`
    obsolete: arguments accepted for old playbooks that have no effect any more
    secret: nothing; give such an argument the kind `Secret`
    repeats: true where a second run changes again by nature (`command`, a restart)
    predicts: false where the outcome cannot be foretold: check mode then skips the task at its first change
    reads: true where nothing is ever altered
    facts: true where the result carries `ansible_facts`
    """

    def mark(function):
        function.task = dict(
            {"aliases": {}, "free_form": None, "obsolete": (), "repeats": False, "predicts": True, "reads": False,
             "facts": False},
            **flags
        )
        return function

    return mark(function) if function else mark
