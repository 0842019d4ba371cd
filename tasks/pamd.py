"""Rules of PAM: who may log in, and how that is found out."""

import os
import re

from muster.target.task import Choice, Failure, Path, task
from muster.target.text import absent, end_line, read_text, split_lines, write_text

TYPES = ("account", "-account", "auth", "-auth", "password", "-password", "session", "-session")
# pam.conf(5): type, control (words in brackets may be several), module, its arguments; a comment may follow.
RULE = re.compile(r"\s*(-?(?:account|auth|password|session))\s+(\[[^\]]*\]|\S+)\s+(\S+)([^#]*)(#.*)?$", re.IGNORECASE)
ARGUMENT = re.compile(r"\[[^\]]*\]|\S+")


@task
def pamd(
    name: str, type: Choice(*TYPES), control: str, module_path: str, new_type: Choice(*TYPES) = None,
    new_control: str = None, new_module_path: str = None, module_arguments: [str] = None,
    state: Choice("updated", "before", "after", "absent", "args_present", "args_absent") = "updated",
    path: Path = "/etc/pam.d", backup: bool = False,
):
    """Ensure that rules of a service of PAM are as described, have another beside them, or are gone.

    name: the service, which is the name of its file
    type: of the rules that are meant: all that have this type, control and module
    control: of the rules that are meant, such as required or "[success=1 default=ignore]"
    module_path: of the rules that are meant, such as pam_unix.so
    new_type: what their type shall be, or that of a rule beside them
    new_control: what their control shall be, or that of a rule beside them
    new_module_path: what their module shall be, or that of a rule beside them
    module_arguments: all arguments they shall have (updated, before, after), or those they shall have or not among
        others (args_present, args_absent); name=value takes the place of another value
    state: updated alters the rules; before and after put one beside each of them, which needs all that is new; absent
        takes them away; args_present and args_absent look at arguments alone
    path: directory of the files
    backup: keep a copy of what there was

    Example:
        - name: Ask for better passwords
          pamd:
            name: common-password
            type: password
            control: requisite
            module_path: pam_pwquality.so
            module_arguments: [minlen=12]
            state: args_present

    Returns:
        change_count: how many rules were altered, added or taken away
        backupdest: the copy of what there was; empty if none was made
    """
    arguments = None if module_arguments is None else ARGUMENT.findall(" ".join(module_arguments))
    new = (new_type, new_control, new_module_path)
    if state in ("before", "after") and None in new:
        raise Failure("pamd with state %s needs new_type, new_control and new_module_path" % state)
    if state.startswith("args_") and not arguments:
        raise Failure("pamd with state %s needs module_arguments" % state)
    file = os.path.join(path, name)
    text = read_text(file)
    if text is None:
        raise absent(file, ", so there is no service %s of PAM" % name)
    entries = [Rule(line) for line in logical(text)]
    places = [number for number, each in enumerate(entries) if each.fits(type, control, module_path)]
    if state == "absent":
        count, entries = len(places), [each for number, each in enumerate(entries) if number not in places]
    elif state in ("before", "after"):
        count = put_beside(entries, places, new, arguments or [], state)
    else:
        count = sum(alter(entries[number], state, new, arguments) for number in places)
    extra = {}
    if count:
        extra = yield from write_text(file, "".join(each.text for each in entries), backup=backup)
    return {"change_count": count, "backupdest": extra.get("backup_file", "")}


class Rule:
    """A line of a file, and the rule in it; of one that holds none `type` is None.

    text: as it stands in the file, with the end of the line
    """

    def __init__(self, text):
        self.text = text
        found = RULE.match(text.replace("\\\n", " ").rstrip("\n"))
        self.type, self.control, self.module, rest, self.comment = found.groups() if found else (None,) * 5
        self.arguments = ARGUMENT.findall(rest) if found else []
        self.blank = not found and (not text.strip() or text.lstrip().startswith("#"))

    def fits(self, type, control, module):
        return (self.type is not None and self.type.lower() == type and self.module == module
                and plain(self.control) == plain(control))

    def set(self, type, control, module, arguments):
        """Give the rule these parts, None for those that stay; return whether any of them is another."""
        before = (self.type, plain(self.control), self.module, self.arguments)
        self.type, self.control, self.module = type or self.type, control or self.control, module or self.module
        self.arguments = self.arguments if arguments is None else arguments
        if (self.type, plain(self.control), self.module, self.arguments) == before:
            return False
        words = ["%-10s" % self.type, plain(self.control), self.module, *self.arguments]
        self.text = " ".join(words + ([self.comment] if self.comment else [])) + "\n"
        return True


def plain(control):
    """Return a control with single blanks between the words in its brackets."""
    return " ".join((control or "").lower().split())


def logical(text):
    """Return the lines of a file, those that end with a backslash together with the next."""
    lines = []
    for line in split_lines(text):
        if lines and lines[-1].endswith("\\\n"):
            lines[-1] += line
        else:
            lines.append(line)
    end_line(lines)
    return lines


def put_beside(entries, places, new, arguments, side):
    """Put a rule before or after each of those at these places, if none is there; return how many were altered."""
    step, count = (-1, 0) if side == "before" else (1, 0)
    for place in reversed(places):
        neighbour = place + step
        while 0 <= neighbour < len(entries) and entries[neighbour].blank:
            neighbour += step
        if 0 <= neighbour < len(entries) and entries[neighbour].fits(*new):
            count += entries[neighbour].set(None, None, None, arguments or None)
            continue
        rule = Rule("")
        rule.set(*new, arguments)
        entries.insert(place + (side == "after"), rule)
        count += 1
    return count


def alter(rule, state, new, arguments):
    """Give a rule what is new, or (args_present, args_absent) arguments; return whether it is another then."""
    if state == "updated":
        return rule.set(*new, arguments)
    if state == "args_absent":
        return rule.set(None, None, None, [each for each in rule.arguments if each not in arguments])
    wanted = list(rule.arguments)
    for each in arguments:
        name, sign, _ = each.partition("=")
        same = [number for number, have in enumerate(wanted) if have.partition("=")[:2] == (name, sign)]
        if each.startswith("[") or not same:
            wanted += [each] * (each not in wanted)
        else:
            wanted[same[0]] = each
    return rule.set(None, None, None, wanted)
