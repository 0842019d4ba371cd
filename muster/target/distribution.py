"""Which distribution this is, and what manages its packages and services."""

import os

from muster.target.peek import peek

FIRST_PROCESS = "/proc/1/comm"
SYSTEMD = "/run/systemd/system"  # It is there where systemd runs, as sd_booted(3) has it.


def first_line(path, default=""):
    """Return the first line of a small file without its end, or the default when it cannot be read."""
    return peek(path, default).partition("\n")[0].rstrip()


def assignments(path):
    """Return NAME=value lines (os-release) as a dictionary, quotes taken off."""
    found = {}
    for line in peek(path).splitlines():
        name, sign, value = line.strip().partition("=")
        if sign and not name.startswith("#"):
            found[name] = value.strip("\"'")
    return found


# ID of os-release: (distribution, family). https://www.freedesktop.org/software/systemd/man/os-release.html
DISTRIBUTIONS = {
    "debian": ("Debian", "Debian"), "ubuntu": ("Ubuntu", "Debian"), "raspbian": ("Raspbian", "Debian"),
    "linuxmint": ("Linux Mint", "Debian"), "kali": ("Kali", "Debian"), "pop": ("Pop!_OS", "Debian"),
    "devuan": ("Devuan", "Debian"), "amzn": ("Amazon", "RedHat"), "rhel": ("RedHat", "RedHat"),
    "centos": ("CentOS", "RedHat"), "rocky": ("Rocky", "RedHat"), "almalinux": ("AlmaLinux", "RedHat"),
    "ol": ("OracleLinux", "RedHat"), "fedora": ("Fedora", "RedHat"), "cloudlinux": ("CloudLinux", "RedHat"),
    "sles": ("SLES", "Suse"), "sled": ("SLED", "Suse"), "opensuse-leap": ("openSUSE Leap", "Suse"),
    "opensuse-tumbleweed": ("openSUSE Tumbleweed", "Suse"), "alpine": ("Alpine", "Alpine"),
    "arch": ("Archlinux", "Archlinux"), "manjaro": ("Manjaro", "Archlinux"), "gentoo": ("Gentoo", "Gentoo"),
}


def distribution(root=""):
    """Return the facts of the distribution; `root` is where /etc is looked for."""
    release = assignments(root + "/etc/os-release") or assignments(root + "/usr/lib/os-release")
    identity = release.get("ID", "linux")
    name, family = DISTRIBUTIONS.get(identity, (release.get("NAME", identity), None))
    if family is None:
        like = release.get("ID_LIKE", "").split()
        family = next((DISTRIBUTIONS[each][1] for each in like if each in DISTRIBUTIONS), name)
    version = release.get("VERSION_ID", "NA")
    exact = {"debian": "/etc/debian_version", "centos": "/etc/centos-release"}.get(identity)
    if exact:
        # os-release leaves the minor version out on these two.
        words = [word for word in first_line(root + exact).split() if word[:1].isdigit()]
        version = ".".join(words[0].split(".")[:2]) if words else version
    variety = "Debian" if family == "Debian" else name if name in ("Amazon", "CentOS", "SLES") else family
    return {
        "distribution": name, "os_family": family, "distribution_version": version,
        "distribution_major_version": version.split(".")[0], "distribution_release": codename(release, name),
        "distribution_file_variety": variety, "distribution_file_parsed": True,
        "distribution_file_path": "/etc/redhat-release" if variety in ("RedHat", "CentOS") else "/etc/os-release",
        **({"distribution_minor_version": version.split(".")[1]} if "." in version else {}),
    }


def codename(release, name):
    """Return the release's code name ("bookworm", "Plow"), NA where there is none."""
    inside = release.get("VERSION", "").partition("(")[2].partition(")")[0]
    if name == "Amazon":
        return "NA"
    return release.get("VERSION_CODENAME") or release.get("UBUNTU_CODENAME") or inside or "NA"


def package_manager():
    """Return the name of the package manager that this distribution is built on: apt, dnf, yum, ..."""
    family = distribution()["os_family"]
    by_family = {"Debian": ("apt-get",), "RedHat": ("dnf", "yum", "microdnf")}.get(family, ())
    for program in by_family + ("apt-get", "dnf", "yum", "zypper", "pacman", "apk"):
        for directory in ("/usr/bin", "/sbin", "/bin"):
            path = os.path.join(directory, program)
            if os.path.exists(path):
                if program == "dnf" and os.path.realpath(path).endswith("dnf5"):
                    return "dnf5"
                return {"apt-get": "apt"}.get(program, program)
    return "unknown"


def service_manager():
    """Return what manages services: systemd, openrc, upstart, sysvinit, or the name of process 1."""
    if os.path.isdir(SYSTEMD):
        return "systemd"
    if os.path.exists("/run/openrc") or os.path.exists("/sbin/openrc"):
        return "openrc"
    first = first_line(FIRST_PROCESS)
    if first == "init" or not first:
        return "upstart" if os.path.exists("/sbin/initctl") else "sysvinit"
    return first
