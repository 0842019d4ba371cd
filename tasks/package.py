"""Packages, with whatever package manager the host has."""

import re

from muster.target.distribution import package_manager
from muster.target.task import Choice, Failure, Path, task

# A name with a version, as apt takes it and as dnf does.
EQUALS = re.compile(r"^([^=<>!@/()]+)=([^=]+)$")
DASHED = re.compile(r"^([a-z0-9][^=/:*?@]*?)-(\d[^=/-]*(?:-[^=/-]+)?)$")


@task(aliases={"pkg": "name"})
def package(
    name: [str] = (),
    state: Choice("present", "latest", "absent", "installed", "removed") = "present",
    use: str = "auto",
    update_cache: bool = None,
    cache_valid_time: int = None,
    purge: bool = None,
    autoremove: bool = None,
    install_recommends: bool = None,
    allow_downgrade: bool = None,
    only_upgrade: bool = None,
    enablerepo: [str] = None,
    disablerepo: [str] = None,
    disable_plugin: [str] = None,
    disable_gpg_check: bool = None,
    lock_timeout: int = None,
    deb: Path = None,
    security: bool = None,
    exclude: [str] = None,
    releasever: str = None,
):
    """Ensure packages are installed, up to date or gone, with the package manager of the host.

    name: packages, with a version as `name=1.2-3` or `name-1.2-3`, whether with apt or dnf; zypper and pacman take the
        former; none only to do what is asked for besides
    state: latest upgrades too
    use: apt, dnf, yum, zypper or pacman instead of what the host has
    update_cache: fetch the lists of packages first
    cache_valid_time: seconds for which the lists are new enough (apt)
    purge: remove configuration files as well (apt)
    autoremove: remove dependencies that nothing needs any more
    install_recommends: install recommended packages too (apt)
    allow_downgrade: permit going back to an older version
    only_upgrade: install nothing new
    enablerepo: repositories to use although they are disabled (dnf)
    disablerepo: repositories not to use (dnf)
    disable_plugin: plugins of dnf not to use (dnf)
    disable_gpg_check: do not check signatures (dnf)
    lock_timeout: seconds to wait while another process holds the package manager's lock
    deb: path on the host, or URL, of a package file to install (apt)
    security: with state latest, only what fixes security
    exclude: packages not to touch (dnf)
    releasever: release to take packages from (dnf)

    Example:
      - package: {name: [git, rsync]}
      - package: {name: "openssl=3.0.17-1", allow_downgrade: true}

    Returns:
      packages: list of {name, old, new}; of pacman names only
    """
    arguments = {"update_cache": update_cache, "cache_valid_time": cache_valid_time, "purge": purge,
                 "autoremove": autoremove, "install_recommends": install_recommends, "allow_downgrade": allow_downgrade,
                 "only_upgrade": only_upgrade,
                 "enablerepo": enablerepo, "disablerepo": disablerepo, "disable_plugin": disable_plugin,
                 "disable_gpg_check": disable_gpg_check, "lock_timeout": lock_timeout,
                 "deb": deb, "security": security, "exclude": exclude, "releasever": releasever}
    given = {key: value for key, value in arguments.items() if value is not None}
    chosen = choose(package_manager() if use == "auto" else use.rpartition(".")[2])
    if chosen.__name__ == "apt":
        name = for_apt(name)
    else:
        wanted = installed_ones(name, chosen.__name__) if given.pop("only_upgrade", False) else name
        if name and not wanted:
            return {"packages": []}  # To dnf no name at all would be every package.
        name = [EQUALS.sub(r"\1-\2", each) for each in wanted] if chosen.__name__ == "dnf" else wanted
    strange = sorted(key for key in given if key not in chosen.__annotations__)
    if strange:
        raise Failure("%s has no argument %s; leave it out, or use the task type of the package manager that has it"
                      % (chosen.__name__, ", ".join(strange)))
    return (yield from chosen(name=name, state=state, **given))


def for_apt(names):
    """Return the names with versions as apt wants them, name=version.

    The last hyphen before a digit may be one of the name: whoever is known to dpkg by the whole of it has no version.
    """
    if not any(DASHED.match(each) for each in names):
        return names
    from muster.target import apt
    from muster.target.candidates import policy

    known = apt.packages()
    return [DASHED.sub(r"\1=\2", each) if each not in known and DASHED.match(each) and each not in policy([each])
            else each for each in names]


def installed_ones(names, manager):
    """Return those of the names, which may come with a version, that are installed."""
    plain = {each: EQUALS.sub(r"\1", each) for each in names}
    if manager == "pacman":
        from muster.target.pacman import installed

        return [each for each in names if plain[each] in installed()]
    from muster.target import dnf

    gone = dnf.missing(list(plain.values()))
    return [each for each in names if plain[each] not in gone]


def choose(manager):
    """Return the task type for a package manager."""
    if manager == "apt":
        from tasks.apt import apt as chosen
    elif manager in ("dnf", "dnf5", "yum", "dnf4"):
        from tasks.dnf import dnf as chosen
    elif manager == "zypper":
        from tasks.zypper import zypper as chosen
    elif manager == "pacman":
        from tasks.pacman import pacman as chosen
    else:
        raise Failure("packages can be managed with apt, dnf, zypper and pacman, not with %s, which is what this host "
                      "has" % manager)
    return chosen
