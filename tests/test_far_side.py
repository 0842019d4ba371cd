"""What runs on hosts: Python 3.6 and its standard library, and task types that say what they are."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from muster.errors import Origin
from muster.library import Library
from muster.signature import Signature

ROOT = Path(__file__).parent.parent
TASKS = sorted((ROOT / "tasks").glob("*.py"))
FILES = TASKS + sorted((ROOT / "muster" / "target").glob("*.py"))
VERMIN = shutil.which("vermin", path=Path(sys.executable).parent)
# Their playbook arguments are those of the controller's half.
HALVES = {"fetch", "script", "unarchive"}

tasks = pytest.mark.parametrize("path", TASKS, ids=lambda path: path.stem)
files = pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))


def function_in(path):
    """Return the syntax tree of the function marked as the task type."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef) and any("task" in ast.dump(each) for each in node.decorator_list):
            return node
    raise AssertionError(f"{path} holds no task type")


def signature_of(path) -> Signature:
    return Library().find(path.stem).signature


class Manual:
    """The parts of a task type's docstring: summary, {argument: text}, the example as text, {value: text}."""

    def __init__(self, docstring):
        self.summary, _, rest = docstring.partition("\n")
        rest, _, returns = rest.partition("\nReturns:\n")
        arguments, _, self.example = rest.partition("\nExample:\n")
        self.arguments, self.returns = entries(arguments), entries(returns)


def entries(text):
    """Return {name: text} for lines such as `name: text`; deeper lines go on with the text before."""
    lines = [line for line in text.splitlines() if line.strip()]
    margin = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    found = {}
    for line in lines:
        match = re.match(r"(\S+): (.+)", line[margin:])
        if match:
            found[match.group(1)] = match.group(2)
    return found


def manual_of(path):
    return Manual(ast.get_docstring(function_in(path)))


@files
def test_the_grammar_is_that_of_python_3_6(path):
    ast.parse(path.read_text(), feature_version=(3, 6))


@files
def test_nothing_is_imported_but_the_standard_library_and_the_far_side_itself(path):
    for node in ast.walk(ast.parse(path.read_text())):
        names = [node.module] if isinstance(node, ast.ImportFrom) else []
        names += [each.name for each in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            # A task type may lean on another: what it imports is shipped with it.
            ours = (name + ".").startswith("muster.target.") or (name.startswith("tasks.") and path in TASKS)
            assert ours or name.split(".")[0] in sys.stdlib_module_names, name


@tasks
def test_another_task_type_is_imported_where_it_is_used(path):
    """The controller reads signatures without the directory of task types in its path."""
    for node in ast.parse(path.read_text()).body:
        assert not (isinstance(node, ast.ImportFrom) and node.module.startswith("tasks."))


@pytest.mark.skipif(not VERMIN, reason="needs vermin")
def test_the_library_is_that_of_python_3_6():
    command = [VERMIN, "--target=3.6-", "--violations", "--no-tips", *map(str, FILES)]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout


@tasks
def test_the_function_has_the_name_of_its_file(path):
    assert function_in(path).name == path.stem


@tasks
def test_every_argument_is_used(path):
    function = function_in(path)
    used = {node.id for statement in function.body for node in ast.walk(statement) if isinstance(node, ast.Name)}
    arguments = function.args.args + function.args.kwonlyargs
    assert [each.arg for each in arguments if each.arg not in used] == []


@tasks
def test_every_argument_has_a_kind(path):
    assert [each.arg for each in function_in(path).args.args if each.annotation is None] == []


@tasks
def test_the_manual_has_a_summary_and_tells_of_every_argument_in_order(path):
    manual = manual_of(path)
    assert manual.summary.endswith(".") and len(manual.summary) <= 110
    assert list(manual.arguments) == list(signature_of(path).arguments)


@tasks
def test_aliases_are_names_of_arguments(path):
    signature = signature_of(path)
    assert set(signature.aliases.values()) <= set(signature.arguments)
    assert not set(signature.aliases) & set(signature.arguments)


@tasks
def test_the_manual_shows_a_task_that_would_be_accepted(path):
    shown = [each for each in yaml.safe_load(manual_of(path).example) if path.stem in each]
    assert shown, "the example does not use the task type"
    signature = signature_of(path)
    for task in shown:
        given = task[path.stem] or {}
        if path.stem in HALVES:
            continue
        given = {signature.free_form: given} if isinstance(given, str) else given
        given = {**given, **task.get("args", {})}
        signature.check_names(given, lambda name: Origin(str(path), 1, 1))
        signature.convert(given, lambda name: Origin(str(path), 1, 1))


@tasks
def test_the_manual_tells_what_comes_back(path):
    assert manual_of(path).returns


@tasks
def test_a_task_type_is_small(path):
    assert len(path.read_text().splitlines()) <= (40 if path.stem == "group" else 250)
