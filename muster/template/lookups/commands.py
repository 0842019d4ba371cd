"""Lookups that run commands on the controller, or read its environment."""

from __future__ import annotations

import os
import subprocess
from typing import Any

from muster.template.lookups.asked import Asked
from muster.template.plugins import Plugin, PluginError, outside


def env(terms: list[Any], asked: Asked, default: Any = "") -> list[Any]:
    return [os.environ.get(str(term), default) for term in terms]


@outside
def pipe(terms: list[Any], asked: Asked) -> list[str]:
    """Return what each command line prints, run by a shell in the playbook's directory."""
    return [output(str(term), asked.directory).rstrip() for term in terms]


@outside
def lines(terms: list[Any], asked: Asked) -> list[str]:
    """Return the lines that the commands print."""
    return [line for term in terms for line in output(str(term), asked.directory).splitlines()]


def output(command: str, directory: str) -> str:
    done = subprocess.run(command, shell=True, cwd=directory, stdin=subprocess.DEVNULL, capture_output=True,
                          check=False)
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise PluginError(f'"{command}" ended with {done.returncode}' + (f": {words[0]}" if words else ""))
    return done.stdout.decode("utf-8", "surrogateescape")


LOOKUPS: dict[str, Plugin] = {"env": env, "pipe": pipe, "lines": lines}
