"""The calls of one task: sent ahead, or one by one where an action sees their results."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from muster.actions.action import Carried, Download, Failed, Raw, Reconnect
from muster.connect.become import Become
from muster.connect.session import GREETING, Session
from muster.errors import HostError
from muster.model import Call, Layer, Note, Output, Result
from muster.stream.ahead import fits
from muster.stream.keywords import Keywords
from muster.stream.results import failure
from muster.stream.way import Way, own_way

if TYPE_CHECKING:
    from muster.stream.performance import Performance


class Calls:
    """Sends what one task wants done on its host.

    sent: whether anything was sent ahead
    """

    def __init__(self, performance: Performance) -> None:
        self.performance = performance
        self.walk = performance.walk
        self.keywords: Keywords = performance.keywords
        self.sent = False

    # Sent ahead

    def send(self, call: Call, layer: Layer | None) -> None:
        """Send a call ahead, or wait for its result where the controller has to judge it."""
        way = self.walk.ways.of(self.keywords)
        ahead, entry = self.walk.ahead, self.performance.entry
        waited = (self.walk.run.options.step_by_step or self.performance.step.judged
                  or self.keywords.flag("ignore_unreachable"))
        entry.hidden = self.performance.outcome.hidden
        if call.task == "setup" and self.walk.hands.known(way) is None:
            # The session is opened for it: the facts come with the far side's first words.
            session, number = self.session(way, facts=call.args), GREETING
            part = entry.expect(self.finisher(layer))
        else:
            session = self.session(way)
            if waited or layer is not None:
                session.greet()  # An agent that does not start is then the failure of the whole task, not of a part.
            call = self.prepared(call, looped=layer is not None)
            ahead.make_room(size_of(call))
            part = entry.expect(self.finisher(layer))
            number = self.ship(session, call)
        ahead.sent(session, number, entry, part)
        self.sent = True
        if waited:
            ahead.wait_part(entry, part)

    def finisher(self, layer: Layer | None) -> Callable[[Result], Result]:
        """Return what makes of a result what the playbook sees, with the variables of this moment's item."""
        scope = self.keywords.scope
        return lambda result: self.performance.judged(result, layer, scope)

    def end_of_loop(self) -> None:
        """Nothing after a loop may run when one of its items has failed."""
        if self.sent and self.walk.ahead.session and not self.performance.outcome.ignored:
            self.walk.ahead.session.gate()

    def session(self, way: Way, facts: Any = None) -> Session:
        """Return the session this task goes to; when it is another than before, what was sent comes first.

        facts: arguments of `setup` for a session that is opened only now
        """
        hands, ahead = self.walk.hands, self.walk.ahead
        known = hands.known(way)
        if known is None or known is not ahead.session:
            ahead.drain()
            self.walk.here = hands.destination(way).local
            ahead.session = known or hands.session(way, facts)
            ahead.session.teller = lambda text: self.walk.emit(Note(way.host, text))
        return ahead.session

    def prepared(self, call: Call, looped: bool = False) -> Call:
        """Return a call with what the task's keywords say about it."""
        keywords = self.keywords
        return Call(call.task, call.args, keywords.check, keywords.diff, keywords.tolerant, looped,
                    keywords.environment(), self.performance.time_left(), keywords.job)

    def ship(self, session: Session, call: Call, sink: Callable[[bytes], None] | None = None) -> int:
        """Send a call, and before it the task type if the far side lacks it; return the call's number."""
        session.listener = self.listener
        if call.task not in session.shipped and (known := self.walk.run.library.find(call.task)):
            session.ship(call.task, known.path)
        return session.send(call, sink)

    def listener(self, call: int, text: str) -> None:
        """Pass on the live output of a task, unless nothing of it may be shown."""
        entry, _ = self.walk.ahead.calls.get((self.walk.ahead.session, call), (self.performance.entry, 0))
        if not entry.hidden:
            self.walk.emit(Output(self.walk.host, self.walk.key(entry.step), text))

    # One by one

    def drive(self, steps: Generator[Any, Any, Any]) -> Result:
        """Carry out what an action asks for, one thing after the other, and return its result."""
        answer: Any = None
        lost: HostError | None = None
        while True:
            try:
                wanted = steps.throw(lost) if lost else steps.send(answer)
            except StopIteration as end:
                value = end.value
                return value if isinstance(value, Result) else Result({"changed": False, **(value or {})})
            except Failed as error:
                return failure(error)
            lost = None
            try:
                answer = self.answer(wanted)
            except HostError as error:
                lost = error

    def answer(self, wanted: Any) -> Any:
        """Return what an action is sent back; raises HostError when the host is lost."""
        if isinstance(wanted, Carried):
            return self.carried(wanted)
        way = self.walk.ways.of(self.keywords)
        if isinstance(wanted, Raw):
            hands = self.walk.hands
            found = hands.connections.raw(hands.destination(way), wanted.command, way.become)
            return Result({"rc": found.rc, "stdout": found.stdout, "stderr": found.stderr})
        if isinstance(wanted, Reconnect):
            return self.reconnect(way, wanted)
        session = self.session(way)
        if isinstance(wanted, list):
            return self.in_a_row(session, wanted)
        if isinstance(wanted, Download):
            self.ship(session, self.alone(wanted.call), wanted.sink)
        else:
            self.ship(session, self.alone(wanted))
        return session.receive()[1]

    def carried(self, wanted: Carried) -> Result:
        """Run a program here whose other half is on the host."""
        hands, way = self.walk.hands, own_way(self.walk, self.keywords)
        become = Become() if wanted.as_login else way.become
        try:
            found = hands.connections.carry(hands.destination(way), become, wanted.argv, self.keywords.environment(),
                                            wanted.variable, self.performance.time_left())
        except TimeoutError:
            self.performance.time_left()  # It says so.
            raise
        except OSError as error:
            raise Failed(f"cannot start {wanted.argv[0]} on the controller: {error.strerror}") from None
        return Result(found._asdict())

    def alone(self, call: Call) -> Call:
        """Return a call that is judged by the action: its failure stops nothing on the far side."""
        return self.prepared(call)._replace(tolerant=True)

    def in_a_row(self, session: Session, calls: list[Call]) -> list[Result]:
        """Send calls without waiting; return their results, up to the first failed one."""
        results: list[Result] = []
        waiting = list(calls)
        while len(results) < len(calls):
            while waiting and (not session.in_flight or fits(session, size_of(waiting[0]))):
                self.ship(session, self.prepared(waiting.pop(0))._replace(tolerant=False))
            results.append(session.receive()[1])
            if results[-1].failed:
                session.drop()
                break
        return results

    def reconnect(self, way: Way, wanted: Reconnect) -> Result:
        """Log in anew and start an agent, as often as it takes."""
        hands = self.walk.hands
        deadline = time.monotonic() + wanted.timeout
        while True:
            try:
                hands.reset(way, wanted.connect_timeout)
                hands.session(way).introduction()
                return Result({"changed": False})
            except HostError as error:
                if time.monotonic() >= deadline:
                    return Result({"changed": False, "failed": True, "msg": str(error)})
                self.walk.sleep(wanted.pause)


def size_of(call: Call) -> int:
    """Return about how many bytes a call has on its way."""
    size = 0
    for value in call.args.values():
        if isinstance(value, (bytes, str)):
            size += len(value)
    return size
