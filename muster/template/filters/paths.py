"""Filters for paths of files and addresses of the web."""

from __future__ import annotations

import glob
import ntpath
import os
from typing import Any
from urllib.parse import unquote_plus
from urllib.parse import urlsplit as split_url

from muster.template.plugins import Plugin, PluginError, outside

URL_PARTS = ("fragment", "hostname", "netloc", "password", "path", "port", "query", "scheme", "username")


def urlsplit(value: str, query: str = "") -> Any:
    """Return the parts of a URL as a dictionary, or the one that is asked for."""
    parts = split_url(value)
    if query and query not in URL_PARTS:
        raise PluginError(f'a URL has no part "{query}"; there are {", ".join(URL_PARTS)}')
    return getattr(parts, query) if query else {name: getattr(parts, name) for name in URL_PARTS}


def urldecode(value: str, encoding: str = "utf-8", errors: str = "replace") -> str:
    """Return the text of what `urlencode` made: %20 and + are spaces."""
    return unquote_plus(value, encoding, errors)


def path_join(value: Any) -> str:
    if not isinstance(value, (str, list, tuple)):
        raise PluginError(f"a path or a list of its parts is wanted, not the {type(value).__name__} {value!r}")
    return os.path.join(value) if isinstance(value, str) else os.path.join(*value)


def commonpath(value: Any) -> str:
    if not isinstance(value, (list, tuple)):
        raise PluginError(f"a list of paths is wanted, not the {type(value).__name__} {value!r}")
    return os.path.commonpath(value)


def splitext(value: str) -> list[str]:
    return list(os.path.splitext(value))


def win_splitdrive(value: str) -> list[str]:
    return list(ntpath.splitdrive(value))


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
    "urlsplit": urlsplit, "urldecode": urldecode, "dirname": os.path.dirname, "basename": os.path.basename,
    "expanduser": os.path.expanduser,
    "expandvars": os.path.expandvars, "normpath": os.path.normpath, "commonpath": commonpath,
    "realpath": realpath, "relpath": relpath, "splitext": splitext, "path_join": path_join, "fileglob": fileglob,
    "win_basename": ntpath.basename, "win_dirname": ntpath.dirname, "win_splitdrive": win_splitdrive,
}
