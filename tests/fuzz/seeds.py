"""What is spoilt: a project of the fuzz's own, the playbooks of the project, and those of its tests."""

from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
# The playbook of this one and what is beside it do nothing to any host.
HARMLESS = yaml.safe_load((Path(__file__).parent / "project.yml").read_text(encoding="utf-8"))


def cases():
    """Return all cases of the tests that have a playbook."""
    files = [*sorted((ROOT / "tests/runs/cases").glob("*.yml")), *sorted((ROOT / "tests/cli/mistakes").glob("*.yml"))]
    every = [case for path in files for case in yaml.safe_load(path.read_text(encoding="utf-8")).values()]
    return [HARMLESS, *(case for case in every if "playbook" in case)]


def playbooks():
    """Return the texts of playbooks."""
    whole = ["playbooks/security-updates.yml", "tests/live/playbooks/work.yml", "tests/bench/hardening.yml"]
    texts = [case["playbook"] for case in cases()] + [(ROOT / path).read_text(encoding="utf-8") for path in whole]
    # One in four is the long one.
    return texts + [HARMLESS["playbook"]] * (len(texts) // 3)


def structures(texts):
    """Return the documents of these texts, those that PyYAML's safe loader knows all tags of."""
    found = []
    for text in texts:
        try:
            value = yaml.safe_load(text)
        except (yaml.YAMLError, ValueError):
            continue
        if isinstance(value, (list, dict)) and value:
            found.append(value)
    return found


def plant(directory, files):
    for name, text in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text, encoding="utf-8")
