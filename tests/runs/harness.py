"""Runs whole playbooks against this machine, and says what came of them in a form that two runs can be compared by.

A file of cases is YAML, `name of the case: case`, and a case is:

    hosts: [a, b]                 names of hosts, all of them this machine; or `inventory`, the text of a file
    options: {check: true}        fields of `Options`; and tags, skip_tags, limit, start_at
    files: {path: text}           beside the playbook: roles, templates, files of tasks and of variables
    playbook: |                   text, so that messages have lines to name
    exit: 2                       0 if it is left out
    events:                       what each host comes to, in order: "STATUS NAME", "rescued NAME", "left WHY"
      a: [changed one, failed two, left failed]
    says: {a: {NAME: text}}       a text that the message of a host's task has in it
    changes: {a: {NAME: [[what, before, after], ...]}}
    tree: {path: text}            what is in the scratch directory at the end; null for a file that is not there

Playbooks find that directory as `{{ scratch }}`.

A directory of cases has `playbook.yml`, `hosts.ini` and whatever they need beside them, and `expected.yml`, which says
of each run of the playbook, one a document, what a case says; the first of them names the `rules` that are shown.
"""

import dataclasses
import functools
import re
from pathlib import Path

import yaml

from muster.catalogue import action
from muster.connect.connections import Connections
from muster.connect.ssh_config import SshConfig
from muster.model import HostLeft, HostRescued, TaskEnded
from muster.report.summary import Tally
from muster.run import Request, prepare
from muster.stream.options import Options
from muster.stream.run import Run

REQUEST = ("tags", "skip_tags", "limit", "start_at")
# What no two runs have in common; in texts, addresses of objects and numbers of jobs.
FLEETING_TEXT = re.compile(r"0x[0-9a-f]+|\bj\d{6,}\.\d+")
FLEETING = ("start", "end", "delta", "ansible_facts", "elapsed", "mtime", "ctime", "atime", "inode", "ino")


@dataclasses.dataclass
class Outcome:
    """What came of a run.

    exit: status of the command
    events: {host: what it came to, in order}
    values: {host: [(name, status, result's values, fate, labels, whether it is a handler, changes), ...]}
    tree: {path: text} of the scratch directory
    """

    exit: int
    events: dict
    values: dict
    tree: dict


def read_cases(path):
    """Return the cases of a file: {name: case}."""
    return yaml.safe_load(Path(path).read_text(encoding="utf-8"))


def read_directory(directory):
    """Return the runs of a directory of cases, as `carry_out` takes them."""
    with open(directory / "expected.yml", encoding="utf-8") as stream:
        return [{**expected, "directory": directory} for expected in yaml.safe_load_all(stream)]


def carry_out(case, directory, step_by_step=False, hosts=None):
    """Plant a case's files below a directory, run its playbook, and return the `Outcome`.

    hosts: path of an inventory, to run on its hosts instead of the case's
    """
    scratch = directory / "scratch"
    scratch.mkdir(parents=True)
    playbook, listed = placed(case, directory / "project")
    options = dict(case.get("options", {}))
    chosen = {word: options.pop(word) for word in REQUEST if word in options}
    for word in ("tags", "skip_tags"):
        chosen[word] = tuple(chosen.get(word, ()))
    made = Options(step_by_step=step_by_step, tags=chosen["tags"], skip_tags=chosen["skip_tags"],
                   limit=chosen.get("limit"), extra={"scratch": str(scratch), **options.pop("extra", {})}, **options)
    request = Request(playbooks=(str(playbook),), inventory=(str(hosts or listed),), options=made, **chosen)
    return collected(list(stream(request)), directory, scratch)


def placed(case, project):
    """Return the paths of a case's playbook and inventory, which are written below `project` where they are text."""
    if "directory" in case:
        return case["directory"] / "playbook.yml", case["directory"] / "hosts.ini"
    plant(project, {"site.yml": case["playbook"], "hosts.ini": inventory(case), **case.get("files", {})})
    return project / "site.yml", project / "hosts.ini"


def inventory(case):
    listed = case.get("inventory") or "\n".join(case.get("hosts", ["a"])) + "\n"
    return listed + "\n[all:vars]\nansible_connection=local\n"


def plant(directory, files):
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@functools.cache
def ssh_config():
    return SshConfig()


def stream(request):
    """Yield the events of a run without reporting them."""
    prepared = prepare(request)
    connections = Connections(prepared.catalogue.files({"setup", "command", "copy", "file"}))
    run = Run(prepared.plan, prepared.engine, connections, prepared.catalogue.library, action, prepared.choose,
              request.options, ssh_config(), prepared.gather)
    yield from run.stream()


def collected(events, directory, scratch):
    """Return what a run's events and the files it left amount to."""
    tally, told, values = Tally(), {}, {}
    for event in events:
        if isinstance(event, TaskEnded):
            tally.count(event)
            status = event.fate or event.result.status
            told.setdefault(event.host, []).append(f"{status} {event.name}")
            values.setdefault(event.host, []).append(
                (event.name, event.result.status, lasting(event.result.values, str(directory)), event.fate,
                 lasting(event.labels, str(directory)), event.handler,
                 lasting([[each.what, each.before, each.after] for each in event.result.changes], str(directory))))
        elif isinstance(event, HostRescued):
            tally.rescue(event)
            told.setdefault(event.host, []).append("rescued")
        elif isinstance(event, HostLeft):
            tally.leave(event)
            if event.why != "ended":
                told.setdefault(event.host, []).append(f"left {event.why}")
    tree = {str(path.relative_to(scratch)): path.read_text() for path in sorted(scratch.rglob("*")) if path.is_file()}
    return Outcome(tally.exit_code(), told, values, tree)


def lasting(value, directory):
    """Return a result's values without what no two runs have in common."""
    if isinstance(value, dict):
        return {key: lasting(each, directory) for key, each in value.items() if key not in FLEETING}
    if isinstance(value, (list, tuple)):
        return [lasting(each, directory) for each in value]
    return FLEETING_TEXT.sub("0x", value.replace(directory, "")) if isinstance(value, str) else value
