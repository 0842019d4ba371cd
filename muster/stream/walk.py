"""The walk of one host through a play: blocks, rescue and always are plain recursion."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from muster.actions.action import Meta
from muster.errors import AgentDied, ConnectError, HostError, InputError
from muster.load.roles import Role
from muster.model import Event, HostLeft, HostRescued, Key, Note, Result, TaskEnded, TaskStarted
from muster.plan import BlockStep, Node, PlayPlan, Position, Step, is_gathering
from muster.scope import Scope
from muster.stream.ahead import Ahead, TaskFailed
from muster.stream.batch import Batch
from muster.stream.handlers import Handlers
from muster.stream.includes import Includes
from muster.stream.keywords import Keywords
from muster.stream.magic import of_step, of_walk
from muster.stream.outcome import AT_ONCE, GATHERING
from muster.stream.performance import Performance
from muster.stream.results import registered
from muster.stream.scopes import PlayScopes, role_chain
from muster.stream.way import HERE, Way, Ways, lookup, reached

if TYPE_CHECKING:
    from muster.stream.run import Run

AFTER = 1 << 40  # What comes after everything that is at a place: handlers flushed there.
# Of these words the first host's condition counts, and all hosts follow.
FOR_ALL = ("end_play", "end_batch", "clear_host_errors", "refresh_inventory")


class Finished(Exception):
    """The host is done with the play before its end (end_host, end_batch, end_play)."""


class Stopped(Finished):
    """The play ends because other hosts have failed: `always` is still carried out."""


class Walk:
    """One host's way through one play.

    prefix: put before the positions of handlers, so that each flush has its own
    place: where in the play the host is
    here: whether what it sends is carried out on this machine
    failures: those that nothing has rescued yet
    rescuing: how many of the blocks it is in could rescue a failure
    leaving: whether it is on its way out of the play, through the `always` of the blocks it is in
    ended: roles whose rest is skipped
    """

    def __init__(self, run: Run, play: PlayPlan, number: int, batch: Batch, turn: int, host: str) -> None:
        self.run = run
        self.play = play
        self.number = number
        self.batch = batch
        self.turn = turn
        self.host = host
        self.memory = run.fleet.memory(host)
        self.memory.reached = reached(host, play, run.options.connection)
        self.ahead = Ahead(self.memory)
        self.hands = run.hands(host)
        self.ways = Ways(self)
        self.scopes = PlayScopes(run.fleet, play, host, of_walk(self), self.ahead.drain, of_step)
        self.handlers = Handlers(play.handlers, self.handler_name)
        self.includes = Includes(run, self)
        self.lockstep = run.lockstep(play)
        self.prefix: Position = ()
        self.place: Position = ()
        self.current: Step | None = None
        self.here = False
        self.failures: list[TaskFailed] = []
        self.rescuing = 0
        self.leaving = False
        self.ended: set[Role] = set()

    # The course of the play

    def go(self) -> None:
        """Walk the whole play and say how it ended."""
        why = "ended"
        try:
            self.sections()
        except TaskFailed as failure:
            why = "failed"
            self.rescuing = 0
            self.fail(failure)
            self.forced_handlers()
        except Stopped:
            self.note("takes no further part: other hosts have failed")
            self.forced_handlers()
        except Finished:
            pass
        except HostError as error:
            why = self.lose(error)
        finally:
            self.batch.leave(self.host)
            self.memory.close()
            self.emit(HostLeft(self.host, self.number, why))

    def sections(self) -> None:
        for number, section in enumerate(self.play.sections, start=1):
            self.nodes(section)
            self.flush((number, AFTER))
        self.ahead.drain()

    def nodes(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            if isinstance(node, Step):
                if not (self.ended and self.has_ended(node)):
                    self.step(node)
            else:
                self.block(node)

    def block(self, block: BlockStep) -> None:
        """Walk a block. A failure from before it, noticed only inside it, is not the block's to rescue."""
        begun = self.ahead.number
        left: TaskFailed | Stopped | None = None
        rescuing, self.rescuing = self.rescuing, self.rescuing + bool(block.rescue)
        try:
            self.nodes(block.steps)
            self.ahead.drain()
        except TaskFailed as failure:
            self.rescuing = rescuing
            if failure.number <= begun:
                raise
            left = self.rescue(block, failure, begun)
        except Stopped as stopped:
            left = stopped
        finally:
            self.rescuing = rescuing
        if block.always:
            self.nodes(block.always)
            self.ahead.drain()
        if left:
            raise left

    def rescue(self, block: BlockStep, failure: TaskFailed, begun: int) -> TaskFailed | Stopped | None:
        """Walk a block's rescue, which takes back all failures since it was begun; return what is left to raise."""
        if not block.rescue:
            return failure
        task = failure.step.task
        self.memory.put(self.ahead.number, self.memory.set, {
            "ansible_failed_task": {"name": task.keywords.get("name") or failure.step.name, "action": task.action,
                                    "args": dict(task.args)},
            "ansible_failed_result": registered(failure.result),
        })
        self.note_failure(failure)
        for each in [each for each in self.failures if each.number > begun]:
            self.failures.remove(each)
            self.emit(HostRescued(self.host, each.key))
        try:
            self.nodes(block.rescue)
            self.ahead.drain()
        except TaskFailed as another:
            self.note_failure(another)
            return another
        except Stopped as stopped:
            return stopped
        return None

    # Tasks

    def step(self, step: Step) -> None:
        """Carry out one task, together with other hosts where it can see them."""
        if is_gathering(step) and self.memory.gathered and self.run.options.gathering == "smart":
            return
        self.place = self.memory.place = self.prefix + step.position
        self.check_stopped()
        self.current = step
        self.emit(TaskStarted(self.host, self.key(step), step.name))
        brought: list[Sequence[Node]] = []
        try:
            first = self.gather(step)
            if first is None:
                brought = self.carry_out(step).brought
            elif first == self.host:
                brought = self.share(step)
            else:
                self.take_over(step)
            if self.lockstep:
                self.ahead.drain()
        except TaskFailed as failure:
            self.fail(failure)
            raise
        for nodes in brought:
            self.nodes(nodes)
        if step.task.action == "group_by" or step.settings.get("delegate_facts"):
            # Whoever comes after it must see all groups, and all that hosts have set for each other.
            self.ahead.drain()
            self.batch.meet(self.host, (*self.place, AFTER))

    def has_ended(self, step: Step) -> bool:
        """Tell whether a task is of a role that `end_role` has ended, or of one that such a role has brought in."""
        return not self.ended.isdisjoint(role_chain(step.role))

    def gather(self, step: Step) -> str | None:
        """Wait for other hosts where a task can see them; return the host that carries it out for all, if one does."""
        if self.batch.waiting:
            self.ahead.drain()
            self.batch.arrive(self.host, self.place)
        for_all = self.is_for_all(step)
        if not (self.lockstep or for_all or sees_others(step, self.host)):
            return None
        self.ahead.drain()
        first = self.batch.meet(self.host, self.place)
        self.check_stopped()
        return first if for_all and len(self.batch.hosts) > 1 else None

    def is_for_all(self, step: Step) -> bool:
        """Tell whether one host carries a task out for all."""
        if step.settings.get("run_once") and Performance.runs_once(self, step):
            return True
        if step.task.action == "meta":
            return str(step.task.free_form).strip() in FOR_ALL
        return bool(step.signature and step.signature.once)

    def check_stopped(self) -> None:
        """End the walk when the batch has been stopped before this place; everything that was sent ends first."""
        if not self.batch.stopped or self.leaving or self.place <= self.batch.stopped_at:
            return
        self.ahead.drain()
        self.leaving = True
        raise Stopped if self.batch.stopped == "failed" else Finished

    def carry_out(self, step: Step) -> Performance:
        most = Performance.hosts_at_a_time(self, step) if step.settings.get("throttle") else 0
        if most:
            self.ahead.drain()
            with self.batch.throttled(self.host, self.place, most):
                performance = self.perform(step)
                self.ahead.drain()
        else:
            performance = self.perform(step)
        for order in performance.orders:
            if isinstance(order, Meta):
                self.obey(order.word)
            else:
                self.run.add_host(order)
        return performance

    def perform(self, step: Step) -> Performance:
        performance = Performance(self, step)
        try:
            performance.perform()
        except HostError as error:
            if not performance.outlives(error):
                raise
        return performance

    def share(self, step: Step) -> list[Sequence[Node]]:
        """Carry a task out for all hosts, and tell them what came of it; return what an include stands for here."""
        shared = Shared(Result({"failed": True, "msg": f"it could not be carried out on {self.host}"}), [], False)
        try:
            performance = self.carry_out(step)
            shared = Shared(self.ahead.wait(performance.entry), self.memory.made_by(performance.entry.number),
                            performance.outcome.ignored)
            return performance.brought
        except TaskFailed as failure:
            shared = shared._replace(result=failure.result)
            raise
        except Finished:
            shared = shared._replace(result=Result({}))
            raise
        finally:
            self.batch.publish(self.place, shared)

    def take_over(self, step: Step) -> None:
        """Take over what a task that another host carried out has registered and set."""
        shared: Shared = self.batch.outcome(self.place)
        self.ahead.number += 1
        self.ahead.settled = self.ahead.number
        for included, name, value in shared.made:
            store = self.memory.included if included else self.memory.set
            self.memory.put(self.ahead.number, store, {name: value})
        facts = shared.result.values.get("ansible_facts")
        if facts and step.task.action not in AT_ONCE:
            self.memory.put_facts(facts, step.task.action in GATHERING)
        if shared.result.failed and not shared.ignored:
            raise TaskFailed(self.ahead.number, step, shared.result, self.key(step))

    def obey(self, word: str) -> None:
        """Do what a `meta` task says."""
        self.ahead.drain()
        if word == "flush_handlers":
            self.flush((*self.place, AFTER))
        elif word == "clear_facts":
            self.memory.clear_facts()
        elif word == "reset_connection":
            self.hands.reset(Way(self.host, lookup(self, self.host)))
        elif word == "clear_host_errors":
            self.run.forgive(self.play, self.batch)
        elif word in ("end_play", "end_batch"):
            self.batch.stop(word, self.place)
            self.leaving = True
            raise Finished
        elif word == "end_host":
            raise Finished
        elif word == "end_role" and self.current and self.current.role:
            self.ended.add(self.current.role)

    # What goes wrong

    def fail(self, failure: TaskFailed) -> None:
        """Count the host as failed, unless a block will rescue it."""
        self.note_failure(failure)
        if not self.rescuing:
            self.leaving = True
            self.batch.lose(self.host, "failed", self.place, self.is_fatal(failure.step))

    def note_failure(self, failure: TaskFailed) -> None:
        if failure not in self.failures:
            self.failures.append(failure)

    def is_fatal(self, step: Step | None) -> bool:
        return self.holds("any_errors_fatal", step, False)

    def keywords(self, step: Step) -> Keywords:
        """Return what a task's keywords say on this host, before any loop."""
        return Keywords(step, self.run.engine, self.run.options, self.scopes.at(step))

    def holds(self, word: str, step: Step | None, default: bool) -> bool:
        """Return a keyword's truth at a task; what cannot be rendered does not hold."""
        if step is None or step.settings.get(word) is None:
            return default
        try:
            return self.keywords(step).flag(word)
        except InputError as error:
            self.note(str(error))
            return False

    def lose(self, error: HostError) -> str:
        """Report a host that cannot be reached, or whose agent cannot be started; return why it leaves."""
        step = self.ahead.queue[0].step if self.ahead.queue else self.current
        why = "unreachable" if isinstance(error, (ConnectError, AgentDied)) else "failed"
        message = error.message + (f"\n{error.hint}" if error.hint else "")
        if step:
            self.emit(TaskEnded(
                host=self.host, key=self.key(step), name=step.name, action=step.task.action, origin=step.origin,
                seconds=0.0, result=Result({"changed": False, "msg": message, why: True}),
            ))
        self.ahead.abandon()
        self.batch.lose(self.host, why, self.place, self.is_fatal(step))
        return why

    # Handlers

    def flush(self, place: Position) -> None:
        """Run the notified handlers. Nothing is waited for where nothing that was sent can notify one."""
        if not self.handlers.notified and not any(entry.notifies for entry in self.ahead.queue):
            return
        self.ahead.drain()
        outer = self.prefix, self.handlers.running
        try:
            for handler in self.handlers.due():
                self.prefix, self.handlers.running = place, True
                self.step(handler)
                self.ahead.drain()
        finally:
            self.prefix, self.handlers.running = outer

    def forced_handlers(self) -> None:
        """After a failure: run what was notified if that was asked for."""
        if not self.holds("force_handlers", self.current, self.run.options.force_handlers):
            return
        try:
            self.flush((len(self.play.sections) + 1, AFTER))
        except (TaskFailed, Finished):
            return  # The host has failed already, and reporters were told of this failure too.
        except HostError as error:
            self.lose(error)

    def handler_name(self, given: Any, step: Step) -> Any:
        return self.run.engine.render(given, self.scopes.at(step), step.origin)

    # Other hosts

    def scope_of(self, name: str) -> Scope:
        """Return another host's variables as they are when it has come as far as this one."""
        if name == self.host or name not in self.batch.positions:
            return self.run.fleet.scope(name, self.run.magic_of(name), self.ahead.drain)
        self.ahead.drain()
        self.batch.arrive(self.host, self.place)
        self.batch.wait(lambda: self.batch.positions[name] >= self.place)
        return self.run.fleet.scope(name, self.run.magic_of(name), self.ahead.drain, self.place)

    def met(self) -> list[str]:
        """Return the hosts that still take part, now that all have come as far as this one."""
        self.ahead.drain()
        self.batch.meet(self.host, self.place)
        return self.batch.alive()

    def in_play(self) -> list[str]:
        """Return the hosts of all batches that have not been lost, in the order of the play.

        That of the batch is what `ansible_play_batch` tells (measured with ansible-core 2.19: `serial` does not
        shorten `ansible_play_hosts`).
        """
        here = {*self.batch.hosts} - {*self.met()}
        return [host.name for host in self.play.hosts if host.name not in here and host.name not in self.run.gone]

    # Reporting

    def key(self, step: Step) -> Key:
        return Key(self.number, self.turn, self.prefix + step.position)

    def emit(self, event: Event) -> None:
        self.run.emit(event)

    def note(self, text: str) -> None:
        self.emit(Note(self.host, text))

    def settle_here(self) -> None:
        """Before this machine is looked at: wait for what is being done on it."""
        if self.here:
            self.ahead.drain()

    def sleep(self, seconds: float) -> None:
        """Wait, and let other hosts work meanwhile."""
        with self.batch.resting():
            time.sleep(min(seconds, threading.TIMEOUT_MAX))


class Shared(NamedTuple):
    """What came of a task that one host carried out for all.

    made: the variables it set: (whether they came from a file, name, value)
    """

    result: Result
    made: list[tuple[bool, str, Any]]
    ignored: bool


def sees_others(step: Step, host: str) -> bool:
    """Tell whether a task touches what other hosts may touch: another host, or the groups of the inventory."""
    target = step.settings.get("delegate_to")
    return step.task.action == "group_by" or (target is not None and str(target) not in (*HERE, host))
