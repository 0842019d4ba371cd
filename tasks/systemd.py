"""Units of systemd: services, timers, sockets, ..."""

import os

from muster.target.system import capture, run
from muster.target.task import Choice, Failure, context, task, warn

RUNNING = ("active", "activating", "reloading")
ENABLED = ("enabled", "enabled-runtime", "alias")
MASKED = ("masked", "masked-runtime")


@task(aliases={"service": "name", "unit": "name", "daemon-reload": "daemon_reload", "daemon-reexec": "daemon_reexec"})
def systemd(
    name: str = None,
    state: Choice("started", "stopped", "restarted", "reloaded") = None,
    enabled: bool = None,
    masked: bool = None,
    daemon_reload: bool = False,
    daemon_reexec: bool = False,
    scope: Choice("system", "user", "global") = "system",
    no_block: bool = False,
    force: bool = False,
):
    """Ensure a unit runs or not, and starts at boot or not.

    name: unit; `.service` may be left out
    state: restarted always restarts, reloaded always reloads; both start what does not run
    enabled: whether it starts at boot
    masked: whether it is kept from being started at all
    daemon_reload: have systemd read unit files first; does not count as a change
    daemon_reexec: have systemd start itself anew first; does not count as a change
    scope: the system's units, those of the user who runs the task, or (global) of all users
    no_block: do not wait until the unit has started or stopped
    force: with enabled, replace symbolic links that are in the way

    Example:
      - systemd: {name: nginx, state: started, enabled: true, daemon_reload: true}

    Returns:
      name: the unit
      state: started or stopped, as it is now
      enabled: whether it starts at boot
      status: what `systemctl show` said before the change
    """
    control = Control(scope)
    if daemon_reexec:
        yield control.change("daemon-reexec")
    if daemon_reload:
        yield control.change("daemon-reload")
    if name is None:
        if state or enabled is not None or masked is not None:
            raise Failure("systemd needs the name of a unit to start, stop, enable or mask")
        return {"name": None, "changed": False}
    unit = control.read(name)
    wanted = list(steps(unit, state, enabled, masked, force))
    if unit.missing and (state or enabled):
        report_missing(name)
    for words in wanted:
        blocking = ["--no-block"] if no_block and words[0] in ("start", "stop", "restart", "reload") else []
        # The root file system is a unit too, and its name begins with a dash: -.mount.
        yield control.change(*(words + blocking + ["--"] * name.startswith("-") + [name]))
    return result(unit, name, state, enabled, wanted)


def steps(unit, state, enabled, masked, force=False):
    """Yield the verbs of systemctl that bring a unit into the wanted state."""
    if masked is not None and masked != unit.masked:
        yield ["mask" if masked else "unmask"]
    if enabled is not None and enabled != unit.enabled:
        yield ["enable" if enabled else "disable"] + (["--force"] if force else [])
    if state == "restarted":
        yield ["restart"]
    elif state == "reloaded":
        yield ["reload" if unit.running else "start"]
    elif state == "started" and not unit.running:
        yield ["start"]
    elif state == "stopped" and (unit.running or unit.status.get("ActiveState") == "deactivating"):
        yield ["stop"]


def result(unit, name, state, enabled, wanted):
    """Return what the reader is told of a unit."""
    now = {"name": name, "status": unit.status, "changed": bool(wanted),
           "enabled": unit.enabled if enabled is None else enabled}
    if state:
        now["state"] = "stopped" if state == "stopped" else "started"
    return now


def report_missing(name):
    """Raise Failure for a unit that is not there; in check mode an earlier task might have brought it."""
    if not context.check:
        raise Failure("there is no unit %s on this host; check the name, or whether its package is installed "
                      "(daemon_reload: true if its file is new)" % name)
    warn("there is no unit %s on this host yet" % name)


class Unit:
    """A unit as systemd has it; `status` is what `systemctl show` printed."""

    def __init__(self, status, file_state):
        self.status = status
        self.missing = status.get("LoadState") == "not-found" and not file_state
        self.running = status.get("ActiveState") in RUNNING
        self.masked = file_state in MASKED or status.get("LoadState") == "masked"
        self.enabled = file_state in ENABLED


class Control:
    """Runs systemctl for the system or for users."""

    def __init__(self, scope="system"):
        self.options = [] if scope == "system" else ["--" + scope]
        self.global_scope = scope == "global"
        self.environment = {}
        if scope == "user" and "XDG_RUNTIME_DIR" not in os.environ:
            self.environment["XDG_RUNTIME_DIR"] = "/run/user/%d" % os.geteuid()

    def capture(self, *words):
        return capture("systemctl", *(self.options + list(words)), env=self.environment)

    def read(self, name):
        """Return the `Unit` of this name; raise Failure where systemd cannot be asked."""
        if self.global_scope:
            # There is no one manager of all users to ask; only whether the unit is enabled can be told.
            return Unit({}, self.capture("is-enabled", name).stdout.strip())
        outcome = self.capture("show", "--", name)
        if not outcome.ok:
            raise outcome.failure("systemd cannot be asked about %s: %s" % (name, outcome.stderr.strip()))
        status = parse(outcome.stdout)
        file_state = status.get("UnitFileState", "")
        if file_state in ("", "generated") and status.get("LoadState") == "loaded":
            # Made from an init script: only is-enabled looks at the runlevels.
            file_state = self.capture("is-enabled", name).stdout.strip()
        return Unit(status, file_state)

    def change(self, *words):
        """Return the change that runs systemctl; a failure carries the unit's last words."""
        whole = run("systemctl", *(self.options + list(words)), env=self.environment)
        carry_out = whole.do

        def do():
            try:
                return carry_out()
            except Failure as failure:
                raise self.explained(failure, words)

        whole.do = do
        return whole

    def explained(self, failure, words):
        """Return the failure with the end of the unit's log, which says what systemctl does not."""
        if words[0] not in ("start", "restart", "reload", "stop"):
            return failure
        options = ["-q", "--no-pager", "-o", "cat", "-n", "10"] + self.options
        log = capture("journalctl", *(options + ["-u", words[-1]])).lines
        lines = [line for line in failure.fields.get("stderr", "").splitlines() if line.strip()]
        told = "%s; its log ends: %s" % (lines[0] if lines else failure.message, " / ".join(log[-3:]) or "(nothing)")
        return Failure("systemctl %s: %s" % (" ".join(words), told), log=log, **failure.fields)


def parse(text):
    """Return the NAME=value lines of `systemctl show` as a dictionary; a value in braces may have several lines."""
    found, name = {}, None
    for line in text.splitlines():
        key, sign, value = line.partition("=")
        if name is not None:
            found[name] += "\n" + line
            name = None if line.rstrip().endswith("}") else name
        elif sign:
            found[key] = value
            if value.lstrip().startswith("{") and not value.rstrip().endswith("}"):
                name = key
    return found
