"""Filters for text."""

from __future__ import annotations

import re
import shlex
import unicodedata
from typing import Any

from muster.template.plugins import Plugin, PluginError

COMMENT_STYLES = {
    "plain": {"decoration": "# "},
    "erlang": {"decoration": "% "},
    "c": {"decoration": "// "},
    "cblock": {"beginning": "/*", "decoration": " * ", "end": " */"},
    "xml": {"beginning": "<!--", "decoration": " - ", "end": "-->"},
}


def comment(text: str, style: str = "plain", newline: str = "\n", prefix_count: int = 1, postfix_count: int = 1,
            **changes: str) -> str:
    """Return the text as a comment of a style, a decorated empty line above and below it.

    changes: beginning, decoration, prefix, postfix and end, where they shall differ from the style's
    """
    if style not in COMMENT_STYLES:
        raise PluginError(f'there is no comment style "{style}"; there are {", ".join(COMMENT_STYLES)}')
    marks = {"beginning": "", "end": "", **COMMENT_STYLES[style], **changes}
    decoration = marks["decoration"]
    bare = decoration.rstrip()
    *above, last = text_for("comment", text).split(newline)
    lines = [(decoration + line) if line else bare for line in above] + [decoration + last]
    prefix, postfix = marks.get("prefix", bare), marks.get("postfix", bare)
    lines = ([prefix] * prefix_count if prefix else []) + lines + [postfix] * postfix_count
    lines = ([marks["beginning"]] if marks["beginning"] else []) + lines + ([marks["end"]] if marks["end"] else [])
    return newline.join(lines)


def quote(value: Any) -> str:
    """Return the value as one word of a shell line; None is an empty one."""
    return shlex.quote("" if value is None else str(value))


def split(value: str, sep: str | None = None, maxsplit: int = -1) -> list[str]:
    return text_for("split", value).split(sep, maxsplit)


def text_for(name: str, value: Any) -> str:
    """Return the text; raise PluginError for a value of another type, which is likely another than was meant."""
    if not isinstance(value, str):
        raise PluginError(f"a text is wanted, not the {type(value).__name__} {value!r}",
                          f"write `| string | {name}` if its text is meant")
    return value


def unicode_normalize(value: str, form: str = "NFC") -> str:
    """Return the text in a normal form of Unicode: NFC, NFD, NFKC or NFKD."""
    if form not in ("NFC", "NFD", "NFKC", "NFKD"):
        raise PluginError(f'"{form}" is no normal form of Unicode; there are NFC, NFD, NFKC, NFKD')
    return unicodedata.normalize(form, text_for("unicode_normalize", value))  # type: ignore[arg-type]


def flags_of(ignorecase: bool, multiline: bool) -> re.RegexFlag:
    return (re.IGNORECASE if ignorecase else re.RegexFlag(0)) | (re.MULTILINE if multiline else re.RegexFlag(0))


def regex_replace(value: Any = "", pattern: str = "", replacement: str = "", ignorecase: bool = False,
                  multiline: bool = False, count: int = 0, mandatory_count: int = 0) -> str:
    """Replace what a regular expression matches; another number of replacements than `mandatory_count` is an error."""
    made, times = re.compile(pattern, flags_of(ignorecase, multiline)).subn(replacement, as_text(value), count)
    if mandatory_count and times != mandatory_count:
        raise PluginError(f"{times} replacements were made where {mandatory_count} are mandatory, in {value!r}")
    return made


def regex_search(value: Any, regex: str, *groups: str, ignorecase: bool = False, multiline: bool = False) -> Any:
    r"""Return the first match, or None; with groups (`'\\1'`, `'\\g<name>'`) the list of theirs."""
    found = re.search(regex, as_text(value), flags_of(ignorecase, multiline))
    if found is None:
        return None
    return [found.group(group_key(each)) for each in groups] if groups else found.group()


def group_key(word: str) -> str | int:
    r"""Return name or number of a group written as `\1` or `\g<name>`."""
    found = re.fullmatch(r"\\(?:g<(\w+)>|(\d+))", word)
    if not found:
        raise PluginError(f"{word!r} does not name a group: write '\\\\1' or '\\\\g<name>'")
    name = found[1] or found[2]
    return int(name) if name.isdigit() else name


def regex_findall(value: Any, regex: str, multiline: bool = False, ignorecase: bool = False) -> list[Any]:
    return re.findall(regex, as_text(value), flags_of(ignorecase, multiline))


def regex_escape(value: Any, re_type: str = "python") -> str:
    """Return the text such that a regular expression takes it literally."""
    if re_type == "python":
        return re.escape(as_text(value))
    if re_type != "posix_basic":
        raise PluginError(f'there is no kind "{re_type}" of regular expressions; there are python, posix_basic')
    return re.sub(r"([].[^$*\\])", r"\\\1", as_text(value))


def as_text(value: Any) -> str:
    """Return the text that regular expressions see; of None it is "None", as in Ansible."""
    return value if isinstance(value, str) else str(value)


FILTERS: dict[str, Plugin] = {
    "comment": comment, "quote": quote, "split": split, "regex_replace": regex_replace, "regex_search": regex_search,
    "regex_findall": regex_findall, "regex_escape": regex_escape,
    "unicode_normalize": unicode_normalize,
}
