"""Waiting for a port, a file or a text."""

import os
import re
import time

from muster.target.files import read
from muster.target.task import Choice, Failure, Path, context, task

# How /proc/net/tcp writes the states of a connection (Linux, include/net/tcp_states.h).
STATES = {
    "ESTABLISHED": "01", "SYN_SENT": "02", "SYN_RECV": "03", "FIN_WAIT1": "04", "FIN_WAIT2": "05", "TIME_WAIT": "06",
}


@task(reads=True)
def wait_for(
    host: str = "127.0.0.1", port: int = None, path: Path = None, search_regex: str = None,
    state: Choice("absent", "drained", "present", "started", "stopped") = "started",
    timeout: int = 300, delay: int = 0, sleep: int = 1, connect_timeout: int = 5, msg: str = None,
    exclude_hosts: [str] = None,
    active_connection_states: [str] = ("ESTABLISHED", "FIN_WAIT1", "FIN_WAIT2", "SYN_RECV", "SYN_SENT", "TIME_WAIT"),
):
    """Wait until a port answers, a file is there, a text appears, or none of that is so any more.

    host: the host whose port it is
    port: TCP port
    path: file
    search_regex: regular expression that the file holds, or that the port sends, in any line
    state: started and present wait until it is there, stopped and absent until it is not; drained until the port has no
        connections
    timeout: seconds to wait altogether
    delay: seconds to wait before the first look
    sleep: seconds between two looks
    connect_timeout: seconds for one attempt to connect
    msg: what to say when the time is over
    exclude_hosts: addresses whose connections do not count for drained
    active_connection_states: states of a connection that count for drained

    Example:
        - name: Wait until the server answers
          wait_for:
            port: 8080
            timeout: 60

    Returns:
        elapsed: seconds it took
        state: what was waited for
        port: the port
        path: the file
        search_regex: the regular expression
        match_groups: what its groups matched
        match_groupdict: what its named groups matched
    """
    if port is not None and path is not None:
        raise Failure("give port or path, not both")
    if state == "drained" and port is None:
        raise Failure("state: drained is for a port, and port is missing")
    if context.check:
        # What should come up is not started in check mode, so waiting for it could only end with a failure.
        return {"skipped": True, "msg": "skipped: check mode does not wait"}
    rule = compiled(search_regex)
    start = time.time()
    if delay:
        time.sleep(delay)
    look = looker(state, host, port, path, rule, connect_timeout, exclude_hosts or [], active_connection_states)
    found = wait(look, start + timeout, sleep)
    elapsed = int(time.time() - start)
    if not found and (port is not None or path is not None):
        raise Failure(msg or "waited %d seconds for %s" % (elapsed, goal(state, host, port, path, search_regex)),
                      elapsed=elapsed)
    groups = {"match_groups": list(found.groups()), "match_groupdict": found.groupdict()} if hasattr(found, "groups") \
        else {"match_groups": [], "match_groupdict": {}}
    return dict(groups, elapsed=elapsed, state=state, port=port, path=path, search_regex=search_regex)


def compiled(search_regex):
    try:
        return re.compile(search_regex, re.MULTILINE) if search_regex else None
    except re.error as error:
        raise Failure("%s is no regular expression: %s" % (search_regex, error))


def goal(state, host, port, path, search_regex):
    """Return words for what is waited for."""
    what = "%s:%d" % (host, port) if port is not None else path
    where = "%s in %s" % (search_regex, what) if search_regex else what
    return {"started": "%s to be there", "present": "%s to be there", "drained": "the connections to %s to end"}.get(
        state, "%s to be gone") % where


def wait(look, deadline, sleep):
    """Look again and again; return what was found, or None when the time is over."""
    while True:
        found = look(max(deadline - time.time(), 0.01))
        if found:
            return found
        if time.time() >= deadline:
            return None
        time.sleep(min(sleep, max(deadline - time.time(), 0)))


def looker(state, host, port, path, rule, connect_timeout, excluded, states):
    """Return the function that looks once; what it returns is true when the waiting is over.

    It is given the seconds that are left.
    """
    gone = state in ("absent", "stopped")
    if state == "drained":
        return lambda left: not connections(host, port, excluded, states)
    if port is not None:
        if gone:
            return lambda left: not answers(host, port, None, min(connect_timeout, left))
        return lambda left: answers(host, port, rule, min(connect_timeout, left))
    if path is not None:
        return lambda left: not holds(path, rule) if gone else holds(path, rule)
    return lambda left: None  # Nothing to look for: it is the time alone that is waited for.


def holds(path, rule):
    """Tell whether a file is there (True), or has the text (the match)."""
    if rule is None:
        return os.path.exists(path)
    data = None if os.path.isdir(path) else read(path)
    return rule.search(data.decode("utf-8", "surrogateescape")) if data is not None else None


def answers(host, port, rule, timeout):
    """Tell whether a port answers (True), or sends the text (the match)."""
    import socket

    deadline = time.time() + timeout
    try:
        with socket.create_connection((host, port), timeout) as connection:
            received = b""
            while rule:
                connection.settimeout(max(deadline - time.time(), 0.01))
                piece = connection.recv(4096)
                received += piece
                match = rule.search(received.decode("utf-8", "surrogateescape"))
                if match or not piece:
                    return match
            return True
    except (OSError, UnicodeError):  # Names of hosts that cannot be any are told by the latter.
        return None


def connections(host, port, excluded, states):
    """Count the connections to a local port, as the kernel lists them."""
    unknown = [name for name in states if name not in STATES]
    if unknown:
        raise Failure("no connection has the state %s; there are %s" % (unknown[0], ", ".join(sorted(STATES))))
    codes = {STATES[name] for name in states}
    addresses, left_out = numbers(host), set().union(*(numbers(each) for each in excluded))
    count = 0
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in (read(table) or b"").decode("ascii").splitlines()[1:]:
            local, remote, state = line.split()[1:4]
            address, _, number = local.partition(":")
            everywhere = not addresses or not set(address).difference("0")
            if int(number, 16) == port and state in codes and (everywhere or address in addresses) \
                    and remote.partition(":")[0] not in left_out:
                count += 1
    return count


def numbers(host):
    """Return a host's addresses as /proc/net/tcp and tcp6 write them; the empty set stands for every address."""
    import socket

    if host in ("0.0.0.0", "::"):
        return set()
    found = set()
    try:
        infos = socket.getaddrinfo(host, None, 0, socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Failure("cannot tell the address of %s: %s" % (host, error))
    for family, _, _, _, address in infos:
        packed = socket.inet_pton(family, address[0])
        found.add(words(packed))
        if family == socket.AF_INET:
            found.add(words(b"\0" * 10 + b"\xff\xff" + packed))  # The same address, of a socket for IPv6.
    return found


def words(packed):
    """Return an address as the kernel prints it: words of four bytes, each in the machine's order."""
    import sys

    return "".join(
        "%08X" % int.from_bytes(packed[start : start + 4], sys.byteorder) for start in range(0, len(packed), 4))
