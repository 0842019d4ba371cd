"""Parameters of the kernel."""

import os

from muster.target.files import read, write
from muster.target.system import run
from muster.target.task import Change, Choice, Failure, Path, task
from muster.target.text import lines_of

# A truth value is a number to the kernel, in whatever words playbooks have it.
NUMBERS = dict(dict.fromkeys(("true", "yes", "on", "y", "t", "1.0"), "1"),
               **dict.fromkeys(("false", "no", "off", "n", "f", "0.0"), "0"))


@task(aliases={"key": "name", "val": "value"})
def sysctl(
    name: str,
    value: str = None,
    state: Choice("present", "absent") = "present",
    sysctl_file: Path = "/etc/sysctl.conf",
    sysctl_set: bool = False,
    reload: bool = True,
    ignoreerrors: bool = False,
):
    """Ensure a kernel parameter is set in a file, and if wanted in the running kernel.

    name: parameter, such as net.ipv4.ip_forward
    value: its value
    state: absent takes the line out of the file
    sysctl_file: file that keeps it, usually in /etc/sysctl.d
    sysctl_set: set it in the running kernel too, when it differs
    reload: when the file was changed, have the kernel take over all of it
    ignoreerrors: go on when the kernel does not know a parameter

    Example:
      - sysctl:
          name: net.ipv4.conf.all.rp_filter
          value: "1"
          sysctl_file: /etc/sysctl.d/60-network.conf
          sysctl_set: true

    Returns:
      name: parameter
      value: its value
    """
    if len(name.split()) != 1 or "=" in name:
        raise Failure("%r is no parameter of the kernel: it is one word, such as net.ipv4.ip_forward" % name)
    if state == "present" and (value is None or value == ""):
        raise Failure("sysctl needs a value for %s" % name)
    wanted = None if state == "absent" else normal(NUMBERS.get(value.lower(), value))
    if wanted is not None and sysctl_set and live(name) != wanted:
        yield Change("set %s to %s" % (name, wanted), lambda: set_live(name, wanted, ignoreerrors), live(name), wanted)
    before = (read(sysctl_file) or b"").decode("utf-8", "surrogateescape")
    after = edited(before, name, wanted)
    if after != before:
        yield from write(sysctl_file, after, mode=None if os.path.exists(sysctl_file) else 0o644)
        if reload:
            yield run("sysctl", *((["-e"] if ignoreerrors else []) + ["-p", sysctl_file]), check=not ignoreerrors)
    return {"name": name, "value": wanted}


def normal(value):
    """Return a value with single spaces: the kernel shows tabs where people write spaces."""
    return " ".join(value.split())


def canonical(name):
    """Return a parameter's name in one form: with slashes between its parts, as below /proc/sys.

    Whichever of dot and slash comes first separates; the other then belongs to the names (vlan interfaces).
    >>> canonical("net.ipv4.conf.eth0/1.rp_filter"), canonical("net/ipv4/conf/eth0.1/rp_filter")
    ('net/ipv4/conf/eth0.1/rp_filter', 'net/ipv4/conf/eth0.1/rp_filter')
    """
    first = min([name.find(sign) for sign in "./" if sign in name] or [0])
    if name[first:first + 1] == ".":
        return name.translate({ord("."): "/", ord("/"): "."})
    return name


def live(name):
    """Return the value in the running kernel, or None when there is no such parameter."""
    data = None
    try:
        data = read("/proc/sys/" + canonical(name))
    except Failure:
        pass  # Some parameters can only be written.
    return None if data is None else normal(data.decode("utf-8", "replace"))


def set_live(name, value, ignoreerrors):
    try:
        with open("/proc/sys/" + canonical(name), "w") as file:
            file.write(value)
    except OSError as error:
        if not ignoreerrors:
            raise Failure("the kernel does not take %s = %s: %s" % (name, value, error.strerror))


def edited(text, name, value):
    """Return the text of a file with exactly one line for a parameter, or (value None) with none.

    The line stays where the last one for this parameter was, because that is the one that counted.
    """
    lines = lines_of(text)
    places = [number for number, line in enumerate(lines) if names(line, name)]
    if value is None:
        return joined(line for number, line in enumerate(lines) if number not in places)
    if len(places) == 1 and normal(lines[places[0]].partition("=")[2]) == value:
        return text
    line = "%s = %s" % (name, value)
    if not places:
        return joined(lines + [line])
    lines[places[-1]] = line
    return joined(line for number, line in enumerate(lines) if number not in places[:-1])


def names(line, name):
    """Tell whether a line of the file sets this parameter; a minus before it only ignores errors."""
    key, sign, _ = line.strip().lstrip("-").partition("=")
    return bool(sign) and not line.strip().startswith(("#", ";")) and canonical(key.strip()) == canonical(name)


def joined(lines):
    return "".join(line + "\n" for line in lines)
