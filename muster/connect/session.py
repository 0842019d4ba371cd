"""A session: one agent on one host, calls going out, results coming in.

A session belongs to one thread, which walks its host; nothing here locks. `send` does not wait; `receive` does.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from muster.connect import archive
from muster.connect.pipe import Pipe
from muster.errors import AgentDied, AgentError, InternalError
from muster.model import Call, Change, Result
from muster.target.wire import CHUNK, decode, encode

# Contents up to this size go along with the call; larger ones only if the host's file differs. A round trip costs more
# than a packet or two, and most configuration files fit in that.
INLINE = 4096
# Calls wait for company until they make up a packet of this size: for each packet both ends do the work of many calls.
PACKET = 8192
# The number of the call that was never sent: the gathering of facts that a session was opened with.
GREETING = 0


class Session:
    """An agent that runs, or is still starting: calls are sent right behind it.

    shipped: names of the task types that went with it
    greeting: waits until it runs and returns what came behind its greeting; raises an error below AgentError
    number: how many calls were sent so far, which is the id of the last one
    heard: the number of the last call whose result came; `said` is the one that the agent was told of
    in_flight: calls whose results have not come, {number: bytes of its frame}
    epoch: what was sent since the last failure belongs together; the agent drops the rest of a failed one
    listener: is given the live output of calls, with their numbers
    teller: is given what the far side has to say that is no outcome of a call
    """

    def __init__(self, host: str, pipe: Pipe, shipped: frozenset[str] = frozenset(),
                 greeting: Callable[[], bytes] | None = None) -> None:
        self.host = host
        self.pipe = pipe
        self.shipped = set(shipped)
        self.greeting = greeting
        self.refusal: AgentError | None = None
        self.received = bytearray()
        self.number = 0
        self.heard = self.said = 0
        self.epoch = 0
        self.in_flight: dict[int, int] = {}
        self.unsent = bytearray()
        self.contents: dict[int, dict[str, bytes]] = {}
        self.sinks: dict[int, Callable[[bytes], None]] = {}
        self.listener: Callable[[int, str], None] = lambda call, text: None
        self.teller: Callable[[str], None] = lambda text: None
        self.about: dict[str, Any] | None = None
        self.closed = False

    def send(self, call: Call, sink: Callable[[bytes], None] | None = None) -> int:
        """Send a call and return its number.

        sink: is given what the task streams back (`fetch`)
        Raises AgentDied when the far side is gone.
        """
        self.number += 1
        data = encode(*self.frame(call))
        self.in_flight[self.number] = len(data)
        if sink:
            self.sinks[self.number] = sink
        self.write(data)
        return self.number

    def ship(self, name: str, path: Path) -> None:
        """Send a task type that the archive lacked, unless the far side has it by now."""
        if name not in self.shipped:
            self.shipped.add(name)
            self.write(encode({"modules": archive.sources_of([path])}))

    def gate(self) -> None:
        """End a loop: if one of its calls failed, what follows is dropped."""
        self.write(encode({"gate": self.epoch}))

    def frame(self, call: Call) -> tuple[dict[str, Any], bytes]:
        """Return head and body of a call; False and empty entries are left out, which halves most heads."""
        contents: dict[str, bytes] = {}
        args: dict[str, Any] = {}
        for name, value in call.args.items():
            (contents if isinstance(value, bytes) else args)[name] = value
        head: dict[str, Any] = {"call": self.number, "epoch": self.epoch, "task": call.task, "args": args}
        if call.check:
            head["check"] = True
        if call.diff:
            head["diff"] = True
        if call.tolerant:
            head["tolerant"] = True
        if call.looped:
            head["looped"] = True
        if call.env:
            head["env"] = dict(call.env)
        if call.limit:
            head["limit"] = call.limit
        if call.job:
            head["job"] = call.job
        if self.said < self.heard:
            head["heard"] = self.said = self.heard
        body = b""
        for name, data in contents.items():
            digest = hashlib.sha256(data).hexdigest()
            inline = not body and len(data) <= INLINE
            head.setdefault("content", {})[name] = {"size": len(data), "sha256": digest, "inline": inline}
            if inline:
                body = data
            else:
                self.contents.setdefault(self.number, {})[digest] = data
        return head, body

    def write(self, data: bytes) -> None:
        """Queue data; small frames travel together, and all of it before anything is waited for."""
        self.unsent += data
        if len(self.unsent) >= PACKET:
            self.flush()

    def flush(self) -> None:
        """Send what is queued; a host that is near is first asked which archive it wants (see `Start`)."""
        data, self.unsent = bytes(self.unsent), bytearray()
        if not data:
            return
        try:
            if self.pipe.near:
                self.greet()
            self.pipe.write(data)
        except AgentError:
            return  # Why an agent did not start is said to whoever waits for it.
        except OSError:
            if not self.greeting:
                raise self.died() from None

    def receive(self) -> tuple[int, Result]:
        """Wait for the next result and return it with the number of its call.

        Raises AgentDied at the end, and another error below AgentError when the agent did not start.
        """
        while True:
            head, body = self.next_frame()
            if "hello" in head and "values" in head["hello"]:
                self.serve(head, body)
                return GREETING, Result(head["hello"]["values"])
            if "result" in head:
                number = self.heard = head["result"]
                for kept in (self.in_flight, self.sinks, self.contents):
                    kept.pop(number, None)
                changes = tuple([Change(*each) for each in head["changes"]])
                return number, Result(head["values"], changes, body, head["seconds"])
            self.serve(head, body)

    def introduction(self) -> dict[str, Any]:
        """Return what the agent said of itself and, if they were asked for, the facts of the host."""
        while self.about is None:
            self.serve(*self.next_frame())
        return self.about

    def serve(self, head: dict[str, Any], body: bytes) -> None:
        """Take in a frame that is not a result."""
        if "hello" in head:
            self.about = head["hello"]
            for told in self.about["earlier"]:
                self.teller(history(told))
        elif "need" in head:
            self.give(head["need"], self.contents[head["call"]][head["need"]])
        elif "output" in head:
            self.listener(head["output"], head["text"])
        elif "part" in head:
            self.sinks[head["part"]](body)
        else:
            raise InternalError(f"{self.host} sent a frame nobody knows: {sorted(head)}")

    def give(self, digest: str, data: bytes) -> None:
        """Send the content the agent asks for, in pieces."""
        for start in range(0, max(len(data), 1), CHUNK):
            last = start + CHUNK >= len(data)
            self.write(encode({"blob": digest, "last": last, "epoch": self.epoch}, data[start : start + CHUNK]))

    def next_frame(self) -> tuple[dict[str, Any], bytes]:
        self.flush()
        self.greet()
        frame: tuple[dict[str, Any], bytes] | None = decode(self.exactly)
        if frame is None:
            raise self.died()
        return frame

    def greet(self) -> None:
        """Wait until the agent runs; everyone who waits for one that did not start is told why."""
        if self.refusal:
            raise self.refusal
        if not self.greeting:
            return
        try:
            self.received += self.greeting()
        except BaseException as error:
            self.refusal = error if isinstance(error, AgentError) else None
            self.closed = True
            self.pipe.close()
            raise
        self.greeting = None

    def exactly(self, count: int) -> bytes:
        """Return that many bytes of what comes, fewer only at the end."""
        while len(self.received) < count:
            data = self.pipe.read()
            if not data:
                return b""
            self.received += data
        taken = bytes(self.received[:count])
        del self.received[:count]
        return taken

    def drop(self) -> None:
        """After a failure: what was sent behind it will have no results."""
        self.epoch += 1
        for kept in (self.in_flight, self.sinks, self.contents):
            kept.clear()

    def died(self) -> AgentDied:
        """Return the error for a far side that is gone, and what it was: the agent, or the connection."""
        self.closed = True
        said = self.pipe.errors().strip().splitlines()
        status = self.pipe.status()
        self.pipe.close()
        if status is None:
            return AgentDied(self.host, "the connection was lost",
                             "the task it was in goes on to its end there; the next run tells how it ended")
        words = said[-1] if said else "it was killed" if status < 0 else f"its status was {status}"
        return AgentDied(self.host, f"the agent died: {words}", "run again to see the state of the host")

    def close(self) -> None:
        """Let the agent go. It is told so when nothing is under way, and else keeps what it cannot deliver any more."""
        if not self.closed:
            self.closed = True
            if self.in_flight:
                last = encode({"heard": self.heard})
            else:
                last = bytes(self.unsent) + encode({"goodbye": True})
            with contextlib.suppress(OSError):
                self.pipe.write(last)
            self.pipe.close()


def history(told: dict[str, Any]) -> str:
    """Return in words what became of a task after its connection had broken."""
    ended = "failed" if told["failed"] else "changed the host" if told["changed"] else "changed nothing"
    when = time.strftime("%H:%M:%S", time.localtime(told["when"]))
    return f"an earlier run lost its connection here; its task {told['task']} went on to its end at {when} and {ended}"
