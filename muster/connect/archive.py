"""What is sent to a host: the far side's own files and the task types a plan needs, packed once for all hosts.

Docstrings and comments are blanked out, line by line so that tracebacks stay true; what is left of `muster/target` and
fifty task types fits into the first few packets of a connection.
"""

from __future__ import annotations

import marshal
import re
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import muster.target

TARGET = Path(muster.target.__file__).parent
IMPORT = re.compile(
    r"^[ \t]*from[ \t]+((?:muster\.target|tasks)[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n]*)", re.MULTILINE)
READY = b"MUSTER READY\n"
OLD = b"MUSTER OLD "

# The program on the command line: says that Python runs, drops what is left of a password that sudo did not want,
# reads the archive and starts it. It must be readable for Python 2 as well, to say that it is too old. It has neither
# single quotes nor backslashes, because it is handed over as one line: csh takes no line's end between quotes, and fish
# reads backslashes there.
PROGRAM = """
import sys,os
n=chr(10).encode()
o=os.fdopen(os.dup(1),"wb",0)
if sys.version_info<(3,6):
 o.write(("MUSTER OLD %s %s"%(sys.version.split()[0],sys.executable)).encode()+n);sys.exit(86)
o.write(b"MUSTER READY"+n)
d=b""
def need(f):
 global d
 while not f():
  p=os.read(0,1<<16)
  if not p:sys.exit(0)
  d+=p
def head():
 global d
 while n in d and not d.startswith(b"MUSTER "):d=d.partition(n)[2]
 return n in d
need(head)
l,d=d.split(n,1)
z=int(l.split()[1])
need(lambda:len(d)>=z)
import zlib,marshal
a=marshal.loads(zlib.decompress(d[:z]))
s={};exec(compile(a["muster.target.boot"],"muster:boot.py","exec"),s);s["start"](a,d[z:])
""".strip()
BOOT = "exec('{}')".format(PROGRAM.replace("\n", "\\n"))


def build(task_files: Iterable[Path]) -> bytes:
    """Return the bytes to send once `BOOT` runs: a header line and the compressed archive."""
    sources: dict[str, str] = {}
    for name in ("boot", "agent"):
        add(sources, f"muster.target.{name}", TARGET / f"{name}.py")
    sources.update(sources_of(task_files))
    packed = zlib.compress(marshal.dumps(sources, 2))
    return b"MUSTER %d\n" % len(packed) + packed


def sources_of(task_files: Iterable[Path]) -> dict[str, str]:
    """Return {module name: source text} of task types and of all they import."""
    sources: dict[str, str] = {}
    for path in task_files:
        add(sources, f"tasks.{path.stem}", path)
    return sources


def add(sources: dict[str, str], name: str, path: Path) -> None:
    """Add a module and every file of `muster.target` and `tasks` that it imports."""
    if name in sources:
        return
    text = sources[name] = slim(path.read_text(encoding="utf-8"))
    for imported in imports(text):
        package, _, stem = imported.rpartition(".")
        folder = TARGET if package == "muster.target" else path.parent
        if (folder / f"{stem}.py").is_file():
            add(sources, imported, folder / f"{stem}.py")


def imports(text: str) -> set[str]:
    """Return the names that a file may import from `muster.target` and `tasks`, anywhere in it."""
    found: set[str] = set()
    for match in IMPORT.finditer(text):
        module, names = match[1], match[2].strip("()")
        found.add(module)
        found.update(f"{module}.{name.split()[0]}" for name in names.split(",") if name.split())
    return {name for name in found if name.rpartition(".")[0] in ("muster.target", "tasks")}


def slim(text: str) -> str:
    """Return a source text of the same line numbers without its docstrings and the lines that are comments.

    A parser would take ten times as long, at the start of every run; a text that these few rules might misread, because
    it has strings of several lines that are no docstrings, stays as it is.
    """
    lines = text.splitlines()
    found = docstrings(lines)
    for first, last in found:
        # The statement's place is kept by an empty string, for a body that has nothing else in it.
        indent = len(lines[first]) - len(lines[first].lstrip())
        lines[first : last + 1] = [" " * indent + '""'] + [""] * (last - first)
    if any('"""' in line or "'''" in line for line in lines):
        return text
    return "\n".join("" if line.lstrip().startswith("#") else line for line in lines) + "\n"


def docstrings(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Return first and last index of the docstrings: texts that stand first in a file, a function or a class."""
    found: list[tuple[int, int]] = []
    header, expected, number = False, True, 0
    while number < len(lines):
        line = lines[number].strip()
        if expected and line.startswith('"""'):
            end = number if line.count('"""') > 1 else next(
                (i for i in range(number + 1, len(lines)) if lines[i].rstrip().endswith('"""')), number)
            found.append((number, end))
            number = end
        header = header or line.startswith(("def ", "class "))
        expected = header and line.endswith(":")
        header = header and not expected
        number += 1
    return found
