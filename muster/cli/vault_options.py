"""The options that say where vault passwords come from; every command that reads files takes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from muster.config import Config
    from muster.vault.keyring import Key

Command = TypeVar("Command", bound=Callable[..., Any])

OPTIONS = (
    click.option("--vault-id", multiple=True, metavar="LABEL@SOURCE",
                 help="Vault password for a label: from a file, a program that prints it, or `prompt`."),
    click.option("--vault-password-file", "--vault-pass-file", multiple=True, metavar="FILE",
                 help="File that holds the vault password, or prints it if it is executable."),
    click.option("-J", "--ask-vault-pass", "--ask-vault-password", is_flag=True, help="Ask for the vault password."),
)


def vault_options(command: Command) -> Command:
    """Give a command the options."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def keys(given: Mapping[str, Any], config: Config, new: bool = False) -> list[Key]:
    """Return the keys that the options and the configuration name; raises VaultError.

    new: whether a password that is asked for is to be one that does not exist yet, and has to be typed twice
    """
    from muster.config import vault_identities
    from muster.vault.passwords import collect, identities

    wanted = identities(given["vault_id"], given["vault_password_file"], given["ask_vault_pass"],
                        vault_identities(config))
    return collect(wanted, ask_twice if new else ask)


def unlock(given: Mapping[str, Any], config: Config) -> None:
    """Let everything that is read from now on be opened with the passwords that the options and configuration name."""
    from muster.vault.keyring import KEYRING

    KEYRING.use(keys(given, config), config["vault_id_match"])


def ask(prompt: str) -> str:
    return str(click.prompt(prompt, hide_input=True, err=True)).strip()  # As ansible-vault does it.


def ask_twice(prompt: str) -> str:
    return str(click.prompt(f"New {prompt[0].lower()}{prompt[1:]}", hide_input=True, err=True,
                            confirmation_prompt="The same once more")).strip()
