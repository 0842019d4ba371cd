"""Text replaced throughout a file."""

from muster.target.marks import mark
from muster.target.patterns import DOTALL, MULTILINE, compiled, errors_of_replacements
from muster.target.task import Failure, Mode, Path, task
from muster.target.text import absent, read_text, write_text


@task(aliases={"dest": "path", "destfile": "path", "name": "path", "attr": "attributes"}, obsolete=("unsafe_writes",))
def replace(
    path: Path, regexp: str, replace: str = "", after: str = None, before: str = None, encoding: str = "utf-8",
    backup: bool = False, validate: str = None, owner: str = None, group: str = None, mode: Mode = None,
    attributes: str = None,
    seuser: str = None, serole: str = None, setype: str = None, selevel: str = None,
):
    """Replace all that a regular expression finds in a file.

    path: the file
    regexp: regular expression, searched for in the whole text; ^ and $ match at every line
    replace: what goes in its place; \\1 and \\g<name> stand for its groups
    after: search only behind what this regular expression finds; . in it matches newlines too
    before: search only ahead of what this regular expression finds
    encoding: how the file's text is encoded
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
        - name: Move the mirrors to HTTPS
          replace:
            path: /etc/apt/sources.list
            regexp: '\\bhttp://'
            replace: https://

    Returns:
        msg: how often, as "2 replacements made"
        backup_file: the copy of what was there, if one was made
    """
    text = read_text(path, encoding)
    if text is None:
        raise absent(path)
    section = find_section(text, after, before)
    if section is None:
        return {"msg": "what before and after ask for is not in %s" % path}
    start, end = section
    rule = compiled(regexp, MULTILINE)
    try:
        changed, count = rule.subn(replace, text[start:end])
    except errors_of_replacements() as error:
        raise Failure("replace does not fit regexp: %s" % error, regexp=regexp)
    new = text[:start] + changed + text[end:]
    looks = {"owner": owner, "group": group, "mode": mode}
    values = yield from write_text(path, new, encoding, backup=backup, validate=validate, **looks)
    yield from mark(path, attributes, seuser, serole, setype, selevel)
    return dict(values, msg="%d replacements made" % count if new != text else "")


def find_section(text, after, before):
    """Return where the text to search begins and ends, or None when it cannot be found."""
    if not after and not before:
        return 0, len(text)
    # As far as it goes: behind `after` to the end, up to the last `before`, or from one to the next of the other.
    between = "(?P<section>.*?)" if after and before else "(?P<section>.*)"
    match = compiled((after or "") + between + (before or ""), DOTALL).search(text)
    return match.span("section") if match else None
