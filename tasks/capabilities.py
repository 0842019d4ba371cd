"""Capabilities of programs: rights of root that a file gives whoever runs it."""

import re

from muster.target.system import capture, run, which
from muster.target.task import Choice, Failure, Path, task


@task(aliases={"key": "path", "cap": "capability"})
def capabilities(path: Path, capability: str, state: Choice("present", "absent") = "present"):
    """Ensure a file has a capability, or does not.

    Of one file either all capabilities are effective (e) or none is: the kernel knows a single bit for them.

    path: the file
    capability: its name, with how it is given: cap_net_bind_service+ep; + adds, = sets. The name will do for absent
    state: whether it should be there

    Example:
      - capabilities: {path: /usr/bin/ping, capability: cap_net_raw+ep}

    Returns:
      stdout: what getcap says of the file afterwards
    """
    if not which("getcap"):
        raise Failure("getcap is not on this host; install libcap2-bin (Debian) or libcap (RHEL, Amazon Linux)")
    name, sign, letters = split(capability, state)
    before = current(path)
    after = dict(before)
    if state == "absent":
        after.pop(name, None)
    elif before.get(name, ("", ""))[1] != letters:
        after[name] = (sign, letters)
    if after != before:
        words = ["%s%s%s" % (each, after[each][0], after[each][1]) for each in sorted(after)]
        yield run("setcap", *([" ".join(words), path] if words else ["-r", path]), paths=[path])
    return {"stdout": capture("getcap", path).stdout.strip()}


def split(capability, state):
    """Return name, sign and letters (sorted) of cap_x+ep; raise Failure for what is none."""
    match = re.match(r"^(cap_[a-z_]+)(?:([=+])([eip]+))?$", capability.lower())
    if not match or (state == "present" and not match.group(2)):
        raise Failure("%s is no capability: write it as cap_net_raw+ep" % capability)
    return match.group(1), match.group(2) or "+", "".join(sorted(match.group(3) or ""))


def current(path):
    """Return the capabilities of a file, {name: ("=", letters)}; raise Failure when they cannot be read.

    getcap prints `/bin/ping cap_net_raw=ep`, and before libcap 2.33 `/bin/ping = cap_net_raw+ep`.
    """
    outcome = capture("getcap", path)
    if not outcome.ok or outcome.stderr:
        raise outcome.failure("the capabilities of %s cannot be read: %s" % (path, outcome.stderr.strip()))
    text = outcome.stdout.strip()
    text = text[len(path):] if text.startswith(path) else text
    found = {}
    for names, letters in re.findall(r"([a-z_,0-9]+)[=+]([eip]+)", text):
        for name in names.split(","):
            found[name] = ("=", "".join(sorted(letters)))
    return found
