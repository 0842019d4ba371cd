import subprocess
import sys

import pytest

from muster.target.boot import Memory, SitePackages

PROGRAM = """
import sys
sys.path[:] = [each for each in sys.path if "muster" not in each]
exec(open({boot!r}).read())
sys.meta_path.insert(0, Memory({sources!r}))
sys.meta_path.append(SitePackages())
{statement}
"""
BOOT = __import__("muster.target.boot", fromlist=["*"]).__file__


def shipped(statement, **sources):
    """Run a statement in a fresh, bare Python that has these modules in memory; return what it printed."""
    named = {name.replace("__", "."): text for name, text in sources.items()}
    program = PROGRAM.format(boot=BOOT, sources=named, statement=statement)
    return subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False)


def test_modules_are_imported_from_memory():
    done = shipped("from tasks import group; print(group.x, group.__name__)",
                   tasks__group="from muster.target.task import y\nx = y + 1", muster__target__task="y = 1")
    assert done.stdout == "2 tasks.group\n", done.stderr


def test_tracebacks_name_the_file_and_line():
    done = shipped("import tasks.bad", tasks__bad="x = 1\n\nraise ValueError('no')")
    assert 'File "muster:tasks/bad.py", line 3' in done.stderr


def test_what_is_not_in_memory_is_not_there():
    done = shipped("import tasks.other", tasks__group="")
    assert "No module named 'tasks.other'" in done.stderr


def test_the_standard_library_is_not_hidden():
    assert shipped("import json, email.message; print('fine')").stdout == "fine\n"


def test_installed_packages_are_found_when_they_are_asked_for():
    done = shipped("import sys; before = list(sys.path); import pytest; print(len(sys.path) > len(before))")
    assert done.stdout == "True\n", done.stderr


def test_private_and_foreign_modules_do_not_bring_the_installed_packages_in():
    tries = "for name in ('_nothing', 'winreg'):\n try: __import__(name)\n except ImportError: pass\n"
    done = shipped("import sys\n" + tries + "print(any('site-packages' in each for each in sys.path))")
    assert done.stdout == "False\n", done.stderr


@pytest.mark.parametrize(("name", "package"), [("muster.target", True), ("muster.target.task", False)])
def test_a_package_is_a_name_that_others_begin_with(name, package):
    spec = Memory({"muster.target.task": ""}).find_spec(name)
    assert (spec.submodule_search_locations is not None) is package


def test_parts_of_packages_are_none_of_its_business():
    assert SitePackages().find_spec("a.b", path=["/x"]) is None
