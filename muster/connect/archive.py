"""What is sent to a host: the far side's own files and the task types a plan needs, packed once for all hosts.

Comments and docstrings are blanked out, line by line so that tracebacks stay true; what is left of `muster/target` and
fifty task types fits into the first few packets of a connection.
"""

from __future__ import annotations

import ast
import io
import marshal
import tokenize
import zlib
from collections.abc import Iterable
from pathlib import Path

import muster.target

TARGET = Path(muster.target.__file__).parent
READY = b"MUSTER READY\n"
OLD = b"MUSTER OLD "

# The program on the command line: says that Python runs, drops what is left of a password that sudo did not want,
# reads the archive and starts it. It must be readable for Python 2 as well, to say that it is too old.
BOOT = """
import sys,os
o=os.fdopen(os.dup(1),'wb',0)
if sys.version_info<(3,6):
 o.write(('MUSTER OLD %s %s\\n'%(sys.version.split()[0],sys.executable)).encode());sys.exit(86)
o.write(b'MUSTER READY\\n')
i=os.fdopen(os.dup(0),'rb')
l=i.readline()
while l and not l.startswith(b'MUSTER '):l=i.readline()
if l:
 import zlib,marshal
 a=marshal.loads(zlib.decompress(i.read(int(l.split()[1]))))
 n={};exec(compile(a['muster.target.boot'],'muster:boot.py','exec'),n);n['start'](a,i)
""".strip()


def build(task_files: Iterable[Path]) -> bytes:
    """Return the bytes to send once `BOOT` runs: a header line and the compressed archive."""
    sources: dict[str, str] = {}
    for name in ("boot", "agent"):
        add(sources, f"muster.target.{name}", TARGET / f"{name}.py")
    sources.update(sources_of(task_files))
    packed = zlib.compress(marshal.dumps(sources, 2), 9)
    return b"MUSTER %d\n" % len(packed) + packed


def sources_of(task_files: Iterable[Path]) -> dict[str, str]:
    """Return {module name: source text} of task types and of all they import."""
    sources: dict[str, str] = {}
    for path in task_files:
        add(sources, f"tasks.{path.stem}", path)
    return sources


def add(sources: dict[str, str], name: str, path: Path) -> None:
    """Add a module and, before it, every file of `muster.target` and `tasks` that it imports."""
    if name in sources:
        return
    text = path.read_text(encoding="utf-8")
    sources[name] = slim(text)
    for imported in imports(ast.parse(text)):
        package, _, stem = imported.rpartition(".")
        for folder, prefix in ((TARGET, "muster.target"), (path.parent, "tasks")):
            if package == prefix and (folder / f"{stem}.py").is_file():
                add(sources, imported, folder / f"{stem}.py")


def imports(tree: ast.AST) -> set[str]:
    """Return the names of all modules a file may import, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{each.name}" for each in node.names)
    return found


def slim(text: str) -> str:
    """Return a source text of the same line numbers without its comments and docstrings."""
    docstrings = {
        (node.body[0].lineno, node.body[0].end_lineno or node.body[0].lineno)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node) is not None
    }
    lines = text.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            line, column = token.start
            lines[line - 1] = lines[line - 1][:column].rstrip()
    for first, last in docstrings:
        # The statement's place is kept by an empty string, for a body that has nothing else in it.
        indent = len(lines[first - 1]) - len(lines[first - 1].lstrip())
        lines[first - 1 : last] = [" " * indent + '""'] + [""] * (last - first)
    return "\n".join(lines) + "\n"
