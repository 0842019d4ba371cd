"""`muster run`: options spelled as ansible-playbook spells them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from muster.errors import OptionError
from muster.run import Request, prepare
from muster.run import run as carry_out


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("playbooks", nargs=-1, required=True, metavar="PLAYBOOK...")
@click.option("-i", "--inventory", multiple=True, help="Inventory: file, directory, script, or host,host,...")
@click.option("-l", "--limit", help="Only these hosts of the playbook's: a pattern, or @FILE.")
@click.option("-t", "--tags", multiple=True, help="Only tasks with these tags.")
@click.option("--skip-tags", multiple=True, help="Not the tasks with these tags.")
@click.option("--start-at-task", metavar="NAME", help="Start at the task of this name.")
@click.option("-e", "--extra-vars", multiple=True, metavar="VARS", help="Variables: k=v, JSON, YAML, or @FILE.")
@click.option("-C", "--check", is_flag=True, help="Change nothing; say what would be changed.")
@click.option("-D", "--diff", is_flag=True, help="Show what changes in files.")
@click.option("-f", "--forks", default=50, show_default=True, type=click.IntRange(1), help="Hosts at the same time.")
@click.option("-u", "--user", help="User to log in as.")
@click.option("--private-key", "--key-file", metavar="FILE", help="Private key to log in with.")
@click.option("-T", "--timeout", default=10.0, show_default=True, help="Seconds for a connection to come about.")
@click.option("-c", "--connection", default="smart", show_default=True, help="ssh, or local.",
              type=click.Choice(["smart", "ssh", "paramiko", "local"]))
@click.option("--ssh-common-args", default="", help="Options for ssh, such as -o ProxyJump=... or -J ...")
@click.option("-b", "--become", is_flag=True, help="Become another user with sudo.")
@click.option("--become-user", default="root", show_default=True, help="User to become.")
@click.option("-K", "--ask-become-pass", is_flag=True, help="Ask for sudo's password.")
@click.option("--force-handlers", is_flag=True, help="Run notified handlers even after a failure.")
@click.option("--step-by-step", is_flag=True, help="Send no task before the one before it is done.")
@click.option("-o", "--output", default="auto", show_default=True,
              type=click.Choice(["auto", "live", "plain", "ansible", "jsonl"]), help="How to report.")
@click.option("-v", "--verbose", count=True, help="Say more; up to -vvv.")
@click.option("--list-hosts", is_flag=True, help="List the hosts; run nothing.")
@click.option("--list-tasks", is_flag=True, help="List the tasks; run nothing.")
@click.option("--syntax-check", is_flag=True, help="Load and plan; run nothing.")
@click.pass_context
def run(ctx: click.Context, /, **given: Any) -> None:
    """Run playbooks, one after the other, on the hosts they are for."""
    listed = given["list_hosts"] or given["list_tasks"] or given["syntax_check"]
    request = request_from(given, ctx.find_root().obj or (), asks=not listed)
    if listed:
        from muster.cli.listing import listing

        click.echo(listing(prepare(request).plan, given["list_hosts"], given["list_tasks"]), nl=False)
        return
    ctx.exit(carry_out(request))


def request_from(given: dict[str, Any], arguments: Sequence[str] = (), asks: bool = True) -> Request:
    """Return the request that the options make; raises OptionError.

    arguments: of the command line, for the command that reports name to run it again
    asks: whether the reader may be asked questions
    """
    from muster.cli.asking import ask
    from muster.cli.extra_vars import parse
    from muster.connect.destination import Defaults
    from muster.plan import tag_words
    from muster.stream.options import Options

    password = click.prompt("sudo password", hide_input=True, err=True) if given["ask_become_pass"] else None
    tags, skip_tags = tuple(tag_words(list(given["tags"]))), tuple(tag_words(list(given["skip_tags"])))
    options = Options(
        check=given["check"], diff=given["diff"], verbosity=given["verbose"], forks=given["forks"],
        step_by_step=given["step_by_step"], become=given["become"], become_user=given["become_user"],
        become_password=password, tags=tags, skip_tags=skip_tags, force_handlers=given["force_handlers"],
        extra=parse(given["extra_vars"]),
        connection=Defaults(given["user"], given["private_key"], given["timeout"], given["connection"],
                            given["ssh_common_args"]),
    )
    if given["timeout"] <= 0:
        raise OptionError("--timeout must be more than 0 seconds")
    return Request(
        playbooks=given["playbooks"], inventory=given["inventory"], limit=given["limit"], tags=tags,
        skip_tags=skip_tags, start_at=given["start_at_task"], output=given["output"],
        command=("muster", *arguments), options=options, ask=ask if asks else None,
    )
