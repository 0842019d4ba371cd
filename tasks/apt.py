"""Debian packages."""

import os

from muster.target import apt as host
from muster.target.system import capture
from muster.target.task import Choice, Failure, Path, context, task, warn

POLICY = "/usr/sbin/policy-rc.d"


@task(
    aliases={"package": "name", "pkg": "name", "update-cache": "update_cache", "default-release": "default_release",
             "install-recommends": "install_recommends", "allow-downgrade": "allow_downgrade",
             "allow_downgrades": "allow_downgrade", "allow-downgrades": "allow_downgrade",
             "allow-unauthenticated": "allow_unauthenticated"},
    obsolete=("force_apt_get", "auto_install_module_deps"),
)
def apt(
    name: [str] = (),
    state: Choice("present", "latest", "absent", "build-dep", "fixed", "installed", "removed") = "present",
    update_cache: bool = False,
    cache_valid_time: int = 0,
    upgrade: Choice("no", "safe", "yes", "full", "dist") = "no",
    deb: Path = None,
    purge: bool = False,
    autoremove: bool = False,
    autoclean: bool = False,
    clean: bool = False,
    only_upgrade: bool = False,
    install_recommends: bool = None,
    allow_downgrade: bool = False,
    allow_change_held_packages: bool = False,
    allow_unauthenticated: bool = False,
    force: bool = False,
    default_release: str = None,
    dpkg_options: str = "force-confdef,force-confold",
    policy_rc_d: int = None,
    lock_timeout: int = 60,
):
    """Ensure Debian packages are installed, up to date or gone, in one transaction of apt-get.

    name: packages: `name`, `name=version` (the version may end in `*`), `name:architecture`, or with wildcards
    state: latest upgrades too; build-dep installs what is needed to build them; fixed mends broken dependencies
    update_cache: fetch the lists of packages first; that alone does not count as a change where packages are named
    cache_valid_time: seconds for which the lists are new enough not to be fetched again; implies update_cache
    upgrade: upgrade everything; full and dist also remove packages where that is needed, safe and yes never do
    deb: path on the host of a package file to install, with its dependencies
    purge: remove configuration files as well
    autoremove: remove packages that were installed as dependencies and that nothing needs any more
    autoclean: delete downloaded packages that can no longer be downloaded
    clean: delete all downloaded packages
    only_upgrade: upgrade what is installed, install nothing new
    install_recommends: install recommended packages too; as the host is configured when unset
    allow_downgrade: permit going back to an older version
    allow_change_held_packages: change packages that are held; they are held again afterwards
    allow_unauthenticated: permit packages whose signature cannot be checked
    force: permit all three, and the removal of essential packages
    default_release: prefer versions of this release
    dpkg_options: options for dpkg, with commas; by default changed configuration files are kept
    policy_rc_d: status that policy-rc.d gives meanwhile; 101 keeps services from being started
    lock_timeout: seconds to wait while another process holds the package manager's lock

    Example:
      - apt:
          name: [nginx, curl]
          update_cache: true
          cache_valid_time: 3600
      - apt: {name: "openssl=3.0.17-1~deb12u3", allow_downgrade: true}

    Returns:
      packages: list of {name, old, new}: versions before and after, null where there is none
      cache_updated: whether the lists were fetched
      cache_update_time: when they last were, in seconds since 1970
      stdout, stderr: what apt-get printed
    """
    state = {"installed": "present", "removed": "absent"}.get(state, state)
    runner = Runner(lock_timeout, options(
        install_recommends, allow_downgrade, allow_change_held_packages, allow_unauthenticated, force, default_release,
        dpkg_options), keep_holds=allow_change_held_packages or force, policy_rc_d=policy_rc_d)
    if clean:
        yield from runner.clean()
    refreshed = (update_cache or cache_valid_time > 0) and host.stale(cache_valid_time)
    if refreshed:
        yield host.update(lock_timeout)
    if upgrade != "no":
        yield from runner.predicted({"full": ["dist-upgrade"], "dist": ["dist-upgrade"]}.get(
            upgrade, ["upgrade", "--with-new-pkgs"]) + (["--auto-remove"] if autoremove else []))
    if deb:
        yield from runner.install_file(deb)
    names = [each for each in name if each]
    if state == "absent":
        yield from runner.remove(names, purge, autoremove)
    elif state in ("build-dep", "fixed"):
        yield from runner.predicted(["build-dep"] + names if state == "build-dep" else ["-f", "install"] + names)
    elif names:
        yield from runner.install(names, state == "latest", only_upgrade)
    if autoremove and not runner.ran:
        yield from runner.predicted(["autoremove"] + (["--purge"] if purge else []))
    if autoclean:
        yield from runner.autoclean()
    result = dict(runner.result(), cache_updated=bool(refreshed), cache_update_time=host.updated_at())
    if refreshed and (names or deb or upgrade != "no" or state == "fixed" or autoremove):
        result["changed"] = runner.ran
    return result


def options(install_recommends, allow_downgrade, allow_change_held, allow_unauthenticated, force, default_release,
            dpkg_options):
    """Return the options of apt-get for the arguments of this task type."""
    flags = []
    for option in dpkg_options.split(","):
        if option.strip():
            flags += ["-o", "Dpkg::Options::=--" + option.strip()]
    if install_recommends is not None:
        flags += ["-o", "APT::Install-Recommends=%s" % ("yes" if install_recommends else "no")]
    if default_release:
        flags += ["-t", default_release]
    for wanted, flag in ((allow_downgrade, "--allow-downgrades"), (allow_change_held, "--allow-change-held-packages"),
                         (allow_unauthenticated, "--allow-unauthenticated")):
        if wanted or force:
            flags.append(flag)
    return flags + (["--allow-remove-essential"] if force else [])


class Runner:
    """Finds out what is to be done and yields it, remembering what was done for the result."""

    def __init__(self, lock_timeout, flags, keep_holds=False, policy_rc_d=None):
        self.lock_timeout = lock_timeout
        self.flags = flags
        self.keep_holds = keep_holds
        self.policy_rc_d = policy_rc_d
        self.ran = False
        self.stdout = ""
        self.stderr = ""
        self.changed = []

    def result(self):
        return {"stdout": self.stdout, "stderr": self.stderr, "packages": self.changed}

    def transaction(self, words):
        """Yield one transaction; in check mode tell what it would do to which package."""
        before = host.packages()
        self.ran = True
        outcome = yield host.transaction(words, self.flags, self.lock_timeout, around=self.around)
        self.stdout += outcome.stdout
        self.stderr += outcome.stderr
        if context.check:
            self.changed += self.foretell(words)
            return
        self.changed += host.difference(before, host.packages())

    def around(self, run):
        """Run the transaction with policy-rc.d in place, and hold again what it took the hold off."""
        held = capture("apt-mark", "showhold").lines if self.keep_holds else []
        outcome = with_policy(self.policy_rc_d, run) if self.policy_rc_d is not None else run()
        left = host.packages() if held else {}
        lost = [name for name in held if name in left and left[name].installed and not left[name].held]
        if lost:
            capture("apt-mark", "hold", *lost, check=True)
        return outcome

    def foretell(self, words):
        try:
            return host.simulate(*(self.flags + words))
        except Failure as failure:
            # The lists on the host may lack what an earlier task of this run would have added.
            warn("apt-get cannot tell what would happen: %s" % failure.message)
            return []

    def predicted(self, words):
        """Yield the transaction if a simulation finds anything to do."""
        if host.simulate(*(self.flags + words)):
            yield from self.transaction(words)

    def install(self, names, latest, only_upgrade):
        known = host.packages()
        if any(sign in each for each in names for sign in "*?[") and not latest:
            names = expand_all(names, known)
        wanted = [each for each in names if not satisfied(each, known)]
        if latest:
            wanted += outdated([each for each in expand_all(names, known) if each not in wanted])
        if only_upgrade:
            wanted = [each for each in wanted if host.installed_version(known, each.split("=")[0])]
        if wanted:
            yield from self.transaction(["install"] + (["--only-upgrade"] if only_upgrade else []) + wanted)

    def remove(self, names, purge, autoremove):
        known = host.packages()
        plain = [match for each in names for match in host.expand(each.split("=")[0], known)]
        gone = [each for each in plain if each in known and (
            known[each].installed or purge and known[each].configured)]
        if gone:
            verb = ["purge" if purge else "remove"] + (["--auto-remove"] if autoremove else [])
            yield from self.transaction(verb + gone)

    def install_file(self, path):
        if not os.path.isfile(path):
            raise Failure("there is no package file %s on the host; copy or get_url it there first" % path)
        form = "${Package}\t${Version}"
        name, version = capture("dpkg-deb", "-W", "--showformat=" + form, path, check=True).stdout.split("\t")
        if host.installed_version(host.packages(), name) != version.strip():
            yield from self.transaction(["install", os.path.abspath(path)])

    def clean(self):
        directory = "/var/cache/apt/archives"
        if any(each.endswith(".deb") for each in host.list_directory(directory)):
            yield host.transaction(["clean"], (), self.lock_timeout)

    def autoclean(self):
        if "Del " in capture("apt-get", "-s", "autoclean", check=True).stdout:
            yield host.transaction(["autoclean"], (), self.lock_timeout)


def satisfied(spec, known):
    """Tell whether an installed package answers `name` or `name=version`."""
    import fnmatch

    name, _, version = spec.partition("=")
    installed = host.installed_version(known, name)
    if version:
        return installed is not None and fnmatch.fnmatchcase(installed, version)
    return installed is not None or provided(name, known)


def provided(name, known):
    """Tell whether an installed package stands in for one that exists in name only."""
    if not any(package.installed and name in package.provides for package in known.values()):
        return False
    candidate = host.policy([name]).get(name)
    return candidate is None or not candidate.versions


def outdated(names):
    """Return those of the installed packages that have a newer version, out of one look-up."""
    plain = [each for each in names if "=" not in each]
    found = host.policy(plain)
    return [each for each in plain if each in found and found[each].outdated]


def expand_all(names, known):
    """Return the names with wildcards filled in from all packages there are."""
    everything = None
    result = []
    for each in names:
        if any(sign in each.split("=")[0] for sign in "*?["):
            if everything is None:
                everything = set(capture("apt-cache", "pkgnames").lines) | set(known)
            matches = host.expand(each, everything)
            if not matches:
                raise Failure("no package matches %s" % each)
            result += matches
        else:
            result.append(each)
    return result


def with_policy(status, run):
    """Run a function while policy-rc.d answers with this status, then put back what was there."""
    kept = POLICY + ".muster"
    if os.path.exists(POLICY):
        os.rename(POLICY, kept)
    try:
        with open(POLICY, "w") as file:
            file.write("#!/bin/sh\nexit %d\n" % status)
        os.chmod(POLICY, 0o755)
        return run()
    finally:
        os.unlink(POLICY)
        if os.path.exists(kept):
            os.rename(kept, POLICY)
