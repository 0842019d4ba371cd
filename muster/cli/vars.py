"""`muster vars`: what the variables of a host are, and where each value comes from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import click

from muster.cli.columns import columns
from muster.cli.vault_options import unlock, vault_options
from muster.config import read_config
from muster.errors import InputError, OptionError, nearest
from muster.model import Layer
from muster.run import Request, prepare, scopes_of
from muster.scope import Scope
from muster.secrets import SECRETS

WIDEST = 60  # Characters of a value in a table.


@click.command("vars", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("host")
@click.argument("name", required=False)
@click.option("-i", "--inventory", multiple=True, help="Inventory: file, directory, script, or host,host,...")
@click.option("-p", "--playbook", metavar="FILE", help="With the variables of its plays and of their roles.")
@click.option("-e", "--extra-vars", multiple=True, metavar="VARS", help="Variables: k=v, JSON, YAML, or @FILE.")
@vault_options
def variables(host: str, name: str | None, **given: Any) -> None:
    """Print the variables of HOST, or all places that have a value for NAME: the first one counts.

    What tasks and blocks have for themselves, and what is only known while a playbook runs, is not among them. What is
    encrypted does not show.
    """
    from muster.cli.configured import inventories
    from muster.cli.extra_vars import parse
    from muster.stream.options import Options

    playbooks = (given["playbook"],) if given["playbook"] else ()
    config = read_config(os.environ, os.getcwd())
    unlock(given, config)
    request = Request(playbooks, inventory=given["inventory"] or inventories(config), config=config,
                      options=Options(extra=parse(given["extra_vars"])))
    prepared = prepare(request)
    if host not in prepared.plan.inventory.hosts:
        raise OptionError(f'the inventory has no host "{host}"', None, nearest(host, prepared.plan.inventory.hosts))
    found = list(scopes_of(prepared, request.options, host))
    if not found:
        raise OptionError(f"no play of {given['playbook']} is for {host}")
    for title, scope in found:
        if len(found) > 1:
            click.echo(click.style(title, bold=True))
        for line in explained(scope, name) if name else listed(scope):
            click.echo(SECRETS.masked(line))


def listed(scope: Scope) -> Iterator[str]:
    """Yield a line for each variable: name, value, and where that is from."""
    rows = []
    for name in sorted({name for layer in layers(scope) for name in layer.values}):
        value, layer = scope.find(name)
        rows.append((name, short(value_of(scope, name, value)), where(layer, name)))
    yield from columns(rows)


def explained(scope: Scope, name: str) -> Iterator[str]:
    """Yield the value of a variable, and a line for each layer that has one; raises OptionError for an unknown name."""
    from muster.report.data import yaml_text

    if name in scope.magic:
        yield f"{name} is made up by every run: {short(scope.get(name))}"
        return
    having = [layer for layer in layers(scope) if name in layer.values]
    if not having:
        raise OptionError(f'no variable is called "{name}"', None, nearest(name, scope.names()))
    value = value_of(scope, name, *scope.find(name)[:1])
    yield from yaml_text({name: value}).splitlines()
    yield ""
    marks = ["counts", *["beaten"] * (len(having) - 1)]
    yield from columns([(f"  {mark}", layer.rank, short(layer.values[name]), where(layer, name))
                        for mark, layer in zip(marks, having, strict=True)])


def layers(scope: Scope) -> list[Layer]:
    return [*scope.above, *scope.below]


def value_of(scope: Scope, name: str, written: Any) -> Any:
    """Return a variable's value; as it is written where it needs what only a run knows."""
    from muster.template.undefined import Missing

    try:
        value = scope.get(name)
        return written if isinstance(value, Missing) else scope.engine.render(written, scope)
    except InputError:
        return written


def where(layer: Layer, name: str) -> str:
    """Return the place of a variable in a layer: file, line and column, or what is known of it."""
    origin = getattr(layer.values, "origins", {}).get(name)
    if origin:
        return f"{os.path.relpath(origin.file)}:{origin.line}:{origin.column}"
    return os.path.relpath(layer.source) if os.path.isabs(layer.source) else layer.source or layer.rank


def short(value: Any) -> str:
    """Return a value on one line, and only the beginning of a long one."""
    import json

    from muster.report.data import plain_data

    text = value if isinstance(value, str) and value and value.isprintable() else json.dumps(
        plain_data(value), ensure_ascii=False)
    text = str(SECRETS.masked(text))
    return text if len(text) <= WIDEST else text[: WIDEST - 3] + "..."
