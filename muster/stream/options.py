"""What a run was asked for, as far as the stream needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from muster.connect.destination import Defaults
from muster.stream.fact_cache import FactCache


@dataclass(frozen=True)
class Options:
    """One entry for each thing the command line and the configuration can say about carrying tasks out.

    gathering: "smart" lets plays gather facts of a host only if they are not known
    inject_facts: whether facts are variables of their own too
    cache: where facts are kept from one run to the next
    config_file: absolute path of the ansible.cfg that was read; None if there was none
    """

    check: bool = False
    diff: bool = False
    verbosity: int = 0
    forks: int = 50
    step_by_step: bool = False
    become: bool = False
    become_user: str = "root"
    become_method: str = "sudo"
    become_flags: str = ""
    become_exe: str | None = None
    become_password: str | None = field(default=None, repr=False)
    tags: tuple[str, ...] = ()
    skip_tags: tuple[str, ...] = ()
    limit: str | None = None
    force_handlers: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)
    connection: Defaults = field(default_factory=Defaults)
    gathering: str = "implicit"
    inject_facts: bool = True
    cache: FactCache | None = None
    config_file: str | None = None
