"""What a run was asked for, as far as the stream needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from muster.connect.destination import Defaults


@dataclass(frozen=True)
class Options:
    """One entry for each thing the command line can say about carrying tasks out."""

    check: bool = False
    diff: bool = False
    verbosity: int = 0
    forks: int = 50
    step_by_step: bool = False
    become: bool = False
    become_user: str = "root"
    become_password: str | None = field(default=None, repr=False)
    tags: tuple[str, ...] = ()
    skip_tags: tuple[str, ...] = ()
    force_handlers: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)
    connection: Defaults = field(default_factory=Defaults)
