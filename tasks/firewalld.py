"""What the firewall daemon firewalld lets through, by zones."""

import os

from muster.target.system import capture, run, which
from muster.target.task import Choice, Failure, context, task

ZONES = "/etc/firewalld/zones"
UNKNOWN_ZONE = 112  # What firewall-cmd ends with, as its manual lists it.
# What can be given a time after which it goes; the rest firewall-cmd refuses to limit.
PASSING = ("service", "port", "protocol", "forward-port", "rich-rule", "icmp-block", "masquerade")


@task
def firewalld(
    service: str = None,
    port: str = None,
    protocol: str = None,
    port_forward: [dict] = (),
    source: str = None,
    interface: str = None,
    rich_rule: str = None,
    icmp_block: str = None,
    icmp_block_inversion: bool = None,
    masquerade: bool = None,
    forward: bool = None,
    target: Choice("default", "ACCEPT", "DROP", "%%REJECT%%") = None,
    zone: str = None,
    state: Choice("enabled", "disabled", "present", "absent") = "enabled",
    permanent: bool = False,
    immediate: bool = False,
    offline: bool = False,
    timeout: int = 0,
):
    """Ensure a setting of a zone of firewalld, or a zone; of the settings one is given.

    service: service that is let through, by firewalld's name for it
    port: port or range that is let through, as 8081/tcp or 161-162/udp
    protocol: protocol that is let through
    port_forward: mappings of port, proto, toport and, where it is on another host, toaddr
    source: network whose packets belong to the zone
    interface: network interface whose packets belong to the zone; it is taken out of any other
    rich_rule: rule in firewalld's rich language
    icmp_block: type of ICMP that is blocked
    icmp_block_inversion: block what icmp_block does not name
    masquerade: packets passed on carry this host's address
    forward: pass packets on within the zone
    target: what becomes of packets that nothing decides on; it takes permanent
    zone: name of the zone, the default one if none is given
    state: present and absent are for a zone itself, or for its target; they take permanent
    permanent: change what holds from the next start of firewalld on
    immediate: change what holds now; this is so unless permanent is given
    offline: with permanent, leave out immediate where firewalld does not run
    timeout: seconds after which an immediate setting goes

    Example:
      - firewalld:
          service: https
          state: enabled
          permanent: true
          immediate: true

    Returns:
      zone: the zone as it was given
    """
    settings = [("service", service), ("port", port), ("protocol", protocol), ("source", source),
                ("interface", interface), ("rich-rule", rich_rule), ("icmp-block", icmp_block)]
    settings += [("forward-port", forwarded(each)) for each in port_forward]
    wanted = [(kind, value, state == "enabled") for kind, value in settings if value is not None]
    switches = (("icmp-block-inversion", icmp_block_inversion), ("masquerade", masquerade), ("forward", forward))
    # To disable what is false is to enable it.
    wanted += [(kind, None, (state == "enabled") == on) for kind, on in switches if on is not None]
    if len({kind for kind, _, _ in wanted}) + (target is not None) > 1:
        raise Failure("firewalld takes one setting at a time; give each a task of its own")
    if wanted and state in ("present", "absent"):
        raise Failure("state: %s of firewalld is for zones; give enabled or disabled" % state)
    tools = chosen(permanent, immediate, offline)
    if wanted:
        for tool in tools:
            for kind, value, on in wanted:
                yield from tool.setting(zone, kind, value, on, timeout)
        return {"zone": zone}
    if not permanent:
        raise Failure("zones and their targets are permanent in firewalld; give permanent: true")
    if target is not None:
        yield from tools[0].target(zone, target if state in ("enabled", "present") else "default")
    else:
        yield from tools[0].zone(zone, state)
    return {"zone": zone}


def forwarded(rule):
    """Return a forwarding in the words of firewall-cmd."""
    unknown = sorted(set(rule) - {"port", "proto", "toport", "toaddr"})
    missing = [key for key in ("port", "proto", "toport") if not rule.get(key)]
    if unknown or missing:
        raise Failure("port_forward of firewalld takes port, proto, toport and toaddr; %s"
                      % ("%s is none of them" % unknown[0] if unknown else "%s is missing" % missing[0]))
    return ":".join("%s=%s" % (key, rule[key]) for key in ("port", "proto", "toport", "toaddr") if rule.get(key))


def chosen(permanent, immediate, offline):
    """Return the tools that change what is asked for, in order: what is permanent first."""
    if not which("firewall-cmd"):
        raise Failure("firewall-cmd is not on this host; install the package firewalld")
    immediate = immediate or not permanent
    if capture("firewall-cmd", "--state").ok:
        kept = [Tool("firewall-cmd", "--permanent")] if permanent else []
        return kept + ([Tool("firewall-cmd")] if immediate else [])
    if immediate and not (permanent and offline):
        raise Failure("firewalld does not run, so nothing can be changed immediately; start it, or give permanent: true"
                      " and offline: true")
    return [Tool("firewall-offline-cmd")]


class Tool:
    """One of firewalld's command line tools, which speak nearly the same language."""

    def __init__(self, *words):
        self.words = words
        self.kept = words != ("firewall-cmd",)

    def setting(self, zone, kind, value, on, timeout):
        """Yield the change that gives a zone a setting, or takes it away."""
        argument = kind if value is None else "%s=%s" % (kind, value)
        if self.has(zone, argument) == on:
            return
        verb = "add" if on else "remove"
        if on and kind in ("interface", "source"):
            verb = "change"  # Into this zone, from whichever it belongs to.
        if not on and kind == "service" and self.words[0] == "firewall-offline-cmd":
            # Its --remove-service is one of an older tool's options, and goes without zones.
            argument = "service-from-zone=%s" % value
        words = ["--%s-%s" % (verb, argument)]
        if on and timeout and not self.kept and kind in PASSING:
            words.append("--timeout=%d" % timeout)
        yield self.change(zone, *words)

    def target(self, zone, target):
        """Yield the change that gives a zone its target."""
        have = self.read(zone, "--get-target")
        if have != target:
            yield self.change(zone, "--set-target=" + target)

    def zone(self, zone, state):
        """Yield the change that makes a zone or removes it."""
        if zone is None or state not in ("present", "absent"):
            raise Failure("firewalld needs a setting (service, port, ...), or zone with state: present or absent")
        there = zone in self.read(None, "--get-zones").split()
        if there != (state == "present"):
            yield self.change(None, "--%s-zone=%s" % ("new" if state == "present" else "delete", zone))

    def has(self, zone, argument):
        """Tell whether a zone has a setting."""
        return self.read(zone, "--query-" + argument, yes_or_no=True) == "yes"

    def read(self, zone, word, yes_or_no=False):
        """Return what the tool tells; raise Failure where it tells nothing."""
        outcome = capture(*self.line(zone, word))
        # In check mode the zone may be one that an earlier task would have made.
        if outcome.rc == UNKNOWN_ZONE and context.check:
            return "default" if word == "--get-target" else "no"
        told = outcome.stdout.strip()
        if not outcome.ok and not (yes_or_no and told == "no"):
            raise outcome.failure()
        return told

    def change(self, zone, *words):
        # A new zone is named by the word itself. An interface may be taken out of any other zone.
        name = zone or words[0].partition("=")[2]
        return run(*self.line(zone, *words), paths=(lambda: zone_files(name)) if self.kept else ())

    def line(self, zone, *words):
        return list(self.words) + (["--zone=" + zone] if zone else []) + list(words)


def zone_files(name):
    """Return the files of all zones, and of the one of this name; the tools keep what a file was as NAME.xml.old."""
    names = os.listdir(ZONES) if os.path.isdir(ZONES) else []
    return [os.path.join(ZONES, each) for each in sorted({name + ".xml", name + ".xml.old", *names})]
