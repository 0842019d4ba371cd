"""`muster doc`: the task types there are, and the manual of each, made from its file."""

from __future__ import annotations

import inspect
import os
import shutil
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from muster.catalogue import OF_VOLUMES, STATIC, Catalogue, action, elsewhere, instead, names_of_actions
from muster.errors import OptionError, Origin, nearest
from muster.foreign import Foreign
from muster.library import Library, short_name
from muster.manual import Manual, manual
from muster.signature import MISSING, Argument, Signature
from muster.target.task import Choice, Content, Mode, Secret
from muster.target.task import Path as HostPath

WIDEST = 120
KINDS = {str: "text", int: "number", float: "number", bool: "yes or no", dict: "mapping", list: "list",
         Mode: "permissions", HostPath: "path", Content: "text", Secret: "secret text", Any: "anything"}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("name", required=False)
def doc(name: str | None) -> None:
    """Show the manual of the task type NAME; without it, all task types there are.

    Those in the directory tasks/ here are among them.
    """
    catalogue = Catalogue(Library([Path.cwd() / "tasks"]), Foreign([os.getcwd()]))
    width = min(shutil.get_terminal_size().columns, WIDEST)
    click.echo("\n".join(page(catalogue, name, width) if name else overview(catalogue, width)))


def overview(catalogue: Catalogue, width: int) -> Iterator[str]:
    """Yield the lines of a list of all task types, with the first sentence of each."""
    formatter = click.HelpFormatter(width=width, max_width=width)
    rows = [(name, summary_of(catalogue, name)) for name in catalogue.names() if name not in STATIC]
    formatter.write_dl(rows, col_spacing=2)
    yield from textwrap.dedent(formatter.getvalue()).rstrip().splitlines()


def summary_of(catalogue: Catalogue, name: str) -> str:
    known = short_name(name)
    return f"See {known}." if known != name else manuals(catalogue, name)[0].summary


def page(catalogue: Catalogue, name: str, width: int) -> Iterator[str]:
    """Yield the lines of the manual of one task type; raise OptionError where there is none."""
    known = short_name(name)
    signature = None if known in STATIC else catalogue.signature(known, Origin("", 1, 1))
    if signature is None:
        raise missing(catalogue, known)
    pages = manuals(catalogue, known)
    yield click.style(known, bold=True)
    yield from textwrap.wrap(pages[0].summary, width - 2, initial_indent="  ", subsequent_indent="  ")
    for file in files(catalogue, known):
        yield f"  {file}"
    words = {key: text for each in reversed(pages) for key, text in each.arguments.items()}
    yield from section("Arguments", (entry(signature, each, words.get(each.name, ""), width)
                                     for each in signature.arguments.values()))
    if signature.anything:
        yield from paragraph("NAME", "anything", words.get("NAME", "any other name"), width)
    if signature.obsolete:
        yield from paragraph(", ".join(signature.obsolete), "", "accepted for old playbooks, without effect", width)
    example = next((each.example for each in pages if each.example), "")
    yield from section("Example", [[f"  {line}".rstrip() for line in example.splitlines()]])
    returns = {key: text for each in reversed(pages) for key, text in each.returns.items()}
    if returns:
        yield from section("Returns", (paragraph(key, "", text, width) for key, text in returns.items()))


def manuals(catalogue: Catalogue, name: str) -> list[Manual]:
    """Return the manuals of both halves of a task type, that of the controller first."""
    function = action(name)
    half = function.task.get("host_half") if function else name  # type: ignore[attr-defined]
    far = catalogue.library.find(half) if half else None
    return [manual(text) for text in (function and function.__doc__, far and far.docstring) if text]


def files(catalogue: Catalogue, name: str) -> list[str]:
    """Return the paths of a task type's halves."""
    function = action(name)
    here = [inspect.getfile(function)] if function else []
    return [*here, *map(str, catalogue.files({name}))]


def section(title: str, parts: Any) -> Iterator[str]:
    yield ""
    yield click.style(f"{title}:", bold=True)
    for part in parts:
        yield from part


def entry(signature: Signature, argument: Argument, words: str, width: int) -> Iterator[str]:
    """Yield the lines of one argument: its kind, its default, other names for it, and what it is for."""
    notes = [kind_words(argument.kind)]
    if argument.default is MISSING:
        notes.append("needed")
    elif argument.default not in (None, (), [], {}, ""):
        notes.append(f"by default {text_of(argument.default)}")
    if signature.free_form == argument.name:
        notes.append("also as free text")
    others = [other for other, name in signature.aliases.items() if name == argument.name]
    if others:
        notes.append(f"also called {', '.join(others)}")
    return paragraph(argument.name, "; ".join(notes), words, width)


def paragraph(name: str, notes: str, words: str, width: int) -> Iterator[str]:
    head = textwrap.wrap(f"{name}  {notes}".rstrip(), width - 2, initial_indent="  ", subsequent_indent="    ",
                         break_on_hyphens=False)
    yield head[0].replace(name, click.style(name, bold=True), 1)
    yield from head[1:]
    yield from textwrap.wrap(words, width - 6, initial_indent="      ", subsequent_indent="      ",
                             break_on_hyphens=False)


def kind_words(kind: Any) -> str:
    """Return what values an argument takes, in words."""
    if isinstance(kind, Choice):
        return " | ".join(map(text_of, kind.words))
    if isinstance(kind, list):
        return f"list of {kind_words(kind[0])}" if kind else "list"
    return KINDS.get(kind, "anything")


def text_of(value: Any) -> str:
    """Return a default as one would write it in a playbook."""
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)


def missing(catalogue: Catalogue, name: str) -> OptionError:
    """Return the error for a name that muster has no task type for."""
    if name in STATIC:
        return OptionError(f"{name} is a word of the language and no task type", hint="see include_tasks, include_role")
    own = catalogue.foreign.find(name)
    if own:
        return OptionError(f"{name} is a module written for Ansible, in {own}",
                           hint=f"write it as a task type in tasks/{name}.py: see README, \"Task types of your own\"")
    if name in OF_VOLUMES:
        return OptionError(f"muster has no {name}, which Ansible's collections have", hint=instead(name))
    if name in elsewhere():
        return OptionError(f"muster has no {name}, which Ansible's collections have",
                           hint="a task of this type fails only on hosts that come to it")
    known = [*catalogue.names(), *names_of_actions()]
    return OptionError(f'there is no task type "{name}"', hint=nearest(name, known) or "muster doc lists all there are")
