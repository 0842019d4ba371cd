"""The rule set of the kernel's packet filter, whole, through nft."""

import json
import os

from muster.target.files import read, remove, write
from muster.target.system import capture, run, which
from muster.target.task import Choice, Failure, Path, context, task, warn

FRESH = ("unshare", "-n", "sh", "-c", "nft -f - && nft -s -j list ruleset")
FRESH_TEXT = FRESH[:-1] + ("nft -f - && nft -s list ruleset",)


@task
def nftables(
    content: str = None,
    src: Path = None,
    dest: Path = "/etc/nftables.conf",
    state: Choice("present", "absent") = "present",
):
    """Ensure the packet filter holds the rules of a file, these and no others.

    content: the rules, in the language of nft
    src: file on the host that has them, instead of content
    dest: file that keeps them for the next start of the host
    state: absent takes away all rules there are, and the file

    Example:
      - nftables:
          content: |
            table inet filter {
              chain input {
                type filter hook input priority 0; policy drop;
                ct state established,related accept
                tcp dport 22 accept
              }
            }

    Returns:
      dest: the file
    """
    if not which("nft"):
        raise Failure("nft is not on this host; install the package nftables")
    rules = wanted(content, src) if state == "present" else ""
    # In one transaction with what it replaces, so that no packet meets half of the rules. It stands on the first line
    # of the file, so that nft names the lines of its errors rightly.
    whole = "flush ruleset; " + rules + "\n"
    checked(whole, dest)
    differs = differing(whole)
    if differs is None:
        differs = os.path.exists(dest) if state == "absent" else (read(dest) or b"").decode(
            "utf-8", "surrogateescape") != rules
    if differs:
        change = run("nft", "-f", "/dev/stdin", stdin=whole, what="load the rules of %s" % dest)
        if context.diff:
            change.before = capture("nft", "-s", "list", "ruleset").stdout
            fresh = capture(*FRESH_TEXT, stdin=whole)
            change.after = fresh.stdout if fresh.ok else rules
        yield change
    if state == "absent":
        yield from remove(dest)
    else:
        yield from write(dest, rules, mode=None if os.path.exists(dest) else 0o644)
    return {"dest": dest}


def wanted(content, src):
    """Return the text of the rules."""
    if (content is None) == (src is None):
        raise Failure("nftables needs content or src, one of them")
    if content is None:
        data = read(src)
        if data is None:
            raise Failure("%s, the src of nftables, is not there" % src)
        content = data.decode("utf-8", "surrogateescape")
    return content if content.endswith("\n") else content + "\n"


def checked(whole, dest):
    """Raise Failure where nft would not load these rules."""
    outcome = capture("nft", "-c", "-f", "/dev/stdin", stdin=whole)
    if not outcome.ok:
        # The first line has the reason; below it nft shows the place.
        reason = (outcome.stderr.strip() or "no reason given").splitlines()[0].replace("/dev/stdin:", "line ")
        raise outcome.failure("nft refuses the rules for %s: %s" % (dest, reason))


def differing(whole):
    """Tell whether the running rules are others than these; None, with a warning, where that cannot be found out.

    Rules can be written in many ways, so these are loaded in a network namespace of their own and listed there.
    """
    fresh = capture(*FRESH, stdin=whole)
    if not fresh.ok:
        reason = (fresh.stderr.strip() or "it ended with %d" % fresh.rc).splitlines()[0]
        warn("the running rules cannot be compared, only the file is: unshare -n nft: %s" % reason)
        return None
    running = capture("nft", "-s", "-j", "list", "ruleset", check=True)
    return bare(json.loads(running.stdout)) != bare(json.loads(fresh.stdout))


def bare(value):
    """Return a listing without what differs from one loading to the next: handles, counts, and what packets add."""
    if isinstance(value, list):
        return [bare(each) for each in value]
    if not isinstance(value, dict):
        return value
    passing = {"handle", "expires"}
    if set(value) == {"counter"} and isinstance(value["counter"], dict):
        # Of a counter with a name the rest stays: it says which one it is.
        return {"counter": bare({key: each for key, each in value["counter"].items()
                                 if key not in ("packets", "bytes")}) or None}
    if "dynamic" in (value.get("flags") or []):
        passing.add("elem")
    return {key: bare(each) for key, each in value.items() if key not in passing}
