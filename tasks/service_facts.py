"""Facts about services."""

from muster.target.distribution import service_manager
from muster.target.system import capture
from muster.target.task import task


@task(reads=True, facts=True)
def service_facts():
    """Gather the services of systemd as the fact `services`, which is empty where something else manages them.

    Example:
      - service_facts:
      - assert: {that: "ansible_facts.services['sshd.service'].state == 'running'"}

    Returns:
      ansible_facts: services, {name: {name, state, status, source}}; state running, stopped, failed, inactive or
        unknown; status enabled, disabled, static, masked, ...
    """
    if service_manager() != "systemd":
        return {"ansible_facts": {"services": {}}}
    options = ("--no-pager", "--plain", "--no-legend", "--type=service")
    units = capture("systemctl", "list-units", "--all", *options, check=True)
    files = capture("systemctl", "list-unit-files", *options, check=True)
    return {"ansible_facts": {"services": collect(units.lines, files.lines)}}


def collect(units, files):
    """Return the services, from lines of `list-units` and of `list-unit-files`."""
    found = {}
    for line in units:
        name, load, active, sub = line.replace("\u25cf", " ").replace("*", " ").split()[:4]
        state = "running" if sub == "running" else "failed" if "failed" in (active, sub) else (
            "stopped" if active == "inactive" or sub in ("dead", "exited") else "unknown")
        found[name] = {"name": name, "state": state, "status": "not-found" if load == "not-found" else "unknown",
                       "source": "systemd"}
    for line in files:
        name, status = line.split()[:2]
        found.setdefault(name, {"name": name, "state": "inactive", "source": "systemd"})["status"] = status
    return found
