"""What reporters are not shown: secrets, and everything where `no_log` holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from muster.model import Change, Event, HostLeft, Key, Output, Result, TaskEnded
from muster.secrets import Secrets
from muster.signature import Signature
from muster.target.veil import URL

CENSORED = "hidden, because no_log is set for this task"
WORDS = ("name", "text", "labels")  # The fields of events that hold what a playbook or a host says.


def keep_secret(secrets: Secrets, signature: Signature, values: Mapping[str, Any]) -> None:
    """Add the texts of a task's arguments that must not show: secret ones, and passwords in URLs of any argument."""
    for name in signature.secrets:
        if values.get(name):
            secrets.add(str(values[name]))
    for value in values.values():
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and "://" in text and "@" in text:
                for password in URL.findall(text):
                    secrets.add(password)


def shown(result: Result, hidden: bool, secrets: Secrets, diff: bool = True) -> Result:
    """Return what reporters may see of a result; without `diff`, not what was before and after a change."""
    if not diff and result.changes:
        result = Result(result.values, tuple(Change(each.what) for each in result.changes), b"", result.seconds)
    if hidden:
        words = ("changed", "failed", "skipped", "unreachable")
        kept = {word: result.values[word] for word in words if word in result.values}
        return Result({**kept, "censored": CENSORED}, (), b"", result.seconds)
    if not secrets:
        return result
    changes = tuple(Change(*secrets.masked([each.what, each.before, each.after])) for each in result.changes)
    return Result(secrets.masked(result.values), changes, b"", result.seconds)


class Shown:
    """The events of a run as reporters may see them: the one place at which secrets of the run are masked.

    held: the end of what each task has printed so far, where that may be the beginning of a secret
    """

    def __init__(self, secrets: Secrets) -> None:
        self.secrets = secrets
        self.held: dict[tuple[str, Key], str] = {}

    @property
    def idle(self) -> bool:
        """Whether events may be seen as they are: nothing is secret yet, and nothing is held back."""
        return not self.secrets.texts and not self.held

    def of(self, event: Event) -> Iterator[Event]:
        """Yield an event with its secrets masked, and before it what was held back until then."""
        if isinstance(event, (TaskEnded, HostLeft)):
            yield from self.rest(event.host, event.key if isinstance(event, TaskEnded) else None)
        if not self.secrets:
            yield event
        elif isinstance(event, Output):
            yield from self.output(event)
        else:
            yield self.masked(event)

    def masked(self, event: Event) -> Event:
        """Return an event with its secrets masked; what tells where it belongs (hosts, keys, files) stays."""
        words: dict[str, Any] = {field: self.secrets.masked(getattr(event, field)) for field in WORDS
                                 if field in event._fields}
        if isinstance(event, TaskEnded):
            words.update(labels=tuple(words["labels"]), result=shown(event.result, False, self.secrets))
        return event._replace(**words)

    def output(self, event: Output) -> Iterator[Event]:
        """Yield what was printed, as far as it is known what it is: a secret may come in two pieces."""
        text = self.held.pop((event.host, event.key), "") + event.text
        settled = self.secrets.settled(text)
        if text[settled:]:
            self.held[event.host, event.key] = text[settled:]
        if text[:settled]:
            yield event._replace(text=self.secrets.masked(text[:settled]))

    def rest(self, host: str, key: Key | None) -> Iterator[Event]:
        """Yield what is held back of one task of a host, or of all."""
        # Hosts come here side by side, so the dictionary is copied before it is gone through.
        for place in [each for each in list(self.held) if each[0] == host and key in (None, each[1])]:
            yield Output(*place, self.secrets.masked(self.held.pop(place)))
