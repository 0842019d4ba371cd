"""The walk of one host through a play: blocks, rescue, always and handlers are plain recursion."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from muster.actions.action import Include, Meta, NewHost
from muster.errors import AgentDied, ConnectError, HostError, InputError, PlanError, nearest
from muster.model import (
    Event,
    HostLeft,
    HostRescued,
    Key,
    Layer,
    Note,
    Output,
    Result,
    TaskEnded,
    TaskStarted,
)
from muster.plan import BlockStep, Node, PlayPlan, Position, Step
from muster.scope import Scope
from muster.stream.ahead import Ahead, TaskFailed
from muster.stream.batch import Batch
from muster.stream.performance import Performance, registered
from muster.stream.scopes import HostVars, PlayScopes, ScopeMapping

if TYPE_CHECKING:
    from muster.stream.run import Run

FLUSH = 1 << 40  # Handlers flushed at a place come after everything that is at that place.


class Finished(Exception):
    """The host is done with the play before its end (end_host, end_play)."""


class Walk:
    """One host's way through one play.

    prefix: put before the positions of handlers, so that each flush has its own
    """

    def __init__(self, run: Run, play: PlayPlan, number: int, batch: Batch, turn: int, host: str) -> None:
        self.run = run
        self.play = play
        self.number = number
        self.batch = batch
        self.turn = turn
        self.host = host
        self.memory = run.fleet.memory(host)
        self.ahead = Ahead(self.memory)
        self.hands = run.hands(host)
        self.scopes = PlayScopes(run.fleet, play, host, self.magic(), self.ahead.drain)
        self.handlers: list[Step] = list(play.handlers)
        self.notifications: list[str] = []
        self.flushing = False
        self.finished = 0
        self.prefix: Position = ()
        self.place: Position = ()
        self.lockstep = run.lockstep(play)
        self.destination_lookups: dict[str, Scope] = {}

    # The course of the play

    def go(self) -> None:
        """Walk the whole play and say how it ended."""
        why = "ended"
        try:
            self.sections()
        except TaskFailed:
            why = "failed"
            self.forced_handlers()
        except Finished:
            pass
        except HostError as error:
            why = self.lost(error)
        finally:
            self.batch.leave(self.host, why)
            self.emit(HostLeft(self.host, self.number, why))

    def sections(self) -> None:
        for number, section in enumerate(self.play.sections):
            self.nodes(section)
            self.flush((number, FLUSH))
        self.ahead.drain()

    def lost(self, error: HostError) -> str:
        """Report a host that cannot be reached, or whose agent cannot be started; return why it leaves."""
        unreachable = isinstance(error, (ConnectError, AgentDied))
        message = error.message + (f"\n{error.hint}" if error.hint else "")
        self.emit(TaskEnded(
            host=self.host, key=self.key_at(self.place), name=self.current.name if self.current else "connect",
            action=self.current.task.action if self.current else "", seconds=0.0,
            origin=self.current.origin if self.current else self.play.play.origin,
            result=Result({"changed": False, "msg": message, "unreachable" if unreachable else "failed": True}),
        ))
        return "unreachable" if unreachable else "failed"

    current: Step | None = None

    def nodes(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            if isinstance(node, Step):
                self.step(node)
            else:
                self.block(node)

    def block(self, block: BlockStep) -> None:
        """Walk a block. A failure from before it, noticed only inside it, is not the block's to rescue."""
        begun = self.ahead.number
        pending: TaskFailed | None = None
        try:
            self.nodes(block.steps)
            self.ahead.drain()
        except TaskFailed as failure:
            if failure.number <= begun:
                raise
            pending = self.rescue(block, failure)
        if block.always:
            self.nodes(block.always)
            self.ahead.drain()
        if pending:
            raise pending

    def rescue(self, block: BlockStep, failure: TaskFailed) -> TaskFailed | None:
        """Walk a block's rescue; return the failure that is left after it."""
        if not block.rescue:
            return failure
        task = failure.step.task
        self.memory.put(self.ahead.number, self.memory.set, {
            "ansible_failed_task": {"name": failure.step.task.keywords.get("name") or failure.step.name,
                                    "action": task.action, "args": dict(task.args)},
            "ansible_failed_result": registered(failure.result),
        })
        self.emit(HostRescued(self.host, self.key_at(self.prefix + failure.step.position)))
        try:
            self.nodes(block.rescue)
            self.ahead.drain()
        except TaskFailed as another:
            return another
        return None

    # Tasks

    def step(self, step: Step) -> None:
        """Carry out one task, together with other hosts where it can see them."""
        if self.batch.stopped:
            raise Finished
        self.current = step
        self.place = self.prefix + step.position
        self.emit(TaskStarted(self.host, self.key(step), step.name))
        if self.batch.waiting:
            self.ahead.drain()
            self.batch.arrive(self.host, self.place)
        if self.lockstep or self.meets(step):
            self.ahead.drain()
            self.batch.meet(self.host, self.place)
            if self.batch.stopped:
                raise Finished
        if step.settings.get("run_once", False) and self.once(step):
            return
        self.carry_out(step)

    def meets(self, step: Step) -> bool:
        """Tell whether a task is carried out when all hosts have come to it."""
        if step.settings.get("run_once", False) or step.task.action in ("add_host", "group_by"):
            return True
        target = step.settings.get("delegate_to")
        return target is not None and str(target) not in ("localhost", "127.0.0.1", self.host)

    def carry_out(self, step: Step) -> Performance:
        performance = Performance(self, step)
        try:
            performance.perform()
            if performance.follow_ups:
                self.follow_up(step, performance)
        except HostError as error:
            if not performance.flag("ignore_unreachable") or self.lost(error) != "unreachable":
                raise
            self.ahead.abandon(self.ahead.number)
        return performance

    def once(self, step: Step) -> bool:
        """Carry a `run_once` task out on the first host and share its outcome; return False where it is nothing special."""
        if len(self.batch.hosts) == 1:
            return False
        if self.batch.first(self.place) != self.host:
            self.take_over(step, self.batch.outcome(self.place))
            return True
        before = set(self.memory.set)
        try:
            performance = self.carry_out(step)
            result = self.ahead.wait(performance.entry)
        except TaskFailed as failure:
            self.batch.publish(self.place, (failure.result, {}))
            raise
        except BaseException:
            self.batch.publish(self.place, (Result({"failed": True, "msg": "it failed on another host"}), {}))
            raise
        made = {name: value for name, value in self.memory.set.items() if name not in before}
        self.batch.publish(self.place, (result, made))
        return True

    def take_over(self, step: Step, outcome: Any) -> None:
        """Take over what a `run_once` task on another host registered and set."""
        result, made = outcome
        self.ahead.number += 1
        name = step.task.keywords.get("register")
        facts = dict(result.values.get("ansible_facts") or {}) if step.task.action == "set_fact" else {}
        values = {**made, **facts, **({name: registered(result)} if name else {})}
        self.memory.put(self.ahead.number, self.memory.set, values)
        if result.failed and not step.settings.get("ignore_errors"):
            raise TaskFailed(self.ahead.number, step, result)

    def follow_up(self, step: Step, performance: Performance) -> None:
        for outcome, layer in performance.follow_ups:
            if isinstance(outcome, Include):
                self.include(step, outcome, layer, performance)
            elif isinstance(outcome, Meta):
                self.meta(outcome.word)
            else:
                self.new_host(outcome)

    # Includes

    def include(self, step: Step, wanted: Include, layer: Layer | None, performance: Performance) -> None:
        """Walk the tasks of an include; what is wrong with them fails the include, on this host."""
        layers = [Layer("include parameters", each.values, each.source) for each in step.settings.variables
                  if each.rank == "task vars"]
        settings = step.inherited
        for each in (*layers, *([layer] if layer else [])):
            settings = settings.for_include(each)
        expander = self.run.expander
        place = (*step.position, performance.follow_ups.index((wanted, layer)))
        try:
            if wanted.apply:
                settings = settings.under(self.run.located(wanted.apply, step.origin))
            if wanted.role:
                nodes = self.include_role(step, wanted, settings, place)
            else:
                path = expander.task_path(str(wanted.file), step.task, step.role)
                nodes = expander.expand(expander.roles.task_file(path), settings, step.role, place)
        except InputError as error:
            self.ahead.drain()
            failed = Result({"changed": False, "failed": True, "msg": str(error)})
            performance.entry.number = self.ahead.number
            performance.settled(failed)
            return
        self.nodes(nodes)

    def include_role(self, step: Step, wanted: Include, settings: Any, place: Position) -> Sequence[Node]:
        expander = self.run.expander
        parents = (step.role, *step.role.parents) if step.role else ()
        role = expander.roles.read(str(wanted.role), step.origin, parents, parts=wanted.parts)
        with self.run.expanding:
            known = len(expander.handlers), len(expander.brought)
            nodes = expander.role(role, settings, place)
            handlers, brought = expander.handlers[known[0] :], expander.brought[known[1] :]
            del expander.handlers[known[0] :], expander.brought[known[1] :]
        for tasks, own, owner in handlers:
            if all(handler.role is None or handler.role.path != owner.path for handler in self.handlers):
                self.handlers += self.run.expand_handlers(tasks, own, owner, len(self.handlers))
        if wanted.public:
            self.scopes.public += brought
        return nodes

    def new_host(self, wanted: NewHost) -> None:
        self.run.add_host(wanted)

    # Meta

    def meta(self, word: str) -> None:
        self.ahead.drain()
        if word == "flush_handlers":
            self.flush((*self.place, FLUSH))
        elif word == "clear_facts":
            self.memory.facts.clear()
            self.memory.injected.clear()
        elif word == "reset_connection":
            self.hands.reset(self.host, self.lookup(self.host, None))
        elif word == "end_play":
            self.batch.stop("end_play")
            raise Finished
        elif word in ("end_host", "end_batch"):
            raise Finished

    # Handlers

    def notified(self, names: Sequence[Any], scope: Scope, step: Step) -> None:
        """Note the handlers that a changed task names; a name that no handler answers to is an error only now."""
        for name in names:
            for text in as_names(self.run.engine.render(name, scope, step.origin)):
                if not any(answers(handler, text) for handler in self.handlers):
                    known = [str(handler.task.keywords.get("name")) for handler in self.handlers]
                    place = step.task.keywords.origins.get("notify", step.origin)
                    raise PlanError(f'no handler is called "{text}"', place, nearest(text, known))
                self.notifications.append(text)

    def flush(self, place: Position) -> None:
        """Run the notified handlers, in the order in which they are defined; one may notify those after it."""
        self.ahead.drain()
        if not self.notifications:
            return
        outer = self.prefix, self.flushing
        self.prefix, self.flushing = (*self.prefix, *place), True
        try:
            for handler in list(self.handlers):
                self.ahead.drain()
                chosen = [name for name in self.notifications if self.chosen(handler, name)]
                if chosen:
                    self.step(handler)
            self.ahead.drain()
            self.notifications.clear()
        finally:
            self.prefix, self.flushing = outer

    def chosen(self, handler: Step, name: str) -> bool:
        """Tell whether a notification means this handler: of several with one name only the last."""
        if name in listens(handler):
            return True
        return answers(handler, name) and handler is [each for each in self.handlers if answers(each, name)][-1]

    def forced_handlers(self) -> None:
        """After a failure: run what was notified if that was asked for."""
        forced = self.play.play.keywords.get("force_handlers", self.run.options.force_handlers)
        if not forced:
            return
        try:
            self.flush((len(self.play.sections), FLUSH))
        except (TaskFailed, HostError, Finished):
            return  # The host has failed already, and reporters were told of this failure too.

    # Variables and names

    def lookup(self, target: str, performance: Performance | None) -> Callable[[str], Any]:
        """Return the function that gives connection variables: of the target's own, with the task's keywords below."""
        if target != self.host:
            scope = self.run.fleet.scope(target, {}, self.ahead.drain)
            keywords: dict[str, Any] = {}
        else:
            scope = performance.current if performance else self.run.fleet.scope(target, {}, self.ahead.drain)
            keywords = performance.step.settings.values if performance else {}  # type: ignore[assignment]

        def get(name: str) -> Any:
            try:
                return scope.get(name)
            except KeyError:
                word = OF_CONNECTIONS.get(name)
                return keywords[word][0] if word in keywords else None

        return get

    def key(self, step: Step) -> Key:
        return self.key_at(self.prefix + step.position)

    def key_at(self, position: Position) -> Key:
        return Key(self.number, self.turn, position)

    def emit(self, event: Event) -> None:
        self.run.emit(event)

    def listener(self, performance: Performance) -> Callable[[int, str], None]:
        """Return what passes on the live output of a task, unless nothing of it may be shown."""
        if performance.flag("no_log"):
            return lambda call, text: None
        key = self.key(performance.step)
        return lambda call, text: self.emit(Output(self.host, key, text))

    def scope_of(self, name: str) -> Scope:
        """Return another host's variables as they are when it has come as far as this one."""
        if name != self.host and name in self.batch.positions:
            self.ahead.drain()
            self.batch.arrive(self.host, self.place)
            place = self.place
            self.batch.wait(lambda: self.batch.positions[name] >= place)
        return self.run.fleet.scope(name, self.run.magic_of(name), self.ahead.drain)

    def met(self) -> list[str]:
        """Return the hosts that still take part, now that all have come as far as this one."""
        self.ahead.drain()
        self.batch.meet(self.host, self.place)
        return self.batch.alive()

    def magic(self) -> dict[str, Callable[[], Any]]:
        """Return the names whose values the run makes up."""
        run, play = self.run, self.play
        playbook = os.path.abspath(play.play.directory)
        return {
            **run.magic_of(self.host),
            "hostvars": lambda: HostVars(run.fleet, self.scope_of),
            "vars": lambda: ScopeMapping(self.scopes.at(self.current)) if self.current else {},
            "playbook_dir": lambda: playbook,
            "ansible_play_name": lambda: play.play.name,
            "ansible_play_hosts_all": lambda: [host.name for host in play.hosts],
            "ansible_play_hosts": lambda: self.met(),
            "play_hosts": lambda: self.met(),
            "ansible_play_batch": lambda: self.met(),
        }

    def note(self, text: str) -> None:
        self.emit(Note(self.host, text))


OF_CONNECTIONS = {"ansible_connection": "connection", "ansible_user": "remote_user", "ansible_port": "port"}


def as_names(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def listens(handler: Step) -> list[str]:
    return as_names(handler.task.keywords.get("listen") or [])


def answers(handler: Step, name: str) -> bool:
    """Tell whether a handler is meant by a name: its own, with or without its role's, or a topic it listens to."""
    own = str(handler.task.keywords.get("name") or "")
    return name in (own, handler.name) or name in listens(handler)
