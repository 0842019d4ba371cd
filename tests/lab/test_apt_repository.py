import shutil
import subprocess
from pathlib import Path

import pytest

from muster.lab import apt_repository
from muster.lab.image import DATA, named
from muster.lab.repository import Package, Repository

PROGRAMS = ("apt-ftparchive", "dpkg-deb", "gpg", "gpgv")
needs_programs = pytest.mark.skipif(not all(map(shutil.which, PROGRAMS)), reason=f"needs {', '.join(PROGRAMS)}")


def test_a_package_that_asks_for_a_reboot_does_so_when_it_is_upgraded() -> None:
    files = apt_repository._files(Package("demo", "1.0-2", "security", reboot=True))
    script, mode = files["DEBIAN/postinst"]
    assert mode == 0o755
    assert "/run/reboot-required.pkgs" in script
    assert "DEBIAN/postinst" not in apt_repository._files(Package("demo", "1.0-1", "release"))


def test_a_configuration_file_is_declared() -> None:
    files = apt_repository._files(Package("demo", "1.1-1", "updates", conffile=True))
    assert files["DEBIAN/conffiles"][0] == "/etc/demo.conf\n"
    assert files["etc/demo.conf"][0] == "default = 1.1-1\n"


def test_nobody_is_a_phase() -> None:
    control, _ = apt_repository._files(Package("demo", "1.1-1", "updates", phased=0))["DEBIAN/control"]
    assert "Phased-Update-Percentage: 0\n" in control


@needs_programs
def test_the_repository_is_signed_and_says_what_debians_says(tmp_path: Path) -> None:
    (tmp_path / "to").mkdir()
    (tmp_path / "scratch").mkdir()
    repository = Repository((Package("demo", "1.0-1", "release"), Package("demo", "1.0-2", "security")), {})
    assert DATA.is_dir()
    apt_repository.build(repository, named("debian-12").suites, tmp_path / "to", tmp_path / "scratch")
    security = tmp_path / "to/dists/bookworm-security"
    verified = subprocess.run(
        ["gpgv", "--keyring", str(tmp_path / "to/lab-archive.gpg"), "--output", "-", str(security / "InRelease")],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for line in ("Origin: Debian", "Label: Debian-Security", "Suite: stable-security", "Codename: bookworm-security"):
        assert f"{line}\n" in verified
    listing = next(security.glob("main/binary-*/Packages")).read_text()
    assert "Version: 1.0-2\n" in listing
    assert "Version: 1.0-1\n" not in listing
