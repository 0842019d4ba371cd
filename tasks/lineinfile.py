"""Single lines of text files."""

from muster.target.marks import mark
from muster.target.patterns import compiled, errors_of_replacements
from muster.target.task import Choice, Failure, Mode, Path, task
from muster.target.text import absent, end_line, place, read_text, split_lines, write_text


@task(
    aliases={"dest": "path", "destfile": "path", "name": "path", "regex": "regexp", "value": "line",
             "attr": "attributes"},
    obsolete=("unsafe_writes",),
)
def lineinfile(
    path: Path, line: str = None, regexp: str = None, search_string: str = None,
    state: Choice("present", "absent") = "present", insertafter: str = None, insertbefore: str = None,
    backrefs: bool = False, firstmatch: bool = False, create: bool = False, backup: bool = False, validate: str = None,
    owner: str = None, group: str = None, mode: Mode = None, attributes: str = None,
    seuser: str = None, serole: str = None, setype: str = None, selevel: str = None,
):
    """Ensure that a file has a line, or has no such line.

    path: the file
    line: the line, without its newline
    regexp: the last line in which this is found is replaced; with state: absent, all such lines are removed
    search_string: as regexp, but plain text
    state: whether the line should be there
    insertafter: where no line is replaced, the new one goes behind the last line in which this regular expression is
        found; EOF is the end of the file, which is the default
    insertbefore: as insertafter, but before that line; BOF is the beginning of the file
    backrefs: groups such as \\1 in `line` stand for what regexp found; without a match nothing is done
    firstmatch: take the first line that matches instead of the last
    create: create a file that is missing, and its directory
    backup: keep a copy of what was there
    validate: command that checks the new file before it is put in place; %s stands for it
    owner: user who owns the file
    group: group that owns the file
    mode: permissions of the file
    attributes: those that chattr sets: "+i", "-a", or "=ai" for just these
    seuser: user part of the SELinux label
    serole: role part of the SELinux label
    setype: type part of the SELinux label
    selevel: level part of the SELinux label

    Example:
        - name: Let nobody log in as root
          lineinfile:
            path: /etc/ssh/sshd_config
            regexp: '^#?\\s*PermitRootLogin\\b'
            line: PermitRootLogin no
            validate: sshd -t -f %s

    Returns:
        msg: what was done, as "line replaced"
        backup_file: the copy of what was there, if one was made; `backup` is the same
        found: how many lines were removed
    """
    if regexp is not None and search_string is not None:
        raise Failure("give regexp or search_string, not both")
    if state == "present" and line is None:
        raise Failure("line is missing: what shall %s hold?" % path)
    if state == "absent" and line is None and regexp is None and search_string is None:
        raise Failure("say which lines shall go: line, regexp or search_string")
    if backrefs and regexp is None and state == "present":
        raise Failure("backrefs refer to what regexp finds, and regexp is missing")
    if insertafter is not None and insertbefore is not None:
        raise Failure("give insertafter or insertbefore, not both")
    text = read_text(path)
    if text is None and state == "absent":
        return {"msg": "file not present", "found": 0, "backup": ""}
    if text is None and not create:
        raise absent(path, "; use create: yes to have it made")
    lines = split_lines(text or "")
    find = finder(regexp, search_string)
    values = {}
    if state == "absent":
        kept = [each for each in lines if not (find(each) if find else each.rstrip("\r\n") == line)]
        values["found"] = len(lines) - len(kept)
        message = "%d line(s) removed" % values["found"] if values["found"] else ""
        lines = kept
    else:
        message = put(lines, line, find, backrefs, firstmatch, insertafter, insertbefore)
    looks = {"owner": owner, "group": group, "mode": mode}
    if text is None and not message:
        return {"msg": "", "backup": ""}
    values.update((yield from write_text(path, "".join(lines), backup=backup, validate=validate, **looks)))
    yield from mark(path, attributes, seuser, serole, setype, selevel)
    return dict(values, msg=message, backup=values.get("backup_file", ""))


def finder(regexp, search_string):
    """Return the function that tells whether a line is the one to be replaced, or None when there is no rule."""
    if regexp is not None:
        return compiled(regexp).search
    if search_string is not None:
        return lambda line: search_string in line
    return None


def put(lines, line, find, backrefs, firstmatch, insertafter, insertbefore):
    """Replace or insert the line in this list; return words for what was done, empty for nothing."""
    found = [find(each) if find else None for each in lines]
    matching = [index for index, match in enumerate(found) if match]
    if matching:
        index = matching[0 if firstmatch else -1]
        return replace(lines, index, filled(found[index], line) if backrefs else line)
    same = [index for index, each in enumerate(lines) if each.rstrip("\r\n") == line]
    if same and not backrefs:
        return replace(lines, same[-1], line)
    # What is given as a line may be several; they are there when they stand together.
    if backrefs or ("\n" in line and "\n" + line.rstrip("\n") + "\n" in "\n" + "".join(lines)):
        return ""
    index = place(lines, insertafter, insertbefore, firstmatch)
    if index == len(lines):
        end_line(lines)
    lines.insert(index, line + "\n")
    return "line added"


def filled(match, line):
    """Return the line with the groups in it that regexp found."""
    try:
        return match.expand(line)
    except errors_of_replacements() as error:
        raise Failure("line does not fit regexp: %s" % error)


def replace(lines, index, line):
    line = line if line.endswith("\n") else line + "\n"
    if lines[index] == line:
        return ""
    lines[index] = line
    return "line replaced"
