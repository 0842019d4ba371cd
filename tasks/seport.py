"""SELinux types of ports."""

from muster.target import semanage
from muster.target.task import Choice, task


@task
def seport(
    ports: [str],
    proto: Choice("tcp", "udp"),
    setype: str,
    state: Choice("present", "absent") = "present",
    reload: bool = True,
    ignore_selinux_state: bool = False,
    local: bool = False,
):
    """Ensure SELinux has ports as being of a type, or does so no more.

    ports: ports, or ranges of them such as 10000-10100
    proto: tcp or udp
    setype: the type, such as http_port_t
    state: whether they should be of this type
    reload: have the kernel use the changed policy at once
    ignore_selinux_state: change the policy although SELinux is off
    local: look at local changes only, not at what the policy has

    Example:
      - seport: {ports: 8888, proto: tcp, setype: http_port_t}

    Returns:
      ports: as they were given
      proto: tcp or udp
      setype: the type
      state: present or absent
    """
    semanage.need_selinux(ignore_selinux_state)
    here = listed(*(["-C"] if local else []))
    taken = {port for (_, protocol), found in here.items() if protocol == proto for port in found}
    for port in ports:
        has = port in here.get((setype, proto), [])
        if state == "present" and not has:
            verb = "-m" if port in taken else "-a"
            yield semanage.change("port", [verb, "-t", setype, "-p", proto, port], reload)
        elif state == "absent" and has:
            yield semanage.change("port", ["-d", "-t", setype, "-p", proto, port], reload)
    return {"ports": list(ports), "proto": proto, "setype": setype, "state": state}


def listed(*options):
    """Return {(type, protocol): [port or range, ...]}."""
    found = {}
    for line in semanage.listed("port", *options):
        setype, proto, ports = line.split(None, 2)
        found.setdefault((setype, proto), []).extend(each.strip() for each in ports.split(","))
    return found
