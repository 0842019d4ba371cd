"""What ssh does for a host: its blocks in files such as /etc/ssh/ssh_config and ~/.ssh/config."""

import os
import pwd
import re

from muster.target.accounts import not_led_away
from muster.target.files import attributes, group_name, make_directory, write
from muster.target.task import Choice, Failure, Path, context, task, warn
from muster.target.text import end_line, read_text, split_lines

FOR_ALL = "/etc/ssh/ssh_config"
# Blanks, keyword, what parts it from the value, value; see ssh_config(5).
LINE = re.compile(r"(\s*)([A-Za-z0-9]+)(\s*=\s*|\s+)(.*?)\s*$")
PATHS = ("identityfile", "controlpath")  # These are one path each: one with a blank in it has to be quoted.


@task(obsolete=("unsafe_writes",))
def ssh_config(
    host: str,
    state: Choice("present", "absent") = "present",
    user: str = None,
    group: str = None,
    ssh_config_file: Path = None,
    hostname: str = None,
    port: str = None,
    remote_user: str = None,
    identity_file: str = None,
    identities_only: bool = None,
    user_known_hosts_file: str = None,
    strict_host_key_checking: Choice("yes", "no", "ask", "accept-new") = None,
    host_key_algorithms: str = None,
    proxycommand: str = None,
    proxyjump: str = None,
    forward_agent: bool = None,
    add_keys_to_agent: bool = None,
    controlmaster: Choice("yes", "no", "ask", "auto", "autoask") = None,
    controlpath: str = None,
    controlpersist: str = None,
    dynamicforward: str = None,
    other_options: dict = None,
):
    """Ensure that ssh knows what to do for a host, or that a file says nothing about it any more.

    host: the host, as people call it; it may be several names, or patterns, as they stand in the file
    state: whether there should be a block for it; absent takes out all of it
    user: whose file it is, ~/.ssh/config; it belongs to the user
    group: group of that file; that of the user by default
    ssh_config_file: the file, instead of a user's; /etc/ssh/ssh_config by default
    hostname: the host's real name or address
    port: number of its port
    remote_user: user to log in as
    identity_file: file of the private key
    identities_only: use no other keys than that
    user_known_hosts_file: file of the hosts' own keys
    strict_host_key_checking: what to do with a host whose key is not known
    host_key_algorithms: kinds of the hosts' own keys, as one text
    proxycommand: command that connects to the host
    proxyjump: host to go through
    forward_agent: let the host use the agent's keys
    add_keys_to_agent: give the agent the keys that are used
    controlmaster: share one connection
    controlpath: socket of that connection
    controlpersist: how long it stays open
    dynamicforward: port at which others are served as by a proxy
    other_options: further keywords and their values; what is not given stays as it is in the file

    Example:
        - name: Reach the database through the bastion
          ssh_config:
            user: deploy
            host: db
            hostname: 10.0.0.7
            proxyjump: bastion.example.com
            identity_file: ~/.ssh/id_db
            other_options: {serveraliveinterval: "30"}

    Returns:
        hosts_added: list of the host, if it is new
        hosts_changed: list of the host, if it was there and is another now
        hosts_removed: list of the host, if it was taken out
        hosts_change_diff: list of {host: {old, new}}, each a mapping of keywords, where it was changed
    """
    if user and ssh_config_file:
        raise Failure("give the file as user or as ssh_config_file, not both")
    if proxycommand and proxyjump:
        raise Failure("a host is reached by proxycommand or by proxyjump, not by both")
    if not host.split() or "\n" in host:
        raise Failure("%r is no name of a host" % host)
    options = [
        ("HostName", hostname), ("Port", port), ("User", remote_user), ("IdentityFile", identity_file),
        ("IdentitiesOnly", identities_only), ("UserKnownHostsFile", user_known_hosts_file),
        ("StrictHostKeyChecking", strict_host_key_checking), ("HostKeyAlgorithms", host_key_algorithms),
        ("ProxyCommand", proxycommand), ("ProxyJump", proxyjump), ("ForwardAgent", forward_agent),
        ("AddKeysToAgent", add_keys_to_agent), ("ControlMaster", controlmaster), ("ControlPath", controlpath),
        ("ControlPersist", controlpersist), ("DynamicForward", dynamicforward), *sorted((other_options or {}).items())]
    wanted = [(word, shown(word, value)) for word, value in options if value is not None]
    entry = account(user) if user else None
    path = os.path.join(entry.pw_dir, ".ssh", "config") if entry else ssh_config_file or FOR_ALL
    if user and not entry:
        return {"hosts_added": [host] if state == "present" else [], "hosts_changed": [], "hosts_removed": [],
                "hosts_change_diff": [], "changed": state == "present"}
    for each in (os.path.dirname(path), path) if entry else ():
        not_led_away(each, entry)
    text = read_text(path) or ""
    lines = split_lines(text)
    values = edit(lines, host, wanted) if state == "present" else take(lines, host)
    yield from save(path, text, "".join(lines), entry, group)
    return values


def account(user):
    """Return the passwd entry of a user, or None for one who may be made by a task before, in check mode."""
    try:
        return pwd.getpwnam(user)
    except KeyError:
        if not context.check:
            raise Failure("no user is called %s" % user)
        warn("no user is called %s yet" % user)
        return None


def shown(word, value):
    """Return a value as it stands in the file."""
    if not re.match(r"[A-Za-z0-9]+\Z", word):
        raise Failure("%r is no keyword of ssh's configuration: see ssh_config(5)" % word)
    if isinstance(value, (dict, list)) or "\n" in str(value):
        raise Failure("%s must be one line of text, not %r" % (word, value))
    text = str(value) if not isinstance(value, bool) else "yes" if value else "no"
    return '"%s"' % text if word.lower() in PATHS and re.search(r"\s", text) else text


def save(path, before, after, entry, group):
    """Yield the changes that give the file this text, and a user's file its owner."""
    owner = entry.pw_name if entry else None
    if entry:
        group = group or group_name(entry.pw_gid)
    if before != after:
        yield from make_directory(os.path.dirname(path), *((owner, group, "0700") if entry else ()))
        new = not os.path.exists(path)
        mode = None if not new else "0644" if path == FOR_ALL else "0600"
        yield from write(path, after, owner, group, mode)
    elif os.path.exists(path):
        yield from attributes(path, owner, group)


def edit(lines, host, wanted):
    """Have a block for the host in these lines that says what is wanted; return what was done."""
    place = find(lines, host)
    if place is None:
        end_line(lines)
        if lines and lines[-1].strip():
            lines.append("\n")
        lines += ["Host %s\n" % host] + ["    %s %s\n" % each for each in wanted]
        return done("hosts_added", host)
    start, end = place
    old = said(lines[start + 1:end])
    for word, value in wanted:
        end = put(lines, start, end, word, value)
    new = said(lines[start + 1:end])
    return done("hosts_changed", host, [{host: {"old": old, "new": new}}]) if old != new else done()


def put(lines, start, end, word, value):
    """Set a keyword in the block of these lines; return where the block ends then."""
    own = [index for index in range(start + 1, end) if parsed(lines[index])[0] == word.lower()]
    if [parsed(lines[index])[1] for index in own] == [value.strip('"')]:
        return end
    if own:
        blanks, keyword, gap, _ = LINE.match(lines[own[0]]).groups()
        lines[own[0]] = "%s%s%s%s\n" % (blanks, keyword, gap, value)
        for index in reversed(own[1:]):
            del lines[index]
        return end - len(own) + 1
    end_line(lines)
    blanks = LINE.match(lines[end - 1]).group(1) if end - 1 > start else "    "
    lines.insert(end, "%s%s %s\n" % (blanks, word, value))
    return end + 1


def take(lines, host):
    """Take all blocks for the host out of these lines; return what was done."""
    removed = False
    place = find(lines, host)
    while place:
        start, end = place
        while end < len(lines) and not lines[end].strip():
            end += 1
        del lines[start:end]
        removed, place = True, find(lines, host)
    return done("hosts_removed", host) if removed else done()


def find(lines, host):
    """Return (start, end) of the first block for the host, without the comments that come before the next; or None."""
    start = end = None
    for index, line in enumerate(lines):
        word, value = parsed(line)
        if word in ("host", "match"):
            if start is not None:
                break
            start = index if word == "host" and value.split() == host.split() else None
        if word and start is not None:
            end = index + 1
    return None if start is None else (start, end)


def parsed(line):
    """Return (keyword in small letters, value without quotes and comment); nothing of a comment or an empty line."""
    match = LINE.match(line)
    if not match:
        return "", ""
    word, value = match.group(2).lower(), match.group(4)
    if word != "proxycommand":
        value = re.sub(r"\s+#.*", "", value)
    return word, value[1:-1] if re.match(r'"[^"]*"$', value) else value


def said(lines):
    """Return {keyword: value, or a list of them} of the lines of a block."""
    found = {}
    for word, value in map(parsed, lines):
        if word:
            found.setdefault(word, []).append(value)
    return {word: values[0] if len(values) == 1 else values for word, values in found.items()}


def done(key=None, host=None, diff=()):
    values = {"hosts_added": [], "hosts_changed": [], "hosts_removed": [], "hosts_change_diff": list(diff)}
    return dict(values, **({key: [host]} if key else {}))
