"""Updates a host has not installed."""

from muster.target import pending as look
from muster.target.distribution import package_manager
from muster.target.restarts import reboot_needed, services
from muster.target.task import Failure, task


@task(reads=True)
def pending_updates(cache_valid_time: int = 0, releasever: str = None, lock_timeout: int = 60):
    """Tell which updates are pending, which of them fix security, and what must be restarted; alters nothing.

    cache_valid_time: seconds for which metadata is new enough; older is fetched, so that a dead repository is noticed
    releasever: release to look at (dnf); on Amazon Linux 2023 `latest` shows what the host's own release hides
    lock_timeout: seconds to wait while another process holds the package manager's lock

    Example:
      - pending_updates:
        register: updates
      - assert:
          that: updates.known and updates.security == 0

    Returns:
      known: false when the numbers cannot be trusted; then `unknown` says why
      unknown: list of reasons (a repository does not answer, advisories are missing, ...)
      silent: repositories that have updates and no advisories; where there are any, all else is known
      security: number of packages with a fix for security
      available: number of packages with any update
      pinned_security: number of those with a fix that are held, locked or excluded
      summary: both numbers as a sentence
      packages: list of {name, installed, candidate, security, fix, pinned, advisories, cves, severity}; security is
        null where the repository has no advisories, fix the version that is enough for security
      reboot_needed: true, false, or null when nothing on the host can tell
      reboot_reason: what told so
      services_to_restart: services that run replaced programs or libraries
      metadata_age: seconds since the metadata was fetched, or null
      package_manager: apt or dnf
    """
    manager = package_manager()
    if manager == "apt":
        found = look.on_apt(cache_valid_time, lock_timeout)
    elif manager in ("dnf", "yum"):
        found = look.on_dnf(cache_valid_time, lock_timeout, releasever)
    else:
        raise Failure("pending updates can be told for apt and dnf, not for %s" % manager)
    reboot, reason = reboot_needed(manager)
    return {
        "known": not found.unknown, "unknown": found.unknown, "silent": found.silent,
        "security": len(found.security), "available": len(found.updates),
        "pinned_security": len([each for each in found.security if each.pinned]),
        "summary": summary(found), "packages": [each.plain() for each in found.updates], "reboot_needed": reboot,
        "reboot_reason": reason, "services_to_restart": services(), "metadata_age": found.age,
        "package_manager": manager,
    }


def summary(found):
    """Return the sentence that Amazon Linux greets with, and what keeps it from being the whole truth."""
    text = "%d package(s) needed for security, out of %d available" % (len(found.security), len(found.updates))
    return text + "".join("; unknown: " + reason for reason in found.unknown)
