"""The time zone of a host, and of its clock."""

import os

from muster.target.files import read, write
from muster.target.system import run, which
from muster.target.task import Change, Choice, Failure, task

ZONES = "/usr/share/zoneinfo"
LOCALTIME = "/etc/localtime"
# Where the name is kept as text: on Debian and Ubuntu, and on Red Hat before its release 7.
TIMEZONE, CLOCK = "/etc/timezone", "/etc/sysconfig/clock"
SYSTEMD = "/run/systemd/system"  # Is there where systemd runs, see sd_booted(3).
ADJTIME = "/etc/adjtime"  # Its third line says what the hardware clock shows, see adjtime_config(5).


@task(aliases={"rtc": "hwclock"})
def timezone(name: str = None, hwclock: Choice("local", "UTC") = None):
    """Ensure the host is in a time zone.

    name: the zone, as Europe/Berlin or UTC
    hwclock: what the hardware clock shows, the zone's time or UTC

    Example:
      - timezone: {name: UTC}

    Returns:
      name: the zone
      hwclock: local or UTC
    """
    if name is None and hwclock is None:
        raise Failure("say what to set: name, or hwclock")
    if name is not None and zone() != name:
        path = os.path.join(ZONES, name)
        if not os.path.isfile(path) or not read(path).startswith(b"TZif"):  # tzfile(5)
            raise Failure("there is no time zone %s in %s; the package tzdata brings them, and `timedatectl "
                          "list-timezones` names them" % (name, ZONES))
        yield from set_zone(name)
    if hwclock is not None and clock() != hwclock:
        yield from set_clock(hwclock)
    return {"name": name or zone(), "hwclock": hwclock or clock()}


def zone():
    """Return the name of the zone the host is in; UTC, as the C library has it, where nothing says."""
    target = os.path.realpath(LOCALTIME)
    if "/zoneinfo/" in target:
        # As the link names it: what it leads to may have another name, which is a link too.
        named = os.readlink(LOCALTIME).partition("zoneinfo/")[2]
        return named or target.partition("/zoneinfo/")[2]
    kept = (read(TIMEZONE) or b"").decode("utf-8", "replace").strip()
    return kept or ("" if os.path.exists(LOCALTIME) else "UTC")


def managed():
    """Tell whether systemd keeps zone and clock, so that it is told and adapts its timers."""
    return os.path.isdir(SYSTEMD) and which("timedatectl") is not None


def set_zone(name):
    """Yield what puts the host in a zone."""
    if managed():
        yield run("timedatectl", "set-timezone", name, paths=[LOCALTIME, TIMEZONE])
        return
    target = os.path.join(ZONES, name)
    yield Change("link %s to %s" % (LOCALTIME, target), lambda: link(target), zone(), name, paths=[LOCALTIME])
    if os.path.exists(TIMEZONE):
        yield from write(TIMEZONE, name + "\n")
    if os.path.exists(CLOCK):
        lines = [line for line in read(CLOCK).decode("utf-8", "replace").splitlines() if not line.startswith("ZONE=")]
        yield from write(CLOCK, "\n".join(lines + ['ZONE="%s"' % name, ""]))


def link(target):
    """Have the link lead to this zone; whoever reads it meanwhile finds the old one or the new."""
    temporary = "%s.muster-%d" % (LOCALTIME, os.getpid())
    try:
        os.symlink(target, temporary)
        os.rename(temporary, LOCALTIME)
    except OSError as error:
        raise Failure("cannot link %s to %s: %s" % (LOCALTIME, target, error.strerror))
    finally:
        if os.path.lexists(temporary):
            os.unlink(temporary)


def clock():
    """Return what the hardware clock shows, local or UTC."""
    return "local" if "LOCAL" in (read(ADJTIME) or b"").decode("utf-8", "replace").split() else "UTC"


def set_clock(hwclock):
    """Yield what has the hardware clock show this."""
    if managed():
        yield run("timedatectl", "set-local-rtc", "1" if hwclock == "local" else "0", paths=[ADJTIME])
        return
    lines = (read(ADJTIME) or b"0.0 0 0.0\n0\n").decode("utf-8", "replace").splitlines()[:2]
    yield from write(ADJTIME, "\n".join(lines + ["LOCAL" if hwclock == "local" else "UTC", ""]))
