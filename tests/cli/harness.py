"""Carries out the cases in `mistakes/`, files of YAML that show what a mistake looks like and what muster says of it.

A case is, under its name:

    playbook: |         text of site.yml
    files: {name: text} other files beside it
    binary: {name: hex} files that are no text
    loops: [name]       symbolic links that lead to themselves
    run: ...            arguments of `muster run`; "site.yml -i web, -c local" if left out
    exit: 0             status of the command; 1 if left out
    says: |             everything it prints, but for the recap
"""

import os
import re
import shlex
from pathlib import Path

import yaml

from muster.cli import main

CASES = {f"{path.stem}: {name}": case for path in sorted((Path(__file__).parent / "mistakes").glob("*.yml"))
         for name, case in yaml.safe_load(path.read_text(encoding="utf-8")).items()}


def plant(case, directory):
    """Write the files of a case."""
    texts = dict(case.get("files", {}))
    if "playbook" in case:
        texts["site.yml"] = case["playbook"]
    binary = {name: bytes.fromhex(digits) for name, digits in case.get("binary", {}).items()}
    for name, content in {**{name: text.encode() for name, text in texts.items()}, **binary}.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for name in case.get("loops", []):
        (directory / name).symlink_to(name)


def arguments(case):
    return ["run", *shlex.split(case.get("run", "site.yml -i web, -c local"))]


def carry_out(case, directory, capture):
    """Run a case in a directory of its own; return the exit code and what was printed, errors first."""
    plant(case, directory)
    before = os.getcwd()
    os.chdir(directory)
    try:
        main(arguments(case))
    except SystemExit as end:
        code = end.code
    finally:
        os.chdir(before)
    printed = capture.readouterr()
    return code, settled(printed.err + printed.out, str(directory))


def settled(text, directory):
    """Return what is printed without the recap, times, the scratch directory, and blanks at ends of lines."""
    text = text.partition("\nRecap")[0].replace(directory, "/project")
    return "".join(re.sub(r"\s+(\d+m )?[\d.]+s$", "", line).rstrip() + "\n" for line in text.splitlines())
