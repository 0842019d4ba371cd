"""`muster run`: options spelled as ansible-playbook spells them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from muster.cli.configured import configured
from muster.cli.vault_options import unlock, vault_options
from muster.config import Config, read_config
from muster.connect.become import METHODS
from muster.errors import LoadError, OptionError
from muster.run import Request, prepare
from muster.run import run as carry_out
from muster.secrets import SECRETS

if TYPE_CHECKING:
    from muster.connect.destination import Defaults
    from muster.stream.fact_cache import FactCache


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
@click.option("-k", "--ask-pass", is_flag=True, help="Ask for the login's password.")
@click.option("--connection-password-file", "--conn-pass-file", metavar="FILE", help="File with the login's password.")
@click.option("-b", "--become", is_flag=True, help="Become another user.")
@click.option("--become-user", default="root", show_default=True, help="User to become.")
@click.option("--become-method", default="sudo", show_default=True, type=click.Choice(METHODS), help="How to do that.")
@click.option("-K", "--ask-become-pass", is_flag=True, help="Ask for sudo's password.")
@click.option("--become-password-file", "--become-pass-file", metavar="FILE", help="File with sudo's password.")
@vault_options
@click.option("--force-handlers", is_flag=True, help="Run notified handlers even after a failure.")
@click.option("--step-by-step", is_flag=True, help="Send no task before the one before it is done.")
@click.option("--strict", is_flag=True, help="Conditions must be true or false: anything else is an error.")
@click.option("-o", "--output", default="auto", show_default=True,
              type=click.Choice(["auto", "live", "plain", "ansible", "jsonl"]), help="How to report.")
@click.option("-v", "--verbose", count=True, help="Say more; up to -vvv.")
@click.option("--list-hosts", is_flag=True, help="List the hosts; run nothing.")
@click.option("--list-tasks", is_flag=True, help="List the tasks; run nothing.")
@click.option("--list-tags", is_flag=True, help="List the tags; run nothing.")
@click.option("--syntax-check", is_flag=True, help="Load and plan; run nothing.")
@click.pass_context
def run(ctx: click.Context, /, **given: Any) -> None:
    """Run playbooks, one after the other, on the hosts they are for.

    Options that are left out are as ansible.cfg or the environment say: see `muster config`.
    """
    config = read_config(os.environ, os.getcwd())
    config.tell_unused()
    unlock(given, config)
    listed = any(given[word] for word in ("list_hosts", "list_tasks", "list_tags", "syntax_check"))
    request = request_from(configured(ctx, given, config), ctx.find_root().obj or (), config, asks=not listed)
    if listed:
        from muster.cli.listing import listing

        plan = prepare(request).plan
        text = listing(plan, given["list_hosts"], given["list_tasks"], given["list_tags"])
        click.echo(SECRETS.masked(text), nl=False)
        return
    ctx.exit(carry_out(request))


def request_from(
    given: dict[str, Any], arguments: Sequence[str] = (), config: Config | None = None, asks: bool = True
) -> Request:
    """Return the request that the options make; raises OptionError.

    arguments: of the command line, for the command that reports name to run it again
    asks: whether the reader may be asked questions
    """
    from muster.cli.asking import ask
    from muster.cli.extra_vars import parse
    from muster.cli.passwords import passwords
    from muster.plan import tag_words
    from muster.stream.options import Options

    config = config or Config()
    check(given, config)
    login, become = passwords(given, config) if asks else (None, None)
    tags, skip_tags = tuple(tag_words(list(given["tags"]))), tuple(tag_words(list(given["skip_tags"])))
    options = Options(
        check=given["check"], diff=given["diff"], verbosity=given["verbose"], forks=given["forks"],
        step_by_step=given["step_by_step"], become=given["become"], become_user=given["become_user"],
        become_method=given["become_method"], become_flags=config["become_flags"], become_exe=config["become_exe"],
        become_password=become, tags=tags, skip_tags=skip_tags, limit=given["limit"],
        force_handlers=given["force_handlers"], extra=parse(given["extra_vars"]),
        connection=connection_from(given, config, login),
        gathering=config["gathering"], inject_facts=config["inject_facts_as_vars"], cache=fact_cache(config),
        config_file=os.path.abspath(config.file) if config.file else None,
    )
    return Request(
        playbooks=given["playbooks"], inventory=given["inventory"], limit=given["limit"], tags=tags,
        skip_tags=skip_tags, start_at=given["start_at_task"], output=given["output"],
        command=("muster", *arguments), options=options, ask=ask if asks else None, config=config,
        strict=given["strict"],
    )


def check(given: dict[str, Any], config: Config) -> None:
    """Raise OptionError or LoadError for what cannot be followed."""
    if given["timeout"] <= 0:
        raise OptionError("--timeout must be more than 0 seconds")
    if config["hash_behaviour"] == "merge":
        raise LoadError("hash_behaviour = merge is not known here: a mapping replaces another of its name",
                        config.origin("hash_behaviour"), "write what is to be merged with the filter `combine`")


def connection_from(given: dict[str, Any], config: Config, password: str | None) -> Defaults:
    """Return what the command line and the configuration say about connections."""
    from muster.connect.destination import Defaults

    return Defaults(
        user=given["user"] or None, private_key=given["private_key"], timeout=given["timeout"],
        connection=given["connection"], ssh_common_args=given["ssh_common_args"], ssh_args=config["ssh_args"],
        ssh_extra_args=config["ssh_extra_args"], port=config["remote_port"],
        host_key_checking=config["host_key_checking"], retries=config["ssh_retries"],
        interpreter=config["interpreter_python"],
        password=password,
    )


def fact_cache(config: Config) -> FactCache | None:
    """Return where facts are kept, if in files; raises LoadError or OptionError for a directory that will not do."""
    from muster.stream.fact_cache import FactCache

    if config["fact_caching"].rpartition(".")[2] != "jsonfile":
        return None
    if not config["fact_caching_connection"]:
        raise LoadError("facts are kept in JSON files, and nothing says where", config.origin("fact_caching"),
                        "name a directory with fact_caching_connection")
    made = FactCache(config["fact_caching_connection"], config["fact_caching_prefix"], config["fact_caching_timeout"])
    made.prepare()
    return made
