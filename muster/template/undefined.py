"""What stands where a value should be and is not: it complains once it is used, and not before.

Steps further into it (`a.b.c`), calls of it and filters over it are not yet a use: `a.b.c | default(x)`,
`a | upper | default(x)` and `a.b.c is defined` work at any depth.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from jinja2 import StrictUndefined, UndefinedError
from jinja2.utils import missing

from muster.errors import TemplateError, UndefinedVariable
from muster.model import Vaulted
from muster.vault.keyring import KEYRING


class UndefinedUse(UndefinedError):
    """A `Missing` was used; `value` is that object."""

    def __init__(self, value: Missing, message: str | None = None) -> None:
        super().__init__(message)
        self.value = value


class Missing(StrictUndefined):
    """A value that is not there.

    _undefined_cause: the error that explains why, where it is known already: a variable was defined by a template that
        itself uses something undefined, or is encrypted and cannot be opened
    """

    __slots__ = ("_undefined_cause",)

    def __init__(self, hint: str | None = None, obj: Any = missing, name: Any = None, exc: Any = None,
                 cause: TemplateError | None = None) -> None:
        # Jinja only ever calls it with a message; so the error knows what it is about.
        super().__init__(hint, obj, name, partial(UndefinedUse, self))  # type: ignore[arg-type]
        self._undefined_cause = cause

    def __getattr__(self, name: str) -> Any:
        if name[:2] == "__":
            raise AttributeError(name)
        return self

    def __getitem__(self, key: Any) -> Any:
        return self


def opened(value: Any) -> Any:
    """Return a value that was reached, decrypted if it is encrypted; for one that cannot be, no default stands in.

    What is still encrypted comes from a register of `include_vars`, which holds what the file does.
    """
    if type(value) is Vaulted:
        return KEYRING.reveal(value)
    if type(value) is Missing and value._undefined_cause and not isinstance(value._undefined_cause, UndefinedVariable):
        str(value)  # Raises.
    return value
