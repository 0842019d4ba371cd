"""ssh's own configuration, with the `Include` lines that paramiko passes over."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from muster.connect.quiet import quiet
from muster.errors import OptionError, Origin

WORD = re.compile(r"\s*(\w+)(?:\s*=\s*|\s+)(.*?)\s*$")
DEEPEST = 16  # As in ssh (readconf.c): files that include each other end here.


class SshConfig:
    """~/.ssh/config and the system's, or one file that was named (-F); read once.

    Raises OptionError when a file makes no sense, or when the named one is not there.
    """

    def __init__(self, path: str | None = None) -> None:
        quiet()
        import paramiko

        self.config = paramiko.SSHConfig()
        # The tokens of a ProxyCommand (%h, %p, %r) are ours to fill in: variables may name another port or user.
        tokens = paramiko.SSHConfig.TOKENS_BY_CONFIG_KEY
        self.config.TOKENS_BY_CONFIG_KEY = {key: tokens[key] for key in tokens if key != "proxycommand"}
        if path and not Path(path).expanduser().is_file():
            raise OptionError(f"there is no ssh configuration file {path}")
        for each in [path] if path else ["~/.ssh/config", "/etc/ssh/ssh_config"]:
            try:
                self.config.parse(lines(Path(each).expanduser()))
            except (paramiko.ConfigParseError, OSError, UnicodeDecodeError) as error:
                raise OptionError(f"the ssh configuration file {each} cannot be read: {error}") from None

    def lookup(self, name: str) -> dict[str, Any]:
        """Return what the files say about a host, {lower-case option: value}; there is always a `hostname`."""
        return dict(self.config.lookup(name))


def lines(path: Path, depth: int = 0) -> Iterator[str]:
    """Yield the lines of a file with those of the files it includes in their place; nothing when it is not there.

    The block that an `Include` stands in goes on after it.
    """
    if not path.is_file():
        return
    if depth > DEEPEST:
        raise OptionError("too many ssh configuration files include each other", Origin(str(path), 1, 1))
    block = "Host *"
    for line in path.read_text(encoding="utf-8").splitlines():
        match = WORD.match(line)
        word = match[1].lower() if match else ""
        if match and word == "include":
            for included in found(match[2], path):
                yield from lines(included, depth + 1)
                yield block + "\n"
            continue
        if word in ("host", "match"):
            block = line
        yield line + "\n"


def found(patterns: str, including: Path) -> Iterator[Path]:
    """Yield the files that an `Include` names, which may be patterns: below ~/.ssh, or /etc/ssh for a file there."""
    home = Path("/etc/ssh") if including.is_relative_to("/etc/ssh") else Path("~/.ssh").expanduser()
    for pattern in patterns.replace('"', "").split():
        yield from map(Path, sorted(glob.glob(os.path.join(home, os.path.expanduser(pattern)))))
