"""`muster config`: the settings, their values and where they come from; and what has no effect, and why."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import click

from muster.cli.columns import columns
from muster.config import Config, read_config
from muster.config.table import SETTINGS, Setting


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--changed", "--only-changed", is_flag=True, help="Only what somebody has set.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with what each setting is for.")
def config(changed: bool, as_json: bool) -> None:
    """Show what is configured, and where: in ansible.cfg, by a variable, or by default.

    The command line of `muster run` beats the environment, which beats the file.
    """
    found = read_config(os.environ, os.getcwd())
    settings = [setting for setting in SETTINGS if setting.word in found or not changed]
    if as_json:
        click.echo(json.dumps(as_data(found, settings), indent=2))
    else:
        click.echo("".join(f"{line}\n" for line in lines(found, settings)), nl=False)


def shown(found: Config, setting: Setting) -> Any:
    """Return the value of a setting, unless it must not be seen."""
    value = found[setting.word]
    return "(hidden)" if setting.kind == "secret" and value is not None else value


def as_data(found: Config, settings: list[Setting]) -> dict[str, Any]:
    return {
        "file": found.file or None,
        "settings": {each.word: {"value": shown(found, each), "source": found.source(each.word), "for": each.about}
                     for each in settings},
        "unused": [{"name": each.name, "source": each.source, "why": each.why} for each in found.unused],
    }


def lines(found: Config, settings: list[Setting]) -> Iterator[str]:
    """Yield the settings as a table, and below it what has no effect."""
    yield f"file: {found.file or 'there is no ansible.cfg'}"
    yield ""
    yield from table([(each.word, text_of(shown(found, each)), found.source(each.word)) for each in settings])
    if found.unused:
        yield ""
        yield "without effect here:"
        yield from table([(each.name, each.source, each.why) for each in found.unused])


def text_of(value: Any) -> str:
    """Return a value as one would write it in the file."""
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value).replace("\n", " ")


def table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    return (f"  {line}" for line in columns(rows, widest=50))
