"""A signed dnf repository in two snapshots, as Amazon Linux 2023 has them: 2023.0 as released, 2023.1 with updates."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from muster.lab.command import run
from muster.lab.repository import PACKAGER, Package, Repository
from muster.lab.signing import OWNER, Key

SNAPSHOTS = {"2023.0": ("release",), "2023.1": ("release", "updates", "security")}
LATEST = "2023.1"

SPEC = """\
Name: {name}
Version: {version}
Release: {release}
Summary: A package of the lab
License: MIT
Packager: {packager}
BuildArch: noarch
%description
A package of the lab.
%install
mkdir -p %{{buildroot}}/usr/share/{name} %{{buildroot}}/etc
echo {version}-{release} > %{{buildroot}}/usr/share/{name}/version
{install}
%files
/usr/share/{name}
{files}
"""


def build(repository: Repository, to: Path, scratch: Path) -> None:
    """Write the snapshots, and the public half of the key that signs the packages (RPM-GPG-KEY-lab).

    to: directory to fill
    scratch: directory for what is needed only meanwhile
    """
    with Key.made_in(scratch / "gnupg") as key:
        key.export(to / "RPM-GPG-KEY-lab", armor=True)
        files = {package: _build_package(package, scratch) for package in repository.packages}
        # rpm is built with another place of gpg in mind than the one Debian has it in.
        defines = ("--define", f"__gpg {shutil.which('gpg')}", "--define", f"_gpg_name {OWNER}")
        run(["rpmsign", *defines, "--addsign", *map(str, files.values())], env=key.environment)
    for name, suites in SNAPSHOTS.items():
        snapshot = to / name
        snapshot.mkdir()
        packages = repository.suite(*suites)
        for package in packages:
            (snapshot / files[package].name).write_bytes(files[package].read_bytes())
        run(["createrepo_c", "--quiet", str(snapshot)])
        if name == LATEST:
            updateinfo = scratch / "updateinfo.xml"
            updateinfo.write_text(_updateinfo(packages), encoding="utf-8")
            run(["modifyrepo_c", str(updateinfo), str(snapshot / "repodata")])
    (to / "latest").symlink_to(LATEST)


def _build_package(package: Package, scratch: Path) -> Path:
    """Build one .rpm and return where it is."""
    version, release = package.version.split("-")
    name = package.name
    spec = scratch / f"{name}-{package.version}.spec"
    text = SPEC.format(
        name=name,
        version=version,
        release=release,
        packager=PACKAGER,
        install=f"echo default = {package.version} > %{{buildroot}}/etc/{name}.conf" if package.conffile else "",
        files=f"%config(noreplace) /etc/{name}.conf" if package.conffile else "",
    )
    spec.write_text(text)
    # Debian's rpm looks for the build's helper programs where Debian has them; nothing of the machine's leaks in.
    defines = {"_topdir": scratch / "rpmbuild", "_rpmdir": scratch / "rpms", "_build_id_links": "none"}
    options = [part for key, value in defines.items() for part in ("--define", f"{key} {value}")]
    run(["rpmbuild", "--quiet", "-bb", *options, str(spec)])
    return scratch / "rpms" / "noarch" / f"{name}-{package.version}.noarch.rpm"


def _updateinfo(packages: Iterable[Package]) -> str:
    """The advisories of the packages that have one, in the format dnf reads.

    dnf ignores a file it cannot parse without a word, and then knows of no security update at all: every value is
    quoted.
    """
    updates = "".join(_update(package) for package in packages if package.advisory)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<updates>{updates}</updates>\n'


def _update(package: Package) -> str:
    """One advisory."""
    advisory = package.advisory
    assert advisory
    version, release = package.version.split("-")
    cve = quoteattr(advisory.cve)
    link = quoteattr(f"https://alas.aws.amazon.com/cve/html/{advisory.cve}.html")
    reference = f'<reference href={link} id={cve} title={cve} type="cve"/>' if advisory.cve else ""
    reboot = "<reboot_suggested>True</reboot_suggested>" if package.reboot else ""
    return f"""
<update from="lab@example.com" status="final" type={quoteattr(advisory.type)} version="1">
 <id>{escape(advisory.id)}</id><title>Amazon Linux 2023 - {escape(advisory.id)}: {escape(package.name)}</title>
 <severity>{escape(advisory.severity)}</severity>
 <issued date="2024-01-01 00:00:00"/><updated date="2024-01-01 00:00:00"/>
 <description>An update of the lab.</description>
 <references>{reference}</references>
 <pkglist><collection short="amazon-linux-2023"><name>Amazon Linux 2023</name>
  <package name={quoteattr(package.name)} epoch="0" version={quoteattr(version)} release={quoteattr(release)}
   arch="noarch">
   <filename>{escape(package.name)}-{escape(package.version)}.noarch.rpm</filename>{reboot}
  </package></collection></pkglist>
</update>"""
