"""muster lab: the disposable fleet."""

from __future__ import annotations

import click

from muster.cli.columns import columns

name_option = click.option("--name", default="lab", show_default=True, metavar="NAME", help="Which lab.")


@click.group()
def lab() -> None:
    """A disposable fleet of real systemd hosts on this machine."""


@lab.command()
@name_option
@click.option(
    "--hosts", default=4, show_default=True, metavar="N", help="How many hosts, spread over the images evenly."
)
@click.option(
    "--image",
    "images",
    multiple=True,
    default=("debian-12", "amazon"),
    show_default=True,
    metavar="IMAGE",
    help="debian-12, amazon, ubuntu-18.04 or ubuntu-24.04; repeat for more than one.",
)
@click.option(
    "--rtt", "rtt_ms", default=0.0, metavar="MS", help="Latency to every host: the round trip in milliseconds."
)
def up(name: str, hosts: int, images: tuple[str, ...], rtt_ms: float) -> None:
    """Boot the hosts. A lab that is already up as asked for is left as it is."""
    from muster.lab.lab import Lab

    Lab(name, say=click.echo).up(hosts, images, rtt_ms)


@lab.command()
@name_option
def down(name: str) -> None:
    """Take the hosts down. Nothing is left but the cached images."""
    from muster.lab.lab import Lab

    Lab(name, say=click.echo).down()


@lab.command()
@name_option
def status(name: str) -> None:
    """Show each host's image, address and state."""
    from muster.lab.lab import Lab

    fleet = Lab(name)
    if fleet.record is None:
        click.echo(f'Lab "{name}" is not up.')
        return
    rows = [("HOST", "IMAGE", "ADDRESS", "STATE")]
    rows += [(host.name, host.image, host.address, state) for host, state in fleet.states()]
    for line in columns(rows):
        click.echo(line)


@lab.command(context_settings={"allow_interspersed_args": False})
@name_option
@click.argument("host")
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def ssh(name: str, host: str, command: tuple[str, ...]) -> None:
    """Log in to a host, or run a command there."""
    import os

    from muster.lab.lab import Lab

    fleet = Lab(name)
    target = fleet.host(host)
    os.execvp("ssh", ["ssh", "-F", str(fleet.access.config), target.name, *command])


@lab.command()
@name_option
def inventory(name: str) -> None:
    """Print the inventory, in Ansible's YAML format."""
    from muster.lab.lab import Lab

    fleet = Lab(name)
    if fleet.hosts:
        click.echo(fleet.inventory_path.read_text(), nl=False)
