"""Strategies that spoil texts and structures, the way people and machines do, and then some."""

import copy

import yaml
from hypothesis import strategies as st

# Values that are seldom what was meant.
VALUES = [
    None, True, False, 0, -1, 5, 10**30, 1.5, float("inf"), float("nan"), "", " ", "yes", "0", "-1", "1e999", "inf",
    "nan%", "100%", "{{", "}}", "{{ a }}", "{{ omit }}", "{% if %}", "{{ [] }}", "{{ {} }}", "{{ None }}", "{{ 5 }}",
    "{{ a.b.c[0] }}", "{{ a | nothing }}", "{{ lookup('nothing') }}", "{{ 1 / 0 }}", "{{ 'x' * 3 }}", "a=b", "a='b",
    "a=\"", "'", '"', "\\", "\0", "\x1b[31m", "\u202e", "\ud7ff", "x" * 3000, "/", "..", ".", "~", "~nobody/x",
    "/dev/zero", "/dev/null", "/proc/self/mem", "nothing.yml", "main.yml", "localhost", "all", "~[", "*", "a[", "a[5]",
    "a:b:c", "!all", "&", "@", "@/dev/zero", "debug", "set_fact", "include_tasks", "block", [], {}, [[]], [{}],
    {"": ""},
    {None: None}, {5: 5}, {"a": {"b": {"c": []}}}, [None], ["a", 5, None], [[["a"]]], b"\xff\x00",
]
# Pieces of YAML, each with something about it.
PIECES = [
    "&a ", "*a", "<<: *a", "<<: [*a, *a]", "!!int ", "!!str ", "!!binary ", "!!set ", "!unsafe ", "!vault ", "!x ", "!",
    "!!python/object/apply:os.system ", "? ", ": ", "- ", "-", "[", "]", "{", "}", "{{ ", " }}", "{%", "|\n", ">-\n",
    "|9", "'", '"', "#", " #", "---\n", "...\n", "%YAML 1.2\n", "\t", "\r", "\r\n", "\n", "\0", "\x07", "\x85",
    "\u2028",
    "\ufeff", "\ud7ff", "\U0001f600", "\\", "\\x", '"\\ud800"', "1:2:3:4:5", "0x_", "1_000", "08", ".inf", ".nan",
    "1e5",
    "2024-99-99", "=", "<<", "~", "null", "yes", "&a [*a]", "&a {b: *a}", "- " * 150, "[" * 150, "{a: " * 150,
    "x" * 5000,
    "9" * 5000, "0x" + "f" * 5000, "1" + ":59" * 300, "a: b\n", "when: ", "vars: ", "block: ", "- hosts: all\n",
]


def cut(draw, text):
    start = draw(st.integers(0, len(text)))
    return text[:start] + text[start + draw(st.integers(1, 40)):]


def insert(draw, text):
    at = draw(st.integers(0, len(text)))
    piece = draw(st.sampled_from(PIECES) | st.text(max_size=3))
    return text[:at] + piece + text[at:]


def overwrite(draw, text):
    at = draw(st.integers(0, len(text)))
    return text[:at] + draw(st.characters()) + text[at + 1:]


def of_lines(change):
    """Make a mutation of a list of lines one of a text."""

    def mutation(draw, text):
        lines = text.splitlines(keepends=True) or [""]
        change(draw, lines)
        return "".join(lines)

    return mutation


def place(draw, lines):
    return draw(st.integers(0, len(lines) - 1))


@of_lines
def repeat(draw, lines):
    at = place(draw, lines)
    lines[at:at] = lines[at : at + draw(st.integers(1, 5))] * draw(st.integers(1, 3))


@of_lines
def swap(draw, lines):
    one, other = place(draw, lines), place(draw, lines)
    lines[one], lines[other] = lines[other], lines[one]


@of_lines
def indent(draw, lines):
    at, by = place(draw, lines), draw(st.integers(-4, 8))
    for number in range(at, min(at + draw(st.integers(1, 5)), len(lines))):
        lines[number] = " " * by + lines[number] if by > 0 else lines[number][-by:]


@of_lines
def revalue(draw, lines):
    """Replace what is behind a colon."""
    at = place(draw, lines)
    key, colon, _ = lines[at].partition(": ")
    lines[at] = f"{key}{colon or ': '}{draw(st.sampled_from(PIECES))}\n"


def line_ends(draw, text):
    return text.replace("\n", draw(st.sampled_from(["\r\n", "\r", "\x85", "\n\n", "\n\t"])))


MUTATIONS = [cut, insert, insert, overwrite, repeat, swap, indent, revalue, revalue, line_ends]


def among(things):
    """Return a strategy that draws one of these; unlike Hypothesis' own it does not print them all in a failure."""
    return st.integers(0, len(things) - 1).map(things.__getitem__)


@st.composite
def spoilt(draw, texts, most=4):
    """Draw one of the texts with up to `most` mutations in it, as the bytes of a file."""
    text = draw(texts)
    for mutation in draw(st.lists(st.sampled_from(MUTATIONS), min_size=1, max_size=most)):
        text = mutation(draw, text)
    content = text.encode("utf-8", "surrogatepass")
    if draw(st.integers(0, 19)) == 0:
        at = draw(st.integers(0, len(content)))
        content = content[:at] + draw(st.binary(min_size=1, max_size=3)) + content[at:]
    return content


def containers(value, found=None):
    """Return every list and mapping with something in it, each once, the outermost first."""
    found = [] if found is None else found
    if isinstance(value, (list, dict)) and value and not any(each is value for each in found):
        found.append(value)
        for each in value.values() if isinstance(value, dict) else value:
            containers(each, found)
    return found


def place_in(draw, container):
    return draw(st.sampled_from(list(container) if isinstance(container, dict) else range(len(container))))


def put(draw, container, value):
    """Put a value at a new place in a container."""
    if isinstance(container, list):
        container.insert(draw(st.integers(0, len(container))), value)
    else:
        container[draw(st.sampled_from([*container, "a", "when", "vars", "loop", "block", "tasks"]))] = value


@st.composite
def bent(draw, structures, values=None, most=3):
    """Draw one of the structures with up to `most` changes: values of other kinds, parts that moved, or are gone, or in
    themselves.
    """
    value, values = [copy.deepcopy(draw(structures))], among(VALUES) if values is None else values
    for _ in range(draw(st.integers(1, most))):
        every = containers(value)[:200]
        one, other = draw(st.sampled_from(every)), draw(st.sampled_from(every))
        at = place_in(draw, one)
        what = draw(st.sampled_from(["replace", "replace", "replace", "remove", "move", "rename", "repeat", "wrap"]))
        if what == "replace":
            one[at] = copy.deepcopy(draw(values))
        elif what == "remove" and one is not value:
            del one[at]
        elif what == "move":
            put(draw, other, one[at])
        elif what == "rename" and isinstance(one, dict):
            one[draw(values.filter(lambda key: not isinstance(key, (list, dict))))] = one.pop(at)
        elif what == "repeat" and isinstance(one, list):
            one[at:at] = [one[at]] * 3
        elif what == "wrap":
            one[at] = draw(st.sampled_from([[one[at]], {"a": one[at]}, {"vars": one[at]}, str(one[at])]))
    return value[0]


def dumped(value):
    """Return a structure as YAML; what is in itself becomes an alias."""
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False)
