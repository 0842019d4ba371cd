"""Passwords of logins and of sudo: asked for, or taken from a file or program."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from typing import Any

import click

from muster.config import Config
from muster.errors import OptionError
from muster.secrets import SECRETS


def passwords(given: Mapping[str, Any], config: Config) -> tuple[str | None, str | None]:
    """Return the login's password and sudo's, None for one that nobody gives; raises OptionError.

    Who is asked for both and answers the second with nothing means the first, as with ansible-playbook. Both are secret
    from then on.
    """
    login = password(given["ask_pass"], "login password", given["connection_password_file"])
    become = password(given["ask_become_pass"], "sudo password", given["become_password_file"])
    if become is None:
        become = config["become_password"]
    elif given["ask_pass"]:
        become = become or login
    for each in (login, become):
        SECRETS.add(each or "")
    return login, become


def password(asked: bool, what: str, file: str | None) -> str | None:
    if asked:
        found: str = click.prompt(what, hide_input=True, err=True, default="", show_default=False)
        return found
    return password_in(file, f"the {what}") if file else None


def password_in(path: str, what: str) -> str:
    """Return the password that a file holds, or, where it may be executed, that it prints, without blanks around it.

    what: whose password it is, for messages
    Raises OptionError.
    """
    path = os.path.expanduser(path)
    try:
        if os.access(path, os.X_OK) and not os.path.isdir(path):
            found = subprocess.run([os.path.abspath(path)], stdout=subprocess.PIPE, check=True).stdout
        else:
            with open(path, "rb") as file:
                found = file.read()
    except subprocess.CalledProcessError as error:
        raise OptionError(f"{path}, which gives {what}, failed with status {error.returncode}") from None
    except OSError as error:
        raise OptionError(f"cannot read {path}, which gives {what}: {error.strerror}") from None
    password = found.strip().decode("utf-8", "replace")
    if not password:
        raise OptionError(f"{path}, which gives {what}, is empty")
    return password
