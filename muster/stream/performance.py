"""One task on one host: condition, loop, arguments, the call, and what becomes of its result."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from muster.actions.action import Download, Failed, Include, Meta, NewHost, Raw, Reconnect
from muster.connect.session import GREETING, Session
from muster.connect.start import Become
from muster.errors import AgentDied, AgentError, HostError, InputError, PlanError, TemplateError
from muster.model import Call, Layer, Result, TaskEnded
from muster.plan import Step
from muster.scope import Pending, Scope
from muster.stream import loops, masking
from muster.stream.ahead import WINDOW_BYTES, WINDOW_CALLS, TaskFailed, combined, single
from muster.stream.here import Moment

if TYPE_CHECKING:
    from muster.stream.walk import Walk

SKIPPED = {"changed": False, "skipped": True, "skip_reason": "Conditional result was False"}


class Performance:
    """Carries one task out on the host of a walk.

    entry: where its outcome goes; reading it may wait
    """

    def __init__(self, walk: Walk, step: Step) -> None:
        self.walk = walk
        self.step = step
        self.settings = step.settings
        self.engine = walk.run.engine
        self.scope = walk.scopes.at(step)
        self.loop = loops.keyword(step)
        self.items: list[Any] = []
        self.labels: list[str] = []
        self.scopes: list[Scope] = []
        self.secrets: set[str] = set()
        self.follow_ups: list[tuple[Include | Meta | NewHost, Layer | None]] = []
        self.pending_facts: Pending | None = None
        self.current = self.scope
        self.started = time.monotonic()
        self.sent_any = False
        combine = self.combine if self.loop else single
        self.entry = walk.ahead.begin(step, combine)
        self.entry.settle = self.settled
        self.name = step.name

    # Values of keywords

    def flag(self, keyword: str, default: bool = False) -> bool:
        """Return a keyword's truth, rendered."""
        value = self.settings.get(keyword, default)
        if isinstance(value, bool):
            return value
        return self.engine.truth(self.engine.render(value, self.current, self.place(keyword)), self.current,
                                 self.place(keyword)) if not isinstance(value, str) else self.text_flag(keyword, value)

    def text_flag(self, keyword: str, value: str) -> bool:
        from muster.signature import to_bool

        rendered = self.engine.render(value, self.current, self.place(keyword))
        try:
            return to_bool(rendered)
        except ValueError as error:
            raise TemplateError(f"{keyword}: {error}", self.place(keyword)) from None

    def rendered(self, keyword: str, default: Any = None) -> Any:
        if keyword not in self.settings.values:
            return default
        return self.engine.render(self.settings.get(keyword), self.current, self.place(keyword))

    def place(self, keyword: str) -> Any:
        return self.settings.origin(keyword, self.step.origin)

    @property
    def check(self) -> bool:
        if "check_mode" in self.settings.values:
            return self.flag("check_mode")
        return self.walk.run.options.check

    # The course of a task

    def perform(self) -> None:
        """Do everything up to sending; an error is the task's failure, once what was sent before it has ended well."""
        try:
            if self.loop:
                self.perform_loop()
            else:
                self.perform_once(None)
        except (InputError, Failed, AgentError) as error:
            if isinstance(error, AgentDied):
                raise
            self.fail(error)
        self.entry.closed = True
        self.register_ahead()
        self.walk.ahead.settle()

    def fail(self, error: InputError | Failed | AgentError) -> None:
        """Add the failed result of a task that could not be carried out."""
        if self.entry.finishers:
            self.walk.ahead.settle()
        fields = error.fields if isinstance(error, Failed) else {}
        message = error.message if isinstance(error, (Failed, HostError)) else str(error)
        if isinstance(error, HostError) and error.hint:
            message += f"\n{error.hint}"
        self.entry.add(Result({"changed": False, **fields, "failed": True, "msg": message}))

    def perform_loop(self) -> None:
        """Go over the items. An error in the list does not count when the condition is false without an item."""
        assert self.loop
        how = loops.Control()
        try:
            how = loops.control(self.step, self.engine, self.scope)
            self.items = loops.items(self.step, self.loop, self.engine, self.scope)
        except TemplateError:
            if self.false_condition() is None:
                raise
            self.items = []
        failures = not self.flag("ignore_errors")
        for layer in loops.layers(self.items, how):
            self.current = self.scope.child(layer)
            if how.pause and self.entry.parts:
                self.walk.ahead.drain()
                time.sleep(how.pause)
            self.labels.append(loops.label(how, layer, self.engine, self.current, self.place("loop_control")))
            self.perform_item(layer)
            if how.break_when and self.breaks(how):
                break
        self.current = self.scope
        if self.sent_any and failures and self.walk.ahead.session:
            self.walk.ahead.session.gate()

    def perform_item(self, layer: Layer) -> None:
        try:
            self.perform_once(layer)
        except (TemplateError, PlanError, Failed) as error:
            self.fail(error)
            last = self.entry.parts[-1]
            assert last is not None
            self.entry.parts[-1] = last.with_values(**loops.item_fields(layer))

    def breaks(self, how: loops.Control) -> bool:
        part = self.walk.ahead.wait_part(self.entry, len(self.entry.parts) - 1)
        scope = self.with_register(self.current, part)
        return all(self.engine.truth(each, scope, self.place("loop_control")) for each in how.break_when)

    def false_condition(self) -> Any:
        """Return the first condition that does not hold, or None."""
        for condition, origin in self.settings.when:
            if not self.engine.truth(condition, self.current, origin):
                return condition
        return None

    def perform_once(self, layer: Layer | None) -> None:
        self.scopes.append(self.current)
        condition = self.false_condition()
        if condition is not None:
            self.entry.add(self.labelled(Result({**SKIPPED, "false_condition": condition}), layer))
        elif self.step.task.keywords.get("until") is not None or self.step.task.keywords.get("retries") is not None:
            self.until(layer)
        else:
            self.attempt(layer)

    def attempt(self, layer: Layer | None) -> None:
        """Carry the task out once; what comes of it is another part of the entry."""
        moment = Moment(self)
        if self.step.task.action in NEEDS_DRAIN:
            self.walk.ahead.drain()
        function = self.walk.run.actions(self.step.task.action)
        arguments = self.arguments()
        outcome = function(moment, **arguments) if function else Call(self.step.task.action, arguments)
        if isinstance(outcome, Call):
            self.send(outcome, layer)
        elif isinstance(outcome, (Include, Meta, NewHost)):
            self.follow_ups.append((outcome, layer))
            self.entry.add(self.labelled(Result(described(outcome)), layer))
        elif isinstance(outcome, Generator):
            self.walk.ahead.drain()
            self.entry.add(self.judged(self.drive(outcome), layer))
        else:
            self.set_facts(outcome.get("ansible_facts"))
            self.entry.add(self.judged(Result({"changed": False, **outcome}), layer))

    def set_facts(self, facts: Mapping[str, Any] | None) -> None:
        """Keep what set_fact and include_vars set at once: the next item of a loop may build on it."""
        stores = {"set_fact": self.walk.memory.set, "include_vars": self.walk.memory.included}
        if facts and self.step.task.action in stores:
            self.walk.memory.put(self.entry.number, stores[self.step.task.action], facts)

    def arguments(self) -> dict[str, Any]:
        """Return the arguments, rendered and of the right types."""
        task, signature = self.step.task, self.step.signature
        if signature is None:
            raise Failed(f"muster has no task type {task.action}; this task can be run with ansible-playbook, or as "
                         "`command`/`shell`")
        given: dict[str, Any] = dict(self.settings.module_defaults.get(task.action, {}))
        given = self.engine.render(given, self.current, task.origin) if given else {}
        extra = task.args.get("_args")
        if extra is not None:
            given.update(self.engine.render(extra, self.current, task.origin) or {})
        raw = task.args if "_args" not in task.args else {k: v for k, v in task.args.items() if k != "_args"}
        if task.action in VERBATIM:
            given.update(raw)
        else:
            given.update(self.engine.render(raw, self.current, task.origin))
        if task.free_form is not None and signature.free_form:
            text = task.free_form
            given[signature.free_form] = text if task.action in VERBATIM else self.engine.render(
                text, self.current, task.origin)
        values = signature.convert(given, self.step.argument_origin)
        self.secrets.update(masking.secret_values(signature, values))
        return values

    # Calls

    def session(self, facts: Mapping[str, Any] | None = None) -> Session:
        """Return the session this task goes to; when it is another than before, what was sent comes first.

        facts: arguments of `setup` for a session that is opened only now
        """
        target, become = self.target(), self.become()
        lookup = self.walk.lookup(target, self)
        known = self.walk.hands.known(target, become)
        if known is None or known is not self.walk.ahead.session:
            self.walk.ahead.drain()
        session = known or self.walk.hands.session(target, become, lookup, facts)
        self.walk.ahead.session = session
        return session

    def target(self) -> str:
        """Return the host the task is carried out on."""
        if "delegate_to" in self.settings.values:
            return str(self.rendered("delegate_to"))
        return self.walk.host

    def become(self) -> Become:
        """Return whom to become: variables beat keywords, which beat the command line."""
        options, lookup = self.walk.run.options, self.walk.lookup(self.target(), self)
        wanted = lookup("ansible_become")
        if wanted is None:
            wanted = self.flag("become", options.become)
        if not (wanted if isinstance(wanted, bool) else str(wanted).lower() in ("true", "yes", "1", "on")):
            return Become()
        method = lookup("ansible_become_method") or self.rendered("become_method", "sudo")
        if str(method).rpartition(".")[2] != "sudo":
            raise PlanError(f"become_method {method} is not known here: muster becomes another user with sudo",
                            self.place("become_method"))
        password = next((value for name in PASSWORDS if (value := lookup(name)) is not None), options.become_password)
        user = lookup("ansible_become_user") or self.rendered("become_user", options.become_user)
        flags = lookup("ansible_become_flags") or self.rendered("become_flags", "")
        return Become(str(user), None if password is None else str(password), without_defaults(str(flags)))

    def prepared(self, call: Call, looped: bool) -> Call:
        """Return a call with what the task's keywords say about it."""
        diff = self.flag("diff", self.walk.run.options.diff)
        return replace(call, check=self.check, diff=diff, tolerant=self.tolerant(), looped=looped,
                       env=self.environment())

    def tolerant(self) -> bool:
        """Tell whether a failure of the call must not stop what comes after it."""
        return self.flag("ignore_errors") or "failed_when" in self.settings.values

    def environment(self) -> dict[str, str]:
        made: dict[str, str] = {}
        for value, origin in self.settings.environment:
            found = self.engine.render(value, self.current, origin)
            if not isinstance(found, dict):
                raise PlanError("environment is a mapping of names to values", origin)
            made.update({str(key): str(each) for key, each in found.items() if each is not None})
        return made

    def send(self, call: Call, layer: Layer | None) -> None:
        """Send a call ahead, or wait for its result where the controller has to judge it."""
        if call.task == "setup" and self.walk.hands.known(self.target(), self.become()) is None:
            return self.greet(call, layer)
        session = self.session()
        call = self.prepared(call, looped=layer is not None)
        size = sum(len(value) for value in call.args.values() if isinstance(value, (bytes, str)))
        self.walk.ahead.make_room(size)
        session.listener = self.walk.listener(self)
        self.ship(session, call)
        part = self.entry.expect(lambda result: self.judged(result, layer))
        self.walk.ahead.sent(session, session.send(call), self.entry, part)
        self.sent_any = True
        if self.waits():
            self.walk.ahead.wait_part(self.entry, part)

    def greet(self, call: Call, layer: Layer | None) -> None:
        """Open the session; the facts come with the far side's first words."""
        session = self.session(call.args)
        part = self.entry.expect(lambda result: self.judged(result, layer))
        self.walk.ahead.sent(session, GREETING, self.entry, part)
        if self.waits():
            self.walk.ahead.wait_part(self.entry, part)

    def ship(self, session: Session, call: Call) -> None:
        """Make sure the far side has the task type."""
        known = self.walk.run.library.find(call.task)
        if known:
            session.ship(call.task, known.path)

    def waits(self) -> bool:
        """Tell whether the result must be seen before anything else is sent."""
        if self.walk.run.options.step_by_step:
            return True
        return any(not isinstance(self.settings.get(word, True), bool) for word in ("changed_when", "failed_when"))

    def drive(self, steps: Generator[Any, Any, Any]) -> Result:
        """Carry out the calls of an action that sees their results, one by one."""
        answer: Any = None
        lost: HostError | None = None
        while True:
            try:
                wanted = steps.throw(lost) if lost else steps.send(answer)
            except StopIteration as end:
                value = end.value
                return value if isinstance(value, Result) else Result({"changed": False, **(value or {})})
            except Failed as failure:
                return Result({"changed": False, **failure.fields, "failed": True, "msg": failure.message})
            answer, lost = None, None
            try:
                answer = self.answers(wanted) if isinstance(wanted, list) else self.answer(wanted)
            except HostError as error:
                lost = error  # An action that expects to lose the host goes on; any other lets it pass.

    def answers(self, calls: list[Call]) -> list[Result]:
        """Send calls without waiting for each one; return their results, of which only the last can be a failure."""
        session = self.session()
        session.listener = self.walk.listener(self)
        left, results = list(calls), []
        while left or session.in_flight:
            flying = session.in_flight
            full = len(flying) >= WINDOW_CALLS or sum(flying.values()) >= WINDOW_BYTES
            if left and not (full or flying and self.walk.run.options.step_by_step):
                call = left.pop(0)
                self.ship(session, call)
                session.send(replace(self.prepared(call, looped=False), tolerant=False))
                continue
            results.append(session.receive()[1])
            if results[-1].failed:
                session.drop()
                break
        return results

    def answer(self, wanted: Any) -> Result:
        """Return the result of what an action asked for."""
        hands, lookup = self.walk.hands, self.walk.lookup(self.target(), self)
        if isinstance(wanted, Raw):
            found = hands.connections.raw(hands.destination(self.target(), lookup), wanted.command)
            return Result({"rc": found.rc, "stdout": found.stdout, "stderr": found.stderr})
        if isinstance(wanted, Reconnect):
            return self.reconnect(wanted)
        session = self.session()
        call = wanted.call if isinstance(wanted, Download) else wanted
        session.listener = self.walk.listener(self)
        self.ship(session, call)
        call = replace(self.prepared(call, looped=False), tolerant=True)
        session.send(call, wanted.sink if isinstance(wanted, Download) else None)
        return session.receive()[1]

    def reconnect(self, wanted: Reconnect) -> Result:
        """Log in anew and start an agent, as often as it takes."""
        target, hands = self.target(), self.walk.hands
        lookup = self.walk.lookup(target, self)
        deadline = time.monotonic() + wanted.timeout
        while True:
            try:
                hands.reset(target, lookup)
                hands.session(target, self.become(), lookup).introduction()
                return Result({"changed": False})
            except HostError as error:
                if time.monotonic() >= deadline:
                    return Result({"failed": True, "msg": str(error)})
                time.sleep(wanted.pause)

    # Results

    def until(self, layer: Layer | None) -> None:
        """Carry the task out until its condition holds, at most `retries` more times."""
        condition = self.step.task.keywords.get("until")
        retries = int(self.rendered("retries", 3))
        delay = float(self.rendered("delay", 5))
        for number in range(1, retries + 2):
            self.attempt(layer)
            part = len(self.entry.parts) - 1
            result = self.walk.ahead.wait_part(self.entry, part)
            scope = self.with_register(self.current, result)
            if condition is None:
                done = not result.failed
            else:
                wanted = condition if isinstance(condition, list) else [condition]
                done = all(self.engine.truth(each, scope, self.place("until")) for each in wanted)
            if done or number == retries + 1:
                values: dict[str, Any] = {"attempts": min(number, max(retries, 1))}
                if not done:
                    values["failed"] = True
                elif result.failed and condition is not None and "rc" not in result.values:
                    values["failed"] = False
                self.entry.parts[part] = result.with_values(**values)
                return
            self.entry.parts.pop()
            time.sleep(delay)

    def with_register(self, scope: Scope, result: Result) -> Scope:
        """Return a scope in which the task's own result is known by its registered name."""
        name = self.step.task.keywords.get("register")
        return scope.child(Layer("set_fact and register", {name: registered(result)})) if name else scope

    def labelled(self, result: Result, layer: Layer | None) -> Result:
        return result.with_values(**loops.item_fields(layer)) if layer else result

    def judged(self, result: Result, layer: Layer | None) -> Result:
        """Return a result as changed_when and failed_when see it."""
        if result.skipped or not ({"changed_when", "failed_when"} & set(self.settings.values)):
            return self.labelled(result, layer)
        base = self.scope.child(layer) if layer else self.scope
        for word, field in (("changed_when", "changed"), ("failed_when", "failed")):
            if word in self.settings.values:
                scope = self.with_register(base, result)
                result = result.with_values(**{field: self.holds(word, scope), f"{word}_result": True})
                result = result.with_values(**{f"{word}_result": result.values[field]})
        return self.labelled(result, layer)

    def holds(self, word: str, scope: Scope) -> bool:
        """Return whether all conditions of a keyword hold."""
        given = self.settings.get(word)
        conditions = given if isinstance(given, list) else [given]
        return all(each if isinstance(each, bool) else self.engine.truth(each, scope, self.place(word))
                   for each in conditions)

    def combine(self, parts: list[Result]) -> Result:
        return combined(parts, self.items)

    def register_ahead(self) -> None:
        """Bind the registered name to a value that is still on its way; whoever reads it waits."""
        memory, number = self.walk.memory, self.entry.number
        name = self.step.task.keywords.get("register")
        if name:
            pending = Pending(lambda: registered(self.walk.ahead.wait(self.entry)))
            memory.put(number, memory.set, {name: pending})
            self.registered = pending
        if self.step.signature and self.step.signature.facts and not self.entry.complete:
            self.pending_facts = Pending(lambda: self.walk.ahead.wait(self.entry))
            memory.pending_facts.append(self.pending_facts)

    def settled(self, result: Result) -> None:
        """Called in the order of the tasks with the whole result; raises TaskFailed."""
        memory, number = self.walk.memory, self.entry.number
        if self.pending_facts in memory.pending_facts:
            memory.pending_facts.remove(self.pending_facts)
        name = self.step.task.keywords.get("register")
        if name and memory.set.get(name) is self.registered:
            memory.put(number, memory.set, {name: registered(result)})
        self.keep_facts(result)
        ignored = result.failed and self.flag("ignore_errors")
        if result.changed and not result.failed:
            self.notify_handlers()
        self.tell(result, "ignored" if ignored else "")
        self.walk.finished = number
        if result.failed and not ignored:
            raise TaskFailed(number, self.step, result)

    def notify_handlers(self) -> None:
        """Notify for each changed part: in a loop the handler's name may hold the item."""
        for part, scope in zip(self.entry.parts, self.scopes, strict=True):
            if part and part.changed and self.settings.notify:
                try:
                    self.walk.notified(self.settings.notify, scope, self.step)
                except InputError as error:
                    failed = Result({**part.values, "failed": True, "msg": str(error)})
                    self.tell(failed, "")
                    raise TaskFailed(self.entry.number, self.step, failed) from None

    def keep_facts(self, result: Result) -> None:
        """Keep the facts that a task type on the host has gathered."""
        if self.step.task.action in ("set_fact", "include_vars"):
            return
        gathered = self.step.task.action in ("setup", "gather_facts")
        memory = self.walk.memory
        if "delegate_to" in self.settings.values and self.flag("delegate_facts"):
            memory = self.walk.run.fleet.memory(self.target())
        for values in [result.values, *(result.values.get("results") or [])]:
            if isinstance(values, dict) and values.get("ansible_facts"):
                memory.put_facts(self.entry.number, values["ansible_facts"], gathered)

    def tell(self, result: Result, fate: str) -> None:
        """Tell reporters, without what must not be shown."""
        shown = masking.shown(result, self.flag("no_log"), self.secrets)
        labels = tuple(self.labels) if not self.flag("no_log") else ()
        self.walk.emit(TaskEnded(
            host=self.walk.host, key=self.walk.key(self.step), name=self.title(), action=self.step.task.action,
            origin=self.step.origin, result=shown, seconds=result.seconds or time.monotonic() - self.started,
            fate=fate, handler=self.walk.flushing, labels=tuple(masking.masked(each, self.secrets) for each in labels),
        ))

    def title(self) -> str:
        """Return the task's name, rendered where that is possible."""
        if not self.engine.is_template(self.step.name):
            return self.step.name
        try:
            return str(self.engine.render(self.step.name, self.scope, self.step.origin))
        except TemplateError:
            return self.step.name


# Arguments of these are rendered by the action itself, or are conditions, which are not rendered.
VERBATIM = ("assert",)
# What these do on this machine could be seen by, or see, what was sent before.
NEEDS_DRAIN = ("pause", "meta", "add_host", "group_by")
PASSWORDS = ("ansible_become_password", "ansible_become_pass", "ansible_sudo_pass")


def registered(result: Result) -> dict[str, Any]:
    """Return what a playbook sees of a result."""
    values: Mapping[str, Any] = result.values
    return {"changed": False, "failed": False, **values}


def described(outcome: Include | Meta | NewHost) -> dict[str, Any]:
    """Return the result of a task that steers the walk."""
    if isinstance(outcome, Include):
        return {"changed": False, "include": outcome.file or outcome.role}
    if isinstance(outcome, Meta):
        return {"changed": False, "meta": outcome.word}
    return {"changed": bool(outcome.groups or outcome.variables), "add_host": {"host_name": outcome.name,
                                                                              "groups": list(outcome.groups)}}


def without_defaults(flags: str) -> str:
    """Return become_flags without those that are used anyway."""
    return " ".join(word for word in flags.split() if word not in ("-H", "-S", "-n", "-HSn"))


