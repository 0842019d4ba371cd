"""Transactions of zypper. From its manual page and the XML it prints; tried on scripts only."""

from muster.target import holders
from muster.target.system import Outcome, capture
from muster.target.task import Change

PID_FILES = ("/run/zypp.pid", "/var/run/zypp.pid")
LOCKED = 7  # ZYPPER_EXIT_ZYPP_LOCKED.
# The system should boot; zypper itself should run again, as one of the updates was of it.
FINE = (0, 102, 103)
SCRIPT_FAILED = 107  # The packages are installed all the same.
PARTS = {"to-install": "new", "to-upgrade": "new", "to-downgrade": "new", "to-reinstall": "new",
         "to-change-arch": "new", "to-change-vendor": "new", "to-remove": "old"}


def transaction(words, before=(), lock_timeout=60, rc=FINE):
    """Return the change that runs one transaction; its outcome is an `Outcome`.

    words: verb, options and packages, what the reader sees
    before: options of zypper itself, which stand before the verb
    """
    argv = ["zypper", "--non-interactive"] + list(before) + list(words)

    def do():
        outcome = patient(argv, lock_timeout, stream=True)
        if outcome.rc not in rc:
            raise outcome.failure()
        return outcome

    return Change("zypper " + " ".join(words), do, predicted=Outcome(argv))


def preview(words, before=(), lock_timeout=60):
    """Return what a transaction would do, [{"name", "old", "new"}, ...]; raise Failure when zypper could not.

    words: as for `transaction`
    """
    argv = ["zypper", "--non-interactive", "--xmlout"] + list(before) + [words[0], "--dry-run"] + list(words[1:])
    outcome = patient(argv, lock_timeout, stream=False)
    if outcome.rc not in FINE:
        raise outcome.failure("; ".join(errors(outcome.stdout)) or None)
    return parse(outcome.stdout)


def parse(text):
    """Return the steps in the install-summary of `zypper --xmlout`.

    <install-summary><to-upgrade><solvable type="package" name="git" edition="2.46-1" edition-old="2.45-1"/>...
    """
    import xml.etree.ElementTree as tree

    steps = []
    for summary in tree.fromstring(text).iter("install-summary"):
        for part in summary:
            for each in part.iter("solvable") if part.tag in PARTS else ():
                version = each.get("edition")
                gone = PARTS[part.tag] == "old"
                steps.append({"name": each.get("name"), "old": version if gone else each.get("edition-old"),
                              "new": None if gone else version})
    return steps


def errors(text):
    """Return the error messages in what `zypper --xmlout` printed; none where that is no XML."""
    import xml.etree.ElementTree as tree

    try:
        return [each.text.strip() for each in tree.fromstring(text).iter("message") if each.get("type") == "error"]
    except tree.ParseError:
        return []


def patient(argv, lock_timeout, stream):
    """Run zypper when nobody else does; its `Outcome`."""
    return holders.wait_while_locked(lambda: capture(*argv, stream=stream), lambda: holders.of_pid_files(PID_FILES),
                                     lambda outcome: outcome.rc == LOCKED, lock_timeout)
