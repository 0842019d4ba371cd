"""Which of several programs a general name stands for, such as `editor` or `java`."""

import re

from muster.target.system import capture, run, which
from muster.target.task import Choice, Failure, Path, context, task, warn

LINKS, OF_DPKG, OF_RED_HAT = "/etc/alternatives", "/var/lib/dpkg/alternatives", "/var/lib/alternatives"
USUAL_PRIORITY = 50


@task(aliases={"slaves": "subcommands"})
def alternatives(
    name: str, path: Path = None, link: Path = None, priority: int = None,
    state: Choice("present", "selected", "auto", "absent") = "selected", subcommands: [dict] = None, family: str = None,
):
    """Ensure an alternative for a name is there, is the one that is used, or is gone.

    name: general name, such as editor
    path: the program that it can stand for
    link: where the name is found, such as /usr/bin/editor; needed where the name is new, and on Red Hat's systems
        wherever an alternative is new
    priority: the highest is used where none was selected; 50 for a new one if none is given
    state: present for one that is there, selected for one that is used too, auto for one that is there while the
        highest priority decides which is used, absent for one that is not there
    subcommands: what else changes with it, each with name, link and path; if none are given those there are stay
    family: what was selected of this family counts as well, and without path it is selected whole; known on Red Hat's
        systems alone

    Example:
        - name: Edit with vim
          alternatives: {name: editor, path: /usr/bin/vim.basic}

    Returns:
        name: the general name
        path: the program, where one was given
        state: as it was given
    """
    result = {"name": name, "path": path, "state": state}
    tool = Debian(name) if not which("alternatives") else RedHat(name)
    if path is None and (family is None or state == "absent"):
        hint = "" if state == "absent" else ", or a family"
        raise Failure("alternatives of %s needs the path of one%s" % (name, hint))
    if state == "absent":
        if path in tool.known:
            yield tool.change(["--remove", name, path])
        return result
    if path is not None:
        wanted = {each["name"]: each["path"] for each in checked(subcommands)} if subcommands is not None else None
        if differs(tool.known.get(path), priority, wanted):
            yield tool.install(path, link, priority, subcommands)
    elif not any(each.family == family for each in tool.known.values()):
        raise Failure("there is no family %s among the alternatives of %s" % (family, name))
    selected = path == tool.current or family is not None and tool.family() == family
    if state == "selected" and not selected:
        yield tool.change(["--set", name, path or family])
    elif state == "auto" and tool.manual:
        yield tool.change(["--auto", name])
    return result


class Alternative:
    """One alternative of a name.

    subcommands: {name: path}
    """

    def __init__(self, priority=None, family=None):
        self.priority = priority
        self.family = family
        self.subcommands = {}


class Group:
    """What is known of a name.

    link: where it is found, or None
    current: path of the alternative that is used, or None
    manual: whether that one was selected
    known: {path: Alternative}
    links: {name of a subcommand: its link}
    """

    program = admin = None

    def __init__(self, name):
        self.name = name
        self.link = self.current = None
        self.manual = False
        self.known, self.links = {}, {}
        if not which(self.program):
            raise Failure("%s is not on this host; install dpkg (Debian), update-alternatives (SUSE) or chkconfig "
                          "(Red Hat)" % self.program)
        self.read()

    def family(self):
        """Return the family of the alternative that is used, or None."""
        return self.known[self.current].family if self.current in self.known else None

    def change(self, words, links=()):
        """Return the change that runs the program with these words."""
        names = [self.name, *self.links]
        places = [self.link, *self.links.values(), *links, *("%s/%s" % (LINKS, name) for name in names)]
        return run(self.program, *words, paths=[path for path in places if path] + ["%s/%s" % (self.admin, self.name)])

    def install(self, path, link, priority, subcommands):
        """Return the change that makes an alternative known, or known with something else."""
        link = link or self.link
        if link is None:
            self.lacks_link(path)
        have = self.known.get(path) or Alternative(USUAL_PRIORITY)
        if subcommands is None:
            subcommands = [{"name": name, "link": self.links.get(name), "path": target}
                           for name, target in sorted(have.subcommands.items())]
        if not all(each["link"] for each in subcommands):
            raise Failure("give the subcommands of %s too: where their links are is not told here" % path)
        words = ["--install", link or "?", self.name, path, str(have.priority if priority is None else priority)]
        for each in subcommands:
            words += ["--slave", each["link"], each["name"], each["path"]]
        return self.change(words, [link, *(each["link"] for each in subcommands)])

    def lacks_link(self, path):
        """Raise Failure; in check mode an earlier task may have been about to make the name known."""
        text = "the alternative %s of %s is new: give the link that shall lead to it" % (path, self.name)
        if not context.check:
            raise Failure(text)
        warn(text)


class Debian(Group):
    """As dpkg's update-alternatives tells it, in lines of "Key: value" (update-alternatives(1))."""

    program, admin = "update-alternatives", OF_DPKG

    def read(self):
        one = None
        for line in capture(self.program, "--query", self.name).lines:
            key, _, value = line.partition(":") if not line.startswith(" ") else (None, None, None)
            if key == "Alternative":
                one = self.known[value.strip()] = Alternative()
            elif key == "Priority":
                one.priority = int(value)
            elif key is None:
                name, _, path = line.strip().partition(" ")
                (self.links if one is None else one.subcommands)[name] = path
            elif key in ("Link", "Status", "Value"):
                self.take(key, value.strip())

    def take(self, key, value):
        if key == "Link":
            self.link = value
        elif key == "Status":
            self.manual = value == "manual"
        else:
            self.current = value if value != "none" else None


class RedHat(Group):
    """As the alternatives of chkconfig display it; where links are it does not say.

    The format is written down from what is known of it, and has not been measured on a host yet.
    """

    program, admin = "alternatives", OF_RED_HAT

    def read(self):
        one = None
        for line in capture(self.program, "--display", self.name).lines:
            found = re.match(r"(/.*) - (?:family (\S+) )?priority (-?\d+)", line)
            below = re.match(r" (?:slave|follower) (\S+): (.*)", line)
            if found:
                one = self.known[found.group(1)] = Alternative(int(found.group(3)), found.group(2))
            elif below and below.group(2) != "(null)":
                one.subcommands[below.group(1)] = below.group(2)
            elif line.startswith(" link currently points to "):
                self.current = line.split(" to ", 1)[1]
            elif " - status is " in line:
                self.manual = line.endswith("manual.")


def differs(have, priority, subcommands):
    """Tell whether an alternative is not known, or not with this priority and these subcommands (None: any)."""
    if have is None:
        return True
    return priority not in (None, have.priority) or subcommands not in (None, have.subcommands)


def checked(subcommands):
    """Return the subcommands; raise Failure for one that lacks something."""
    for each in subcommands:
        missing = [key for key in ("name", "link", "path") if not each.get(key)]
        if missing:
            raise Failure("a subcommand needs name, link and path; %s is missing in %r" % (", ".join(missing), each))
    return subcommands
