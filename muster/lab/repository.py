"""The lab's own package repositories: what is in them. `apt_repository` and `dnf_repository` write them down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Where the repository lies in an image; its hosts read it as file:///srv/repository.
PLACE = "srv/repository"
PACKAGER = "Muster Lab <lab@example.com>"


@dataclass(frozen=True)
class Advisory:
    """What updateinfo.xml says of an update; apt has no such thing."""

    id: str
    type: str
    severity: str
    cve: str = ""


@dataclass(frozen=True)
class Package:
    """One version of one package.

    version: "UPSTREAM-RELEASE", which dpkg and rpm compare alike
    suite: "release", "updates" or "security"
    conffile: it brings /etc/NAME.conf, a configuration file with the version as its content
    phased: apt's Phased-Update-Percentage; None when the update is for everyone
    reboot: it asks for a reboot once it is installed
    """

    name: str
    version: str
    suite: str
    conffile: bool = False
    phased: int | None = None
    reboot: bool = False
    advisory: Advisory | None = None


@dataclass(frozen=True)
class Repository:
    """All packages of a repository, and which version of which an image starts with."""

    packages: tuple[Package, ...]
    installed: dict[str, str]

    @classmethod
    def read(cls, path: Path, manager: str, stubs: tuple[str, ...] = ()) -> Repository:
        """Read packages.yaml as it concerns one package manager, "apt" or "dnf"."""
        import yaml

        entries = {
            name: entry
            for name, entry in yaml.safe_load(path.read_text(encoding="utf-8")).items()
            if entry.get("only", manager) == manager
        }
        packages = [package for name, entry in entries.items() for package in _versions(name, entry)]
        packages += [Package(name, "1.0-1", "release") for name in stubs]
        installed = {name: entry["installed"] for name, entry in entries.items() if "installed" in entry}
        return cls(tuple(packages), installed | dict.fromkeys(stubs, "1.0-1"))

    def suite(self, *names: str) -> tuple[Package, ...]:
        """The packages of one suite or several."""
        return tuple(package for package in self.packages if package.suite in names)


def _versions(name: str, entry: dict[str, Any]) -> Iterator[Package]:
    """Every version of one entry of packages.yaml."""
    for version, rest in entry["versions"].items():
        advisory = rest.get("advisory")
        yield Package(
            name=name,
            version=version,
            suite=rest["suite"],
            conffile=entry.get("conffile", False),
            phased=rest.get("phased"),
            reboot=rest.get("reboot", False),
            advisory=Advisory(**advisory) if advisory else None,
        )
