"""Modules of the kernel."""

import os

from muster.target.files import write
from muster.target.system import run, which, words_of
from muster.target.task import Choice, Failure, task
from muster.target.text import read_text, split_lines

LOADED = "/proc/modules"
KERNELS = "/lib/modules"
# What is loaded at boot, and with which parameters: modules-load.d(5), modprobe.d(5).
AT_BOOT, OPTIONS = "/etc/modules-load.d", "/etc/modprobe.d"


@task
def modprobe(
    name: str, state: Choice("present", "absent") = "present", params: str = "",
    persistent: Choice("disabled", "present", "absent") = "disabled",
):
    """Ensure a module of the kernel is loaded, or is not, now and after the next boot.

    name: name of the module
    state: whether it should be loaded now
    params: its parameters, used when it is loaded
    persistent: whether it is loaded at boot, with these parameters: present writes files for that, absent comments out
        what any file says of it, disabled leaves all files alone

    Example:
        - name: Forward between containers
          modprobe: {name: br_netfilter, persistent: present}

    Returns:
        name: the module
        params: its parameters
        state: present or absent
    """
    if loaded(name) != (state == "present"):
        if not which("modprobe"):
            raise Failure("modprobe is not on this host; install the package kmod")
        yield run("modprobe", *(["-r"] if state == "absent" else []), name, *words_of("params", params))
    if persistent == "present":
        yield from written(name, params)
    elif persistent == "absent":
        yield from silenced(AT_BOOT, lambda words: words == [name])
        yield from silenced(OPTIONS, lambda words: words[:2] == ["options", name])
    return {"name": name, "params": params, "state": state}


def loaded(name):
    """Tell whether the kernel has the module: it is loaded, or built in. Its name may have - for _."""
    name = name.replace("-", "_")
    if any(line.split(" ", 1)[0] == name for line in lines_of(LOADED)):
        return True
    built_in = os.path.join(KERNELS, os.uname().release, "modules.builtin")
    return any(os.path.basename(line.strip())[:-len(".ko")].replace("-", "_") == name for line in lines_of(built_in))


def lines_of(path):
    return split_lines(read_text(path) or "")


def written(name, params):
    """Yield what has the module loaded at boot with these parameters, and with no others."""
    if not said(AT_BOOT, lambda words: words == [name]):
        yield from write(os.path.join(AT_BOOT, name + ".conf"), name + "\n", mode="0644")
    if params:
        wanted = ["options", name] + params.split()
        if not said(OPTIONS, lambda words: words == wanted):
            yield from silenced(OPTIONS, lambda words: words[:2] == wanted[:2], but=name + ".conf")
            yield from write(os.path.join(OPTIONS, name + ".conf"), " ".join(wanted) + "\n", mode="0644")


def said(directory, fits):
    return any(fits(line.split()) for path in files(directory) for line in lines_of(path))


def files(directory):
    """Return the paths of the files in a directory that are read at boot."""
    names = sorted(os.listdir(directory)) if os.path.isdir(directory) else []
    return [os.path.join(directory, name) for name in names if name.endswith(".conf")]


def silenced(directory, fits, but=None):
    """Yield what comments out the lines that fit.

    but: name of a file that is left as it is
    """
    for path in files(directory):
        if os.path.basename(path) != but:
            yield from write(path, "".join("#" + line if fits(line.split()) else line for line in lines_of(path)))
