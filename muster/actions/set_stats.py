"""Figures about the run, which its end tells."""

from __future__ import annotations

from typing import Any

from muster.actions.action import Failed, Here, action


@action
def set_stats(here: Here, data: dict[str, Any], per_host: bool = False, aggregate: bool = True) -> dict[str, Any]:
    """Keep figures about the run; the recap tells them, and so does the last line of --output jsonl.

    data: the figures by name; values of any type
    per_host: they are this host's, not those of the whole run
    aggregate: add to what is there already: numbers are summed up, lists joined, mappings merged; else replace it

    Example:
        - name: Count the certificates that were renewed
          set_stats:
            data:
              renewed: "{{ certificates.results | select('changed') | length }}"

    Returns:
        ansible_stats: data, per_host and aggregate as they were given
    """
    for name in data:
        if not (str(name).isidentifier() and str(name).isascii()):
            raise Failed(f'"{name}" cannot be a figure: names are letters, digits and _, and begin with no digit')
    return {"changed": False, "ansible_stats": {"data": data, "per_host": per_host, "aggregate": aggregate}}
