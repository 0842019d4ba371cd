"""Packages of Python, installed by the real pip from wheels made here into a virtual environment."""

import subprocess
import sys
import zipfile

import pytest

from tasks.pip import environment, pip, wanted
from tests.tasks.harness import perform

VENV = f"{sys.executable} -m venv"


def wheel(directory, name, version, needs=""):
    """Make a wheel that holds one empty module."""
    information = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(directory / f"{name}-{version}-py3-none-any.whl", "w") as file:
        file.writestr(f"{name}.py", "")
        file.writestr(f"{information}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}")
        file.writestr(f"{information}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr(f"{information}/RECORD", "")


@pytest.fixture
def install(tmp_path):
    """Return a function that performs the task as check mode foretells it, and once more, which changes nothing."""
    wheels, venv = tmp_path / "wheels", tmp_path / "venv"
    wheels.mkdir()
    for version in ("1.0", "1.5", "2.0"):
        wheel(wheels, "demo", version)
    wheel(wheels, "other", "1.0", "Requires-Dist: demo<2\n")

    def ensure(check=True, **arguments):
        arguments = {"virtualenv": str(venv), "virtualenv_command": VENV,
                     "extra_args": f"--no-index --find-links {wheels}", **arguments}
        if arguments.get("state") == "absent":
            del arguments["extra_args"]
        before = set(venv.rglob("*"))
        foretold = perform(pip, arguments, check=True)
        assert set(venv.rglob("*")) == before
        result = perform(pip, arguments)
        if not result["failed"]:
            assert (foretold["changes"], foretold["changed"]) == (result["changes"], result["changed"])
            if arguments.get("state") != "forcereinstall":
                assert not perform(pip, arguments)["changed"]
        return result

    def have():
        told = subprocess.run([venv / "bin" / "python", "-m", "pip", "freeze"], capture_output=True, text=True,
                              check=True)
        return told.stdout.splitlines()

    ensure.have, ensure.wheels, ensure.venv = have, wheels, venv
    return ensure


def test_packages_are_installed_into_a_new_environment_changed_and_removed(install):
    result = install(name=["demo<2"])
    assert result["changes"][0] == f"{VENV} {install.venv}" and len(result["changes"]) == 2
    assert install.have() == ["demo==1.5"] and "Successfully installed demo-1.5" in result["stdout"]
    assert install(name=["demo"])["changes"] == []
    assert install(name=["Demo"], version="1.0")["changed"] and install.have() == ["demo==1.0"]
    assert install(name=["demo"], state="latest")["changed"] and install.have() == ["demo==2.0"]
    assert install(name=["other"])["changed"] and install.have() == ["demo==1.5", "other==1.0"]
    assert install(name=["demo==1.5"], state="forcereinstall")["changed"]
    assert install(name=["demo", "other", "none"], state="absent")["changed"] and install.have() == []


def test_a_file_of_requirements_is_followed(install, tmp_path):
    (tmp_path / "requirements.txt").write_text("# what is needed\ndemo>=1.2,<2  # not the newest\n")
    arguments = {"requirements": "requirements.txt", "chdir": str(tmp_path)}
    assert install(**arguments)["changed"] and install.have() == ["demo==1.5"]
    assert install(state="absent", **arguments)["changed"] and install.have() == []
    assert "there is no file of requirements none" in install(requirements="none", state="absent")["msg"]
    assert "none" in install(requirements="none")["msg"]


def test_a_wheel_is_installed_once(install):
    path = str(install.wheels / "demo-1.0-py3-none-any.whl")
    assert install(name=[path])["changed"] and install.have()[0].startswith("demo @ file://")
    assert install(name=[path])["changes"] == []


def test_what_cannot_be_found_is_told(install):
    assert "pip: No matching distribution found for demo==3.0" in install(name=["demo==3.0"])["msg"]


def test_an_old_pip_is_asked_afterwards(install, monkeypatch):
    install(name=["demo<2"])
    monkeypatch.setattr("tasks.pip.DRY_RUN", (1000, 0))
    path = str(install.wheels / "demo-1.5-py3-none-any.whl")
    arguments = {"name": [path], "virtualenv": str(install.venv), "extra_args": "--no-index"}
    assert not perform(pip, arguments)["changed"]
    arguments["name"] = [path.replace("1.5", "2.0")]
    assert perform(pip, arguments, check=True)["changed"] and perform(pip, arguments)["changed"]


def test_versions_that_a_comma_split_belong_together():
    assert wanted(["django>1.11.0", "<1.12.0", "bottle"], None) == ["django>1.11.0,<1.12.0", "bottle"]
    assert wanted(["a"], "1.0") == ["a==1.0"]
    assert wanted(["a"], ">=1.0") == ["a>=1.0"]


@pytest.mark.parametrize(("command", "python", "there", "words"), [
    ("virtualenv", None, "/usr/bin/virtualenv", ["virtualenv", "/v"]),
    ("virtualenv", "python3.9", "/usr/bin/virtualenv", ["virtualenv", "-p", "python3.9", "/v"]),
    ("virtualenv", "python3.9", None, ["python3.9", "-m", "venv", "/v"]),
    ("python3 -m venv", None, None, ["python3", "-m", "venv", "/v"]),
])
def test_an_environment_is_made_by_what_there_is(monkeypatch, command, python, there, words):
    monkeypatch.setattr("tasks.pip.which", lambda name: there)
    assert environment("/v", command, python, False) == words
    assert environment("/v", command, python, True)[-2 if "-p" not in words else -4] == "--system-site-packages"
