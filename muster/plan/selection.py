"""Which tasks were asked for: tags."""

from __future__ import annotations

from typing import NamedTuple


class Selection(NamedTuple):
    """Which tasks were asked for."""

    tags: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()

    def wants(self, tags: frozenset[str]) -> bool:
        """Tell whether a task with these tags runs.

        >>> Selection(frozenset({"web"})).wants(frozenset({"web", "never"}))
        True
        """
        own = tags or frozenset({"untagged"})
        asked = self.tags or frozenset({"all"})
        if "never" not in own:
            asked |= {"always"}
            wanted = "all" in asked or ("tagged" in asked and bool(tags)) or bool(asked & own)
        else:
            wanted = bool(asked & own) or "always" in own
        skipped = bool(self.skip & own) or ("tagged" in self.skip and bool(tags))
        return wanted and not skipped and ("all" not in self.skip or "always" in own)


class Everything(Selection):
    """Handlers run whatever their tags."""

    def wants(self, tags: frozenset[str]) -> bool:
        return True
