"""One task on one host: condition, loop, arguments, attempts, and what becomes of the result."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from muster.actions.action import Failed, Include, Meta, NewHost
from muster.catalogue import instead
from muster.errors import AgentDied, AgentError, ConnectError, HostError, InputError, PlanError
from muster.model import Call, Layer, Result, Retried
from muster.plan import Node, Step, not_async
from muster.scope import Pending, Scope
from muster.secrets import Secrets
from muster.stream import loops, masking
from muster.stream.calls import Calls
from muster.stream.here import Moment
from muster.stream.keywords import Keywords
from muster.stream.outcome import GATHERING, Outcome
from muster.stream.results import SKIPPED, combined, described, failure, labelled, registered, single

if TYPE_CHECKING:
    from muster.stream.walk import Walk

# The arguments of these are conditions, or are rendered by the action itself.
VERBATIM = ("assert",)
# What these do on this machine could see, or be seen by, what was sent before.
NEEDS_DRAIN = ("pause", "meta", "add_host", "group_by")


class Performance:
    """Carries one task out on the host of a walk.

    entry: where its outcome goes; reading it may wait
    keywords: their scope is that of the item while a loop goes on
    brought: nodes that includes stand for, in order, to be walked next
    orders: what else it asks of the walk (`meta`, `add_host`)
    limit: seconds that an attempt may take, 0 for any number; `begun` is when the last one was
    """

    def __init__(self, walk: Walk, step: Step) -> None:
        self.walk = walk
        self.step = step
        self.engine = walk.run.engine
        self.scope = walk.scopes.at(step)
        self.keywords: Keywords = Keywords(step, self.engine, walk.run.options, self.scope)
        self.loop = loops.keyword(step)
        self.items: list[Any] = []
        self.secrets = Secrets()
        self.brought: list[Sequence[Node]] = []
        self.orders: list[Meta | NewHost] = []
        self.outcome = Outcome(self)
        self.calls = Calls(self)
        self.limit = self.begun = 0.0
        self.entry = walk.ahead.begin(step, self.combine if self.loop else single, self.outcome.settled)

    # The course of a task

    def perform(self) -> None:
        """Do everything up to sending; an error is the task's failure, once what was sent before it has ended well."""
        try:
            self.walk.scopes.find_files()
            self.outcome.name_it()
            if self.loop:
                self.perform_loop(self.loop)
            else:
                self.perform_once(None)
        except (InputError, Failed, AgentError) as error:
            if isinstance(error, AgentDied):
                raise
            if not self.entry.parts:
                # A loop that could not begin has no items to tell of.
                self.entry.combine = single
            self.entry.add(failure(error))
        self.entry.closed = True
        self.bind()
        self.walk.ahead.settle()
        if self.entry.failed and not self.outcome.ignored:
            # The far side does not know of this failure, so nothing may be sent behind it.
            self.walk.ahead.drain()

    @staticmethod
    def runs_once(walk: Walk, step: Step) -> bool:
        """Tell whether `run_once` holds; what is wrong with it fails the task on every host."""
        try:
            return walk.keywords(step).flag("run_once")
        except InputError:
            return False

    @staticmethod
    def hosts_at_a_time(walk: Walk, step: Step) -> int:
        """Return how many hosts may be at a task (`throttle`), 0 for any number; what is wrong with it fails the task.
        """
        try:
            return max(0, int(walk.keywords(step).number("throttle", 0)))
        except InputError:
            return 0

    def outlives(self, error: HostError) -> bool:
        """Take the loss of the host for the task's result, if `ignore_unreachable` says so; else return False."""
        try:
            if not self.keywords.flag("ignore_unreachable") or not isinstance(error, (ConnectError, AgentDied)):
                return False
        except InputError:
            return False
        self.walk.ahead.calls.clear()
        self.entry.finishers.clear()
        self.entry.combine = single
        self.entry.add(Result({"changed": False, "unreachable": True, "msg": error.message}))
        self.entry.closed = True
        self.bind()
        self.walk.ahead.settle()
        return True

    def perform_loop(self, word: str) -> None:
        """Go over the items. An error in the list does not count when the condition is false without an item."""
        how = loops.Control()
        try:
            how = loops.control(self.step, self.engine, self.scope)
            self.items = loops.items(self.step, word, self.engine, self.scope)
        except InputError as error:
            if not self.false_without_item():
                raise error from None
        for layer in loops.layers(self.items, how):
            if how.pause and self.entry.parts:
                self.walk.ahead.drain()
                self.walk.sleep(how.pause)
            self.keywords.scope = self.scope.child(layer)
            self.perform_item(layer, how)
            if how.break_when and self.breaks(how):
                break
        self.keywords.scope = self.scope
        self.calls.end_of_loop()

    def perform_item(self, layer: Layer, how: loops.Control) -> None:
        """Carry the task out for one item; an error in it is a failure of this item, and the loop goes on."""
        before, label = len(self.entry.parts), ""
        try:
            label = loops.label(how, layer, self.engine, self.keywords.scope, self.keywords.place("loop_control"))
            self.perform_once(layer)
        except (InputError, Failed) as error:
            del self.entry.parts[before:]
            self.entry.add(labelled(failure(error), layer))
        self.outcome.labels.append(label)

    def breaks(self, how: loops.Control) -> bool:
        part = self.walk.ahead.wait_part(self.entry, len(self.entry.parts) - 1)
        scope = self.with_register(self.keywords.scope, part)
        place = self.keywords.place("loop_control")
        return all(self.engine.truth(each, scope, place) for each in how.break_when)

    def false_without_item(self) -> bool:
        """Tell whether the condition is false whatever the items are; one that asks for an item does not tell."""
        try:
            return self.false_condition() is not None
        except InputError:
            return False

    def false_condition(self) -> Any:
        """Return the first condition that does not hold, or None."""
        for condition, origin in self.step.settings.when:
            if not self.engine.truth(condition, self.keywords.scope, origin):
                return condition
        return None

    def perform_once(self, layer: Layer | None) -> None:
        """Carry the task out without a loop, or for one item."""
        condition = self.false_condition()
        if condition is not None:
            self.entry.add(labelled(Result({**SKIPPED, "false_condition": condition}), layer))
            return
        self.outcome.prepare()
        if self.step.retried:
            self.until(layer)
        else:
            self.attempt(layer)

    def until(self, layer: Layer | None) -> None:
        """Carry the task out until its condition holds, at most `retries` more times.

        Each attempt is a call whose failure does not stop what comes after it: that may be the next attempt.
        Without any, the condition is not asked either; a delay below 0 is a second (measured with ansible-core 2.19).
        """
        retries = int(self.keywords.number("retries", 3))
        delay = self.keywords.number("delay", 5)
        delay = delay if delay >= 0 else 1
        part = len(self.entry.parts)
        if retries < 1:
            self.attempt(layer)
            self.walk.ahead.wait_part(self.entry, part)
            return
        for number in range(1, retries + 2):
            self.attempt(layer)
            result = self.walk.ahead.wait_part(self.entry, part)
            done = self.done(result)
            if done or number > retries:
                self.entry.parts[part] = self.last(result, done, min(number, retries))
                return
            del self.entry.parts[part:]
            self.walk.emit(Retried(self.walk.host, self.outcome.key, self.outcome.name, retries + 1 - number))
            self.walk.sleep(delay)

    def done(self, result: Result) -> bool:
        """Tell whether no further attempt is needed."""
        if self.step.task.keywords.get("until") is None:
            return not result.failed
        return self.keywords.holds("until", self.with_register(self.keywords.scope, result))

    def last(self, result: Result, done: bool, attempts: int) -> Result:
        """Return the result of the last attempt: it has failed when the condition never held, whatever else it says."""
        if not done:
            return result.with_values(attempts=attempts, failed=True)
        return result.with_values(attempts=attempts)

    def attempt(self, layer: Layer | None) -> None:
        """Carry the task out once; what comes of it is another part of the entry."""
        self.limit = self.keywords.limit
        self.begun = time.monotonic()
        if self.step.task.action in NEEDS_DRAIN or self.keywords.flag("ignore_unreachable"):
            self.walk.ahead.drain()
        function = self.walk.run.actions(self.step.task.action)
        if self.keywords.job and self.step.signature and self.step.signature.here:
            raise not_async(self.step.task, self.keywords.place("async"))
        arguments = self.arguments()
        try:
            outcome = function(Moment(self), **arguments) if function else Call(self.step.task.action, arguments)
        except Failed as error:
            self.add(failure(error), layer)
            return
        if isinstance(outcome, Call):
            self.calls.send(outcome, layer)
        elif isinstance(outcome, Generator):
            self.walk.ahead.drain()
            self.add(self.calls.drive(outcome), layer)
        elif isinstance(outcome, Include):
            source, nodes = self.walk.includes.nodes(self.step, outcome, layer, len(self.entry.parts))
            self.brought.append(nodes)
            self.add(Result({"changed": False, "include": source}), layer)
        elif isinstance(outcome, (Meta, NewHost)):
            if outcome == Meta("refresh_inventory"):
                self.walk.run.refresh_inventory()
            self.orders.append(outcome)
            self.add(described(outcome, self.step.task.action, self.walk.run.fleet.inventory), layer)
        else:
            self.outcome.set_at_once(outcome)
            self.add(Result({"changed": False, **outcome}), layer)

    def time_left(self) -> float:
        """Return the seconds that are left of this attempt's limit, 0 where it has none; raises Failed when it is over.

        A task that is all the host's is held to its limit there, from when it begins; one with a half on the
        controller before each thing it does.
        """
        if not self.limit or not (self.step.signature and self.step.signature.here):
            return self.limit
        left = self.limit - (time.monotonic() - self.begun)
        if left <= 0:
            raise Failed(f"it took longer than the {self.limit:g} s it may take", timedout={"period": self.limit})
        return left

    def add(self, result: Result, layer: Layer | None) -> None:
        """Add a part whose result is known here."""
        self.entry.add(self.judged(result, layer, self.keywords.scope))

    def arguments(self) -> dict[str, Any]:
        """Return the arguments, rendered and of the right types; raises InputError or Failed."""
        task, signature = self.step.task, self.step.signature
        if signature is None:
            raise Failed(f"muster has no task type {task.action}; {instead(task.action)}")
        constants = self.step.constants
        own: Mapping[Any, Any] = self.step.varying
        given = self.defaults()
        verbatim = task.action in VERBATIM
        if signature.anything:
            own = {self.argument_name(name): value for name, value in own.items()}
        given.update(own if verbatim else self.rendered(own))
        if task.free_form is not None and signature.free_form and signature.free_form not in constants:
            given[signature.free_form] = task.free_form if verbatim else self.rendered(task.free_form)
        for name in given:
            if not isinstance(name, str):
                raise PlanError(f"{name!r} is no name of an argument: it must be text", self.step.argument_origin(name),
                                "YAML reads on, off, yes and no as true and false: quote them")
        values = signature.convert(given, self.step.argument_origin, constants)
        masking.keep_secret(self.secrets, signature, values)
        return values

    def argument_name(self, given: Any) -> Any:
        """Return the name of an argument, rendered; raises PlanError for a list or mapping: those cannot be keys."""
        name = self.rendered(given)
        if isinstance(name, (list, dict)):
            raise PlanError(f"{name!r} is no name of an argument: it must be text", self.step.argument_origin(given))
        return name

    def defaults(self) -> dict[str, Any]:
        """Return the arguments of `module_defaults` and those of `args: "{{ ... }}"`, which beat them."""
        task, settings = self.step.task, self.step.settings
        given: dict[str, Any] = {}
        for what, value in (("module_defaults", settings.module_defaults.get(task.action)),
                            ("args", task.args.get("_args"))):
            if value:
                found = self.rendered(value) or {}
                if not isinstance(found, dict):
                    raise PlanError(f"{what} is a mapping of arguments, not {found!r}", task.origin)
                given.update(found)
        return given

    def rendered(self, value: Any) -> Any:
        return self.engine.render(value, self.keywords.scope, self.step.origin) if value else value

    # Results

    def with_register(self, scope: Scope, result: Result) -> Scope:
        """Return a scope in which the task's own result is known by its registered name."""
        name = self.step.task.keywords.get("register")
        return scope.child(Layer("set_fact and register", {name: registered(result)})) if name else scope

    def judged(self, result: Result, layer: Layer | None, scope: Scope) -> Result:
        """Return a result as changed_when and failed_when see it; a condition that cannot be evaluated fails it."""
        if result.skipped:
            return labelled(result, layer)
        for word, field in (("changed_when", "changed"), ("failed_when", "failed")):
            if self.step.settings.get(word) in (None, []):
                continue
            try:
                holds = self.keywords.holds(word, self.with_register(scope, result))
            except InputError as error:
                return labelled(result.with_values(failed=True, msg=str(error)), layer)
            result = result.with_values(**{field: holds, f"{word}_result": holds})
        return labelled(result, layer)

    def combine(self, parts: list[Result]) -> Result:
        return combined(parts, self.items)

    def bind(self) -> None:
        """Bind what comes of the task to names; it may still be on its way, and whoever reads it waits."""
        memory, entry, ahead = self.walk.memory, self.entry, self.walk.ahead
        name = self.step.task.keywords.get("register")
        if name:
            memory.put(entry.number, memory.set, {name: Pending(lambda: registered(ahead.wait(entry)))})
        if self.step.signature and self.step.signature.facts and entry.finishers:
            named = self.step.task.action not in GATHERING
            self.outcome.pending_facts = Pending(lambda: ahead.wait(entry), named)
            memory.pending_facts.append(self.outcome.pending_facts)

