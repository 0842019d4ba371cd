"""Diversions: files that packages install elsewhere."""

import os

from muster.target.files import remove
from muster.target.system import capture, run
from muster.target.task import Choice, Path, task

DIVERSIONS = "/var/lib/dpkg/diversions"


@task
def dpkg_divert(
    path: Path,
    state: Choice("present", "absent") = "present",
    divert: Path = None,
    holder: str = None,
    rename: bool = False,
    force: bool = False,
):
    """Ensure dpkg installs packages' versions of a file elsewhere, or does so no more.

    path: the file, as packages name it
    state: whether it should be diverted
    divert: where packages' versions go; by default the path with .distrib added
    holder: package whose own file stays; by default the host's administrator (LOCAL) has it
    rename: move the file aside or back when the diversion comes or goes
    force: with rename, even over a file that is at the other place

    Example:
      - dpkg_divert: {path: /etc/screenrc, rename: true}

    Returns:
      commands: the command lines of dpkg-divert
      diversion: {path, state, divert, holder} as it is now
    """
    have = diversion(path)
    wanted = dict.fromkeys(("divert", "holder"))
    if state == "present":
        wanted = {"divert": divert or path + ".distrib", "holder": holder or "LOCAL"}
    commands = []
    comes_or_goes = have["holder"] is None or wanted["holder"] is None
    move = "--rename" if rename and comes_or_goes else "--no-rename"
    if have != wanted and have["holder"]:
        commands.append(["dpkg-divert", move, "--remove", path])
    if have != wanted and wanted["holder"]:
        whose = ["--local"] if wanted["holder"] == "LOCAL" else ["--package", wanted["holder"]]
        commands.append(["dpkg-divert", move] + whose + ["--divert", wanted["divert"], "--add", path])
    other = wanted["divert"] or have["divert"]
    if commands and move == "--rename" and force:
        source, target = (path, other) if state == "present" else (other, path)
        if os.path.lexists(source):
            yield from remove(target)  # dpkg-divert itself never writes over a file.
    for command in commands:
        yield run(*command, paths=[DIVERSIONS, path, other])
    return {"commands": [" ".join(each) for each in commands], "diversion": dict(wanted, path=path, state=state)}


def diversion(path):
    """Return {"divert", "holder"} of the path; both are None where nothing diverts it."""
    holder = capture("dpkg-divert", "--listpackage", path, check=True).stdout.strip()
    if not holder:
        return {"divert": None, "holder": None}
    return {"divert": capture("dpkg-divert", "--truename", path, check=True).stdout.strip(), "holder": holder}
