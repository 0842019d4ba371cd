"""What is sent to hosts."""

import ast
import marshal
import re
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from muster.connect import archive
from muster.connect.archive import BOOT, MAGIC, PROGRAM, Archive, imports, slim, sources_of
from muster.connect.become import Become
from muster.connect.start import command
from muster.target.wire import encode
from tests.connect.far import TASKS

ALL = sorted(TASKS.glob("*.py"))


def unpacked(data: bytes) -> dict[str, str]:
    header, _, rest = data.partition(b"\n")
    assert header == b"MUSTER %d" % len(rest)
    return marshal.loads(zlib.decompress(rest))


def test_an_archive_holds_the_agent_the_task_types_and_what_they_import():
    names = set(unpacked(Archive([TASKS / "group.py"]).source))
    assert {"muster.target.boot", "muster.target.agent", "muster.target.wire", "tasks.group", "muster.target.system"
            } <= names
    assert "tasks.user" not in names and "muster.target.apt" not in names


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_everything_a_task_type_imports_comes_along(path):
    sources = unpacked(Archive([path]).source)
    for name, text in sources.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("muster", "tasks")):
                for alias in node.names:
                    assert node.module in sources or f"{node.module}.{alias.name}" in sources, (name, alias.name)


def test_task_types_of_a_users_own_are_found_beside_each_other(tmp_path):
    (tmp_path / "mine.py").write_text("from tasks.helper import x\n")
    (tmp_path / "helper.py").write_text("x = 1\n")
    assert set(sources_of([tmp_path / "mine.py"])) == {"tasks.mine", "tasks.helper"}


IMPORTS = [
    ("from muster.target.task import task, Choice\n", {"muster.target.task"}),
    ("from muster.target import files, system as s\n", {"muster.target.files", "muster.target.system"}),
    ("from muster.target import (\n    files,\n    text,\n)\n", {"muster.target.files", "muster.target.text"}),
    ("def f():\n    from tasks.copy import copy\n", {"tasks.copy"}),
    ("import os\nfrom pathlib import Path\n", set()),
]


@pytest.mark.parametrize(("text", "expected"), IMPORTS)
def test_imports_are_found_wherever_they_stand(text, expected):
    found = imports(text)
    assert expected <= found
    assert {name for name in found if name.count(".") == 2 or name.startswith("tasks")} >= expected
    assert bool(found) is bool(expected)


@pytest.mark.parametrize("path", [*ALL, *sorted(archive.TARGET.glob("[a-z]*.py"))], ids=lambda path: path.stem)
def test_what_is_left_out_of_a_source_alters_nothing_but_its_documentation(path):
    text = path.read_text()
    left = slim(text)
    assert len(left.splitlines()) == len(text.splitlines())
    assert len(left) < len(text)

    def bare(source):
        tree = ast.parse(source)
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if isinstance(body, list) and body and isinstance(body[0], ast.Expr) and isinstance(
                    body[0].value, ast.Constant) and isinstance(body[0].value.value, str):
                body[0].value.value = ""
        return [(type(node).__name__, getattr(node, "lineno", 0)) for node in ast.walk(tree)
                if not isinstance(node, (ast.Expr, ast.Constant))]

    assert bare(left) == bare(text)


TEXTS = [
    ('def f():\n    """Doc."""\n', 'def f():\n    ""\n'),
    ('"""Doc\nof two."""\nx = 1\n', '""\n\nx = 1\n'),
    ('def f():\n    r"""Doc \\n."""\n', 'def f():\n    ""\n'),
    ("# comment\nx = 1  # stays\n", "\nx = 1  # stays\n"),
    ('x = """\n# no comment\n"""\n', 'x = """\n# no comment\n"""\n'),
    ('class A:\n    """Doc."""\n\n    def f(\n        self,\n    ):\n        """Doc."""\n        return 1\n',
     'class A:\n    ""\n\n    def f(\n        self,\n    ):\n        ""\n        return 1\n'),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_docstrings_and_comments_go_and_lines_stay(text, expected):
    assert slim(text) == expected


def boot(data: bytes, program: str = BOOT, python: str = sys.executable) -> subprocess.CompletedProcess[bytes]:
    flags = [] if "python2" in python else ["-I", "-S"]
    return subprocess.run([python, *flags, "-c", program], input=data, capture_output=True, check=False)


def test_the_boot_program_starts_the_agent():
    done = boot(Archive([]).source + encode({"hello": {"run": "x"}}))
    assert done.stdout.startswith(b"MUSTER READY %d\n" % MAGIC) and b'"python"' in done.stdout, done.stderr


def test_a_python_like_our_own_gets_compiled_code_and_every_other_gets_text():
    packed = Archive([TASKS / "group.py"])
    code = unpacked(packed.fitting(MAGIC))
    assert {type(each) for each in code.values()} == {type(compile("", "", "exec"))}
    assert set(code) == set(unpacked(packed.source))
    assert packed.fitting(MAGIC - 1) == packed.source


def test_the_boot_program_starts_an_agent_that_is_compiled_already():
    hello = encode({"hello": {"run": "x", "facts": {"gather_subset": ["min"]}}})
    done = boot(Archive([TASKS / "setup.py"]).compiled + hello)
    assert b'"python_version"' in done.stdout, done.stderr


def test_what_sudo_left_of_a_password_is_dropped():
    done = boot(b"secret\n\n\n" + Archive([]).source + encode({"hello": {"run": "x"}}))
    assert b'"python"' in done.stdout, done.stderr


@pytest.mark.parametrize("length", [0, 5, 100])
def test_an_archive_that_breaks_off_ends_it_quietly(length):
    done = boot(Archive([]).source[:length])
    assert (done.returncode, done.stdout, done.stderr) == (0, b"MUSTER READY %d\n" % MAGIC, b"")


def test_an_old_python_is_told():
    done = boot(b"", BOOT.replace("(3,6)", "(99,0)"))
    assert done.returncode == 86
    assert done.stdout.startswith(b"MUSTER OLD 3.") and sys.executable.encode() in done.stdout


def pythons() -> list[str]:
    """Return the Pythons of this machine, those of pyenv among them."""
    places = [*Path("/usr/bin").glob("python[23].*[0-9]"), *Path.home().glob(".pyenv/versions/*/bin/python[23].*[0-9]")]
    return sorted({str(path.resolve()) for path in places if re.search(r"/python[23]\.\d+$", str(path))})


@pytest.mark.parametrize("python", pythons())
def test_every_python_starts_the_agent_or_says_that_it_is_too_old(python):
    data = Archive([TASKS / "setup.py"]).source + encode({"hello": {"run": "x", "facts": {"gather_subset": ["min"]}}})
    done = boot(data, python=python)
    if "python2" in python:
        assert done.returncode == 86 and done.stdout.startswith(b"MUSTER OLD 2.")
    else:
        assert done.stdout.startswith(b"MUSTER READY ") and b'"python_version"' in done.stdout, done.stderr


def test_the_boot_program_is_one_line_no_shell_reads_anything_into():
    assert not set(PROGRAM) & set("'\\!`")
    assert "\n" not in BOOT and BOOT.count("'") == 2


@pytest.mark.parametrize("shell", ["sh", "bash", "dash", "zsh", "ksh", "tcsh", "csh", "fish"])
def test_every_shell_hands_the_boot_program_over(shell):
    if not shutil.which(shell):
        pytest.skip(f"there is no {shell} here")
    done = subprocess.run([shell, "-c", command(Become())], input=Archive([]).source + encode({"hello": {"run": "x"}}),
                          capture_output=True, check=False)
    assert b'"python"' in done.stdout, done.stderr
