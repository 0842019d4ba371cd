"""--list-hosts, --list-tasks and --syntax-check: what a plan holds, as text."""

from __future__ import annotations

from collections.abc import Iterator

from muster.plan import Plan, PlayPlan


def listing(plan: Plan, hosts: bool, tasks: bool) -> str:
    """Return the plays with their hosts, tasks, or both."""
    return "".join(f"{line}\n" for play in plan.plays for line in lines(play, hosts, tasks))


def lines(play: PlayPlan, hosts: bool, tasks: bool) -> Iterator[str]:
    count = len(play.hosts)
    yield f"play: {play.play.name}  ({count} host{'' if count == 1 else 's'})"
    if hosts:
        yield from (f"  host  {host.name}" for host in play.hosts)
    if tasks:
        steps = list(play.steps())
        width = max((len(step.name) for step in steps), default=0)
        for step in steps:
            tags = f"[{', '.join(sorted(step.settings.tags))}]" if step.settings.tags else ""
            yield f"  task  {step.name:<{width}}  {tags}".rstrip()
