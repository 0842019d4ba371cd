from pathlib import Path

import pytest

from muster.lab.image import DATA
from muster.lab.repository import Repository

PACKAGES = DATA / "packages.yaml"


@pytest.mark.parametrize("manager", ["apt", "dnf"])
def test_every_kind_of_update_waits(manager: str) -> None:
    repository = Repository.read(PACKAGES, manager)
    versions = {(package.name, package.version): package for package in repository.packages}
    assert versions["demo-sec", "1.0-2"].suite == "security"
    assert versions["demo-both", "1.0-2"].suite == "security"
    assert versions["demo-both", "1.1-1"].suite == "updates"
    assert versions["demo-crit", "1.0-2"].reboot
    assert versions["demo-conf", "1.1-1"].conffile
    assert [version for name, version in versions if name == "demo-same"] == [repository.installed["demo-same"]]


def test_what_is_installed_is_in_the_release() -> None:
    repository = Repository.read(PACKAGES, "apt")
    release = {(package.name, package.version) for package in repository.suite("release")}
    assert set(repository.installed.items()) <= release


def test_every_security_fix_has_an_advisory_with_a_cve() -> None:
    for package in Repository.read(PACKAGES, "dnf").suite("security"):
        assert package.advisory
        assert package.advisory.cve.startswith("CVE-")


def test_phasing_is_apts_alone() -> None:
    assert "demo-phase" in Repository.read(PACKAGES, "apt").installed
    assert "demo-phase" not in Repository.read(PACKAGES, "dnf").installed


def test_stubs_count_as_installed() -> None:
    repository = Repository.read(PACKAGES, "dnf", ("sudo",))
    assert repository.installed["sudo"] == "1.0-1"


def test_a_phase_of_nobody_is_not_no_phase(tmp_path: Path) -> None:
    path = tmp_path / "packages.yaml"
    path.write_text("a: {installed: 1.0-1, versions: {1.0-1: {suite: release, phased: 0}}}")
    assert Repository.read(path, "apt").packages[0].phased == 0
