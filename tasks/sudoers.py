"""Rules of sudo, each in a file of its own."""

import os

from muster.target.files import remove, write
from muster.target.system import which
from muster.target.task import Choice, Failure, Path, task


@task
def sudoers(
    name: str, state: Choice("present", "absent") = "present", user: str = None, group: str = None,
    commands: [str] = None, host: str = "ALL", runas: str = None, nopassword: bool = True, noexec: bool = False,
    setenv: bool = False, sudoers_path: Path = "/etc/sudoers.d",
    validation: Choice("absent", "detect", "required") = "detect",
):
    """Ensure a rule of sudo exists, or does not.

    name: name of the rule, and of its file
    state: whether it should exist
    user: whom it is for
    group: the group it is for, instead of a user
    commands: what may be run, with full paths, or ALL
    host: host on which it holds
    runas: as whom it may be run; root where nothing is said
    nopassword: do not ask for the password
    noexec: do not let the commands start others
    setenv: let the user keep or set variables of the environment
    sudoers_path: directory of the files
    validation: whether visudo looks at the rule first: never, where it is there (detect), or always

    Example:
      - sudoers:
          name: deploy
          user: deploy
          commands: [/usr/bin/systemctl restart app]

    Returns:
      path: the file of the rule
    """
    if not name or "/" in name:
        raise Failure("%r is no name of a rule of sudo: it is that of a file in %s" % (name, sudoers_path))
    path = os.path.join(sudoers_path, name)
    if state == "absent":
        yield from remove(path)
        return {"path": path}
    if bool(user) == bool(group) or not commands:
        raise Failure("the rule %s of sudo needs a user or a group, one of them, and commands" % name)
    if "." in name or name.endswith("~"):
        raise Failure("sudo does not read files whose name has a dot or ends in ~; give %s another name" % name)
    visudo = which("visudo")
    if validation == "required" and not visudo:
        raise Failure("visudo is not on this host, so the rule cannot be checked; install the package sudo")
    tags = "NOEXEC:" * noexec + "NOPASSWD:" * nopassword + "SETENV:" * setenv
    line = "%s %s=%s%s %s" % (user or "%" + group, host, "(%s)" % runas if runas else "", tags, ", ".join(commands))
    check = visudo + " -cf %s" if visudo and validation != "absent" else None
    yield from write(path, line + "\n", mode=0o440, validate=check)
    return {"path": path}
