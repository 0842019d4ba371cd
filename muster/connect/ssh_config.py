"""ssh's own configuration, with the `Include` lines that paramiko passes over."""

from __future__ import annotations

import functools
import glob
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muster.connect.lean import load_fabric
from muster.errors import OptionError, Origin

if TYPE_CHECKING:
    import paramiko

WORD = re.compile(r"\s*(\w+)(?:\s*=\s*|\s+)(.*?)\s*$")
DEEPEST = 16  # As in ssh (readconf.c): files that include each other end here.


# Options that say nothing about where and as whom to log in: those in the files that distributions bring.
IDLE = frozenset("""
    host include sendenv setenv hashknownhosts gssapiauthentication gssapidelegatecredentials forwardagent forwardx11
    forwardx11trusted serveraliveinterval serveralivecountmax controlmaster controlpath controlpersist addkeystoagent
""".split())


class SshConfig:
    """~/.ssh/config and the system's, or one file that was named (-F); read once, when first asked.

    A run whose hosts are all local never asks. Paramiko is loaded only when there is something in them for it to find,
    so that hosts can be dialled before it is. Raises OptionError when the named file is not there.
    """

    def __init__(self, path: str | None = None) -> None:
        if path and not Path(path).expanduser().is_file():
            raise OptionError(f"there is no ssh configuration file {path}")
        self.paths = [path] if path else ["~/.ssh/config", "/etc/ssh/ssh_config"]

    @functools.cached_property
    def config(self) -> paramiko.SSHConfig | None:
        """What the files say; None when that is nothing for us. Raises OptionError when a file makes no sense."""
        config = None
        for each in self.paths:
            try:
                found = list(lines(Path(each).expanduser()))
            except OSError as error:
                raise unreadable(each, error) from None
            if not all(map(is_idle, found)):
                config = self.parse(each, found, config)
        return config

    def parse(self, path: str, found: list[str], config: paramiko.SSHConfig | None) -> paramiko.SSHConfig:
        """Add the lines of a file to what those before it said; return the whole."""
        load_fabric()
        import paramiko

        if config is None:
            config = paramiko.SSHConfig()
            # The tokens of a ProxyCommand (%h, %p, %r) are ours to fill in: variables may name another port or user.
            tokens = paramiko.SSHConfig.TOKENS_BY_CONFIG_KEY
            config.TOKENS_BY_CONFIG_KEY = {key: tokens[key] for key in tokens if key != "proxycommand"}
        try:
            config.parse(found)
        except paramiko.ConfigParseError as error:
            raise unreadable(path, error) from None
        return config

    def lookup(self, name: str) -> dict[str, Any]:
        """Return what the files say about a host, {lower-case option: value}; there is always a `hostname`.

        Raises OptionError when a file makes no sense.
        """
        return dict(self.config.lookup(name)) if self.config else {"hostname": name}


def unreadable(path: str, error: Exception) -> OptionError:
    return OptionError(f"the ssh configuration file {path} cannot be read: {error}")


def text_of(path: Path) -> str:
    """Return the text of a file; raises OptionError with the place of the first byte that is no UTF-8."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[:error.start].decode("utf-8").split("\n")
        raise OptionError(f"the byte 0x{data[error.start]:02x} here is no UTF-8",
                          Origin(str(path), len(before), len(before[-1]) + 1),
                          "write this line of the ssh configuration anew, in UTF-8") from None


def is_idle(line: str) -> bool:
    """Tell whether a line is a comment, or an option that nobody here asks for."""
    match = WORD.match(line)
    return match[1].lower() in IDLE if match else not line.strip() or line.lstrip().startswith("#")


def lines(path: Path, depth: int = 0) -> Iterator[str]:
    """Yield the lines of a file with those of the files it includes in their place; nothing when it is not there.

    The block that an `Include` stands in goes on after it.
    """
    if not path.is_file():
        return
    if depth > DEEPEST:
        raise OptionError("too many ssh configuration files include each other", Origin(str(path), 1, 1))
    block = "Host *"
    for line in text_of(path).splitlines():
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
