"""--list-hosts, --list-tasks, --list-tags and --syntax-check: what a plan holds, as text."""

from __future__ import annotations

from collections.abc import Iterator

from muster.plan import Plan, PlayPlan


def listing(plan: Plan, hosts: bool, tasks: bool, tags: bool = False) -> str:
    """Return the plays with their hosts, their tasks, and all tags of these."""
    return "".join(f"{line}\n" for play in plan.plays for line in lines(play, hosts, tasks, tags))


def lines(play: PlayPlan, hosts: bool, tasks: bool, tags: bool) -> Iterator[str]:
    count = len(play.hosts)
    yield f"play: {play.play.name}  ({count} host{'' if count == 1 else 's'})"
    if hosts:
        yield from (f"  host  {host.name}" for host in play.hosts)
    if tasks:
        steps = list(play.steps())
        width = max((len(step.name) for step in steps), default=0)
        for step in steps:
            own = f"[{', '.join(sorted(step.settings.tags))}]" if step.settings.tags else ""
            yield f"  task  {step.name:<{width}}  {own}".rstrip()
    if tags:
        yield from (f"  tag   {tag}" for tag in sorted({tag for step in play.steps() for tag in step.settings.tags}))
