"""Entries of the host's databases of names."""

from muster.target.system import capture, which
from muster.target.task import Failure, task

# Those whose fields colons separate; the others have spaces.
COLONS = ("passwd", "shadow", "group", "gshadow")
# The ends of getent, from its manual page.
UNKNOWN, NOT_FOUND, NO_LIST = 1, 2, 3


@task(reads=True, facts=True)
def getent(database: str, key: str = None, split: str = None, fail_key: bool = True, service: str = None):
    """Read entries of a database such as passwd, group, hosts or services, as the fact `getent_DATABASE`.

    database: name of the database
    key: which entry; without it all there are, if that database can list them
    split: what separates the fields of an entry; a colon or spaces by default, as the database has it
    fail_key: fail where there is no such entry; if not, its value is null
    service: where to look, as `files`, instead of all that /etc/nsswitch.conf names

    Example:
      - getent: {database: passwd, key: deploy}
      - debug: {msg: "The home of deploy is {{ getent_passwd.deploy.4 }}"}

    Returns:
      ansible_facts: getent_DATABASE, {first field: the other fields}; a list of such lists where several entries have
        the same first field
    """
    asked = [database] + ([key] if key is not None else []) + (["-s", service] if service else [])
    if not which("getent"):
        raise Failure("getent is not on this host; install libc-bin (Debian) or glibc-common (Red Hat)")
    outcome = capture("getent", *asked)
    if outcome.rc == NOT_FOUND and not fail_key:
        return facts(database, {key: None})
    if not outcome.ok:
        raise outcome.failure(reason(outcome, database, key))
    return facts(database, entries(outcome.lines, split or (":" if database in COLONS else None)))


def reason(outcome, database, key):
    """Return why getent gave nothing, in words."""
    if outcome.rc == UNKNOWN:
        return "there is no database %s on this host" % database
    if outcome.rc == NOT_FOUND:
        return "there is no %s in the database %s; use fail_key: no to go on without" % (key, database)
    if outcome.rc == NO_LIST:
        return "the database %s cannot list its entries: give a key" % database
    return "getent ended with %d" % outcome.rc


def entries(lines, sign):
    """Return {first field: the other fields}, where several entries have it a list of them."""
    found = {}
    for line in lines:
        name, *fields = line.split(sign)
        found.setdefault(name, []).append(fields)
    return {name: each if len(each) > 1 else each[0] for name, each in found.items()}


def facts(database, found):
    return {"ansible_facts": {"getent_" + database: found}}
