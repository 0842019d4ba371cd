"""How far each host has come, and which tasks every host has behind it.

Hosts run free of each other: one may be at its thirtieth task while another is at its second. A task is complete when
every host of the batch has passed it, which is when nothing more can come of it; complete tasks come in plan order.
What this relies on: the outcomes of one host come in plan order.
"""

from __future__ import annotations

from bisect import insort
from time import monotonic

Position = tuple[int, ...]


class Track:
    """The way of one host through a batch.

    open: tasks that have started and not ended, in plan order: {position: name}
    seen: the furthest task that has ended, if one has
    since: when the task it is at began, in seconds of the monotonic clock
    said: the last line that task printed
    """

    __slots__ = ("behind", "left", "open", "said", "seen", "since")

    def __init__(self) -> None:
        self.open: dict[Position, str] = {}
        self.seen: Position | None = None
        self.since = 0.0
        self.said = ""
        self.behind = False
        self.left = False

    def has_passed(self, position: Position) -> bool:
        """Tell whether nothing more can come from this host for a task.

        Calls are sent ahead, so a later task may have started while an earlier one is still open.
        """
        if self.left:
            return True
        if self.open:
            return position < next(iter(self.open))
        return self.seen is not None and position <= self.seen

    def end(self, position: Position, stopped: bool) -> None:
        """Note a task's outcome. Whatever started before it is over too, even if it had no outcome (`meta`)."""
        if stopped:
            self.open.clear()
        else:
            self.open.pop(position, None)
            while self.open and (first := next(iter(self.open))) < position:
                del self.open[first]
        if self.seen is None or position > self.seen:
            self.seen = position
        self.since, self.said = monotonic(), ""


class Board:
    """The hosts of a batch and the tasks that are not complete yet."""

    def __init__(self, hosts: tuple[str, ...]) -> None:
        self.tracks = {host: Track() for host in hosts}
        self.pending: list[Position] = []
        self.known: set[Position] = set()
        self.behind = 0
        self.left = 0

    def track(self, host: str) -> Track:
        """Return a host's track; a host that the play did not name (a delegate, say) gets one."""
        track = self.tracks.get(host)
        if track is None:
            track = self.tracks[host] = Track()
        return track

    def start(self, host: str, position: Position, name: str) -> list[Position]:
        """Note that a host has come to a task; return the tasks that are complete now."""
        track = self.track(host)
        if not track.open:
            track.since = monotonic()
        track.open[position] = name
        return self.advance(track)

    def end(self, host: str, position: Position, stopped: bool = False) -> list[Position]:
        """Note a task's outcome on a host; return the tasks that are complete now.

        stopped: it failed, so that what was sent after it has been dropped
        """
        track = self.track(host)
        track.end(position, stopped)
        if position not in self.known:
            self.known.add(position)
            insort(self.pending, position)
            if self.pending[0] == position:
                self.look_around()
        return self.advance(track)

    def leave(self, host: str) -> list[Position]:
        """Note that a host takes no further part; return the tasks that are complete now."""
        track = self.track(host)
        if not track.left:
            track.left = True
            track.open.clear()
            self.left += 1
        return self.advance(track)

    def close(self) -> list[Position]:
        """The batch is over: return every task that is left."""
        rest, self.pending = self.pending, []
        self.known.difference_update(rest)
        self.behind = 0
        for track in self.tracks.values():
            track.behind = False
        return rest

    def advance(self, track: Track) -> list[Position]:
        """A host has moved: return the tasks that this completes."""
        if track.behind and track.has_passed(self.pending[0]):
            track.behind = False
            self.behind -= 1
        complete = []
        while self.pending and not self.behind:
            position = self.pending.pop(0)
            self.known.discard(position)
            complete.append(position)
            self.look_around()
        return complete

    def look_around(self) -> None:
        """Count the hosts that have yet to pass the first task that is not complete."""
        self.behind = 0
        if self.pending:
            head = self.pending[0]
            for track in self.tracks.values():
                track.behind = not track.has_passed(head)
                self.behind += track.behind
