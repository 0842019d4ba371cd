"""What a machine must have for a lab: asked in one place, and told in one line."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from muster.errors import LabError
from muster.lab.cgroup import hierarchies

# Program to the Debian and Ubuntu package that brings it.
PROGRAMS = {
    "mmdebstrap": "mmdebstrap",
    "systemd-nspawn": "systemd-container",
    "ip": "iproute2",
    "nft": "nftables",
    "nsenter": "util-linux",
    "mount": "mount",
    "ssh-keygen": "openssh-client",
    "ssh": "openssh-client",
    "rpmbuild": "rpm",
    "rpmsign": "rpm",
    "createrepo_c": "createrepo-c",
    "modifyrepo_c": "createrepo-c",
    "apt-ftparchive": "apt-utils",
    "gpg": "gpg",
    "gpg-agent": "gpg-agent",
}
FILES = {"/usr/share/keyrings/debian-archive-keyring.gpg": "debian-archive-keyring"}


NOT_ROOT = "the lab needs root: it makes namespaces, mounts and control groups (try sudo)"


def require_root() -> None:
    """Raise LabError for anyone else."""
    if os.geteuid() != 0:
        raise LabError(NOT_ROOT)


def reason_against(*, delayed: bool = False) -> str:
    """Say in one sentence why no lab can run here, and what to do; an empty string when one can.

    delayed: whether the lab is to have latency
    """
    if os.geteuid() != 0:
        return NOT_ROOT
    packages = missing_packages()
    if packages:
        return f"the lab needs {', '.join(packages)}, missing here: apt-get install {' '.join(packages)}"
    return _kernel_lacks(delayed)


def missing_packages() -> list[str]:
    """The packages to install, each once."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    missing = {package for program, package in PROGRAMS.items() if not shutil.which(program, path=path)}
    missing |= {package for file, package in FILES.items() if not Path(file).exists()}
    return sorted(missing)


def _kernel_lacks(delayed: bool) -> str:
    """What the kernel cannot do that the lab needs."""
    if not Path("/proc/self/ns/net").exists():
        return "the lab needs a kernel with network namespaces (CONFIG_NET_NS), and this one has none"
    if not _has_overlay():
        return "the lab needs a kernel with overlayfs (CONFIG_OVERLAY_FS), and this one has none"
    if not hierarchies():
        return "the lab needs control groups: neither cgroup v2 nor the name=systemd hierarchy is mounted here"
    if delayed and not _has_tun():
        return "--rtt needs /dev/net/tun (CONFIG_TUN), which cannot be opened here: run without it, or `modprobe tun`"
    return ""


def _has_overlay() -> bool:
    """Whether overlayfs is there; it may be a module that nobody has asked for yet."""
    if _knows_overlay():
        return True
    if shutil.which("modprobe"):
        subprocess.run(["modprobe", "overlay"], capture_output=True, check=False)
    return _knows_overlay()


def _knows_overlay() -> bool:
    return "overlay" in Path("/proc/filesystems").read_text().split()


def _has_tun() -> bool:
    try:
        os.close(os.open("/dev/net/tun", os.O_RDWR))
    except OSError:
        return False
    return True
