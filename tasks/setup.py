"""Facts about the host."""

import fnmatch

from muster.target import facts
from muster.target.task import Path, task


@task(obsolete=("parallel",), reads=True, facts=True)
def setup(gather_subset: [str] = ("all",), filter: [str] = (), fact_path: Path = facts.LOCAL, gather_timeout: int = 10):
    """Gather facts; they become `ansible_facts.NAME` and `ansible_NAME`.

    gather_subset: all, min, hardware, network, virtual, or names of facts; `!` before one leaves it out
    filter: return only facts with these names; may have wildcards, with or without `ansible_`
    fact_path: directory of the host's own facts (*.fact), which become `ansible_local`
    gather_timeout: seconds for a program in that directory

    Example:
      - setup: {gather_subset: ["!all", hardware], filter: "ansible_mounts"}

    Returns:
      ansible_facts: the facts by name
    """
    found = facts.gather(list(gather_subset), fact_path, gather_timeout)
    patterns = [each[len("ansible_"):] if each.startswith("ansible_") else each for each in filter if each]
    if patterns:
        found = {name: value for name, value in found.items()
                 if any(fnmatch.fnmatch(name, pattern) for pattern in patterns)}
    return {"ansible_facts": found}
