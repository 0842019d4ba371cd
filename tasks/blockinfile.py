"""Blocks of lines in text files, between two marking lines."""

from muster.target.marks import mark
from muster.target.task import Choice, Failure, Mode, Path, task
from muster.target.text import absent, end_line, place, read_text, split_lines, write_text


@task(
    aliases={"dest": "path", "destfile": "path", "name": "path", "content": "block", "attr": "attributes"},
    obsolete=("unsafe_writes",),
)
def blockinfile(
    path: Path, block: str = "", state: Choice("present", "absent") = "present",
    marker: str = "# {mark} ANSIBLE MANAGED BLOCK", marker_begin: str = "BEGIN", marker_end: str = "END",
    insertafter: str = None, insertbefore: str = None, append_newline: bool = False, prepend_newline: bool = False,
    create: bool = False, backup: bool = False, validate: str = None,
    owner: str = None, group: str = None, mode: Mode = None, attributes: str = None,
    seuser: str = None, serole: str = None, setype: str = None, selevel: str = None,
):
    """Ensure that a file has a block of lines, or has it no more.

    path: the file
    block: the lines; empty text removes the block
    state: whether the block should be there
    marker: the line before and after the block, by which it is found again; {mark} in it becomes the two words below
    marker_begin: the word for the line before
    marker_end: the word for the line after
    insertafter: a new block goes behind the last line in which this regular expression is found; EOF is the end of the
        file, which is the default
    insertbefore: as insertafter, but before that line; BOF is the beginning of the file
    append_newline: have an empty line after the block, unless it ends the file
    prepend_newline: have an empty line before the block, unless it begins the file
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
        - name: Allow agents to be forwarded to the hosts of the lab only
          blockinfile:
            path: ~/.ssh/config
            create: true
            mode: "0600"
            block: |
              Host *.lab
                  ForwardAgent yes

    Returns:
        msg: what was done, as "Block inserted"
        backup_file: the copy of what was there, if one was made
    """
    if insertafter is not None and insertbefore is not None:
        raise Failure("give insertafter or insertbefore, not both")
    first, last = (marker.replace("{mark}", word) for word in (marker_begin, marker_end))
    if first == last:
        raise Failure("the marker %r is the same before and after the block: it needs {mark}" % marker)
    if "\n" in first.rstrip("\n") or "\n" in last.rstrip("\n"):
        raise Failure("the marker %r is more than one line: the block would be inserted at each run" % marker)
    text = read_text(path)
    present = state == "present" and bool(block)
    if text is None:
        if not present:
            return {"msg": "file not present"}
        if not create:
            raise absent(path, "; use create: yes to have it made")
    lines = split_lines(text or "")
    index = take_out(lines, first, last)
    if present:
        if index is None:
            index = place(lines, insertafter, insertbefore)
        block = block[:-1] if block.endswith("\n") else block
        block = split_lines("%s\n%s\n%s\n" % (first, block, last))
        put_in(lines, index, block, prepend_newline, append_newline)
    new = "".join(lines)
    looks = {"owner": owner, "group": group, "mode": mode}
    values = yield from write_text(path, new, backup=backup, validate=validate, **looks)
    yield from mark(path, attributes, seuser, serole, setype, selevel)
    return dict(values, msg="" if new == text else said(text, present))


def said(text, present):
    if text is None:
        return "File created"
    return "Block inserted" if present else "Block removed"


def take_out(lines, first, last):
    """Remove the block with its two marking lines from this list; return where it was, or None when there is none.

    The last line of each kind counts, and where they are the wrong way round all between them goes as well.
    """
    marks = {line.rstrip("\n"): index for index, line in enumerate(lines)}
    if first not in marks or last not in marks:
        return None
    begin, end = sorted([marks[first], marks[last]])
    del lines[begin : end + 1]
    return begin


def put_in(lines, index, block, prepend_newline, append_newline):
    """Insert the lines of the block into this list, with empty lines around them where they are wanted and missing."""
    if index == len(lines):
        end_line(lines)
    if append_newline and index < len(lines) and lines[index] != "\n":
        block = block + ["\n"]
    if prepend_newline and index > 0 and lines[index - 1] != "\n":
        block = ["\n"] + block
    lines[index:index] = block
