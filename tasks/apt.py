"""Debian packages."""

from muster.target import apt as host
from muster.target import deb as deb_file
from muster.target import policy_rc_d as autostart
from muster.target.holds import stays
from muster.target.specs import expand_all, fixes, outdated, satisfied
from muster.target.system import capture
from muster.target.task import Change, Choice, Failure, Path, context, task, warn

ARCHIVES = "/var/cache/apt/archives"

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
    update_cache_retries: int = 5,
    update_cache_retry_max_delay: int = 12,
    upgrade: Choice("no", "safe", "yes", "full", "dist") = "no",
    deb: Path = None,
    purge: bool = False,
    autoremove: bool = False,
    autoclean: bool = False,
    clean: bool = False,
    only_upgrade: bool = False,
    security: bool = False,
    fail_on_autoremove: bool = False,
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
    state: latest upgrades too, with name "*" everything; build-dep installs what is needed to build them; fixed mends
        broken dependencies
    update_cache: fetch the lists of packages first; that alone does not count as a change where packages are named
    cache_valid_time: seconds for which the lists are new enough not to be fetched again; implies update_cache
    update_cache_retries: how often to try again where a repository does not answer
    update_cache_retry_max_delay: seconds between two tries at most
    upgrade: upgrade everything; full and dist also remove packages where that is needed, safe and yes never do
    deb: path on the host, or URL, of a package file to install, with its dependencies
    purge: remove configuration files as well
    autoremove: remove packages that were installed as dependencies and that nothing needs any more
    autoclean: delete downloaded packages that can no longer be downloaded
    clean: delete all downloaded packages
    only_upgrade: upgrade what is installed, install nothing new
    security: with state latest, only what fixes security, and no newer version than does; name may be "*"
    fail_on_autoremove: fail where a package would have to go
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
    if security and state != "latest":
        warn("security chooses among updates: it means something with state: latest only")
    runner = Runner(lock_timeout, options(
        install_recommends, allow_downgrade, allow_change_held_packages, allow_unauthenticated, force, default_release,
        dpkg_options, fail_on_autoremove and state != "absent"),
        keep_holds=allow_change_held_packages or force, policy_rc_d=policy_rc_d)
    if clean and any(each.endswith(".deb") for each in host.list_directory(ARCHIVES)):
        yield host.transaction(["clean"], (), lock_timeout)
    refreshed = (update_cache or cache_valid_time > 0) and host.stale(cache_valid_time)
    if refreshed:
        yield host.update(lock_timeout, update_cache_retries, update_cache_retry_max_delay)
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
    elif state == "latest" and security:
        yield from runner.fix(names)
    elif state == "latest" and "*" in names:
        yield from runner.predicted(["upgrade", "--with-new-pkgs"])
    elif names:
        yield from runner.install(names, state == "latest", only_upgrade)
    if autoremove and not runner.ran:
        yield from runner.predicted(["autoremove"] + (["--purge"] if purge else []))
    if autoclean and "Del " in capture("apt-get", "-s", "autoclean", check=True).stdout:
        yield host.transaction(["autoclean"], (), lock_timeout)
    result = dict(runner.result(), cache_updated=bool(refreshed), cache_update_time=host.updated_at())
    if refreshed and (names or deb or upgrade != "no" or state == "fixed" or autoremove):
        result["changed"] = runner.ran
    return result


def options(install_recommends, allow_downgrade, allow_change_held, allow_unauthenticated, force, default_release,
            dpkg_options, no_remove):
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
    return flags + (["--allow-remove-essential"] if force else []) + (["--no-remove"] if no_remove else [])


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

    def transaction(self, words, told=None):
        """Yield one transaction; in check mode tell what it would do to which package.

        told: words for the reader, where they are others
        """
        before = host.packages()
        self.ran = True
        change = host.transaction(words, self.flags, self.lock_timeout, around=self.around)
        outcome = yield Change(told or change.what, change.do, predicted=change.predicted)
        self.stdout += outcome.stdout
        self.stderr += outcome.stderr
        if context.check:
            self.changed += self.foretell(words)
            return
        self.changed += host.difference(before, host.packages())

    def around(self, run):
        """Run the transaction with policy-rc.d in place, and hold again what it took the hold off."""
        held = capture("apt-mark", "showhold").lines if self.keep_holds else []
        outcome = autostart.with_answer(self.policy_rc_d, run) if self.policy_rc_d is not None else run()
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
        names = expand_all(names, known)
        wanted = [each for each in names if not satisfied(each, known)]
        if only_upgrade:
            wanted = [each for each in wanted if host.installed_version(known, each.split("=")[0])]
        for name, _, version in (each.partition("=") for each in wanted):
            if self.holds(name, known):
                raise Failure(stays("apt", name, known[name].version, version))
        if latest:
            newer = outdated([each for each in names if each not in wanted])
            wanted += [name for name, version in newer if not self.leaves(name, version, known)]
        if wanted:
            yield from self.transaction(["install"] + (["--only-upgrade"] if only_upgrade else []) + wanted)

    def fix(self, names):
        """Install what fixes security among these packages, or among all that are installed."""
        known = host.packages()
        everything = sorted(name for name, package in known.items() if ":" not in name and package.installed)
        chosen = everything if not names or "*" in names else [
            match for each in names for match in host.expand(each, everything) if match in everything]
        wanted = ["%s=%s" % (name, version) for name, version in fixes(chosen)
                  if not self.leaves(name, version, known)]
        if wanted:
            yield from self.transaction(["install", "--only-upgrade"] + wanted)

    def holds(self, name, known):
        """Tell whether a package must stay as it is."""
        return not self.keep_holds and name in known and known[name].installed and known[name].held

    def leaves(self, name, version, known):
        """Tell whether an update is left out because of a hold, and say so."""
        if self.holds(name, known):
            warn(stays("apt", name, known[name].version, version))
        return self.holds(name, known)

    def remove(self, names, purge, autoremove):
        known = host.packages()
        plain = [match for each in names for match in host.expand(each.split("=")[0], known)]
        gone = [each for each in plain if each in known and (
            known[each].installed or purge and known[each].configured)]
        for each in gone:
            if self.holds(each, known):
                raise Failure(stays("apt", each, known[each].version, "removed"))
        if gone:
            verb = ["purge" if purge else "remove"] + (["--auto-remove"] if autoremove else [])
            yield from self.transaction(verb + gone)

    def install_file(self, place):
        with deb_file.at_hand(place) as path:
            name, version = deb_file.name_and_version(path)
            if host.installed_version(host.packages(), name) != version:
                yield from self.transaction(["install", path], "apt-get install " + place)
