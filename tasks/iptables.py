"""Rules, chains and policies of the kernel's packet filter, through iptables and ip6tables."""

from muster.target.system import capture, run, which
from muster.target.task import Choice, Failure, context, task

PROGRAMS = {"ipv4": ("iptables",), "ipv6": ("ip6tables",), "both": ("iptables", "ip6tables")}
LEVELS = ("0", "1", "2", "3", "4", "5", "6", "7", "emerg", "alert", "crit", "error", "warning", "notice", "info",
          "debug")
FLAGS = ("src", "dst", "src,dst", "dst,src", "src,src", "dst,dst")


# Chains are read with -S, which never looks up names, so `numeric` has nothing left to prevent.
@task(obsolete=("numeric",))
def iptables(
    chain: str = None,
    table: Choice("filter", "nat", "mangle", "raw", "security") = "filter",
    state: Choice("present", "absent") = "present",
    action: Choice("append", "insert") = "append",
    rule_num: str = None,
    ip_version: Choice("ipv4", "ipv6", "both") = "ipv4",
    policy: Choice("ACCEPT", "DROP", "QUEUE", "RETURN") = None,
    flush: bool = False,
    chain_management: bool = False,
    protocol: str = None,
    source: str = None,
    destination: str = None,
    in_interface: str = None,
    out_interface: str = None,
    fragment: str = None,
    match: [str] = None,
    tcp_flags: dict = None,
    syn: Choice("ignore", "match", "negate") = "ignore",
    source_port: str = None,
    destination_port: str = None,
    destination_ports: [str] = None,
    src_range: str = None,
    dst_range: str = None,
    ctstate: [str] = None,
    match_set: str = None,
    match_set_flags: Choice(*FLAGS) = None,
    icmp_type: str = None,
    uid_owner: str = None,
    gid_owner: str = None,
    limit: str = None,
    limit_burst: str = None,
    comment: str = None,
    set_counters: str = None,
    jump: str = None,
    goto: str = None,
    gateway: str = None,
    to_destination: str = None,
    to_source: str = None,
    to_ports: str = None,
    set_dscp_mark: str = None,
    set_dscp_mark_class: str = None,
    reject_with: str = None,
    log_prefix: str = None,
    log_level: Choice(*LEVELS) = None,
    wait: str = None,
):
    """Ensure a rule of the packet filter is there or gone, or set a chain's policy.

    chain: INPUT, FORWARD, OUTPUT or any other
    table: table the chain is in
    state: whether the rule, or with chain_management the chain, should be there
    action: where a new rule goes, to the end or to the beginning
    rule_num: place of an inserted rule, 1 is the first
    ip_version: which of the two packet filters
    policy: what becomes of packets no rule of the chain decides on; no rule is looked at then
    flush: take away all rules of the chain, or of the table where no chain is named
    chain_management: make the chain when it is missing; with state absent and no rule, delete it
    protocol: tcp, udp, icmp, a number ...; as with most others, a ! before it turns its sense around
    source: address, network or host
    destination: address, network or host
    in_interface: interface packets come in by; + at its end stands for any rest
    out_interface: interface packets go out by
    fragment: the rule is for second and further fragments; any text but "!", which means all others
    match: extensions to load
    tcp_flags: flags (those looked at) and flags_set (those set), each a list
    syn: packets that open a connection, or with negate all others
    source_port: port, or range as 1000:2000
    destination_port: port, or range
    destination_ports: several ports and ranges
    src_range: addresses from-to
    dst_range: addresses from-to
    ctstate: states of the connection, such as ESTABLISHED
    match_set: name of an ipset
    match_set_flags: which address of the packet the set is asked for
    icmp_type: name or number
    uid_owner: user whose program sent it
    gid_owner: group whose program sent it
    limit: how often it matches at most, such as 5/minute
    limit_burst: how often before the limit counts
    comment: words kept with the rule
    set_counters: packets and bytes the counters begin with
    jump: what becomes of the packet: ACCEPT, DROP, a chain ...
    goto: chain to go on in, without a way back
    gateway: where TEE sends its copies
    to_destination: address DNAT puts in
    to_source: address SNAT puts in
    to_ports: ports REDIRECT or MASQUERADE puts in
    set_dscp_mark: number DSCP puts in
    set_dscp_mark_class: class DSCP puts in
    reject_with: the answer of REJECT, which it implies
    log_prefix: words LOG begins its line with
    log_level: level of that line
    wait: seconds to wait for another program that alters the filter

    Example:
      - iptables:
          chain: INPUT
          protocol: tcp
          destination_port: "22"
          ctstate: [NEW]
          jump: ACCEPT

    Returns:
      chain: the chain
      table: its table
      rule: the rule, as words of iptables
      state: as asked for
      ip_version: as asked for
      flush: as asked for
    """
    if chain is None and not flush:
        raise Failure("iptables needs a chain")
    if (match_set is None) != (match_set_flags is None):
        raise Failure("match_set and match_set_flags of iptables go together")
    if rule_num is not None and action != "insert":
        raise Failure("rule_num of iptables is for action: insert")
    match = match or []
    if jump is None:
        jump = "REJECT" if reject_with else "DSCP" if set_dscp_mark or set_dscp_mark_class else None
    jump = jump or ("LOG" if log_prefix or log_level else None)
    state_flag = "--state" if "state" in match else "--ctstate"
    module = "state" if "state" in match else "conntrack"

    def rule(icmp_flag):
        """Return the words of the rule: what packets it is for, then what becomes of them."""
        return (
            option("-p", protocol) + option("-s", source) + option("-d", destination)
            + option("-i", in_interface) + option("-o", out_interface)
            + ([] if fragment is None else ["!", "-f"] if fragment == "!" else ["-f"])
            + [word for each in match for word in ("-m", each)]
            + flags(tcp_flags) + {"ignore": [], "match": ["--syn"], "negate": ["!", "--syn"]}[syn]
            + option("--sport", source_port) + option("--dport", destination_port)
            + extension("multiport", match, option("--dports", ",".join(destination_ports or []) or None))
            + extension("iprange", match, option("--src-range", src_range) + option("--dst-range", dst_range))
            + extension(module, match, option(state_flag, ",".join(ctstate or []) or None))
            + extension("set", match, option("--match-set", match_set) + option("", match_set_flags)[1:])
            + option(icmp_flag, icmp_type)
            + extension("owner", match, option("--uid-owner", uid_owner) + option("--gid-owner", gid_owner))
            + extension("limit", match, option("--limit", limit) + option("--limit-burst", limit_burst))
            + extension("comment", match, plain("--comment", comment))
            + ([] if set_counters is None else ["-c"] + set_counters.replace(",", " ").split())
            + plain("-j", jump) + plain("-g", goto) + plain("--gateway", gateway)
            + plain("--to-destination", to_destination) + plain("--to-source", to_source)
            + plain("--to-ports", to_ports) + plain("--set-dscp", set_dscp_mark)
            + plain("--set-dscp-class", set_dscp_mark_class) + plain("--reject-with", reject_with)
            + plain("--log-prefix", log_prefix) + plain("--log-level", log_level)
        )

    for program in PROGRAMS[ip_version]:
        if not which(program):
            raise Failure("%s is not on this host; install the package iptables" % program)
        words = rule("--icmpv6-type" if program == "ip6tables" else "--icmp-type")
        filter_table = [program] + plain("-w", wait) + ["-t", table]
        if flush:
            yield from emptied(filter_table, chain)
        elif policy:
            yield from decided(filter_table, chain, policy)
        elif chain_management and not words:
            yield from managed(filter_table, chain, state)
        elif state == "absent":
            yield from without(filter_table, chain, words)
        else:
            if chain_management:
                yield from managed(filter_table, chain, state)
            place = ["-A", chain] if action == "append" else ["-I", chain] + ([rule_num] if rule_num else [])
            if not holds(filter_table, chain, words):
                yield run(*(filter_table + place + words))
    return {"chain": chain, "table": table, "rule": " ".join(words), "state": state, "ip_version": ip_version,
            "flush": flush}


def plain(flag, value):
    """Return an option and its value, or nothing where there is none."""
    return [] if value is None else [flag, value]


def option(flag, value):
    """Return an option that a ! before its value turns around, or nothing where there is no value."""
    if value is not None and value.startswith("!"):
        return ["!", flag, value[1:].strip()]
    return plain(flag, value)


def extension(name, loaded, words):
    """Return the words with the extension they need before them, where it is not loaded yet."""
    return (["-m", name] if words and name not in loaded else []) + words


def flags(wanted):
    """Return the option for flags of TCP."""
    if not wanted:
        return []
    if set(wanted) != {"flags", "flags_set"}:
        raise Failure("tcp_flags of iptables needs flags and flags_set, each a list")
    return ["--tcp-flags"] + [
        ",".join(map(str, each)) if isinstance(each, list) else str(each)
        for each in (wanted["flags"], wanted["flags_set"])]


def holds(program, chain, words):
    """Tell whether the chain has this rule; a chain that is missing has none."""
    outcome = capture(*(program + ["-C", chain] + words))
    if outcome.rc not in (0, 1):
        raise outcome.failure()
    return outcome.ok


def listed(program, chain):
    """Return the lines of a chain or (None) of a table, as words of iptables; None where there is no such chain."""
    outcome = capture(*(program + ["-S"] + ([chain] if chain else [])))
    if outcome.rc not in (0, 1):
        raise outcome.failure()
    return outcome.lines if outcome.ok else None


def emptied(program, chain):
    if any(line.startswith("-A") for line in listed(program, chain) or []):
        yield run(*(program + ["-F"] + ([chain] if chain else [])))


def decided(program, chain, policy):
    if "-P %s %s" % (chain, policy) not in (listed(program, chain) or []):
        yield run(*(program + ["-P", chain, policy]))


def managed(program, chain, state):
    if (listed(program, chain) is not None) != (state == "present"):
        yield run(*(program + ["-N" if state == "present" else "-X", chain]))


def without(program, chain, words):
    """Yield the changes that take a rule away, however often it is there."""
    while holds(program, chain, words):
        yield run(*(program + ["-D", chain] + words))
        if context.check:
            return
