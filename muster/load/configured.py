"""What is configured for plays that do not say otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from muster.config import Config
from muster.errors import Origin
from muster.load.keywords import taken
from muster.model import LocatedDict, Play, Playbook

# Settings that are keywords of plays, and what those are called.
KEYWORDS = {
    "any_errors_fatal": "any_errors_fatal", "no_log": "no_log", "task_timeout": "timeout",
    "gather_subset": "gather_subset", "gather_timeout": "gather_timeout", "fact_path": "fact_path",
}


def with_defaults(playbook: Playbook, config: Config) -> Playbook:
    """Return the playbook whose plays have the keywords that are configured, where they have none of their own."""
    configured: dict[str, tuple[Any, Origin | None]] = {
        keyword: (config[word], config.origin(word)) for word, keyword in KEYWORDS.items() if word in config}
    if config["gathering"] == "explicit":
        configured["gather_facts"] = False, config.origin("gathering")
    if not configured:
        return playbook
    return replace(playbook, plays=tuple(filled(play, configured) for play in playbook.plays))


def filled(play: Play, configured: dict[str, tuple[Any, Origin | None]]) -> Play:
    keywords: LocatedDict = taken(play.keywords, list(play.keywords))
    for word, (value, origin) in configured.items():
        if word not in keywords:
            keywords[word] = list(value) if isinstance(value, tuple) else value
            keywords.origins[word] = keywords.keys_at[word] = origin or play.origin
    return replace(play, keywords=keywords)
