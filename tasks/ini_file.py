"""Options in files that have sections: [section], option = value."""

import re

from muster.target.marks import mark
from muster.target.status import owned
from muster.target.task import Choice, Failure, Mode, Path, task
from muster.target.text import absent, end_line, read_text, split_lines, write_text

HEADER = re.compile(r"\[.*\]")


@task(aliases={"dest": "path", "attr": "attributes"}, obsolete=("unsafe_writes",))
def ini_file(
    path: Path, section: str = None, option: str = None, value: str = None, values: [str] = (),
    state: Choice("present", "absent") = "present", exclusive: bool = True, section_has_values: [dict] = (),
    allow_no_value: bool = False, modify_inactive_option: bool = True, no_extra_spaces: bool = False,
    ignore_spaces: bool = False, create: bool = True, backup: bool = False, follow: bool = False,
    owner: str = None, group: str = None, mode: Mode = None, attributes: str = None,
    seuser: str = None, serole: str = None, setype: str = None, selevel: str = None,
):
    """Ensure that a file of sections and options has an option or a section, or has it no more.

    path: the file
    section: name of the section; without it the option is one of those before the first section
    option: name of the option; without it the section itself is meant
    value: its value
    values: its values, each on a line of its own
    state: whether it should be there
    exclusive: lines with other values of the option go; if not they stay, and only lines with these values are taken
        out
    section_has_values: of several sections with this name the first that has these options, each {option, value} or
        {option, values}; where there is none, a section with them is made
    allow_no_value: the option may stand alone, without = and a value
    modify_inactive_option: a line that is commented out is used for the option
    no_extra_spaces: write option=value, without spaces
    ignore_spaces: leave a line that differs in spaces around = only
    create: create a file that is missing, and its directory
    backup: keep a copy of what was there
    follow: when path is a link, write to what it points to instead of replacing it
    owner: user who owns the file
    group: group that owns the file
    mode: permissions of the file
    attributes: those that chattr sets: "+i", "-a", or "=ai" for just these
    seuser: user part of the SELinux label
    serole: role part of the SELinux label
    setype: type part of the SELinux label
    selevel: level part of the SELinux label

    Example:
        - name: Log to a file
          ini_file:
            path: /etc/app/app.ini
            section: logging
            option: target
            value: file
            mode: "0644"

    Returns:
        path: the file
        msg: what was done, as "option changed"
        backup_file: the copy of what was there, if one was made
        owner: user who owns the file
        group: group that owns it
        uid: number of that user
        gid: number of that group
        mode: its permissions, as "0644"
        size: its size in bytes
        state: file, or absent
    """
    wanted = [each.rstrip("\r\n") for each in (values if value is None else [value])]
    if any("\n" in each for each in wanted + [section or "", option or ""]):
        raise Failure("a line break in a section, an option or a value: the file would have other lines at each run")
    if value is not None and values:
        raise Failure("give value or values, not both")
    if state == "present" and not wanted and not allow_no_value:
        name = option or section
        raise Failure("say which value %s is to have, or that it has none with allow_no_value: yes" % name)
    if section is None and option is None:
        raise Failure("give a section, an option, or both")
    text = read_text(path)
    if text is None and (state == "absent" or not create):
        if state == "present":
            raise absent(path, "; use create: yes to have it made")
        return {"path": path, "msg": "OK", "state": "absent"}
    lines = split_lines((text or "").lstrip("\ufeff"))
    end_line(lines)
    style = Style("=" if no_extra_spaces else " = ", ignore_spaces, modify_inactive_option)
    conditions = [(each.get("option"), values_of(each)) for each in section_has_values]
    msg = edit(lines, section, option, wanted, conditions, state == "present", exclusive, style)
    looks = {"owner": owner, "group": group, "mode": mode}
    kept = yield from write_text(path, "".join(lines), backup=backup, follow=follow, **looks)
    yield from mark(path, attributes, seuser, serole, setype, selevel)
    return dict(owned(path), path=path, msg=msg, **kept)


class Style:
    """How options are written here.

    sign: between an option and its value
    lenient: other spaces around it will do
    inactive: options that are commented out are options, too
    """

    def __init__(self, sign, lenient, inactive):
        self.sign = sign
        self.lenient = lenient
        self.inactive = inactive

    def line(self, option, value):
        return option + ("" if value is None else self.sign + value)

    def fits(self, line, option, value):
        """Tell whether a line can stay as it is."""
        return line.rstrip("\r\n") == self.line(option, value) or self.lenient and active(line, option) == (value,)


def values_of(condition):
    """Return the values that a section must have for an option; none where any will do."""
    if not condition.get("option"):
        raise Failure("section_has_values: each entry needs an option")
    given = condition.get("values") or ([] if condition.get("value") is None else [condition["value"]])
    return [str(each) for each in given]


def active(line, option, comment=""):
    """Return (value,) of a line that sets the option, where value is None behind no sign; None for any other line."""
    match = re.match(r"%s[ \t]*%s[ \t]*(?:=[ \t]*(.*?))?[ \t]*$" % (comment, re.escape(option.strip())), line.strip())
    return (match.group(1),) if match else None


def inactive(line, option):
    """Return the same of a line that is commented out."""
    return active(line, option, "[#;]")


def edit(lines, section, option, wanted, conditions, present, exclusive, style):
    """Change the lines; return what was done in words."""
    place = find(lines, section, conditions)
    if place is None:
        if not present:
            return "OK"
        lines.append("[%s]\n" % section)
        lines.extend(style.line(name, each) + "\n" for name, has in conditions for each in has or [None])
        if option is None:
            return "only section added"
        lines.extend(style.line(option, each) + "\n" for each in wanted or [None])
        return "section and option added"
    start, end = place
    if option is None:
        if not present:
            del lines[start - 1:end]
        return "OK" if present else "section removed"
    body = lines[start:end]
    if present:
        msg = put(body, option, wanted or [None], exclusive, style)
    else:
        msg = take(body, option, None if exclusive else wanted)
    lines[start:end] = body
    return msg


def find(lines, section, conditions):
    """Return where the options of the section begin and end, as indexes; None where there is no such section."""
    starts = [index for index, line in enumerate(lines) if HEADER.match(line)]
    if section is None:
        return 0, (starts + [len(lines)])[0]
    own = re.compile(r"\[\s*%s\s*\]" % re.escape(section.strip()))
    for start, end in zip(starts, starts[1:] + [len(lines)]):
        body = lines[start + 1:end]
        if own.match(lines[start]) and all(has(body, option, values) for option, values in conditions):
            return start + 1, end
    return None


def has(body, option, values):
    """Tell whether the section sets the option, to all of these values."""
    found = [active(line, option)[0] for line in body if active(line, option)]
    return bool(found) and all(value in found for value in values)


def put(body, option, wanted, exclusive, style):
    """Have these values of the option among the lines of a section; return what was done in words.

    A line that holds a value already is used for it, be it commented out; then, where other values are to go, the lines
    that hold them; what is left goes behind the last line that says something.
    """
    before = list(body)
    places = {}  # Which line is for which value.
    for rule in [active] + ([inactive] if style.inactive else []):
        for index, line in enumerate(body):
            found = rule(line, option)
            if found and found[0] in wanted and found[0] not in places.values() and index not in places:
                places[index] = found[0]
    left = [value for value in wanted if value not in places.values()]
    others = [index for index, line in enumerate(body) if index not in places and (
        active(line, option) or style.inactive and inactive(line, option))] if exclusive else []
    added = left[len(others):]
    places.update(zip(others, left))
    for index, value in places.items():
        if not (active(body[index], option) and style.fits(body[index], option, value)):
            body[index] = style.line(option, value) + ending(body[index])
    for index in reversed(others[len(left):]):
        if wanted != [None] or active(body[index], option):
            del body[index]
    position = behind_last(body)
    body[position:position] = [style.line(option, value) + ending(before[0] if before else "\n") for value in added]
    return "option added" if added else "OK" if body == before else "option changed"


def ending(line):
    return "\r\n" if line.endswith("\r\n") else "\n"


def behind_last(body):
    """Return the index behind the last line that is neither empty nor a comment."""
    saying = [index for index, line in enumerate(body) if line.strip() and line.strip()[0] not in "#;"]
    return saying[-1] + 1 if saying else 0


def take(body, option, values):
    """Take the option out of the lines of a section; return what was done in words.

    values: only lines with one of these; None for all
    """
    before = list(body)
    body[:] = [line for line in body if not (
        active(line, option) and (values is None or active(line, option)[0] in values))]
    return "OK" if body == before else "option changed"
