"""The options of `muster run` that the command line leaves out, as ansible.cfg and the environment have them."""

from __future__ import annotations

import os
import warnings
from typing import Any

import click
from click.core import ParameterSource

from muster.config import Config, ConfigWarning
from muster.errors import InventoryError

# The settings that hold where an option is left out; those of tags and verbosity add to what is given.
SETTINGS = {
    "forks": "forks", "user": "remote_user", "private_key": "private_key_file", "timeout": "timeout",
    "connection": "transport", "ssh_common_args": "ssh_common_args", "ask_pass": "ask_pass",
    "connection_password_file": "connection_password_file", "become": "become", "become_user": "become_user",
    "become_method": "become_method",
    "ask_become_pass": "become_ask_pass", "become_password_file": "become_password_file",
    "force_handlers": "force_handlers", "diff": "diff",
}
# The reports that stand for those of Ansible.
REPORTS = {"default": "ansible", "json": "jsonl", "jsonl": "jsonl", "auto": "auto"}


def configured(ctx: click.Context, given: dict[str, Any], config: Config) -> dict[str, Any]:
    """Return the options, with what is configured for those that the command line leaves out."""
    def is_left_out(name: str) -> bool:
        return ctx.get_parameter_source(name) is ParameterSource.DEFAULT

    found = {name: config[SETTINGS[name]] if name in SETTINGS and is_left_out(name) else value
             for name, value in given.items()}
    found["tags"] = (*config["tags"], *given["tags"])
    found["skip_tags"] = (*config["skip_tags"], *given["skip_tags"])
    found["verbose"] = config["verbosity"] + given["verbose"]
    if is_left_out("output"):
        found["output"] = REPORTS[config["output"].rpartition(".")[2]]
    if is_left_out("inventory"):
        found["inventory"] = inventories(config)
    return found


def inventories(config: Config) -> tuple[str, ...]:
    """Return the configured inventories that exist; warns of others, or raises InventoryError if that is configured."""
    named = config["inventory"]
    there = tuple(path for path in named if os.path.exists(path))
    for path in [path for path in named if path not in there] if "inventory" in config else ():
        message = f"there is no inventory {path}"
        if config["inventory_any_unparsed_is_failed"] or (config["inventory_unparsed_is_failed"] and not there):
            raise InventoryError(message, config.origin("inventory"))
        warnings.warn(f"{config.source('inventory')}: {message}", ConfigWarning, stacklevel=2)
    return there
