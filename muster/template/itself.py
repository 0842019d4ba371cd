"""The names a template file knows itself by."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Callable
from typing import Any

from muster.errors import TemplateError

# What ansible-core 2.19 has `ansible_managed` say where nobody set the variable. It names no time and no host, so that
# what is made from a template differs only when the template does.
MANAGED = "Ansible managed"


def names_of_itself(
    path: str, known: os.stat_result, get: Callable[[str], Any], managed: str = MANAGED, name: str = ""
) -> dict[str, Any]:
    """Return the variables that only a template file has, as ansible.builtin.template documents them.

    `template_destpath` is for the task that writes the file to fill in; for a lookup it is None.

    path: of the file; `known` is what the system knows of it
    get: function that returns a variable's value, or raises KeyError; an `ansible_managed` of the user's own holds
    managed: what it says otherwise
    name: what the task calls the file: `template_path` is that (measured, ansible-core 2.19), wherever the file lies
    """
    from datetime import datetime

    names = {
        "template_host": os.uname().nodename,
        "template_path": name or path,
        "template_destpath": None,
        "template_fullpath": os.path.abspath(path),
        "template_uid": owner(known.st_uid),
        "template_mtime": datetime.fromtimestamp(known.st_mtime),
        "template_run_date": datetime.now(),
    }
    try:
        get("ansible_managed")
    except KeyError:
        names["ansible_managed"] = filled(managed, names, known)
    return names


def filled(managed: str, names: dict[str, Any], known: os.stat_result) -> str:
    """Return `ansible_managed` with what is known of the file: {file}, {host}, {uid}, and when it was changed (%Y...).

    Raises TemplateError for other names in braces.
    """
    if "{" not in managed and "%" not in managed:
        return managed
    try:
        text = managed.format(file=names["template_path"], host=names["template_host"], uid=names["template_uid"])
    except (KeyError, IndexError, ValueError, AttributeError) as error:
        raise TemplateError(f"ansible_managed cannot be filled in: {error}", None,
                            "in ansible.cfg it knows {file}, {host} and {uid}, and braces are doubled") from None
    return time.strftime(text, time.localtime(known.st_mtime))


@functools.cache
def owner(number: int) -> str | int:
    """Return the name of a user, or the number of one who has no name."""
    import pwd

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return number
