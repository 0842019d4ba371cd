"""The names a template file knows itself by."""

from __future__ import annotations

import functools
import os
import pwd
from collections.abc import Callable
from datetime import datetime
from typing import Any

# What ansible-core 2.19 has `ansible_managed` say where nobody set the variable. It names no time and no host, so that
# what is made from a template differs only when the template does.
MANAGED = "Ansible managed"


def names_of_itself(path: str, known: os.stat_result, get: Callable[[str], Any]) -> dict[str, Any]:
    """Return the variables that only a template file has, as ansible.builtin.template documents them.

    path: of the file; `known` is what the system knows of it
    get: function that returns a variable's value, or raises KeyError; an `ansible_managed` of the user's own holds
    """
    names = {
        "template_host": os.uname().nodename,
        "template_path": path,
        "template_fullpath": os.path.abspath(path),
        "template_uid": owner(known.st_uid),
        "template_mtime": datetime.fromtimestamp(known.st_mtime),
        "template_run_date": datetime.now(),
    }
    try:
        get("ansible_managed")
    except KeyError:
        names["ansible_managed"] = MANAGED
    return names


@functools.cache
def owner(number: int) -> str | int:
    """Return the name of a user, or the number of one who has no name."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return number
