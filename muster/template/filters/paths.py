"""Filters for paths of files and addresses of the web."""

from __future__ import annotations

import glob
import os
from typing import Any
from urllib.parse import urlsplit as split_url

from muster.template.plugins import Plugin, PluginError, outside

URL_PARTS = ("fragment", "hostname", "netloc", "password", "path", "port", "query", "scheme", "username")


def urlsplit(value: str, part: str = "") -> Any:
    """Return the parts of a URL as a dictionary, or the one that is asked for."""
    parts = split_url(value)
    if part and part not in URL_PARTS:
        raise PluginError(f'a URL has no part "{part}"; there are {", ".join(URL_PARTS)}')
    return getattr(parts, part) if part else {name: getattr(parts, name) for name in URL_PARTS}


def path_join(value: Any) -> str:
    return os.path.join(value) if isinstance(value, str) else os.path.join(*value)


def splitext(value: str) -> list[str]:
    return list(os.path.splitext(value))


def relpath(value: str, start: str = os.curdir) -> str:
    return os.path.relpath(value, start)


@outside
def realpath(value: str) -> str:
    return os.path.realpath(value)


@outside
def fileglob(value: str) -> list[str]:
    """Return the files (no directories) on the controller that match a pattern."""
    return sorted(path for path in glob.glob(value) if os.path.isfile(path))


FILTERS: dict[str, Plugin] = {
    "urlsplit": urlsplit, "dirname": os.path.dirname, "basename": os.path.basename, "expanduser": os.path.expanduser,
    "expandvars": os.path.expandvars, "normpath": os.path.normpath, "commonpath": os.path.commonpath,
    "realpath": realpath, "relpath": relpath, "splitext": splitext, "path_join": path_join, "fileglob": fileglob,
}
