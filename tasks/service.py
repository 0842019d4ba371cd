"""Services, whatever starts them."""

import glob
import os
import time

from muster.target.distribution import service_manager
from muster.target.system import capture, run, which
from muster.target.task import Choice, Failure, context, task

SCRIPTS = "/etc/init.d/"
# Where Debian and Red Hat link to the scripts that a runlevel starts (S) and stops (K).
RUNLEVELS = ("/etc/rc", "/etc/rc.d/rc")


@task(aliases={"args": "arguments", "daemon-reload": "daemon_reload"}, obsolete=("use",))
def service(
    name: str,
    state: Choice("started", "stopped", "restarted", "reloaded") = None,
    enabled: bool = None,
    masked: bool = None,
    daemon_reload: bool = False,
    sleep: float = 0,
    pattern: str = None,
    runlevel: str = "default",
    arguments: str = "",
):
    """Ensure a service runs or not, and starts at boot or not: with systemd, or with init scripts.

    name: service
    state: restarted always restarts, reloaded always reloads; both start what does not run
    enabled: whether it starts at boot
    masked: whether it is kept from being started at all (systemd)
    daemon_reload: have systemd read unit files first (systemd)
    sleep: seconds between stop and start of a restart (init scripts)
    pattern: text in the process list that proves the service runs, where its script cannot tell (init scripts)
    runlevel: only `default` can be managed (init scripts)
    arguments: words added to the command (init scripts)

    Example:
      - service: {name: sshd, state: reloaded}

    Returns:
      name: the service
      state: started or stopped, as it is now
      enabled: whether it starts at boot
      status: what `systemctl show` said before the change (systemd)
    """
    if service_manager() == "systemd":
        from tasks.systemd import systemd

        return (yield from systemd(name=name, state=state, enabled=enabled, masked=masked, daemon_reload=daemon_reload))
    if masked or daemon_reload:
        raise Failure("masked and daemon_reload are for systemd, which does not run on this host")
    if runlevel != "default":
        raise Failure("of runlevels only `default` can be managed, not %s" % runlevel)
    script = Script(name, arguments.split(), pattern)
    starts = script.starts_at_boot()
    if enabled is not None and enabled != starts:
        yield script.enable(enabled)
    running = script.running() if state in ("started", "stopped", "reloaded") else None
    if state == "restarted" and sleep:
        yield script.change("stop")
        if not context.check:
            time.sleep(sleep)
        yield script.change("start")
    elif state == "restarted":
        yield script.change("restart")
    elif state == "reloaded":
        yield script.change("reload" if running else "start")
    elif state and running != (state == "started"):
        yield script.change("start" if state == "started" else "stop")
    told = {"name": name, "enabled": starts if enabled is None else enabled}
    return dict(told, state="stopped" if state == "stopped" else "started") if state else told


class Script:
    """An init script in /etc/init.d. OpenRC, upstart and runit are not handled."""

    def __init__(self, name, arguments, pattern):
        self.name = name
        self.arguments = arguments
        self.pattern = pattern
        if not os.path.exists(SCRIPTS + name):
            raise Failure("this host does not run systemd, and there is no init script %s; services of "
                          "OpenRC, upstart or runit cannot be managed" % (SCRIPTS + name))

    def running(self):
        """Tell whether it runs, by its script's status or by the process list."""
        if self.pattern:
            return any(self.pattern in line for line in capture("ps", "-eo", "args=", check=True).lines)
        outcome = capture(SCRIPTS + self.name, "status")
        if outcome.rc in (0, 1, 2, 3):
            return outcome.rc == 0
        raise outcome.failure("%s does not tell whether it runs; name a pattern for the process list"
                              % (SCRIPTS + self.name))

    def starts_at_boot(self):
        return self.linked("[2345].d/S??")

    def linked(self, pattern):
        return any(glob.glob(place + pattern + self.name) for place in RUNLEVELS)

    def enable(self, wanted):
        if which("update-rc.d"):
            if not self.linked("?.d/[SK]??"):
                return run("update-rc.d", self.name, "defaults" if wanted else "defaults-disabled")
            return run("update-rc.d", self.name, "enable" if wanted else "disable")
        if which("chkconfig"):
            return run("chkconfig", self.name, "on" if wanted else "off")
        raise Failure("neither update-rc.d nor chkconfig is on this host, so %s cannot be enabled" % self.name)

    def change(self, verb):
        return run(SCRIPTS + self.name, verb, *self.arguments)
