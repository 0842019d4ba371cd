"""Updates for security, and nothing else."""

import fnmatch

from muster.target import apt, dnf
from muster.target import pending as look
from muster.target.distribution import package_manager
from muster.target.task import Choice, Failure, context, task, warn


@task
def security_update(
    scope: Choice("security", "all") = "security",
    advisories: [str] = (),
    cves: [str] = (),
    exclude: [str] = (),
    releasever: str = None,
    cache_valid_time: int = 0,
    lock_timeout: int = 60,
):
    """Install the pending security fixes of a host in one transaction: exactly the fixes, no newer versions.

    Pinned packages are left alone and reported. When it cannot be known what is pending (see `pending_updates`) the
    task fails instead of finding nothing to do.

    scope: all installs every update
    advisories: only what these advisories fix, by their ids; one that no repository knows is an error (dnf only)
    cves: only what fixes these CVEs; one that no advisory names is an error (dnf only)
    exclude: packages to leave alone; may have wildcards
    releasever: release to take fixes from (dnf); Amazon Linux 2023 finds none without it
    cache_valid_time: seconds for which metadata is new enough not to be fetched again
    lock_timeout: seconds to wait while another process holds the package manager's lock

    Example:
      - security_update: {exclude: ["docker*"], releasever: latest}
      - security_update: {cves: [CVE-2024-6387]}

    Returns:
      packages: list of {name, old, new}
      pinned: names of packages whose fix was not installed because they are held, locked or excluded on the host
      excluded: names left out because of exclude
      unknown: reasons for which there may be fixes that nobody can name (a repository without advisories)
      stdout, stderr: what the package manager printed
    """
    manager = package_manager()
    if manager == "apt":
        return (yield from on_apt(scope, list(advisories) + list(cves), exclude, cache_valid_time, lock_timeout))
    if manager in ("dnf", "yum"):
        return (yield from on_dnf(scope, advisories, cves, exclude, releasever, cache_valid_time, lock_timeout))
    raise Failure("security updates can be installed with apt and dnf, not with %s" % manager)


def on_apt(scope, named, exclude, cache_valid_time, lock_timeout):
    if named:
        raise Failure("apt repositories say nothing about advisories or CVEs, so %s cannot be looked up; name the "
                      "package and its fixed version instead (apt: name=openssl=3.0.17-1), or leave advisories and "
                      "cves out to install all security fixes" % ", ".join(named))
    found = look.on_apt(cache_valid_time, lock_timeout)
    trust(found)
    chosen, result = choose(found, scope, exclude)
    if scope == "all" and chosen:
        # Named on the command line a package would be upgraded even where its update is not phased in for this host.
        offered = {step["name"] for step in apt.simulate("upgrade", "--with-new-pkgs")}
        chosen = [each for each in chosen if each.name in offered]
    wanted = ["%s=%s" % (each.name, each.candidate if scope == "all" else each.fix) for each in chosen]
    if not wanted:
        return result
    flags = [word for option in apt.KEEP_CONFFILES for word in ("-o", "Dpkg::Options::=--" + option)]
    before = apt.packages()
    outcome = yield apt.transaction(["install", "--only-upgrade"] + wanted, flags, lock_timeout)
    if context.check:
        return dict(result, packages=expected(chosen, scope))
    result["packages"] = apt.difference(before, apt.packages())
    return dict(result, stdout=outcome.stdout, stderr=outcome.stderr)


def on_dnf(scope, advisories, cves, exclude, releasever, cache_valid_time, lock_timeout):
    found = look.on_dnf(cache_valid_time, lock_timeout, releasever)
    trust(found)
    flags = list(dnf.NO_SKIPPING) + (["--releasever=" + releasever] if releasever else [])
    refuse_unknown(advisories, flags, (), lock_timeout)
    refuse_unknown(cves, flags, ("--with-cve",), lock_timeout)
    if advisories or cves:
        scope = "security"
    chosen, result = choose(found, scope, exclude)
    if advisories or cves:
        chosen = [each for each in chosen if set(each.advisories) & set(advisories) or set(each.cves) & set(cves)]
    if not chosen:
        return result
    # dnf unites these options: with --security beside the names every other fix would come along.
    named = ["--advisory=" + each for each in advisories] + ["--cve=" + each for each in cves]
    words = ["upgrade"] if scope == "all" else ["upgrade-minimal"] + (named or ["--security"])
    flags += ["--exclude=" + each for each in exclude]
    before = dnf.packages()
    outcome = yield dnf.transaction(words, flags, lock_timeout)
    if context.check:
        return dict(result, packages=expected(chosen, scope))
    result["packages"] = dnf.difference(before, dnf.packages())
    return dict(result, stdout=outcome.stdout, stderr=outcome.stderr)


def trust(found):
    """Raise Failure unless it is known what is pending; warn where single repositories leave it open."""
    if found.unknown and not found.silent:
        raise Failure("it cannot be known which updates are pending: " + "; ".join(found.unknown),
                      unknown=found.unknown)
    for reason in found.unknown:
        warn(reason)


def refuse_unknown(wanted, flags, form, lock_timeout):
    """Raise Failure for what no repository knows as a security advisory or CVE: dnf would find nothing to do."""
    if not wanted:
        return
    listed = dnf.ask(("updateinfo", "list", "--all", "--security") + tuple(form), flags, lock_timeout).stdout
    known = {identity for identity, _, _, _, _ in look.parse_advisories(listed)}
    strange = [each for each in wanted if each not in known]
    if strange:
        raise Failure("no enabled repository has a security advisory %s; check the spelling, the enabled "
                      "repositories, and the release (releasever)" % ", ".join(strange))


def choose(found, scope, exclude):
    """Return the updates to install, and the result so far: what is left out, and why."""
    wanted = found.updates if scope == "all" else found.security
    out = [each for each in wanted if any(fnmatch.fnmatch(each.name, pattern) for pattern in exclude)]
    pinned = [each for each in wanted if each.pinned and each not in out]
    chosen = [each for each in wanted if each not in out + pinned]
    return chosen, {"packages": [], "pinned": [each.name for each in pinned], "excluded": [each.name for each in out],
                    "unknown": found.unknown}


def expected(chosen, scope):
    """Return what check mode foretells."""
    return [{"name": each.name, "old": each.installed, "new": each.candidate if scope == "all" else each.fix}
            for each in chosen]
