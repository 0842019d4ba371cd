"""The command that runs the same again on some of the hosts."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence

from muster.secrets import MASK, SECRETS

# A variable given with -e whose name says that its value is nobody's business, as k=v or in JSON.
SECRET = re.compile(
    r"""(\w*(?:pass|secret|token|credential|api_?key)\w*["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,}]+)""", re.IGNORECASE,
)


def rerun(command: Sequence[str], hosts: Sequence[str]) -> str:
    """Return a command line, quoted for a shell, in which --limit names exactly these hosts; empty without hosts.

    Secrets given with -e are masked, and what was decrypted: this line ends up in the logs of build machines.

    >>> rerun(["muster", "run", "site.yml", "-l", "web"], ["web3", "web7"])
    'muster run site.yml --limit web3,web7'
    """
    if not hosts:
        return ""
    arguments = list(without_secrets(without_limit(command)))
    place = arguments.index("--") if "--" in arguments else len(arguments)
    arguments[place:place] = ["--limit", ",".join(hosts)]
    return shlex.join(arguments)


def without_secrets(command: Iterator[str]) -> Iterator[str]:
    """Yield the arguments, with the secrets in those of -e masked."""
    for argument in command:
        if argument in ("-e", "--extra-vars"):
            yield argument
            argument = next(command, "")
        elif not argument.startswith(("-e", "--extra-vars=")):
            yield argument
            continue
        yield SECRETS.masked(SECRET.sub(rf"\g<1>{MASK}", argument))


def without_limit(command: Sequence[str]) -> Iterator[str]:
    """Yield the arguments but for `--limit X`, `--limit=X`, `-l X` and `-lX`."""
    rest = iter(command)
    for argument in rest:
        if argument == "--":
            yield argument
            yield from rest
        elif argument in ("--limit", "-l"):
            next(rest, None)
        elif not argument.startswith(("--limit=", "-l")):
            yield argument
