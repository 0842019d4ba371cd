"""Puts tasks/, roles/ and playbooks/ into the wheel, as muster/_library/; all else is in setup.cfg."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

LIBRARY = ("tasks", "roles", "playbooks")


class BuildWithLibrary(build_py):
    """A checkout, also as an editable installation, has them beside muster/ (muster/library.py, root)."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        library = Path(self.build_lib) / "muster" / "_library"
        shutil.rmtree(library, ignore_errors=True)
        for name in LIBRARY:
            shutil.copytree(name, library / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        library = Path(self.build_lib) / "muster" / "_library"
        return super().get_outputs(include_bytecode) + [str(path) for path in library.rglob("*") if path.is_file()]


setup(cmdclass={"build_py": BuildWithLibrary})
