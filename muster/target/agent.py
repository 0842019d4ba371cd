"""The program on the far side: takes calls off the wire, carries them out strictly in order, sends results back.

It stops at the first failure and drops what was sent after it, because those calls were sent in the hope that this
one would succeed. Calls carry an epoch: after a failure everything of that epoch is dropped, and the controller goes
on, if it does, with the next.
"""

import os
import select
import sys
import time

from muster.target import hangup
from muster.target.lock import Lock
from muster.target.recall import look_again
from muster.target.task import Content, Failure, Path, TimedOut, context
from muster.target.wire import decode, encode

QUIET_SECONDS = 1.0  # A command that ends sooner shows no live output.
OUTPUT_SECONDS = 0.25
LONGEST_OUTPUT = 4000
LARGEST_UNSENT = 1 << 14


class Skipped(Exception):
    """Check mode cannot tell what this task would do."""


class Input:
    """Bytes from a file descriptor.

    received: what has been read from it already
    """

    def __init__(self, descriptor, received=b""):
        self.descriptor = descriptor
        self.received = bytearray(received)

    def read(self, count):
        """Return that many bytes, fewer only at the end."""
        while len(self.received) < count and self.fill():
            pass
        taken = bytes(self.received[:count])
        del self.received[:count]
        return taken

    def fill(self):
        """Wait for more to come; tell whether it did, or this is the end."""
        try:
            data = os.read(self.descriptor, 1 << 16)
        except OSError as error:
            if not hangup.is_one(error):
                raise
            return False
        self.received += data
        return bool(data)

    def waiting(self):
        """Tell whether there is more to read without waiting."""
        return bool(self.received or select.select([self.descriptor], [], [], 0)[0])


class Agent:
    """Serves one connection.

    stream: `Input` that frames are read from
    sink: file descriptor that frames are written to
    unsent: results are written together, a few packets for dozens of quick tasks; nothing is held back while a
        command runs or while there is nothing to do
    hung_up: whether a write found that nobody listens any more
    untold: {number of a call: what became of it}, until the controller says that it knows
    """

    def __init__(self, stream, sink, sources=None):
        self.stream = stream
        self.sink = sink
        self.sources = sources
        self.unsent = bytearray()
        self.stopped = -1
        self.doubt = False
        self.lock = None
        self.waiting = []
        self.hung_up = False
        self.untold = {}
        self.said = 0.0
        self.unsaid = ""

    def serve(self):
        """Answer frames until the controller says goodbye; when it leaves without, keep what it may not have heard."""
        goodbye = False
        try:
            while not goodbye:
                frame = self.next_frame()
                if frame is None:
                    break
                head, body = frame
                self.heard(head.get("heard", 0))
                if "call" in head:
                    if head["epoch"] > self.stopped and not self.gone():
                        self.call(head, body)
                elif "hello" in head:
                    self.hello(head["hello"])
                elif "modules" in head:
                    self.sources.update(head["modules"])
                elif "gate" in head:
                    self.gate(head["gate"])
                else:
                    goodbye = "goodbye" in head
            self.flush()
        finally:
            if self.untold and not goodbye:
                hangup.keep(list(self.untold.values()))
            if self.lock:
                self.lock.release()

    def next_frame(self):
        """Return the next frame, having sent what there is before waiting for it."""
        if self.waiting:
            return self.waiting.pop(0)
        if not self.stream.received:
            if not self.stream.waiting():
                self.flush()
            self.stream.fill()
        return decode(self.stream.read)

    def gone(self):
        """Tell whether the other end of the connection is gone: what was sent ahead is then left undone."""
        if not self.hung_up:
            poll = select.poll()
            poll.register(self.sink, 0)
            self.hung_up = any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))
        return self.hung_up

    def send(self, head, body=b""):
        self.unsent += encode(head, body)
        if len(self.unsent) > LARGEST_UNSENT:
            self.flush()

    def flush(self):
        """Write what has not been sent yet. When nobody listens any more, the task at hand still runs to its end."""
        context.unbroken, unbroken = True, context.unbroken
        data, self.unsent = bytes(self.unsent), bytearray()
        while data and not self.hung_up:
            try:
                data = data[os.write(self.sink, data) :]
            except OSError as error:
                if not hangup.is_one(error):
                    raise
                self.hung_up = True
        context.unbroken = unbroken

    def hello(self, hello):
        """Introduce the far side; facts ride along, so that they cost no round trip of their own."""
        self.lock = Lock(hello)
        answer = {"python": "%d.%d.%d" % sys.version_info[:3], "uid": os.getuid(), "earlier": hangup.collect()}
        if hello.get("facts") is not None:
            answer["values"] = carry_out(find("setup"), hello["facts"])[0]
        self.send({"hello": answer})

    def heard(self, number):
        """The controller has the results up to this one; a call it sent ahead says nothing of those before it."""
        for told in [each for each in self.untold if each <= number]:
            del self.untold[told]

    def gate(self, epoch):
        """The end of a loop, all of whose calls run: if one of them failed, what comes now is dropped."""
        if self.doubt:
            self.stopped = max(self.stopped, epoch)
        self.doubt = False

    def call(self, head, body):
        """Carry out one call and send its result."""
        started = time.time()
        self.said, self.unsaid = started + QUIET_SECONDS, ""
        context.output = lambda text: self.output(head["call"], text)
        context.send = lambda data: self.send({"part": head["call"]}, data)
        context.flush = self.flush
        with Environment(head.get("env")):
            values, changes = self.perform(head, body)
        if values.get("failed") and not head.get("tolerant"):
            if head.get("looped"):
                self.doubt = True
            else:
                self.stopped = head["epoch"]
        raw = values.pop("body", b"")
        if changes or values.get("changed") or values.get("failed"):
            self.untold[head["call"]] = hangup.told(head["task"], values)
        self.send({"result": head["call"], "values": values, "changes": changes, "seconds": time.time() - started}, raw)

    def perform(self, head, body):
        """Find the task type and its arguments; return (values, changes)."""
        arguments = head["args"]
        for name, content in (head.get("content") or {}).items():
            arguments[name] = self.content(head["call"], content, body)
        try:
            function = find(head["task"])
        except Exception as error:
            return broken(head["task"], error), []
        if not (head.get("check") or function.task["reads"]):
            context.lock = self.lock
        parts = function, arguments, head.get("check", False), head.get("diff", False), head.get("limit")
        if "job" not in head:
            return carry_out(*parts)
        from muster.target import jobs

        return jobs.carry_out(head["job"] == "background", lambda: carry_out(*parts))

    def content(self, call, content, body):
        """Return the `Content` of a call: the data came along, or will be asked for when it is needed."""
        if content["inline"]:
            return Content(content["size"], content["sha256"], lambda: iter([body]), body)
        return Content(content["size"], content["sha256"], lambda: self.fetch(call, content["sha256"]))

    def fetch(self, call, sha256):
        """Ask the controller for data and yield it in pieces; calls that arrive meanwhile wait their turn."""
        self.send({"need": sha256, "call": call})
        self.flush()
        while True:
            context.unbroken, unbroken = True, context.unbroken
            frame = decode(self.stream.read)
            context.unbroken = unbroken
            if frame is None:
                raise Failure("the connection was lost while a file was on its way")
            head, body = frame
            if head.get("blob") != sha256:
                self.waiting.append(frame)
                continue
            yield body
            if head["last"]:
                return

    def output(self, call, text):
        """Pass on what a long command prints, a few times a second and only the end of a flood, in whole lines.

        The end of a line could be that of a secret, which the controller only knows as a whole.
        """
        self.unsaid += text
        if len(self.unsaid) > LONGEST_OUTPUT:
            self.unsaid = self.unsaid[-LONGEST_OUTPUT:].partition("\n")[2]
        now = time.time()
        if self.unsaid and now >= self.said + OUTPUT_SECONDS:
            self.said = now
            self.send({"output": call, "text": self.unsaid})
            self.flush()
            self.unsaid = ""


class Environment:
    """Adds variables to the environment while a task runs; None is none."""

    def __init__(self, added):
        self.added = added

    def __enter__(self):
        if self.added:
            self.before = dict(os.environ)
            os.environ.update(self.added)

    def __exit__(self, *_):
        if self.added:
            # Written anew only where a task asked for it: that costs half a millisecond, as much as the task itself.
            os.environ.clear()
            os.environ.update(self.before)


FOUND = {}  # The functions of task types, by name: looking through a module costs as much as a small task.


def find(name):
    """Return the function of task type `name` in the archive."""
    if name in FOUND:
        return FOUND[name]
    module = __import__("tasks." + name, fromlist=["*"])
    for value in vars(module).values():
        if hasattr(value, "task") and value.__module__ == module.__name__:
            FOUND[name] = value
            return value
    raise ImportError("tasks/%s.py holds no function marked @task" % name)


def carry_out(function, arguments, check=False, diff=False, limit=None):
    """Run a task type; return its result: (values, changes).

    function: marked with @task
    arguments: {name: value} of the right types
    check: note changes instead of making them
    diff: keep the text before and after
    limit: seconds it may take
    values: a dictionary of plain data, with "changed", and "failed" and "msg" if it failed
    changes: [[what, before, after], ...] in the order in which they were made
    """
    context.check, context.diff, context.warnings = check, diff, []
    look_again()
    made = []
    try:
        with limited(limit):
            returned = function(**expanded(function, arguments))
            if hasattr(returned, "send"):
                returned = drive(returned, made, check, function.task["predicts"])
        values = dict(returned or {})
    except TimedOut as late:
        values = {"failed": True, "msg": str(late), "timedout": {"period": late.seconds}}
    except Skipped:
        values = {"skipped": True, "changed": False, "msg": "skipped: check mode cannot tell what this would do"}
    except Failure as failure:
        values = dict(failure.fields, failed=True, msg=failure.message)
    except OSError as error:
        values = {"failed": True, "msg": "%s: %s" % (error.filename, error.strerror) if error.filename else str(error)}
    except ValueError as error:
        values = without_nul(error) or broken(function.__name__, error)
    except Exception as error:
        values = broken(function.__name__, error)
    values.setdefault("changed", bool(made))
    if context.warnings:
        values["warnings"] = context.warnings
    return values, [[change.what, change.before, change.after] for change in made]


class Unlimited:
    """Stands for a limit where there is none."""

    def __enter__(self):
        pass

    def __exit__(self, *_):
        pass


def limited(seconds):
    """Return what a task that may take so many seconds is carried out in; None is as many as it takes."""
    if not seconds:
        return Unlimited()
    from muster.target.limit import Limit

    return Limit(seconds)


def expanded(function, arguments):
    """Return the arguments with ~ and $VAR of paths expanded: only the host knows them."""
    kinds = function.__annotations__
    for name, value in arguments.items():
        kind = kinds.get(name)
        if kind is Path:
            arguments[name] = expand(value)
        elif isinstance(kind, list) and kind[0] is Path and value is not None:
            arguments[name] = [expand(each) for each in value]
    return arguments


def expand(path):
    if isinstance(path, str) and ("$" in path or "~" in path):
        return os.path.expanduser(os.path.expandvars(path))
    return path


def drive(steps, made, check, predicts):
    """Carry out (or note) what a task type yields, and send the outcomes back in; return what it returns."""
    outcome, failure = None, None
    while True:
        try:
            change = steps.throw(failure) if failure else steps.send(outcome)
        except StopIteration as end:
            return end.value
        outcome, failure = change.predicted, None
        if check:
            if not predicts:
                steps.close()
                raise Skipped
            made.append(change)
            continue
        try:
            take_lock()
            if context.record:
                context.record.keep(change.paths() if callable(change.paths) else change.paths)
            outcome = change.do()
            made.append(change)
        except Failure as error:
            failure = error
        look_again()


def take_lock():
    """Before anything is altered: one run at a time may change a host."""
    if context.lock:
        context.lock.take()


def without_nul(error):
    """Return the values for Python's complaint of a NUL, for which no task type looks; None for another error."""
    if not any(words in str(error) for words in ("null byte", "null character", "NUL character")):
        return None
    return {"failed": True, "msg": "an argument holds a NUL character, which no path, name or command can have"}


def broken(name, error):
    """Return the values that report a bug in a task type."""
    import traceback

    text = "%s: %s" % (type(error).__name__, error)
    return {"failed": True, "changed": False, "msg": "the task type %s broke: %s" % (name, text),
            "exception": traceback.format_exc()}


def main(received, sources):
    """Move the protocol off descriptors 0 and 1, so that no child's output can get into it, and serve."""
    import _signal

    source, sink = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    # Python ignores SIGPIPE by itself; a hang-up must not end the task that is running.
    _signal.signal(_signal.SIGHUP, _signal.SIG_IGN)
    # Whoever started us may have ignored the ends of children, and then nobody could tell how they ended.
    _signal.signal(_signal.SIGCHLD, _signal.SIG_DFL)
    Agent(Input(source, received), sink, sources).serve()
