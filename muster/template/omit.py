"""`omit`: the value that takes away the argument, key or element it is given to."""

from __future__ import annotations


class Omit:
    """The class of `OMIT`; there is one object of it, also after copying."""

    def __repr__(self) -> str:
        return "omit"

    def __copy__(self) -> Omit:
        return self

    def __deepcopy__(self, memo: object) -> Omit:
        return self


OMIT = Omit()
