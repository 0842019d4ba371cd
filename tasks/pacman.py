"""Packages of Arch Linux. Tried on scripted commands only, not on a host."""

from muster.target import pacman as host
from muster.target.holds import stays
from muster.target.system import words_of
from muster.target.task import Choice, Failure, task, warn


@task(aliases={"package": "name", "pkg": "name"})
def pacman(
    name: [str] = (),
    state: Choice("present", "installed", "latest", "absent", "removed") = "present",
    update_cache: bool = False,
    update_cache_extra_args: str = "",
    upgrade: bool = False,
    upgrade_extra_args: str = "",
    extra_args: str = "",
    force: bool = False,
    remove_nosave: bool = False,
    reason: Choice("dependency", "explicit") = None,
    reason_for: Choice("new", "all") = "new",
    executable: str = "pacman",
    lock_timeout: int = 60,
):
    """Ensure packages of Arch Linux are installed, up to date or gone, in one transaction of pacman.

    name: packages, groups, or package files on the host and URLs
    state: latest upgrades too, which Arch supports of all packages together only (upgrade)
    update_cache: fetch the lists of packages first; that alone does not count as a change where packages are named
    update_cache_extra_args: more arguments for that
    upgrade: upgrade everything
    upgrade_extra_args: more arguments for that
    extra_args: more arguments for what is installed or removed
    force: remove packages although others need them, and fetch the lists although they are new
    remove_nosave: keep no copies of configuration files of what is removed
    reason: note that packages were installed as a dependency of others, or for their own sake
    reason_for: note it for new packages only, or for all that are named
    executable: pacman, or a program that takes the same arguments
    lock_timeout: seconds to wait while another process has pacman's lock

    Example:
      - pacman: {name: [nginx, base-devel], update_cache: true}

    Returns:
      packages: names of what was installed, upgraded or removed
      cache_updated: whether the lists were fetched
      stdout, stderr: what pacman printed
    """
    if name and upgrade:
        raise Failure("pacman upgrades everything or what is named: leave out name or upgrade")
    names = [each for each in name if each]
    told = {"packages": [], "cache_updated": update_cache, "stdout": "", "stderr": ""}

    def transaction(words, packages):
        outcome = yield host.transaction(words, executable, lock_timeout)
        told["stdout"] += outcome.stdout
        told["stderr"] += outcome.stderr
        told["packages"] = sorted(set(told["packages"]) | set(packages))

    if update_cache:
        extra = words_of("update_cache_extra_args", update_cache_extra_args)
        yield from transaction(["-Syy" if force else "-Sy"] + extra, [])
    if upgrade:
        newer = [each for each, (_, _, ignored) in host.updates(executable).items() if not ignored]
        if newer:
            yield from transaction(["-Su"] + words_of("upgrade_extra_args", upgrade_extra_args), newer)
    elif state in ("absent", "removed"):
        options = ["--nodeps", "--nodeps"] * force + ["--nosave"] * remove_nosave + words_of("extra_args", extra_args)
        gone = present(names, executable)
        if gone:
            yield from transaction(["-R"] + options + gone, gone)
    elif names:
        marks = {"dependency": ["--asdeps"], "explicit": ["--asexplicit"], None: []}[reason]
        files, wanted, named = lacking(names, state == "latest", executable)
        for verb, specs, packages in (("-U", list(files), list(files.values())), ("-S", wanted, wanted)):
            if specs:
                yield from transaction([verb] + marks + words_of("extra_args", extra_args) + specs, packages)
        wrong = host.noted(named, reason, executable) if reason and reason_for == "all" else []
        if wrong:
            yield from transaction(["-D"] + marks + wrong, wrong)
    return dict(told, changed=bool(told["packages"])) if update_cache and (names or upgrade) else told


def present(names, executable):
    """Return which of these packages, and of the packages of these groups, are installed."""
    have = host.installed(executable)
    plain = [each if each in have else host.members(each, "-Qg", executable) for each in names]
    flat = [part for each in plain for part in ([each] if isinstance(each, str) else each)]
    return [each for each in dict.fromkeys(flat) if each in have]


def lacking(names, latest, executable):
    """Return ({file: package}, packages) to install or upgrade, and the names of all packages that are meant."""
    have = host.installed(executable)
    files = {each: host.in_file(each, executable) for each in names if "/" in each}
    plain = [each for each in names if each not in files]
    gone = host.missing(plain, have, executable)
    expanded = {each: host.members(each, "-Sg", executable) for each in gone if "=" not in each}
    wanted = [part for each in gone for part in expanded.get(each, [each]) if part not in have]
    named = [part for each in plain for part in expanded.get(each, [each])]
    for each, (old, new, ignored) in (host.updates(executable) if latest and plain else {}).items():
        if each in named and ignored:
            warn(stays("pacman", each, old, new))
        elif each in named:
            wanted.append(each)
    different = {place: package for place, (package, version) in files.items() if have.get(package) != version}
    return different, wanted, named + [package for package, _ in files.values()]
