import dataclasses
import shutil
import subprocess
from pathlib import Path

import pytest

from muster.errors import LabError
from muster.lab import image as module
from muster.lab.image import DATA, ArchiveUnreachableError, build, known, named

# Ubuntu's two archive signing keys, as Ubuntu has published them since 2012 and 2018.
UBUNTU_KEYS = {"790BC7277767219C42C86F933B4FE6ACC0B21F32", "F6ECB3762474EDA9D21B7022871920D1991BC93C"}


def test_every_ingredient_of_every_image_is_there() -> None:
    for image in known().values():
        assert image.digest
        for name in (*image.scripts, *image.files.values()):
            assert (DATA / name).is_file()


def test_the_digest_follows_the_recipe() -> None:
    image = named("debian-12")
    assert image.digest == named("debian-12").digest
    assert image.digest != dataclasses.replace(image, packages=(*image.packages, "more")).digest


def test_groups_have_names_that_inventories_allow() -> None:
    assert [image.group for image in known().values()] == ["debian_12", "amazon", "ubuntu_18_04", "ubuntu_24_04"]


def test_an_unknown_image_is_answered_with_the_nearest_or_with_all() -> None:
    with pytest.raises(LabError, match='there is no image "debain-12": did you mean "debian-12"'):
        named("debain-12")
    with pytest.raises(LabError, match="there are debian-12, amazon, ubuntu-18"):
        named("x")


@pytest.mark.skipif(not shutil.which("gpg"), reason="needs gpg")
def test_ubuntus_keyring_holds_ubuntus_keys_and_no_others() -> None:
    argv = ["gpg", "--show-keys", "--with-colons", str(DATA / "ubuntu-archive-keyring.gpg")]
    listing = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    assert {line.split(":")[9] for line in listing.splitlines() if line.startswith("fpr:")} == UBUNTU_KEYS


def test_a_cached_image_is_not_built_again(tmp_path: Path) -> None:
    image = named("debian-12")
    image.path(tmp_path).mkdir()
    assert build(image, pytest.fail, tmp_path) == image.path(tmp_path)


@pytest.fixture
def pretended(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Builds that only make the root's directory; returns the names of the steps taken."""
    steps: list[str] = []

    def install(_image: object, root: Path) -> None:
        steps.append("install")
        root.mkdir()

    monkeypatch.setattr(module, "_install", install)
    monkeypatch.setattr(module, "_fill_repository", lambda *_: steps.append("fill"))
    monkeypatch.setattr(module, "_customize", lambda *_: steps.append("customize"))
    return steps


def test_a_build_leaves_the_image_and_nothing_else(tmp_path: Path, pretended: list[str]) -> None:
    (tmp_path / ".debian-12-abandoned").mkdir()
    lines: list[str] = []
    path = build(named("debian-12"), lines.append, tmp_path)
    assert list(tmp_path.iterdir()) == [path]
    assert pretended == ["install", "fill", "customize"]
    assert len(lines) == 1


def test_a_failed_build_leaves_nothing(tmp_path: Path, pretended: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise LabError("broken")

    monkeypatch.setattr(module, "_customize", fail)
    with pytest.raises(LabError, match="broken"):
        build(named("debian-12"), lambda _: None, tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert pretended == ["install", "fill"]


@pytest.mark.parametrize(
    "words",
    [
        "Err:1 http://archive.ubuntu.com/ubuntu noble InRelease\n  Temporary failure resolving 'archive.ubuntu.com'",
        "Could not connect to archive.ubuntu.com:80 (192.0.2.1), connection timed out",
    ],
)
def test_an_archive_out_of_reach_is_told_from_a_broken_build(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    def run(argv: list[str]) -> str:
        if argv[0] == "mmdebstrap":
            raise LabError(words)
        return ""

    monkeypatch.setattr(module, "run", run)
    with pytest.raises(ArchiveUnreachableError, match="the archive of noble cannot be reached from here"):
        module._install(named("ubuntu-24.04"), Path("/nowhere"))


def test_the_machines_own_sources_of_the_suite_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    listing = (
        "http://mirror.example/debian bookworm main\n"
        "http://mirror.example/debian bookworm main\n"
        "http://mirror.example/debian bookworm contrib\n"
        "http://mirror.example/security bookworm-security main\n"
        "http://other.example/apt stable main\n"
    )
    monkeypatch.setattr(module, "run", lambda _: listing)
    signed = "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
    assert module._sources(named("debian-12")) == [
        f"{signed} http://mirror.example/debian bookworm main",
        f"{signed} http://mirror.example/security bookworm-security main",
    ]
    assert module._sources(named("ubuntu-24.04")) == []
