"""Directories of the controller and of the host that rsync makes alike."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Sequence
from typing import Any

from muster.actions.action import NOT_FOUND, Carried, Failed, Here, Steps, action
from muster.model import Call, Change, Result
from muster.target.rsync import complaint, described, options, told


@action(host_half="synchronize", hides=("program",),
        obsolete=("dest_port", "private_key", "set_remote_user", "ssh_connection_multiplexing", "use_ssh_args",
                  "verify_host"))
def synchronize(
    here: Here, src: str, dest: str, mode: str = "push", rsync_path: str | None = None, **rest: Any
) -> Call | Steps:
    """Make a directory of the host like one of the controller, or the other way round, with rsync.

    Both must have rsync. It talks over the connection to the host that is there anyway, so all that holds for that
    (port, keys, password, jump hosts, the checked host key) holds here, and nothing else is to be said of it. What was
    sent cannot be taken back. On a host with `connection: local`, or where the task is delegated to the host itself,
    both paths are there.

    src: the file or directory to take, with push looked up in files/; of a directory that ends in / the content
    dest: where it goes; with pull, a relative path begins at the playbook's directory
    mode: "push" for from the controller to the host, "pull" for from the host to the controller
    rsync_path: how the login calls rsync on the host, as `mkdir -p /srv/www && rsync`; become then has no effect

    Example:
        - name: Publish the site
          synchronize:
            src: site/
            dest: /srv/www
            delete: true
            rsync_opts: [--exclude=.git]
    """
    if mode not in ("push", "pull"):
        raise Failed(f"mode is push or pull, not {mode!r}")
    refuse(rest.get("rsync_opts", ()))
    local = here.is_local(here.host)
    if here.delegate not in (None, here.host) and not here.is_local(here.delegate or ""):
        raise Failed(f"rsync from {here.delegate} to {here.host} needs a connection between these two: pull to the "
                     f"controller and push from there, or have {here.delegate} run rsync with `command`")
    program = str(here.variable("ansible_rsync_path") or "rsync")
    if here.delegate == here.host and not local:
        return Call("synchronize", {**rest, "src": src, "dest": dest})
    if local:
        paths = {"src": source(here, src), "dest": target(here, dest)}
        return Call("synchronize", {**rest, **paths, "program": program})
    push = mode == "push"
    paths = {"src": source(here, src) if push else there(src), "dest": there(dest) if push else target(here, dest)}
    return carried(here, [program, *options(**rest)], paths, rsync_path)


def refuse(given: Sequence[str]) -> None:
    """Raise Failed for options that would not do what was meant."""
    if "" in given:
        raise Failed("rsync_opts has an empty option, which would be the working directory: leave it out")
    if any(each.startswith(("-e", "--rsh")) for each in given):
        raise Failed("rsync_opts names a remote shell (-e, --rsh): rsync goes over the connection to the host that is "
                     "there, so leave it out")


def source(here: Here, path: str) -> str:
    """Return the path of what the controller has, with its / at the end; raise Failed if it is not there."""
    if is_service(path):
        return path
    found = os.path.abspath(here.find("files", path))
    return os.path.join(found, "") if path.endswith("/") else found


def target(here: Here, path: str) -> str:
    """Return the path on the controller that is written to."""
    return path if is_service(path) else os.path.join(os.path.abspath(here.directory), os.path.expanduser(path))


def there(path: str) -> str:
    """Return how rsync is told of a path on the host."""
    return path if is_service(path) else f"host:{path}"


def is_service(path: str) -> bool:
    """Tell whether a path is one that an rsync daemon offers."""
    return path.startswith("rsync://")


def carried(here: Here, words: list[str], paths: dict[str, str], rsync_path: str | None) -> Steps:
    """Run rsync on the controller, with its other half on the host.

    rsync_path: how it is called there, by the user who logs in; None for rsync, by the one to become
    """
    words = [*words, f"--rsync-path={rsync_path}"] if rsync_path else words
    argv = [*words, *(["--dry-run"] if here.check else []), paths["src"], paths["dest"]]
    if not shutil.which(argv[0]):
        raise Failed(f"there is no {argv[0]} on the controller: install the package rsync there")
    result = yield Carried(tuple(argv), "RSYNC_RSH", as_login=bool(rsync_path))
    rc, (text, lines) = result.values["rc"], told(result.values["stdout"])
    values = {"changed": bool(lines), "cmd": shlex.join(argv), "rc": rc}
    if rc == NOT_FOUND:
        raise Failed(f"{rsync_path or 'rsync'} is not found on {here.host}: install the package rsync there", **values)
    if rc:
        raise Failed(complaint(rc, result.values["stderr"]), **values)
    what, before, after = described(paths["dest"].removeprefix("host:"), lines)
    change = Change(what, before, after) if here.diff else Change(what)
    return Result({**values, "msg": text, "stdout_lines": text.splitlines()}, (change,) if lines else ())
