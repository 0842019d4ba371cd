"""Root file systems of hosts: built once with mmdebstrap, kept in a cache, shared by all hosts as the lower layer."""

from __future__ import annotations

import functools
import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from muster.errors import LabError, nearest
from muster.lab import apt_repository, dnf_repository
from muster.lab.command import run
from muster.lab.lock import locked
from muster.lab.repository import PLACE, Repository

DATA = Path(__file__).parent / "data"
CACHE = Path("/var/cache/muster/lab")

# What a build consists of besides its entry in images.yaml: a change of any of these makes another image.
INGREDIENTS = (
    *(DATA / name for name in ("packages.yaml", "ubuntu-archive-keyring.gpg")),
    *(
        Path(__file__).parent / f"{name}.py"
        for name in ("image", "repository", "apt_repository", "dnf_repository", "signing")
    ),
)

# Words of apt that mean the archive could not be reached, and not that something is wrong with it.
UNREACHABLE = re.compile(
    r"Temporary failure resolving|Could not resolve|Could not connect|Unable to connect|Connection (timed out|refused)"
    r"|Cannot initiate the connection|Network is unreachable|Connection failed"
)


class ArchiveUnreachableError(LabError):
    """The image cannot be built here because its distribution's archive does not answer."""


@dataclass(frozen=True)
class Image:
    """A recipe of images.yaml, where its fields are explained."""

    name: str
    family: str
    prefix: str
    suite: str
    keyring: str
    packages: tuple[str, ...]
    scripts: tuple[str, ...]
    repository: str
    components: str = "main"
    stubs: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    suites: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """What tells this build from one of another recipe: twelve hexadecimal digits."""
        digest = hashlib.sha256(repr(self).encode())
        own = (DATA / name for name in (*self.scripts, *self.files.values()))
        for path in (*INGREDIENTS, *own):
            digest.update(path.read_bytes())
        return digest.hexdigest()[:12]

    def path(self, cache: Path = CACHE) -> Path:
        """Where the root file system is, once built."""
        return cache / f"{self.name}-{self.digest}"

    @property
    def group(self) -> str:
        """The name of its hosts' group in inventories, which may hold neither hyphens nor dots."""
        return re.sub(r"[^a-z0-9]", "_", self.name)


def known() -> dict[str, Image]:
    """All images there are, by name."""
    import yaml

    entries = yaml.safe_load((DATA / "images.yaml").read_text(encoding="utf-8"))
    return {name: _image(name, entry) for name, entry in entries.items()}


def named(name: str) -> Image:
    """Return one image; LabError with the nearest spelling when there is none of that name."""
    images = known()
    if name not in images:
        hint = nearest(name, images) or f"there are {', '.join(images)}"
        raise LabError(f'there is no image "{name}": {hint}')
    return images[name]


def _image(name: str, entry: dict[str, Any]) -> Image:
    """Make the recipe of one entry."""
    entry["packages"] = (*entry["packages"], *entry.pop("more", ()))
    lists = ("packages", "scripts", "stubs")
    fields: dict[str, Any] = {key: tuple(value) if key in lists else value for key, value in entry.items()}
    return Image(name=name, **fields)


def build(image: Image, say: Callable[[str], None], cache: Path = CACHE) -> Path:
    """Return the image's root file system; build it first if it is not there yet.

    say: called with one line when a build begins, because it takes half a minute
    Raises ArchiveUnreachableError, or LabError when the build fails for another reason.
    """
    path = image.path(cache)
    if path.is_dir():
        return path
    with locked(cache / f"{image.name}.lock"):
        if path.is_dir():
            return path  # Someone else built it while we waited.
        for abandoned in cache.glob(f".{image.name}-*"):
            shutil.rmtree(abandoned, ignore_errors=True)
        say(f"Building image {image.name}, once (about half a minute) ...")
        with tempfile.TemporaryDirectory(prefix=f".{image.name}-", dir=cache) as directory:
            root = Path(directory, "root")
            _install(image, root)
            _fill_repository(image, root, Path(directory))
            _customize(image, root)
            # Only what is complete gets the name that others look for.
            root.rename(path)
    return path


def _install(image: Image, root: Path) -> None:
    """Install the distribution, from where the machine itself gets it when it is the machine's own."""
    keyring = DATA / image.keyring  # An absolute path stays what it is.
    argv = ["mmdebstrap", "--mode=root", "--variant=minbase", f"--components={image.components}", "--format=directory"]
    argv += [f"--keyring={keyring}", f"--include={','.join(image.packages)}", '--aptopt=Acquire::Retries "2"']
    argv += ['--aptopt=Acquire::http::Timeout "15"', "--dpkgopt=path-exclude=/usr/share/doc/*"]
    try:
        run([*argv, image.suite, str(root), *_sources(image)])
    except LabError as error:
        if UNREACHABLE.search(str(error)):
            message = f"image {image.name} cannot be built: the archive of {image.suite} cannot be reached from here"
            raise ArchiveUnreachableError(message) from None
        raise


def _sources(image: Image) -> list[str]:
    """The machine's own sources of the suite, as lines of sources.list; none means mmdebstrap's own default."""
    wanted = re.compile(rf"{image.suite}(-updates|-security)?")
    listing = run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE) $(COMPONENT)", "Created-By: Packages"]
    )
    keyring = DATA / image.keyring
    lines = []
    for uri, suite, component in (line.split() for line in listing.splitlines() if len(line.split()) == 3):
        if wanted.fullmatch(suite) and component in image.components.split(","):
            lines.append(f"deb [signed-by={keyring}] {uri} {suite} {component}")
    return list(dict.fromkeys(lines))


def _fill_repository(image: Image, root: Path, directory: Path) -> None:
    """Put the lab's package repository into the root."""
    scratch = directory / "scratch"
    scratch.mkdir()
    place = root / PLACE
    place.mkdir(parents=True)
    repository = Repository.read(DATA / "packages.yaml", image.repository, image.stubs)
    if image.repository == "apt":
        apt_repository.build(repository, image.suites, place, scratch)
    else:
        dnf_repository.build(repository, place, scratch)


def _customize(image: Image, root: Path) -> None:
    """Copy the recipe's files and run its scripts inside the root, in a network namespace with nothing in it."""
    for path, name in image.files.items():
        target = root / path
        target.unlink(missing_ok=True)
        shutil.copyfile(DATA / name, target)
    repository = Repository.read(DATA / "packages.yaml", image.repository, image.stubs)
    separator = "=" if image.repository == "apt" else "-"
    words = {
        "SUITES": " ".join(suite["name"] for suite in image.suites.values()),
        "INSTALLED": " ".join(f"{name}{separator}{version}" for name, version in repository.installed.items()),
    }
    enter = [
        "unshare",
        "--mount",
        "--net",
        "--pid",
        "--fork",
        "--kill-child",
        f"--mount-proc={root}/proc",
        "chroot",
        str(root),
    ]
    for name in image.scripts:
        script = functools.reduce(_fill, words.items(), (DATA / name).read_text(encoding="utf-8"))
        run([*enter, "/bin/sh", "-s"], stdin=script, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"})
    # As after an update: without these, systemd would rebuild its caches at every boot of every host.
    for directory in ("etc", "var"):
        (root / directory / ".updated").touch()


def _fill(text: str, word: tuple[str, str]) -> str:
    """Put a value in the place of @NAME@."""
    name, value = word
    return text.replace(f"@{name}@", value)
