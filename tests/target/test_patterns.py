"""Regular expressions are Python's own, however they were loaded."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from muster.target.patterns import DOTALL, MULTILINE, compiled, compiler
from muster.target.task import Failure

ROOT = Path(__file__).parents[2]
# Finds a text with an expression in a Python that has loaded as little as on a host.
ALONE = """
import sys
from muster.target.patterns import DOTALL, MULTILINE, compiled, compiler
from muster.target.task import Failure
compile, error = compiler()
try:
    match = compile(sys.argv[1]).search(sys.argv[2])
    print(match and (match.span(), match.groups()))
except error as wrong:
    print("error:", wrong)
print(sorted({"re", "enum", "functools", "collections"} & set(sys.modules)))
"""


def pythons():
    """Return the Pythons there are, of all versions that a host may have."""
    found = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")).glob("versions/3.*/bin/python")
    return [sys.executable, *sorted(str(each) for each in found)]


@pytest.mark.parametrize("python", pythons())
@pytest.mark.parametrize(("expression", "text"), [
    (r"^#?\s*(PermitRootLogin)\b", "# PermitRootLogin yes"),
    (r"(?i)^umask\s+(\d+)$", "UMASK 022"),
    (r"(?P<key>\w+)=(?:a|b)+?(?!c)", "key=abab"),
    (r"[^\W\d_]+ß", "straß"),
    (r"nothing", "else"),
    (r"(", "error"),
])
def test_an_expression_finds_what_re_finds(python, expression, text):
    try:
        match = re.compile(expression).search(text)
        expected = str(match and (match.span(), match.groups()))
    except re.error as error:
        expected = f"error: {error}"
    said = subprocess.run([python, "-S", "-X", "utf8", "-c", ALONE, expression, text], cwd=ROOT, check=True,
                          capture_output=True, encoding="utf-8").stdout.splitlines()
    assert said == [expected, "[]"]


def test_a_group_in_a_replacement_is_filled_in():
    compile_pattern, _ = compiler()
    assert compile_pattern("^(a+)b").search("aab").expand("<\\1>") == "<aa>"


def test_where_the_compiler_is_elsewhere_all_of_re_is_loaded(monkeypatch):
    monkeypatch.setattr("muster.target.patterns.compiling_half", lambda: __import__("no_such_module"))
    monkeypatch.delitem(sys.modules, "re")
    compile_pattern, error = compiler()
    with pytest.raises(error):
        compile_pattern("(")


def test_a_regular_expression_that_is_none_is_told():
    with pytest.raises(Failure, match=r"\(a is no regular expression"):
        compiled("(a")


def test_the_flags_are_those_of_re():
    assert (MULTILINE, DOTALL) == (re.MULTILINE, re.DOTALL)
