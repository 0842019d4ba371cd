"""Temporary files and directories that stay until a playbook removes them."""

from muster.target.status import owned
from muster.target.task import Change, Choice, Path, task


@task(repeats=True, predicts=False)
def tempfile(
    state: Choice("file", "directory") = "file", path: Path = None, prefix: str = "ansible.", suffix: str = "",
):
    """Make a temporary file or directory that only this user can read.

    state: what to make
    path: directory to make it in; by default that of the system
    prefix: how its name begins
    suffix: how its name ends

    Example:
        - name: Make room for the download
          tempfile:
            state: directory
            suffix: .build
          register: build

    Returns:
        path: its path
        state: file or directory
        owner: user who owns it
        group: group that owns it
        uid: number of that user
        gid: number of that group
        mode: its permissions, as "0600"
        size: its size in bytes
    """
    made = yield Change("make a temporary %s" % state, lambda: make(state, path, prefix, suffix))
    return dict(owned(made), path=made)


def make(state, directory, prefix, suffix):
    import os
    from tempfile import mkdtemp, mkstemp

    if state == "directory":
        return mkdtemp(suffix, prefix, directory)
    descriptor, path = mkstemp(suffix, prefix, directory)
    os.close(descriptor)
    return path
