"""The `muster` command: one subcommand a file, each imported only when it is asked for."""

from __future__ import annotations

import gc
import importlib
import os
import sys
import warnings
from typing import TextIO

import click

from muster.errors import InternalError, MusterError, OptionError
from muster.secrets import SECRETS

COMMANDS = {
    "run": "Run a playbook on the hosts it is for.",
    "vars": "Say what the variables of a host are, and where each comes from.",
    "config": "Say what is configured, and where.",
    "doc": "What task types there are, and the manual of each.",
    "vault": "Encrypt, decrypt and edit files, as ansible-vault does.",
    "lab": "A disposable fleet of real hosts on this machine.",
}


class Commands(click.Group):
    """Subcommands by name; their help is known without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        # The function of a command may have another name: that of `vars` is Python's own.
        found = importlib.import_module(f"muster.cli.{name}").__dict__.values()
        return next(each for each in found if isinstance(each, click.Command) and each.name == name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="muster-fleet", prog_name="muster")
def cli() -> None:
    """Configure and verify fleets of hosts: the Ansible playbooks you have, without an agent, fast."""
    try:
        os.getcwd()  # Every command looks for its files from there.
    except OSError:
        raise OptionError("the working directory is not there any more", hint="cd to one that is") from None


def main(arguments: list[str] | None = None) -> None:
    """Run the command and exit with its code; an error of ours is a message, never a traceback.

    arguments: those of the command line if left out
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    # What is made while starting up stays: looking for garbage in it took 78 of 472 ms. The run turns this on again.
    gc.disable()
    warnings.showwarning = show_warning
    warnings.simplefilter("always", UserWarning)
    try:
        code = cli.main(args=arguments, prog_name="muster", standalone_mode=False, obj=arguments)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except InternalError as error:
        code = confess(error)
    except MusterError as error:
        click.echo(f"{click.style('error:', fg='red', bold=True)} {SECRETS.masked(str(error))}", err=True)
        code = error.exit_code
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("interrupted; what had been started on the hosts ends by itself", err=True)
        code = 130
    except Exception as error:
        code = confess(error)
    sys.exit(code if isinstance(code, int) else 0)


def confess(error: BaseException) -> int:
    """Report a bug of ours, with what is needed to mend it."""
    import traceback

    click.echo(SECRETS.masked("".join(traceback.format_exception(error))), err=True)
    click.echo("this is a bug in muster; please report it with the lines above", err=True)
    return InternalError.exit_code


def show_warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Print a warning of ours as one line; those of libraries are for their authors."""
    if issubclass(category, UserWarning):
        click.echo(f"{click.style('warning:', fg='yellow')} {SECRETS.masked(str(message))}", err=True)
