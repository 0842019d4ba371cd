"""Loops: what they go over, and what an item adds to the variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from muster.errors import Origin, PlanError, TemplateError
from muster.model import Layer
from muster.plan import Step, as_list
from muster.scope import Scope
from muster.signature import to_bool, to_float

if TYPE_CHECKING:
    from muster.template.engine import Engine

# Where `with_first_found` looks for the files of these: not in `files/`.
KINDS = {"include_vars": "vars", "template": "templates"}


@dataclass(frozen=True)
class Control:
    """`loop_control`, rendered."""

    variable: str = "item"
    index: str | None = None
    label: Any = None
    pause: float = 0.0
    extended: bool = False
    all_items: bool = True
    break_when: tuple[Any, ...] = ()


def keyword(step: Step) -> str | None:
    """Return the keyword that makes a task a loop, or None."""
    for name in step.task.keywords:
        if name == "loop" or str(name).startswith("with_"):
            return str(name)
    return None


def control(step: Step, engine: Engine, scope: Scope) -> Control:
    """Return the task's `loop_control`; raises InputError."""
    given = step.task.keywords.get("loop_control")
    if given is None:
        return Control()
    place = step.task.keywords.origins.get("loop_control", step.origin)
    if not isinstance(given, dict):
        raise PlanError(f"loop_control is a mapping, not {given!r}", place)
    later = ("label", "break_when")
    rendered = engine.render({key: value for key, value in given.items() if key not in later}, scope, place)
    try:
        pause, extended = to_float(rendered.get("pause", 0)), to_bool(rendered.get("extended", False))
        all_items = to_bool(rendered.get("extended_allitems", True))
        if pause < 0:
            raise ValueError(f"pause is a number of seconds, not {pause:g}")
    except ValueError as error:
        raise PlanError(f"loop_control: {error}", place) from None
    return Control(
        variable=name_of(rendered.get("loop_var", "item"), place),
        index=name_of(rendered["index_var"], place) if rendered.get("index_var") else None,
        label=given.get("label"),
        pause=pause,
        extended=extended,
        all_items=all_items,
        break_when=tuple(as_list(given.get("break_when"))),
    )


def name_of(value: Any, place: Origin) -> str:
    if isinstance(value, str) and value.isidentifier():
        return value
    raise PlanError(f"loop_control: {value!r} cannot be a variable", place)


def items(step: Step, word: str, engine: Engine, scope: Scope) -> list[Any]:
    """Return what a loop goes over; raises TemplateError when it is not a list."""
    given, place = step.task.keywords[word], step.task.keywords.origins.get(word, step.origin)
    if word == "loop":
        found = engine.render(given, scope, place)
        if not isinstance(found, list):
            kind = "a mapping" if isinstance(found, dict) else type(found).__name__
            hint = "use `| dict2items` for a mapping" if isinstance(found, dict) else "wrap a single value in [ ]"
            raise TemplateError(f"loop needs a list, not {kind}: {found!r}", place, hint)
        return found
    from muster.template.lookups import run_lookup

    name = word.removeprefix("with_").rpartition(".")[2]
    # Of the names in it those that are undefined are passed over: `"{{ only_some_have_this }}.yml"`.
    render = engine.render_lazy if name == "first_found" else engine.render
    terms = render(given, scope, place)
    options: dict[str, Any] = {}
    if name == "first_found" and step.task.action in KINDS:
        options["kind"] = KINDS[step.task.action]
    return run_lookup(name, terms if isinstance(terms, list) else [terms], scope, **options)


def layers(found: list[Any], how: Control) -> Iterator[Layer]:
    """Return, for each item, the variables it adds."""
    for number, item in enumerate(found):
        values: dict[str, Any] = {how.variable: item, "ansible_loop_var": how.variable}
        if how.index:
            values[how.index] = number
            values["ansible_index_var"] = how.index
        if how.extended:
            values["ansible_loop"] = extended(found, number, how.all_items)
        yield Layer("loop", values, "loop")


def extended(found: list[Any], number: int, all_items: bool) -> dict[str, Any]:
    """Return `ansible_loop`: what `loop_control: extended` documents; `extended_allitems` leaves out the items."""
    last = len(found) - 1
    made = {
        **({"allitems": found} if all_items else {}),
        "index": number + 1, "index0": number, "revindex": last - number + 1,
        "revindex0": last - number, "first": number == 0, "last": number == last, "length": len(found),
    }
    if number > 0:
        made["previtem"] = found[number - 1]
    if number < last:
        made["nextitem"] = found[number + 1]
    return made


def item_fields(layer: Layer) -> Mapping[str, Any]:
    """Return what the result of one item says about the item."""
    variable = layer.values["ansible_loop_var"]
    fields = {variable: layer.values[variable], "ansible_loop_var": variable}
    index = layer.values.get("ansible_index_var")
    if index:
        fields |= {index: layer.values[index], "ansible_index_var": index}
    if "ansible_loop" in layer.values:
        fields["ansible_loop"] = layer.values["ansible_loop"]
    return fields


def label(how: Control, layer: Layer, engine: Engine, scope: Scope, place: Origin) -> str:
    """Return the words that stand for an item in reports."""
    shown = engine.render(how.label, scope, place) if how.label is not None else layer.values[how.variable]
    return str(shown)
