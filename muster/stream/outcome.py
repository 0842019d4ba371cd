"""What becomes of a task's result on its host: names are notified, facts kept, reporters told, a failure raised."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from muster.errors import InputError, Origin
from muster.model import Result, TaskEnded
from muster.plan import is_gathering
from muster.scope import Pending
from muster.stream import masking
from muster.stream.ahead import TaskFailed

if TYPE_CHECKING:
    from muster.plan import Step
    from muster.stream.performance import Performance

# These set variables when they are carried out, not when their turn to be settled comes.
AT_ONCE = ("set_fact", "include_vars")
GATHERING = ("setup", "gather_facts")


class Outcome:
    """The end of one task on one host.

    What depends on variables is rendered while the task is carried out: by the time its result is settled, tasks after
    it may have set them anew.

    labels: words for the items of a loop, as many as there are parts
    notifies: for each part that is attempted, the handlers it names, or the error in their names
    ignored: whether a failure is
    delegate: the host it is carried out on, if that is another
    hidden: whether nothing of the result may be shown; `secret` whether a part has said so
    """

    def __init__(self, performance: Performance) -> None:
        self.performance = performance
        self.walk = performance.walk
        self.step: Step = performance.step
        self.name = self.step.name
        # Taken now: a handler's key holds the place where it was flushed.
        self.key = self.walk.key(self.step)
        self.handler = self.walk.handlers.running
        self.labels: list[str] = []
        self.notifies: list[list[Step] | InputError] = []
        self.ignored = self.step.settings.get("ignore_errors", False) is True
        self.hidden = self.step.settings.get("no_log", False) is not False
        self.secret = False
        self.delegate = ""
        self.diff = False
        self.pending_facts: Pending | None = None
        self.memory = self.walk.memory
        self.started = time.monotonic()

    def name_it(self) -> None:
        """Render the task's name where that is possible."""
        engine = self.performance.engine
        if engine.is_template(self.step.name):
            # A name is only shown; what is wrong in it is no reason to fail.
            with contextlib.suppress(InputError):
                self.name = str(engine.render(self.step.name, self.performance.scope, self.step.origin))

    def prepare(self) -> None:
        """Render the keywords that decide what becomes of a part, before it is attempted; raises InputError."""
        keywords = self.performance.keywords
        keywords.flag("run_once")
        keywords.number("throttle", 0)
        if keywords.has("no_log"):
            # One item that must not show hides the whole loop, and so does one of which that cannot be found out.
            before, self.secret, self.hidden = self.secret, True, True
            self.hidden = self.secret = keywords.flag("no_log") or before
        self.ignored = keywords.flag("ignore_errors")
        self.diff = keywords.diff
        if self.step.settings.notify:
            self.performance.entry.notifies = True
            place = self.step.task.keywords.origins.get("notify", self.step.origin)
            try:
                names = [name for given in self.step.settings.notify for name in self.names(given, place)]
                self.notifies.append(self.walk.handlers.called(names, place))
            except InputError as error:
                self.notifies.append(error)
        if keywords.has("delegate_to"):
            self.delegate = str(keywords.rendered("delegate_to", ""))
            if keywords.flag("delegate_facts"):
                self.memory = self.walk.run.fleet.memory(self.delegate or self.walk.host)

    def names(self, given: Any, place: Origin) -> list[str]:
        found = self.performance.engine.render(given, self.performance.keywords.scope, place)
        return [str(each) for each in found] if isinstance(found, list) else [str(found)]

    def set_at_once(self, values: Mapping[str, Any]) -> None:
        """Keep what set_fact and include_vars set: the next item of a loop may build on it."""
        facts, action = values.get("ansible_facts"), self.step.task.action
        if not facts or action not in AT_ONCE:
            return
        if self.memory is not self.walk.memory:
            self.walk.ahead.drain()
            self.memory.set.update(facts)
            return
        store = self.memory.set if action == "set_fact" else self.memory.included
        self.memory.put(self.performance.entry.number, store, facts)
        if values.get("_ansible_facts_cacheable"):
            self.walk.ahead.drain()
            self.memory.put_facts(facts, gathered=False)

    def settled(self, result: Result) -> None:
        """Called in the order of the tasks with the whole result; raises TaskFailed."""
        if self.pending_facts in self.walk.memory.pending_facts:
            self.walk.memory.pending_facts.remove(self.pending_facts)
        self.keep_facts(result)
        if result.changed and not result.failed:
            result = self.notify(result)
        # An unreachable host comes as far as this only where that is ignored.
        ignored = result.unreachable or (result.failed and self.ignored)
        self.tell(result, "ignored" if ignored else "")
        if result.failed and not ignored:
            raise TaskFailed(self.performance.entry.number, self.step, result, self.key)

    def notify(self, result: Result) -> Result:
        """Notify the handlers that parts name; one that no handler answers to fails the task.

        If one item of a loop is changed, all that were not skipped notify (measured with ansible-core 2.19).
        """
        for handlers in self.notifies:
            if isinstance(handlers, InputError):
                return result.with_values(failed=True, msg=str(handlers))
            self.walk.handlers.notified.update(handlers)
        return result

    def keep_facts(self, result: Result) -> None:
        """Keep the facts that a task type on the host has gathered."""
        action = self.step.task.action
        if action in AT_ONCE:
            return
        if is_gathering(self.step) and not result.failed and not result.unreachable and not result.skipped:
            self.memory.gathered = True
        for values in [result.values, *(result.values.get("results") or [])]:
            if isinstance(values, dict) and values.get("ansible_facts"):
                self.memory.put_facts(values["ansible_facts"], action in GATHERING)

    def tell(self, result: Result, fate: str) -> None:
        """Tell reporters, without what must not be shown."""
        secrets = self.performance.secrets
        labels = () if self.hidden else tuple(secrets.masked(self.labels))
        self.walk.emit(TaskEnded(
            host=self.walk.host, key=self.key, name=self.name, action=self.step.task.action,
            origin=self.step.origin, result=masking.shown(result, self.hidden, secrets, self.diff),
            seconds=result.seconds or time.monotonic() - self.started, fate=fate,
            handler=self.handler, labels=labels, delegate=self.delegate, diff=self.diff,
        ))

