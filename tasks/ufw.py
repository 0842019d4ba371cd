"""Rules and settings of the firewall ufw."""

from muster.target.files import read
from muster.target.system import capture, run, which
from muster.target.task import Choice, Failure, task

SETTINGS = "/etc/ufw/ufw.conf"
POLICIES = "/etc/default/ufw"
RULES = "/etc/ufw/user.rules"
RULES6 = "/etc/ufw/user6.rules"
CHAINS = {"incoming": "INPUT", "outgoing": "OUTPUT", "routed": "FORWARD"}
TARGETS = {"allow": "ACCEPT", "deny": "DROP", "reject": "REJECT"}
WAYS = {"in": "in", "incoming": "in", "out": "out", "outgoing": "out"}


@task(aliases={"policy": "default", "from": "from_ip", "src": "from_ip", "to": "to_ip", "dest": "to_ip",
               "port": "to_port", "protocol": "proto", "app": "name", "if": "interface", "if_in": "interface_in",
               "if_out": "interface_out"})
def ufw(
    state: Choice("enabled", "disabled", "reloaded", "reset") = None,
    default: Choice("allow", "deny", "reject") = None,
    direction: Choice("in", "incoming", "out", "outgoing", "routed") = None,
    logging: Choice("on", "off", "low", "medium", "high", "full") = None,
    rule: Choice("allow", "deny", "limit", "reject") = None,
    from_ip: str = "any",
    from_port: str = None,
    to_ip: str = "any",
    to_port: str = None,
    proto: Choice("any", "tcp", "udp", "ipv6", "esp", "ah", "gre", "igmp", "vrrp") = None,
    name: str = None,
    interface: str = None,
    interface_in: str = None,
    interface_out: str = None,
    route: bool = False,
    log: bool = False,
    insert: int = None,
    insert_relative_to: Choice("zero", "first-ipv4", "last-ipv4", "first-ipv6", "last-ipv6") = "zero",
    delete: bool = False,
    comment: str = None,
):
    """Ensure a rule or a setting of ufw, and that it runs or does not.

    state: enabled and disabled hold for the next start of the host too; reloaded and reset are done every time
    default: what becomes of packets no rule decides on
    direction: which way the rule, or the default, is for; routed is for the default alone
    logging: how much is logged
    rule: what becomes of the packets of the rule
    from_ip: address or network they come from
    from_port: port they come from
    to_ip: address or network they go to
    to_port: port they go to, or several as 80,443 or 6000:6007
    proto: protocol
    name: application whose profile names the ports
    interface: interface of the rule, which then needs a direction
    interface_in: interface packets come in by
    interface_out: interface packets go out by
    route: the rule is for packets that are passed on
    log: log connections the rule fits
    insert: place of a new rule, 1 is the first; beyond the last one it is put at the end
    insert_relative_to: which rule insert counts from; from any other than zero, 0 is its own place
    delete: the rule should be gone
    comment: words kept with the rule

    Example:
      - ufw:
          rule: allow
          to_port: "22"
          proto: tcp
          from_ip: 192.0.2.0/24

    Returns:
      commands: the command lines that were run
    """
    if not (state or default or logging or rule):
        raise Failure("ufw needs one of state, default, logging and rule")
    if not which("ufw"):
        raise Failure("ufw is not on this host; install the package ufw")
    fresh = state == "reset"
    changes = [run("ufw", "--force", "reset", paths=places())] if fresh else []
    if default:
        changes += decided(default, direction, fresh)
    if rule:
        place = None if delete or insert is None or fresh else position(insert, insert_relative_to)
        words = ["route"] if route else []
        words += ["delete"] if delete else ["insert", str(place)] if place else []
        words += [rule] + passing(direction, interface, interface_in, interface_out, route) + (["log"] if log else [])
        words += packets(from_ip, from_port, to_ip, to_port, proto, name)
        changes += ruled(words + pair("comment", None if delete else comment), fresh)
    if logging:
        changes += logged(logging, fresh)
    # Last, so that a host that is reached by the network has its rules before they count.
    if state in ("enabled", "disabled") and not holds(state == "enabled"):
        changes.append(run("ufw", "--force", state[:-1], paths=[SETTINGS]))
    if state == "reloaded":
        changes.append(run("ufw", "reload"))
    for change in changes:  # noqa: UP028
        # Outcomes are sent in here, which a list does not take: this is no `yield from`.
        yield change
    return {"commands": [change.what for change in changes]}


def places():
    return [SETTINGS, POLICIES, RULES, RULES6]


def setting(path, name):
    """Return the value of a variable in a file of ufw, or None."""
    for line in (read(path) or b"").decode("utf-8", "surrogateescape").splitlines():
        key, sign, value = line.partition("=")
        if sign and key.strip() == name:
            return value.strip().strip("\"'")
    return None


def holds(enabled):
    """Tell whether ufw runs, and will at the next start of the host, as it should."""
    active = capture("ufw", "status", check=True).stdout.startswith("Status: active")
    at_start = (setting(SETTINGS, "ENABLED") or "no").lower() == "yes"
    return active == at_start == enabled


def decided(default, direction, fresh):
    """Return the changes that give a direction, by default the incoming, its policy."""
    way = {"in": "incoming", "out": "outgoing", None: "incoming"}.get(direction, direction)
    if not fresh and setting(POLICIES, "DEFAULT_%s_POLICY" % CHAINS[way]) == TARGETS[default]:
        return []
    return [run("ufw", "default", default, way, paths=[POLICIES])]


def logged(level, fresh):
    have = setting(SETTINGS, "LOGLEVEL") or "off"
    if not fresh and (have == level or (level == "on" and have != "off")):
        return []
    return [run("ufw", "logging", level, paths=[SETTINGS, RULES, RULES6])]


def position(insert, relative_to):
    """Return the number that a new rule gets, or None where it comes after all others.

    ufw numbers the rules of IPv4 first and then those of IPv6.
    """
    four, six = len(numbered(RULES)), len(numbered(RULES6))
    number = insert + {"zero": 0, "first-ipv4": 1, "last-ipv4": max(four, 1),
                       "first-ipv6": four + 1, "last-ipv6": four + max(six, 1)}[relative_to]
    if number < 1:
        raise Failure("insert %d of ufw, from %s, is before the first rule, which has the number 1"
                      % (insert, relative_to))
    return number if number <= four + six else None


def numbered(path):
    """Return the rules of a file that have a number: those an application's profile brings share one."""
    found = []
    for line in tuples((read(path) or b"").decode("utf-8", "surrogateescape")):
        words = line.split()
        # Action, protocol, port, destination, port, source, both profiles, direction; without profiles there are fewer.
        rule = words[3:4] + words[6:7] + words[8:] if len(words) > 11 else words
        if rule not in found:
            found.append(rule)
    return found


def passing(direction, interface, interface_in, interface_out, route):
    """Return the words for the way packets take."""
    if direction == "routed":
        raise Failure("direction: routed of ufw is for default; a rule for packets passed on has route: true")
    if interface and not direction:
        raise Failure("a rule of ufw with an interface needs a direction, in or out")
    if interface and (interface_in or interface_out):
        raise Failure("interface of ufw does not go with interface_in and interface_out")
    if interface_in and interface_out and not route:
        raise Failure("a rule of ufw with both interface_in and interface_out needs route: true")
    if interface_in or interface_out:
        return on("in", interface_in) + on("out", interface_out)
    return on(WAYS[direction], interface) or ([WAYS[direction]] if direction and not route else []) if direction else []


def on(way, interface):
    return [way, "on", interface] if interface else []


def packets(from_ip, from_port, to_ip, to_port, proto, name):
    """Return the words for the packets a rule is about."""
    words = pair("proto", proto) + ["from", from_ip] + pair("port", from_port)
    return words + ["to", to_ip] + pair("port", to_port) + pair("app", name)


def pair(word, value):
    return [] if value is None else [word, value]


def ruled(words, fresh):
    """Return the changes that this command makes in the rules, with what they were and will be."""
    change = run("ufw", *words, paths=[RULES, RULES6])
    if fresh:
        return [change]
    change.before, change.after = foretold(words)
    return [change] if change.before != change.after else []


def foretold(words):
    """Return the rules as they are and as they would be after this command, of those files that it is about.

    `ufw --dry-run` prints these files as they would be. What it says beside that is no answer: it tells of rules
    updated where one is deleted that never was (ufw 0.36.2).
    """
    outcome = capture("ufw", "--dry-run", *words, check=True)
    before, after = [], []
    for future in outcome.stdout.split("*filter\n")[1:]:
        kept = read(RULES6 if "ufw6-" in future else RULES) or b""
        before += tuples(kept.decode("utf-8", "surrogateescape"))
        after += tuples(future)
    return "".join(line + "\n" for line in before), "".join(line + "\n" for line in after)


def tuples(text):
    """Return the lines by which ufw itself reads its rules back."""
    return [line.rstrip() for line in text.splitlines() if line.startswith("### tuple ###")]
