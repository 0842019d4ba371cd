"""What holds for a task: the keywords of its play, role, blocks and of itself, put together."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from muster.errors import Origin, PlanError
from muster.library import short_name
from muster.load.playbook import as_list
from muster.load.shapes import described
from muster.load.yaml import YamlWarning
from muster.model import Layer, LocatedDict
from muster.signature import templated

# These say where a task is carried out, and as whom.
STEERING_KEYWORDS = ("delegate_to", "become", "become_exe", "become_flags", "become_method", "become_user",
                     "connection", "remote_user", "port")
# Of these what is inside adds to what is around it; of all others the nearest counts.
CHAINED = ("when", "tags", "vars", "environment", "notify", "module_defaults")


@dataclass(frozen=True, eq=False)
class Settings:
    """The keywords that hold for a task, from the play down.

    values: nearest wins: {keyword: (value, origin)}
    when: conditions, outermost first, each with its place
    variables: layers of blocks and tasks, outermost first; `include` those that includes were given
    """

    values: Mapping[str, tuple[Any, Origin]] = field(default_factory=dict)
    when: tuple[tuple[Any, Origin], ...] = ()
    tags: frozenset[str] = frozenset()
    variables: tuple[Layer, ...] = ()
    include: tuple[Layer, ...] = ()
    environment: tuple[tuple[Any, Origin], ...] = ()
    notify: tuple[Any, ...] = ()
    module_defaults: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @cached_property
    def steering(self) -> list[tuple[Any, Origin] | None]:
        """What they say about where a task is carried out."""
        return [self.values.get(word) for word in STEERING_KEYWORDS]

    def get(self, keyword: str, default: Any = None) -> Any:
        return self.values[keyword][0] if keyword in self.values else default

    def origin(self, keyword: str, default: Origin) -> Origin:
        return self.values[keyword][1] if keyword in self.values else default

    def under(self, keywords: LocatedDict, rank: str = "block vars", skip: Sequence[str] = ()) -> Settings:
        """Return the settings of something inside that has these keywords of its own."""
        own = {key: (value, keywords.origins.get(key, keywords.origin)) for key, value in keywords.items()
               if key not in CHAINED and key not in skip}
        when = as_places(keywords, "when") if "when" not in skip else ()
        variables = keywords.get("vars")
        return replace(
            self,
            values={**self.values, **own},
            when=self.when + when,
            tags=self.tags | frozenset(tag_words(keywords.get("tags"))),
            variables=self.variables + layers_of(variables, rank),
            environment=self.environment + as_places(keywords, "environment"),
            notify=self.notify + tuple(as_list(keywords.get("notify"))),
            module_defaults={**self.module_defaults, **defaults_of_types(keywords)},
        )

    def for_include(self, layer: Layer | None) -> Settings:
        """Return what the tasks of a dynamic include inherit: what is above it, not its own keywords, but its vars."""
        return replace(self, include=(*self.include, layer) if layer else self.include)


def as_places(keywords: LocatedDict, key: str) -> tuple[tuple[Any, Origin], ...]:
    """Return the entries of a keyword that may be a list, each with its place."""
    value = keywords.get(key)
    place = keywords.origins.get(key, keywords.origin)
    if isinstance(value, list):
        return tuple(zip(value, getattr(value, "origins", [place] * len(value)), strict=True))
    return () if value is None else ((value, place),)


def layers_of(variables: Any, rank: str) -> tuple[Layer, ...]:
    source = str(getattr(variables, "origin", "")).rpartition(":")[0]
    return tuple(Layer(rank, each, source) for each in as_list(variables) if each)


def tag_words(value: Any) -> list[str]:
    """Return tags as words; a text may hold several, with commas between, but a template stays in one piece."""
    texts = [str(each) for each in as_list(value)]
    words = [word for text in texts for word in ([text] if templated(text) else text.split(","))]
    return [word.strip() for word in words if word.strip()]


def defaults_of_types(keywords: LocatedDict) -> dict[str, Any]:
    """Return `module_defaults` by the short names of task types; those of whole groups are not known, and told so."""
    found: dict[str, Any] = {}
    for mapping in as_list(keywords.get("module_defaults")):
        if not isinstance(mapping, dict):
            raise PlanError("module_defaults are written out: they cannot come from a template",
                            keywords.origins["module_defaults"])
        for key, value in mapping.items():
            place = getattr(mapping, "keys_at", {}).get(key, keywords.origins.get("module_defaults"))
            if str(key).startswith("group/"):
                warnings.warn(f"{place}: defaults for groups of task types ({key}) have no effect in muster; "
                              "name the task types", YamlWarning, stacklevel=2)
            elif value is not None and not isinstance(value, dict) and not templated(value):
                raise PlanError(f"the defaults of {key} are a mapping of arguments; this is {described(value)}",
                                getattr(mapping, "origins", {}).get(key, place))
            else:
                found[short_name(str(key))] = value or {}
    return found
