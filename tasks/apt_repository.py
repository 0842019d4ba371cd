"""Repositories of Debian packages, one line each."""

import os
import re
import stat
import time

from muster.target import apt as host
from muster.target.files import read, remove, replace, write
from muster.target.system import Outcome
from muster.target.task import Change, Choice, Failure, Mode, task
from muster.target.veil import URL, veiled

SOURCES = "/etc/apt/sources.list"
DIRECTORY = "/etc/apt/sources.list.d"
LINE = re.compile(r"(?P<off>#[#\s]*)?(?P<type>deb|deb-src)\s+(?:\[(?P<options>[^\]]*)\]\s*)?(?P<rest>[^#]+)")


@task(aliases={"update-cache": "update_cache"}, obsolete=("codename", "install_python_apt", "validate_certs"))
def apt_repository(
    repo: str,
    state: Choice("present", "absent") = "present",
    filename: str = None,
    mode: Mode = None,
    update_cache: bool = True,
    update_cache_retries: int = 5,
    update_cache_retry_max_delay: int = 12,
):
    """Ensure a repository is in apt's sources, or in none of them.

    repo: line of a sources.list, such as `deb https://deb.example.com/debian bookworm main`
    state: absent takes the line out of every file
    filename: name of a new file in sources.list.d, without .list; by default made from the URL
    mode: permissions of a new file
    update_cache: fetch the lists of packages after a change; if that fails, what was changed is put back
    update_cache_retries: how often to try that again
    update_cache_retry_max_delay: most seconds to wait before the next try, each of which waits twice as long

    Example:
      - apt_repository:
          repo: deb [signed-by=/etc/apt/keyrings/demo.asc] https://deb.example.com/debian bookworm main
          filename: demo

    Returns:
      repo: as it was asked for
      state: present or absent
      sources_added: files that are new
      sources_removed: files that are gone
    """
    wanted = parsed(repo)
    if wanted is None or wanted["off"]:
        raise Failure("a repository is a line such as `deb https://deb.example.com/debian bookworm main`, not %r%s" % (
            repo, "; look up what add-apt-repository makes of a ppa: and name that, with the key it is signed with"
            if repo.startswith("ppa:") else ""))
    before = {path: (read(path) or b"").decode("utf-8", "surrogateescape") for path in files()}
    modes = {path: stat.S_IMODE(os.stat(path).st_mode) for path in before}
    after = added(before, wanted, filename) if state == "present" else removed(before, wanted)
    result = {"repo": repo, "state": state, "sources_added": sorted(set(after) - set(before)),
              "sources_removed": sorted(set(before) - set(after))}
    changed = sorted(path for path in set(before) | set(after) if before.get(path) != after.get(path))
    for path in changed:
        if path not in after:
            yield from remove(path)
        else:
            new = (0o644 if mode is None else mode) if path not in before else None
            yield from veiled(write(path, after[path], mode=new), URL)
    if changed and update_cache:
        yield refresh({path: (before.get(path), modes.get(path)) for path in changed},
                      update_cache_retries, update_cache_retry_max_delay)
    return result


def files():
    """Return the paths of all sources of one line each."""
    there = [SOURCES] if os.path.isfile(SOURCES) else []
    return there + [os.path.join(DIRECTORY, each) for each in sorted(host.list_directory(DIRECTORY))
                    if each.endswith(".list")]


def parsed(line):
    """Return what a line says, {"off", "type", "options", "rest"}, or None where it names no repository.

    off: whether it is commented out; options: sorted, their order means nothing; rest: URL, suite and components
    """
    match = LINE.match(line.strip())
    rest = match.group("rest").split() if match else []
    if len(rest) < 2 or ":" not in rest[0]:
        return None
    options = sorted((match.group("options") or "").split())
    return {"off": bool(match.group("off")), "type": match.group("type"), "options": options, "rest": rest}


def is_same(line, wanted):
    found = parsed(line)
    return found is not None and dict(found, off=False) == wanted


def as_line(wanted):
    options = ["[%s]" % " ".join(wanted["options"])] if wanted["options"] else []
    return " ".join([wanted["type"]] + options + wanted["rest"]) + "\n"


def added(before, wanted, filename):
    """Return {path: text} with the repository in it; one that is commented out is put in use."""
    lines = [(path, line) for path, text in before.items() for line in text.splitlines(True) if is_same(line, wanted)]
    if any(not parsed(line)["off"] for _, line in lines):
        return before
    if lines:
        path, old = lines[0]
        return dict(before, **{path: before[path].replace(old, as_line(wanted), 1)})
    path = os.path.join(DIRECTORY, named(filename, wanted))
    text = before.get(path, "")
    return dict(before, **{path: text + ("\n" if text and not text.endswith("\n") else "") + as_line(wanted)})


def removed(before, wanted):
    """Return {path: text} without the repository; a file in sources.list.d that holds nothing else goes with it."""
    after = {}
    for path, text in before.items():
        lines = text.splitlines(True)
        left = [line for line in lines if not is_same(line, wanted) or parsed(line)["off"]]
        if left == lines or path == SOURCES or "".join(left).strip():
            after[path] = "".join(left)
    return after


def named(filename, wanted):
    """Return the name of the file for a repository, made from its URL without login.

    >>> named(None, {"rest": ["https://dl.example.com/linux/deb/"]})
    'dl_example_com_linux_deb.list'
    """
    if filename:
        return filename if filename.endswith(".list") else filename + ".list"
    url = re.sub(r"^\w+://(?:[^/@]*@)?", "", wanted["rest"][0])
    return re.sub(r"[^A-Za-z0-9]+", "_", url).strip("_") + ".list"


def refresh(before, retries, longest):
    """Return the change that fetches the lists of packages, or else puts back the files as they were before.

    before: {path: (text, mode), which are None for a file that was not there}; a repository that does not answer would
        break whatever apt is asked to do next
    """

    def do():
        for attempt in range(retries + 1):
            try:
                return host.fetch_lists(60)
            except Failure:
                if attempt == retries:
                    put_back()
                    raise
                time.sleep(min(2 ** attempt, longest))

    def put_back():
        for path, (text, mode) in before.items():
            if text is None:
                os.unlink(path)
            else:
                replace(path, text.encode("utf-8", "surrogateescape"), mode=mode)

    return Change("apt-get update", do, predicted=Outcome(["apt-get", "update"]))
