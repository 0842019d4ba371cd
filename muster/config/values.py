"""What the text of a setting stands for, by the kinds that `Setting.kind` names.

As measured with ansible-core 2.19: paths expand `{{CWD}}`, `~` and `$VAR` and are relative to the file that names them;
quotes around a whole text are taken away in a file, and not in a variable. Two things are better than there: quotes
around a path in a file are no part of it, and a word that is neither yes nor no is a mistake, not a no.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from muster.config.table import NO, YES


def value_of(kind: str, text: str, directory: str, in_file: bool) -> Any:
    """Return the value of a text.

    kind: as in `Setting`
    directory: what relative paths are relative to; for a variable it is the working directory
    Raises ValueError with words for what was expected.
    """
    return KINDS[kind](unquoted(text) if in_file else text, directory)


def unquoted(text: str) -> str:
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" and text[-2] != "\\"
    return text[1:-1] if quoted else text


def flag(text: str, directory: str) -> bool:
    word = text.strip().lower()
    if word not in (*YES, *NO):
        raise ValueError("yes or no")
    return word in YES


def number(text: str, directory: str) -> int:
    """Return a whole number, which may be written as 5.0."""
    try:
        found = float(text)
        if found.is_integer():
            return int(found)
    except ValueError:
        pass
    raise ValueError("a whole number")


def count(text: str, directory: str) -> int:
    found = number(text, directory)
    if found < 1:
        raise ValueError("more than 0")
    return found


def words(text: str, directory: str) -> tuple[str, ...]:
    return tuple(word for each in text.split(",") if (word := unquoted(each.strip())))


def path(text: str, directory: str) -> str:
    text = os.path.expanduser(os.path.expandvars(text.strip().replace("{{CWD}}", os.getcwd())))
    return os.path.normpath(os.path.join(directory, text))


def paths(text: str, directory: str) -> tuple[str, ...]:
    return tuple(path(each, directory) for each in text.split(os.pathsep) if each.strip())


def files(text: str, directory: str) -> tuple[str, ...]:
    return tuple(path(each, directory) for each in text.split(",") if each.strip())


KINDS: dict[str, Callable[[str, str], Any]] = {
    "text": lambda text, directory: text,
    "secret": lambda text, directory: text,
    "flag": flag, "number": number, "count": count, "words": words, "path": path, "paths": paths, "files": files,
}
