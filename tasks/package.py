"""Packages, with whatever package manager the host has."""

from muster.target.distribution import package_manager
from muster.target.task import Choice, Failure, Path, task


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
    """Ensure packages are installed, up to date or gone, with apt or dnf; see there for what is returned.

    name: packages; none only to do what is asked for besides
    state: latest upgrades too
    use: apt, dnf or yum instead of what the host has
    update_cache: fetch the lists of packages first
    cache_valid_time: seconds for which the lists are new enough (apt)
    purge: remove configuration files as well (apt)
    autoremove: remove dependencies that nothing needs any more
    install_recommends: install recommended packages too (apt)
    allow_downgrade: permit going back to an older version
    enablerepo: repositories to use although they are disabled (dnf)
    disablerepo: repositories not to use (dnf)
    disable_plugin: plugins of dnf not to use (dnf)
    disable_gpg_check: do not check signatures (dnf)
    lock_timeout: seconds to wait while another process holds the package manager's lock
    deb: path on the host of a package file to install (apt)
    security: with state latest, only what fixes security (dnf)
    exclude: packages not to touch (dnf)
    releasever: release to take packages from (dnf)

    Example:
      - package: {name: [git, rsync]}

    Returns:
      packages: list of {name, old, new}
    """
    arguments = {"update_cache": update_cache, "cache_valid_time": cache_valid_time, "purge": purge,
                 "autoremove": autoremove, "install_recommends": install_recommends, "allow_downgrade": allow_downgrade,
                 "enablerepo": enablerepo, "disablerepo": disablerepo, "disable_plugin": disable_plugin,
                 "disable_gpg_check": disable_gpg_check, "lock_timeout": lock_timeout,
                 "deb": deb, "security": security, "exclude": exclude, "releasever": releasever}
    given = {key: value for key, value in arguments.items() if value is not None}
    chosen = choose(package_manager() if use == "auto" else use.rpartition(".")[2])
    strange = sorted(key for key in given if key not in chosen.__annotations__)
    if strange:
        raise Failure("%s has no argument %s; leave it out, or use the task type %s where it applies"
                      % (chosen.__name__, ", ".join(strange), "apt" if chosen.__name__ == "dnf" else "dnf"))
    return (yield from chosen(name=name, state=state, **given))


def choose(manager):
    """Return the task type for a package manager."""
    if manager == "apt":
        from tasks.apt import apt

        return apt
    if manager in ("dnf", "dnf5", "yum", "dnf4"):
        from tasks.dnf import dnf

        return dnf
    raise Failure("packages can be managed with apt and dnf, not with %s, which is what this host has" % manager)
