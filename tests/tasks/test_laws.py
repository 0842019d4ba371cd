"""Every case of every task type, from `cases/NAME.yml`, and the laws that hold for all of them.

A case is a mapping; ROOT in its strings is a directory of its own:

    name: a sentence
    before: the files there are, as `harness.plant` takes them
    task: arguments
    result: values that the result must have, among others; text between slashes is a regular expression
    changes: the words of every change, in order
    failure: regular expression for the message of the failure that is expected
    after: files that are there afterwards, {path: text} or {path: {content, mode, link}}, null for one that is gone;
        what is not named must be as it was before
    again: the changes of a second run, where one changes again by the nature of the arguments
"""

import importlib
import os
import re
import stat
from pathlib import Path

import pytest
import yaml

from tests.tasks.harness import as_bytes, perform, plant, snapshot

CASES = Path(__file__).parent / "cases"
KEYS = {"name", "before", "task", "result", "changes", "failure", "after", "again"}
# Names of copies and temporary files hold the time, or a random part.
VARIES = re.compile(r"\.\d+\.\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d~")


def cases():
    for file in sorted(CASES.glob("*.yml")):
        for case in yaml.safe_load(file.read_text()):
            yield pytest.param(file.stem, case, id=f"{file.stem}: {case['name']}")


@pytest.fixture(autouse=True)
def plain_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.parametrize(("task_type", "case"), list(cases()))
def test_case(task_type, case, tmp_path):
    assert set(case) <= KEYS
    function = getattr(importlib.import_module(f"tasks.{task_type}"), task_type)
    plant(tmp_path, case.get("before"))
    arguments = insert(case.get("task", {}), str(tmp_path))

    before = snapshot(tmp_path)
    foretold = perform(function, arguments, check=True)
    assert snapshot(tmp_path) == before, "check mode altered something"

    result = perform(function, arguments)
    after = snapshot(tmp_path)
    holds(case, result, str(tmp_path))
    foretells(function, foretold, result)
    shows_what_it_wrote(before, after, result)
    leaves(case, before, after, str(tmp_path))
    if not (function.task["repeats"] or result["failed"]):
        once_more = perform(function, arguments)
        assert once_more["changes"] == insert(case.get("again", []), str(tmp_path)), "a second run changes again"
        assert not once_more["failed"], once_more
        assert case.get("again") or snapshot(tmp_path) == after


def insert(value, root):
    """Return the value with ROOT replaced in all its strings."""
    if isinstance(value, str):
        return value.replace("ROOT", root)
    if isinstance(value, list):
        return [insert(each, root) for each in value]
    if isinstance(value, dict):
        return {key: insert(each, root) for key, each in value.items()}
    return value


def holds(case, result, root):
    """Assert that the result is the one the case expects."""
    if "failure" in case:
        assert result["failed"], result
        assert re.search(case["failure"], result["msg"].replace(root, "ROOT"))
    else:
        assert not result["failed"], result
    if "changes" in case:
        assert [VARIES.sub("", what.replace(root, "ROOT")) for what in result["changes"]] == case["changes"]
    elif not case.get("result", {}).get("changed"):
        assert result["changes"] == [], "the case names no changes"
    for key, wanted in insert(case.get("result", {}), root).items():
        assert key in result, f"{key} is missing from {result}"
        if isinstance(wanted, str) and re.fullmatch("/.*/", wanted) and not wanted.startswith(root):
            assert re.search(wanted[1:-1], str(result[key])), (key, result[key])
        else:
            assert result[key] == wanted, key


def foretells(function, foretold, result):
    """Assert that check mode noted what the real run did."""
    if not function.task["predicts"]:
        assert foretold["skipped"] or foretold["changed"] is result["changed"] or result["failed"]
    elif not result["failed"]:
        assert [VARIES.sub("", each) for each in foretold["changes"]] == [
            VARIES.sub("", each) for each in result["changes"]]
        assert foretold["diff"] == result["diff"]


def shows_what_it_wrote(before, after, result):
    """Assert that there is a diff when the content of a file is another than before."""
    written = [
        path for path, entry in after.items()
        if path in before and stat.S_ISREG(entry[0]) and entry[0] == before[path][0] and entry[5] != before[path][5]
    ]
    shown = [pair for pair in result["diff"] if pair[1] is not None and pair[0] != pair[1]]
    assert len(shown) >= len(written), f"no diff for {written}"


def leaves(case, before, after, root):
    """Assert that the files are as the case says, and that all others are as they were."""
    wanted = insert(case.get("after", {}), root)
    for path, expected in wanted.items():
        path = path.rstrip("/")
        if expected is None:
            assert path not in after, f"{path} is still there"
            continue
        assert path in after, f"{path} is missing"
        kind, mode, _, _, mtime, held = after[path]
        expected = expected if isinstance(expected, dict) else {"content": expected}
        if "content" in expected:
            assert held == as_bytes(expected["content"]), path
        if "link" in expected:
            assert stat.S_ISLNK(kind) and held == expected["link"]
        if "mode" in expected:
            assert oct(mode) == oct(int(expected["mode"], 8)), path
        if "time" in expected:
            assert mtime == expected["time"] * 10**9
    named = {path.rstrip("/") for path in wanted}
    parents = {str(parent) for path in named for parent in Path(path).parents}
    for path in (set(before) | set(after)) - named - parents:
        if not VARIES.search(path):
            assert after.get(path) == before.get(path), f"{path} was altered"
