"""RPM packages."""

import fnmatch
import os

from muster.target import dnf as host
from muster.target.holds import locked, stays
from muster.target.system import capture
from muster.target.task import Choice, Failure, Path, context, task, warn
from muster.target.versions import newest, refuse_downgrades


@task(
    aliases={"pkg": "name", "expire-cache": "update_cache", "validate_certs": "sslverify"},
    obsolete=("install_repoquery", "use_backend", "auto_install_module_deps", "use"),
)
def dnf(
    name: [str] = (),
    state: Choice("present", "latest", "absent", "installed", "removed") = None,
    update_cache: bool = False,
    enablerepo: [str] = (),
    disablerepo: [str] = (),
    exclude: [str] = (),
    security: bool = False,
    bugfix: bool = False,
    update_only: bool = False,
    autoremove: bool = False,
    allowerasing: bool = False,
    allow_downgrade: bool = False,
    nobest: bool = False,
    best: bool = False,
    disable_gpg_check: bool = False,
    disable_excludes: str = None,
    disable_plugin: [str] = (),
    enable_plugin: [str] = (),
    installroot: Path = "/",
    releasever: str = None,
    skip_broken: bool = False,
    conf_file: Path = None,
    sslverify: bool = True,
    lock_timeout: int = 30,
    cacheonly: bool = False,
    download_only: bool = False,
    download_dir: Path = None,
    install_weak_deps: bool = True,
    list: str = None,
):
    """Ensure RPM packages are installed, up to date or gone, in one transaction of dnf (or yum).

    name: packages: `name`, `name-1.2`, `name-1.2-3`, `name.arch`, wildcards, `@group`, a file or URL, what one provides
    state: present by default, absent with autoremove; latest upgrades too
    update_cache: fetch the metadata first; that alone does not count as a change
    enablerepo: repositories to use although they are disabled
    disablerepo: repositories not to use
    exclude: packages not to touch; may have wildcards
    security: with state latest, only what fixes security, and no newer version than does
    bugfix: with state latest, only what an advisory calls a fix
    update_only: with state latest, install nothing new
    autoremove: remove dependencies that nothing needs any more
    allowerasing: remove packages that are in the way
    allow_downgrade: permit going back to an older version
    nobest: accept an older version where the newest cannot be installed
    best: insist on the newest version
    disable_gpg_check: do not check signatures
    disable_excludes: ignore the excludes of `all`, `main` or a repository
    disable_plugin: plugins of dnf not to use
    enable_plugin: plugins of dnf to use although they are disabled
    installroot: another root directory to work in
    releasever: release to take packages from; on Amazon Linux 2023 one fixed release is the default
    skip_broken: leave out packages whose dependencies are missing
    conf_file: configuration file of dnf to use
    sslverify: check certificates of repositories
    lock_timeout: seconds to wait while another process uses the package manager
    cacheonly: use only what is in the cache
    download_only: download, do not install
    download_dir: where to download to
    install_weak_deps: install recommended packages too
    list: do nothing but tell in `results` what is installed, available, updates, repos, or of this name

    Example:
      - dnf:
          name: [nginx, "openssl-3.0.8-1.amzn2023.0.14"]
          allow_downgrade: true
      - dnf: {name: "*", state: latest, security: true}

    Returns:
      packages: list of {name, old, new}: versions before and after, null where there is none
      results: the same as sentences; with list what was asked for
      rc: status of dnf
      stdout, stderr: what dnf printed
    """
    flags = host.options(
        enablerepo=enablerepo, disablerepo=disablerepo, exclude=exclude, disableexcludes=disable_excludes,
        disableplugin=disable_plugin, enableplugin=enable_plugin, releasever=releasever, config=conf_file,
        allowerasing=allowerasing, nobest=nobest, best=best, nogpgcheck=disable_gpg_check, cacheonly=cacheonly,
        downloadonly=download_only, downloaddir=download_dir, installroot=installroot if installroot != "/" else None)
    flags += ["--setopt=strict=0"] if skip_broken else []
    flags += [] if sslverify else ["--setopt=sslverify=False"]
    flags += [] if install_weak_deps else ["--setopt=install_weak_deps=False"]
    state = {"installed": "present", "removed": "absent", None: "absent" if autoremove else "present"}.get(state, state)
    if list:
        return {"results": host.listed(list, flags, lock_timeout), "msg": ""}
    names = [each for each in name if each]
    root = ["--root", installroot] if installroot != "/" else []
    runner = Runner(flags, root, lock_timeout)
    if (security or bugfix) and state != "latest":
        warn("security and bugfix choose among updates: they mean something with state: latest only")
    if update_cache:
        yield host.transaction(["makecache"], flags + ["--refresh"], lock_timeout)
    if state == "absent":
        yield from runner.remove(names, autoremove)
    elif state == "latest" and (security or bugfix):
        kinds = ["--security"] * security + ["--bugfix"] * bugfix
        yield from runner.predicted(["upgrade-minimal"] + kinds + [each for each in names if each != "*"])
    elif state == "latest":
        yield from runner.latest(names, update_only)
    elif names:
        yield from runner.install(names, allow_downgrade)
    result = runner.result()
    if update_cache:
        result["changed"] = runner.ran
    return result


class Runner:
    """Finds out what is to be done and yields it, remembering what was done for the result."""

    def __init__(self, flags, root, lock_timeout):
        self.flags = flags
        self.root = root
        self.lock_timeout = lock_timeout
        self.ran = False
        self.outcome = None
        self.changed = []

    def result(self):
        told = {"packages": self.changed, "results": [sentence(each) for each in self.changed], "rc": 0,
                "msg": "" if self.ran else "Nothing to do"}
        if self.outcome:
            told.update(rc=self.outcome.rc, stdout=self.outcome.stdout, stderr=self.outcome.stderr)
        return told

    def transaction(self, words, before=None):
        """Yield one transaction; in check mode tell what it would do to which package."""
        before = before or host.packages(self.root)
        self.ran = True
        self.outcome = yield host.transaction(words, self.flags, self.lock_timeout)
        if not context.check:
            self.changed = host.difference(before, host.packages(self.root))
            return
        try:
            self.changed = self.preview(words, before)
        except Failure as failure:
            # An earlier task of this run might have added the repository.
            warn("dnf cannot tell what would happen: %s" % failure.message)

    def preview(self, words, before):
        """Return what the transaction would do, with the versions that are installed now."""
        steps = host.preview(words, self.flags, self.lock_timeout)
        have = {name: versions[-1] for (name, _), versions in before.items()}
        return [dict(each, old=have.get(each["name"])) for each in steps]

    def predicted(self, words):
        """Yield the transaction if dnf, asked, finds anything to do."""
        if host.preview(words, self.flags, self.lock_timeout):
            yield from self.transaction(words)

    def install(self, names, allow_downgrade):
        """Install what is missing. What only dnf can tell (groups, wildcards, virtual names) is asked of it."""
        wanted, unsure = self.wanted(names)
        if not wanted and unsure and not host.preview(["install"] + unsure, self.flags, self.lock_timeout):
            return
        if wanted or unsure:
            before = host.packages(self.root)
            if not allow_downgrade:
                refuse_downgrades(wanted, before)
            yield from self.transaction(["install"] + wanted + unsure, before)

    def wanted(self, names):
        """Return (names that are surely not installed, names that only dnf can judge)."""
        local = [each for each in names if each.endswith(".rpm")]
        asked = [each for each in names if each not in local and (each[0] == "@" or set(each) & set("*?[<>=! "))]
        capabilities = [each for each in names if each not in local + asked and (each[0] == "/" or "(" in each)]
        plain = [each for each in names if each not in local + asked + capabilities]
        gone = host.missing(plain, self.root)
        virtual = host.provided(gone, self.root)
        present = host.provided(capabilities, self.root)
        sure = [each for each in gone if each not in virtual] + [each for each in capabilities if each not in present]
        return sure + [each for each in local if not self.has_file(each)], asked + virtual

    def has_file(self, path):
        """Tell whether the package in this file (or at this URL) is installed in exactly this version."""
        if "://" not in path and not os.path.isfile(path):
            raise Failure("there is no package file %s on the host; copy or get_url it there first" % path)
        held = capture("rpm", "-qp", "--nosignature", "--qf", "%{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}", path, check=True)
        return not host.missing([held.stdout], self.root)

    def latest(self, names, update_only):
        """Upgrade what is installed and install what is missing, in one transaction."""
        plain = [each for each in names if each != "*"]
        if "*" in names or not names:
            yield from self.predicted(["upgrade"])
            return
        sure, unsure = self.wanted(plain)
        absent = [] if update_only else sure + [each for each in unsure if each[0] == "@"]
        present = [each for each in plain if each not in sure and each[0] != "@"]
        newer = host.updates(present, flags=self.flags, lock_timeout=self.lock_timeout)
        self.tell_locked(present)
        if newer and not absent:
            yield from self.transaction(["upgrade"] + present)
        elif sure and absent or newer:
            # `dnf install` leaves an installed package as it is unless it is told the newer version.
            yield from self.transaction(["install"] + absent + newer)
        elif absent:
            yield from self.predicted(["install"] + absent)

    def tell_locked(self, names):
        """Warn of packages that are locked although there is something newer."""
        locks = locked()
        held = [each for each in names if any(fnmatch.fnmatchcase(each, lock) for lock in locks)]
        if not held:
            return
        query = ["repoquery", "--upgrades", "--latest-limit=1", "--disableexcludes=all", "--qf", "%{name}\t%{evr}"]
        have = {name: newest(versions) for (name, _), versions in host.packages(self.root).items()}
        for line in sorted(set(host.ask(query + held, self.flags, self.lock_timeout).lines)):
            name, _, version = line.partition("\t")
            warn(stays("dnf", name, have.get(name), version))

    def remove(self, names, autoremove):
        groups = [each for each in names if each[0] == "@"]
        patterns = [each for each in names if set(each) & set("*?[")]
        plain = [each for each in names if each not in groups + patterns]
        gone = [each for each in plain if each not in host.missing(plain, self.root)]
        gone += [each for each in patterns if capture("rpm", *(self.root + ["-qa", each])).stdout]
        automatic = [] if autoremove else ["--noautoremove"]
        if gone:
            yield from self.transaction(["remove"] + automatic + gone + groups)
        elif groups:
            yield from self.predicted(["remove"] + automatic + groups)
        elif autoremove and not names:
            yield from self.predicted(["autoremove"])


def sentence(step):
    """Return a step of a transaction as words, such as "Installed: nginx-1.24-1"."""
    if step["new"] is None:
        return "Removed: %s-%s" % (step["name"], step["old"])
    return "Installed: %s-%s" % (step["name"], step["new"])
