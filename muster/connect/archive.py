"""What is sent to a host: the far side's own files and the task types a plan needs, packed once for all hosts.

There are two forms of it. Source text suits every Python; docstrings and comments are blanked out, line by line so that
tracebacks stay true, and what is left of `muster/target` and fifty task types fits into the first few packets of a
connection. Compiled code suits only a Python that is like our own; it is three times as much to send, and spares such
a host the compiling, which is a third of all its work in a run that changes nothing.
"""

from __future__ import annotations

import importlib.util
import marshal
import re
import threading
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.machinery import SourceFileLoader
from pathlib import Path

import muster.target

TARGET = Path(muster.target.__file__).parent
IMPORT = re.compile(
    r"^[ \t]*from[ \t]+((?:muster\.target|tasks)[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n]*)", re.MULTILINE)
# What the boot program says first: its Python's magic number, or the version of one that is too old.
READY = re.compile(rb"MUSTER READY (\d+)\n")
OLD = re.compile(rb"MUSTER OLD (\d\S*) [^\n]*\n")

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
m=sys.modules["_frozen_importlib_external"].MAGIC_NUMBER
o.write(("MUSTER READY %d"%int.from_bytes(m[:2],"little")).encode()+n)
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
s={};b=a["muster.target.boot"]
exec(b if hasattr(b,"co_name") else compile(b,"muster:boot.py","exec"),s);s["start"](a,d[z:])
""".strip()
BOOT = "exec('{}')".format(PROGRAM.replace("\n", "\\n"))


# What tells whether two Pythons can read each other's compiled code (PEP 3147); the boot program says that of its own.
MAGIC = int.from_bytes(importlib.util.MAGIC_NUMBER[:2], "little")


class Archive:
    """The bytes to send once `BOOT` runs, in the form that suits a host; each form is made once. Threads may share it.

    task_files: of the task types in it
    """

    def __init__(self, task_files: Iterable[Path]) -> None:
        self.guard = threading.Lock()
        self.made: dict[Callable[[Mapping[str, Path]], bytes], bytes] = {}
        self.modules: dict[str, Path] = {}
        for name in ("boot", "agent"):
            add(self.modules, f"muster.target.{name}", TARGET / f"{name}.py")
        self.modules.update(modules_of(task_files))

    @property
    def source(self) -> bytes:
        """For every Python."""
        return self.form(source)

    @property
    def compiled(self) -> bytes:
        """For a Python with our own magic number."""
        return self.form(compiled)

    def form(self, make: Callable[[Mapping[str, Path]], bytes]) -> bytes:
        with self.guard:
            if make not in self.made:
                self.made[make] = make(self.modules)
            return self.made[make]

    def fitting(self, magic: int) -> bytes:
        """Return the form that starts fastest on a Python with this magic number."""
        return self.compiled if magic == MAGIC else self.source


def source(modules: Mapping[str, Path]) -> bytes:
    return packed(marshal.dumps(texts(modules), 2))


def compiled(modules: Mapping[str, Path]) -> bytes:
    """What has been compiled before is taken from Python's own cache."""
    codes = {name: SourceFileLoader(name, str(path)).get_code(name) for name, path in modules.items()}
    return packed(marshal.dumps(codes), level=1)


def packed(data: bytes, level: int = -1) -> bytes:
    """Return a header line and the data, compressed."""
    small = zlib.compress(data, level)
    return b"MUSTER %d\n" % len(small) + small


def sources_of(task_files: Iterable[Path]) -> dict[str, str]:
    """Return {module name: source text} of task types and of all they import."""
    return texts(modules_of(task_files))


def texts(modules: Mapping[str, Path]) -> dict[str, str]:
    return {name: slim(path.read_text(encoding="utf-8")) for name, path in modules.items()}


def modules_of(task_files: Iterable[Path]) -> dict[str, Path]:
    """Return {module name: its file} of task types and of all they import."""
    modules: dict[str, Path] = {}
    for path in task_files:
        add(modules, f"tasks.{path.stem}", path)
    return modules


def add(modules: dict[str, Path], name: str, path: Path) -> None:
    """Add a module and every file of `muster.target` and `tasks` that it imports."""
    if name in modules:
        return
    modules[name] = path
    for imported in imports(path.read_text(encoding="utf-8")):
        package, _, stem = imported.rpartition(".")
        folder = TARGET if package == "muster.target" else path.parent
        if (folder / f"{stem}.py").is_file():
            add(modules, imported, folder / f"{stem}.py")


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
        if expected and line.startswith(('"""', 'r"""')):
            end = number if line.count('"""') > 1 else next(
                (i for i in range(number + 1, len(lines)) if lines[i].rstrip().endswith('"""')), number)
            found.append((number, end))
            number = end
        header = header or line.startswith(("def ", "class "))
        expected = header and line.endswith(":")
        header = header and not expected
        number += 1
    return found
