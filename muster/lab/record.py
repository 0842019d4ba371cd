"""What a lab is: written down once it is up, and compared with what is asked for the next time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Member:
    """One host as it is written down: `lower` is the directory of its image."""

    name: str
    image: str
    groups: tuple[str, ...]
    lower: str


@dataclass(frozen=True)
class Record:
    """The hosts of a lab in the order of their numbers, and the round trip to them in milliseconds."""

    members: tuple[Member, ...]
    rtt_ms: float

    def write(self, path: Path) -> None:
        """Write it in one step: a record that exists is whole."""
        beside = path.with_suffix(".new")
        beside.write_text(json.dumps(asdict(self), indent=1) + "\n")
        beside.rename(path)

    @classmethod
    def read(cls, path: Path) -> Record | None:
        """Read it; None when there is none, or none that can be understood (another version's, say)."""
        try:
            content = json.loads(path.read_text())
            members = [Member(**{**member, "groups": tuple(member["groups"])}) for member in content["members"]]
            return cls(tuple(members), content["rtt_ms"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def describe(self) -> str:
        """The lab in a few words.

        >>> Record((Member("debian-1", "debian-12", (), ""),), 20).describe()
        '1 host (debian-12), 20 ms away'
        """
        images = _unique([member.image for member in self.members])
        hosts = "1 host" if len(self.members) == 1 else f"{len(self.members)} hosts"
        return f"{hosts} ({', '.join(images)})" + (f", {self.rtt_ms:g} ms away" if self.rtt_ms else "")


def _unique(words: Sequence[str]) -> list[str]:
    """Each word once, in the order they came."""
    return list(dict.fromkeys(words))
