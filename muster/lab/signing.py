"""A key to sign repositories with, made for one build and forgotten after it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from muster.lab.command import run

OWNER = "Muster Lab Archive <lab@example.com>"


@dataclass(frozen=True)
class Key:
    """A key pair in a directory of GnuPG's; its secret half is gone when the repository is done."""

    home: Path

    @classmethod
    @contextlib.contextmanager
    def made_in(cls, home: Path) -> Iterator[Key]:
        """Make a key, and end the agent that GnuPG starts for it afterwards.

        RSA, because it is what every apt, gpgv and rpm from 2018 on can check.
        """
        home.mkdir(mode=0o700)
        key = cls(home)
        try:
            key._gpg("--passphrase", "", "--quick-generate-key", OWNER, "rsa3072", "sign", "never")
            yield key
        finally:
            run(["gpgconf", "--kill", "all"], env=key.environment)

    @property
    def environment(self) -> dict[str, str]:
        """What programs must find in their environment to use the key."""
        return {"GNUPGHOME": str(self.home)}

    def export(self, to: Path, *, armor: bool = False) -> None:
        """Write the public half: binary for apt, armored for rpm."""
        self._gpg("--yes", *(["--armor"] if armor else []), "--output", str(to), "--export")
        to.chmod(0o644)

    def clearsign(self, document: Path, to: Path) -> None:
        """Write the document with its signature around it."""
        self._gpg("--yes", "--digest-algo", "SHA512", "--output", str(to), "--clearsign", str(document))

    def _gpg(self, *arguments: str) -> None:
        run(["gpg", "--batch", "--quiet", "--pinentry-mode", "loopback", *arguments], env=self.environment)
