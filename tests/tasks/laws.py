"""The laws that hold for every task type, and the cases they are tried on, from `cases/NAME.yml`.

A case is a mapping; ROOT in its strings is a directory of its own:

    name: a sentence
    before: the files there are, as `harness.plant` takes them
    places: constants of the task type's module, such as the path of a file of the system, and what they are in this
        case; `files.NAME` is a constant of muster.target.files
    commands: what the host's commands say, as `scripted.Host` takes it; only these programs are on the host
    commands_after: what they say otherwise once one of them was run as a change
    serves: what a web server on the loopback answers, {PATH: [status, headers, text]}, as `served.served` takes it;
        SERVER in the strings of the case is its URL
    asked: what it was asked in the real run, each as "METHOD PATH BODY"; in check mode nothing may be asked but GET
        and HEAD
    real: programs of the host itself, instead of `commands`; the case is left out where one of them is not there
    modules: packages of Python that the case is left out without
    earlier: tasks that are carried out before it all, a list of {TASK TYPE: arguments}
    accounts: {passwd, group, shadow}: text of these files, and there are no other users and groups; see accounts.py
    accounts_after: what stands in them once a command was run as a change
    task: arguments
    result: values that the result must have, among others; text between slashes is a regular expression, and
        `stat.mode` or `files.0.path` names what is inside of a value, null what must not be there
    changes: the words of every change, in order
    ran: the command lines of all changes that ran one, where the words of the changes are others
    failure: regular expression for the message of the failure that is expected
    after: files that are there afterwards, {path: text} or {path: {content, mode, link}}, null for one that is gone;
        what is not named must be as it was before
    shows: what programs print about it afterwards, {COMMAND LINE: regular expression}
    hidden: texts that are in nothing that is shown; secret arguments are not, whatever the case
    again: the changes of a second run, where one changes again by the nature of the arguments

Python 3.6 and its standard library run this, so that it can be tried on the hosts themselves:

    python3 -m tests.tasks.laws < CASES

where CASES is a JSON list of [task type, case], with {"base64": TEXT} for bytes. What does not hold is printed.
"""

import base64
import contextlib
import importlib
import importlib.util
import inspect
import json
import os
import re
import shlex
import stat
import sys
import tempfile
import traceback
from unittest import mock

from muster.target import system
from muster.target.task import Secret, context
from muster.target.undo import Record
from tests.tasks.accounts import Accounts
from tests.tasks.harness import as_bytes, perform, plant, snapshot
from tests.tasks.scripted import Host
from tests.tasks.served import served

KEYS = {"name", "before", "places", "commands", "commands_after", "serves", "asked", "real", "modules", "earlier",
        "accounts", "accounts_after", "task", "result", "changes", "ran", "failure", "after", "shows", "hidden",
        "again"}
# Names of copies and temporary files hold the time, or a random part.
VARIES = re.compile(r"\.\d+\.\d{4}-\d\d-\d\d@\d\d:\d\d:\d\d~|(?<=ansible\.)[a-z0-9_]{8}")


def hold(task_type, case, root):
    """Assert that the laws hold for one case.

    root: path of an empty directory
    """
    assert set(case) <= KEYS, set(case) - KEYS
    here, kept = os.path.join(root, "root"), os.path.join(root, "kept")
    os.mkdir(here)
    plant(here, case.get("before"))
    module = importlib.import_module("tasks." + task_type)
    function = getattr(module, task_type)
    with contextlib.ExitStack() as stack:
        server = None
        if "serves" in case:
            server = stack.enter_context(served(case["serves"]))
            stack.enter_context(mock.patch.dict(os.environ, {"no_proxy": "127.0.0.1"}))
            case = insert(case, server.url, "SERVER")
            server.answers = case["serves"]
        if "real" in case:
            stack.enter_context(only(case["real"], os.path.join(root, "bin")))
        stack.enter_context(mock.patch.object(context, "send", lambda piece: None))
        for name, value in insert(case.get("places", {}), here).items():
            place = importlib.import_module("muster.target." + name.split(".")[0]) if "." in name else module
            stack.enter_context(mock.patch.object(place, name.split(".")[-1], value))
        host = None
        if "commands" in case:
            host = Host(insert(case["commands"], here), insert(case.get("commands_after", {}), here))
            stack.enter_context(host.alone(os.path.join(root, "bin")))
        if "accounts" in case:
            accounts = Accounts(os.path.join(root, "accounts"), insert(case["accounts"], here),
                                insert(case.get("accounts_after", {}), here))
            stack.enter_context(accounts.alone())
            if host:
                host.turns.append(accounts.turn)
        for each in insert(case.get("earlier", []), here):
            carry_out_before(each)
        obeys(function, case, here, Record(kept), host, server)


def lacking(case):
    """Return those of the real programs and of the modules of a case that are not here."""
    modules = [name for name in case.get("modules", ()) if not importlib.util.find_spec(name)]
    return modules + [name for name in case.get("real", ()) if not system.which(name)]


@contextlib.contextmanager
def only(programs, directory):
    """While this lasts these programs of the host are the only ones; links in `directory` stand for them."""
    os.mkdir(directory)
    for name in programs:
        os.symlink(system.which(name), os.path.join(directory, name))
    with mock.patch.object(system, "search_path", lambda: directory):
        yield


def carry_out_before(tasks):
    """Carry out the tasks of a mapping, {task type: arguments}."""
    for name, arguments in tasks.items():
        result = perform(getattr(importlib.import_module("tasks." + name), name), arguments)
        assert not result["failed"], result


def obeys(function, case, root, record, host, server):
    """Run a case in check mode, then really, then again, then take it back; assert what must hold of each."""
    arguments = insert(case.get("task", {}), root)
    before = snapshot(root)
    foretold = perform(function, arguments, check=True)
    assert snapshot(root) == before, "check mode altered something"
    assert not (host and host.changes), "check mode ran %s" % host.changes
    if server:
        assert not [each for each in server.asked if each.split()[0] not in ("GET", "HEAD")], server.asked
        del server.asked[:]

    result = perform(function, arguments, record=record)
    after = snapshot(root)
    holds(case, result, root)
    if "ran" in case:
        assert host.changes == insert(case["ran"], root)
    if "asked" in case:
        assert server.asked == case["asked"], server.asked
    foretells(function, foretold, result)
    shows_what_it_wrote(before, after, result)
    hides(function, arguments, case, result)
    leaves(case, before, after, root)
    for line, wanted in insert(case.get("shows", {}), root).items():
        told = system.capture(*shlex.split(line))
        assert re.search(wanted, told.stdout + told.stderr), (line, told.stdout, told.stderr)
    if not (function.task["repeats"] or result["failed"]):
        if host:
            host.turn()
        once_more = perform(function, arguments, record=record)
        assert once_more["changes"] == insert(case.get("again", []), root), "a second run changes again"
        assert not once_more["failed"], once_more
        assert case.get("again") or snapshot(root) == after
    if not function.task["repeats"] and function.task["predicts"]:
        record.restore()
        assert snapshot(root) == before, "what was changed cannot be taken back"


def insert(value, text, word="ROOT"):
    """Return the value with a word replaced by a text in all its strings, keys included."""
    if isinstance(value, str):
        return value.replace(word, text)
    if isinstance(value, list):
        return [insert(each, text, word) for each in value]
    if isinstance(value, dict):
        return {insert(key, text, word): insert(each, text, word) for key, each in value.items()}
    return value


def holds(case, result, root):
    """Assert that the result is the one the case expects."""
    if "failure" in case:
        assert result["failed"], result
        assert re.search(case["failure"], result["msg"].replace(root, "ROOT")), result["msg"]
    else:
        assert not result["failed"], result
    if "changes" in case:
        changes = [VARIES.sub("", what.replace(root, "ROOT")) for what in result["changes"]]
        assert changes == case["changes"], changes
    elif not case.get("result", {}).get("changed"):
        assert result["changes"] == [], "the case names no changes"
    for key, wanted in insert(case.get("result", {}), root).items():
        have = inside(result, key)
        if isinstance(wanted, str) and re.fullmatch("/.*/", wanted) and not wanted.startswith(root):
            assert re.search(wanted[1:-1], str(have)), (key, have)
        else:
            assert have == wanted, (key, have)


def inside(value, key):
    """Return what a key such as `files.0.path` names; None for what is not there."""
    for word in [key] if key in value else key.split("."):
        if isinstance(value, list):
            value = value[int(word)] if int(word) < len(value) else None
        else:
            value = (value or {}).get(word)
    return value


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


def hides(function, arguments, case, result):
    """Assert that no secret argument, and nothing else that is to be hidden, is in what the reader sees."""
    kinds = inspect.signature(function).parameters
    secrets = [line for name, value in arguments.items() if kinds[name].annotation is Secret and value
               for line in value.splitlines()]
    seen = [*result["changes"], *result["warnings"], *(text or "" for pair in result["diff"] for text in pair)]
    seen += [str(result.get(name, "")) for name in ("msg", "stderr", "stdout", "cmd")]
    for each in [*case.get("hidden", ()), *secrets]:
        assert not [text for text in seen if each in text], "%r is shown" % each


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
    parents = {str(parent) for path in named for parent in above(path)}
    for path in (set(before) | set(after)) - named - parents:
        if not VARIES.search(path):
            assert after.get(path) == before.get(path), f"{path} was altered"


def above(path):
    """Yield the directories that a relative path lies in, "" for the outermost."""
    while path:
        path = os.path.dirname(path)
        yield path


def as_was(mapping):
    """Return the bytes that JSON cannot write otherwise, and other mappings as they are."""
    return base64.b64decode(mapping["base64"]) if list(mapping) == ["base64"] else mapping


def main():
    """Try the cases of standard input; return the number of those that do not hold."""
    failed = 0
    os.umask(0o022)
    for task_type, case in json.load(sys.stdin, object_hook=as_was):
        if lacking(case):
            print("%s: %s: left out for want of %s" % (task_type, case["name"], ", ".join(lacking(case))))
            continue
        with tempfile.TemporaryDirectory() as root:
            try:
                hold(task_type, case, root)
            except Exception:
                failed += 1
                print("%s: %s\n%s" % (task_type, case["name"], traceback.format_exc()))
    return failed


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
