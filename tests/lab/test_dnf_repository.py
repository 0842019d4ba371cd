import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from muster.lab import dnf_repository
from muster.lab.dnf_repository import _updateinfo
from muster.lab.repository import Advisory, Package, Repository

PROGRAMS = ("rpmbuild", "rpmsign", "createrepo_c", "modifyrepo_c", "gpg")
needs_programs = pytest.mark.skipif(not all(map(shutil.which, PROGRAMS)), reason=f"needs {', '.join(PROGRAMS)}")

OLD = Package("demo", "1.0-1", "release", conffile=True)
ADVISORY = Advisory("ALAS-1", "security", "Critical", "CVE-2024-0001")
NEW = Package("demo", "1.0-2", "security", reboot=True, advisory=ADVISORY)


def test_an_advisory_carries_severity_cve_and_the_wish_for_a_reboot() -> None:
    update = ElementTree.fromstring(_updateinfo([OLD, NEW]).encode()).find("update")
    assert update is not None
    assert update.findtext("severity") == "Critical"
    assert update.find("references/reference").attrib["id"] == "CVE-2024-0001"  # type: ignore[union-attr]
    package = update.find("pkglist/collection/package")
    assert package is not None
    assert (package.attrib["version"], package.attrib["release"]) == ("1.0", "2")
    assert package.findtext("reboot_suggested") == "True"


def test_what_xml_has_its_own_use_for_is_quoted() -> None:
    odd = Package("demo", "1.0-2", "security", advisory=Advisory('<&">', "security", "Low"))
    root = ElementTree.fromstring(_updateinfo([odd]).encode())
    assert root.findtext("update/id") == '<&">'


@needs_programs
def test_updates_are_in_the_later_snapshot_alone(tmp_path: Path) -> None:
    (tmp_path / "to").mkdir()
    (tmp_path / "scratch").mkdir()
    dnf_repository.build(Repository((OLD, NEW), {}), tmp_path / "to", tmp_path / "scratch")
    names = {path.name: sorted(file.name for file in path.glob("*.rpm")) for path in (tmp_path / "to").glob("2023.*")}
    assert names == {
        "2023.0": ["demo-1.0-1.noarch.rpm"],
        "2023.1": ["demo-1.0-1.noarch.rpm", "demo-1.0-2.noarch.rpm"],
    }
    assert list((tmp_path / "to/latest/repodata").glob("*updateinfo*"))
    assert not list((tmp_path / "to/2023.0/repodata").glob("*updateinfo*"))
