"""Makes plans out of texts, for tests that need no host."""

from pathlib import Path

from muster.run import Request, prepare
from muster.stream.options import Options


def planned(directory, playbook, files=None, inventory=("web,db",), extra=None, **request):
    """Return the plan of a playbook's text; `files` are other files beside it."""
    for name, text in {"site.yml": playbook, **(files or {})}.items():
        path = Path(directory) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    options = Options(extra=extra or {})
    return prepare(Request((str(Path(directory) / "site.yml"),), inventory=inventory, options=options, **request)).plan


def names(plan):
    """Return the names of all tasks of a plan, in order."""
    return [step.name for play in plan.plays for step in play.steps()]


def steps(plan):
    """Return the steps of a plan by their names."""
    return {step.name: step for play in plan.plays for step in play.steps()}
