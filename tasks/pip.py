"""Packages of Python."""

import json
import os
import re

from muster.target.files import read
from muster.target.requirement import normal, parsed, satisfied
from muster.target.system import capture, run, which, words_of
from muster.target.task import Choice, Failure, Mode, Path, context, task
from muster.target.umask import masked
from muster.target.veil import without_credentials

DRY_RUN = 22, 2  # The first version of pip that tells what it would install.
ENVIRONMENT = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}


@task
def pip(
    name: [str] = (), version: str = None, requirements: str = None,
    state: Choice("present", "absent", "latest", "forcereinstall") = "present", virtualenv: Path = None,
    virtualenv_command: str = "virtualenv", virtualenv_python: str = None, virtualenv_site_packages: bool = False,
    executable: Path = None, extra_args: str = None, editable: bool = False, chdir: Path = None, umask: Mode = None,
    break_system_packages: bool = False,
):
    """Install packages of Python with pip.

    What pip does cannot be taken back.

    name: packages, with versions if need be ("django>=4,<5"); also URLs and paths
    version: version of the package, if there is one name
    requirements: path of a file that lists packages; a relative one begins at chdir
    state: latest upgrades what is there, forcereinstall installs anew whatever is there
    virtualenv: directory of the virtual environment to install to; it is made if it is not there
    virtualenv_command: what makes virtual environments; without virtualenv on the host the venv of Python does
    virtualenv_python: Python of a new virtual environment
    virtualenv_site_packages: let a new virtual environment see the packages of the system
    executable: the pip to use, as pip3.11
    extra_args: further arguments for pip
    editable: install a path or a repository so that changes to its files take effect
    chdir: directory to run pip in
    umask: what permissions of new files are taken away, as "0022"
    break_system_packages: install beside the packages of the system although it forbids that

    Example:
        - name: The application's libraries
          pip:
            name: [flask>=3, gunicorn]
            virtualenv: /srv/application/venv
            virtualenv_command: python3 -m venv

    Returns:
        name: the packages
        version: as it was given
        requirements: as it was given
        state: as it was given
        virtualenv: the virtual environment
        cmd: the command line that was run, if one was
        stdout: what it printed
        stderr: what it printed as errors
    """
    if executable and virtualenv:
        raise Failure("give executable or virtualenv, not both")
    names = wanted(name, version)
    if not names and not requirements and not virtualenv:
        raise Failure("nothing to install: give name or requirements")
    values = {"name": names, "version": version, "requirements": requirements, "state": state,
              "virtualenv": virtualenv}
    fresh = bool(virtualenv) and not os.path.exists(os.path.join(virtualenv, "bin", "python"))
    with masked(umask):
        if fresh:
            yield run(*environment(virtualenv, virtualenv_command, virtualenv_python, virtualenv_site_packages),
                      cwd=chdir)
        words = words_of("extra_args", extra_args or "")
        tool = Pip(virtualenv, executable, chdir, words, break_system_packages, fresh)
        if state == "absent":
            told = yield from removed(tool, names, requirements)
        else:
            told = yield from installed(tool, names, requirements, state, editable)
    return dict(values, **told)


def wanted(names, version):
    """Return the packages to ask for; a comma between versions may have split one of them in two."""
    found = []
    for each in (each.strip() for each in names):
        if found and re.match(r"(===|~=|[=!<>]=|[<>])", each):
            found[-1] += "," + each
        elif each:
            found.append(each)
    if version and len(found) != 1:
        raise Failure("version goes with one name; write several as name: [a==1.0, b==2.0]")
    if version:
        found[0] += version if re.match("[=!<>~]", version) else "==" + version
    return found


def environment(path, command, python, site_packages):
    """Return the command that makes a virtual environment."""
    words = words_of("virtualenv_command", command)
    if words == ["virtualenv"] and not which("virtualenv"):
        words, python = [python or "python3", "-m", "venv"], None
    words[0] = os.path.expanduser(words[0])
    if python and ("venv" in words or "pyvenv" in words[0]):
        raise Failure("venv makes environments of the Python that runs it: say virtualenv_command: %s -m venv" % python)
    return words + ["--system-site-packages"] * site_packages + (["-p", python] if python else []) + [path]


class Pip:
    """One pip: how it is called, and what it has installed.

    fresh: its virtual environment was made by this task, or would be, so that there is nothing in it but pip
    """

    def __init__(self, virtualenv, executable, chdir, extra, break_system, fresh):
        if virtualenv:
            self.words = [os.path.join(virtualenv, "bin", "python"), "-m", "pip"]
        else:
            self.words = [executable or which("pip3", "pip")]
        if not self.words[0]:
            raise Failure("pip is not installed here: the package python3-pip brings it")
        self.chdir, self.extra, self.fresh = chdir, extra, fresh
        self.env = dict(ENVIRONMENT, **({"PIP_BREAK_SYSTEM_PACKAGES": "1"} if break_system else {}))

    def ask(self, *words, check=True):
        return capture(*self.words, *words, check=check, cwd=self.chdir, env=self.env)

    def packages(self):
        """Return what is installed: {name: (version, path of an editable one or None)}."""
        if self.fresh:  # Without a look: check mode could not have one, and shall come to the same.
            return {"pip": ("", None)}
        told = json.loads(self.ask("list", "--format=json").stdout)
        return {normal(each["name"]): (each["version"], each.get("editable_project_location")) for each in told}

    def version(self):
        numbers = re.findall(r"\d+", self.ask("--version").stdout.partition(" from ")[0])
        return tuple(map(int, numbers[:2]))

    def change(self, *words):
        """Return the change that runs pip."""
        argv = [*self.words, *words]
        return run(*argv, check=False, what=without_credentials(" ".join(argv)), cwd=self.chdir, env=self.env)


def installed(tool, names, requirements, state, editable):
    """Yield the change that installs what is not there; return the values that tell of it."""
    before = tool.packages()
    if state == "present":
        names = [each for each in names if not is_there(each, before, editable, tool)]
    asked = [word for each in names for word in (["-e"] * editable + [each])]
    asked += ["-r", requirements] if requirements else []
    if not asked:
        return {}
    words = {"latest": ["-U"], "forcereinstall": ["-U", "--force-reinstall"]}.get(state, [])
    sure = tool.fresh or state == "forcereinstall" or not requirements and all(
        parsed(each) and (state == "present" or parsed(each)[0] not in before) for each in names)
    if not sure and tool.version() >= DRY_RUN:
        if "Would install" not in checked(tool.ask("install", "--dry-run", *words, *tool.extra, *asked, check=False)
                                          ).stdout:
            return {}
        sure = True
    outcome = checked((yield tool.change("install", *words, *tool.extra, *asked)))
    told = {"cmd": " ".join(outcome.argv), "stdout": outcome.stdout, "stderr": outcome.stderr}
    # Where it could not be known beforehand, what is there afterwards tells.
    return told if sure or context.check else dict(told, changed=tool.packages() != before)


def is_there(spec, packages, editable, tool):
    """Tell whether a package is surely installed as it is asked for."""
    if editable:
        path = os.path.realpath(os.path.join(tool.chdir or "", re.sub(r"\[.*\]$", "", spec)))
        return any(where and os.path.realpath(where) == path for _, where in packages.values())
    found = parsed(spec)
    if not found or found[0] not in packages:
        return False
    return satisfied(packages[found[0]][0], found[1])


def removed(tool, names, requirements):
    """Yield the change that removes what is there; return the values that tell of it."""
    have = tool.packages()
    if requirements:
        listed = read(os.path.join(tool.chdir or "", requirements))
        if listed is None:
            raise Failure("there is no file of requirements %s on the host" % requirements)
        names = names + [re.split(r"\s+#|\s*;", line)[0].strip() for line in listed.decode("utf-8").splitlines()]
    found = [parsed(each) for each in names]
    gone = [each[0] for each in found if each and each[0] in have]
    if not gone:
        return {}
    outcome = checked((yield tool.change("uninstall", "-y", *tool.extra, *gone)))
    return {"cmd": " ".join(outcome.argv), "stdout": outcome.stdout, "stderr": outcome.stderr}


def checked(outcome):
    """Return what pip left; raise Failure if it failed."""
    if outcome.rc and "externally-managed-environment" in outcome.stderr:
        raise outcome.failure("the system manages this Python's packages: give virtualenv, or break_system_packages")
    if outcome.rc:
        errors = [line for line in outcome.stderr.splitlines() if line.startswith("ERROR:")]
        raise outcome.failure(without_credentials(errors[-1].replace("ERROR:", "pip:")) if errors else None)
    return outcome
