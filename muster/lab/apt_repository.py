"""A signed apt repository, as small as one can be: three suites over one pool."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from muster.lab.command import run
from muster.lab.repository import PACKAGER, Package, Repository
from muster.lab.signing import Key

# Debian and Ubuntu write these two files from hooks of their packages (update-notifier-common's
# notify-reboot-required); what looks for a pending reboot looks for them.
ASK_FOR_REBOOT = """\
#!/bin/sh
set -e
if [ "$1" = configure ] && [ -n "$2" ]; then
    echo '*** System restart required ***' > /run/reboot-required
    grep -qsxF {name} /run/reboot-required.pkgs || echo {name} >> /run/reboot-required.pkgs
fi
"""


def build(repository: Repository, suites: Mapping[str, Mapping[str, str]], to: Path, scratch: Path) -> None:
    """Write the repository and the public half of its key (lab-archive.gpg).

    suites: "release", "updates" and "security", each with name, origin, label, suite and codename of its Release file
    to: directory to fill
    scratch: directory for what is needed only meanwhile
    """
    architecture = run(["dpkg", "--print-architecture"]).strip()
    for package in repository.packages:
        _build_package(package, to / "pool" / package.suite, scratch)
    with Key.made_in(scratch / "gnupg") as key:
        key.export(to / "lab-archive.gpg")
        for kind, words in suites.items():
            _build_suite(kind, words, architecture, to, key)


def _build_package(package: Package, pool: Path, scratch: Path) -> None:
    """Write one .deb into its pool."""
    tree = scratch / f"{package.name}_{package.version}"
    for path, (text, mode) in _files(package).items():
        file = tree / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)
    pool.mkdir(parents=True, exist_ok=True)
    # Ubuntu 18.04 knows no other compression than xz and gzip; Debian's default is xz, Ubuntu's zstd.
    run(["dpkg-deb", "-Zxz", "--root-owner-group", "--build", str(tree), f"{pool}/{tree.name}_all.deb"])


def _files(package: Package) -> dict[str, tuple[str, int]]:
    """What a package consists of, its control files included: path to text and mode."""
    phased = "" if package.phased is None else f"Phased-Update-Percentage: {package.phased}\n"
    control = (
        f"Package: {package.name}\nVersion: {package.version}\nArchitecture: all\nMaintainer: {PACKAGER}\n"
        f"Section: misc\nPriority: optional\n{phased}Description: a package of the lab\n"
    )
    files = {
        "DEBIAN/control": (control, 0o644),
        f"usr/share/{package.name}/version": (f"{package.version}\n", 0o644),
    }
    if package.conffile:
        files["DEBIAN/conffiles"] = (f"/etc/{package.name}.conf\n", 0o644)
        files[f"etc/{package.name}.conf"] = (f"default = {package.version}\n", 0o644)
    if package.reboot:
        files["DEBIAN/postinst"] = (ASK_FOR_REBOOT.format(name=package.name), 0o755)
    return files


def _build_suite(kind: str, words: Mapping[str, str], architecture: str, to: Path, key: Key) -> None:
    """Write one suite's Packages files and its signed Release, with the program that large archives use."""
    suite = to / "dists" / words["name"]
    listing = run(["apt-ftparchive", "packages", f"pool/{kind}"], cwd=str(to)) if (to / "pool" / kind).is_dir() else ""
    binary = suite / "main" / f"binary-{architecture}"
    binary.mkdir(parents=True)
    (binary / "Packages").write_text(listing)
    fields = {
        "Origin": words["origin"],
        "Label": words["label"],
        "Suite": words["suite"],
        "Codename": words["codename"],
        "Components": "main",
        "Architectures": architecture,
    }
    options = [part for name, value in fields.items() for part in ("-o", f"APT::FTPArchive::Release::{name}={value}")]
    release = run(["apt-ftparchive", *options, "release", "."], cwd=str(suite))
    (suite / "Release").write_text(release)
    key.clearsign(suite / "Release", suite / "InRelease")
