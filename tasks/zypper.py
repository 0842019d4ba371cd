"""RPM packages of SUSE. Tried on scripted commands only, not on a host."""

from muster.target import dnf as rpm
from muster.target import zypper as host
from muster.target.system import capture, words_of
from muster.target.task import Choice, Failure, context, task, warn


@task(aliases={"pkg": "name", "refresh": "update_cache"}, obsolete=("quiet", "simple_errors"))
def zypper(
    name: [str],
    state: Choice("present", "installed", "latest", "absent", "removed", "dist-upgrade") = "present",
    type: Choice("package", "patch", "pattern", "product", "srcpackage", "application") = "package",
    update_cache: bool = False,
    disable_recommends: bool = True,
    disable_gpg_check: bool = False,
    auto_import_keys: bool = False,
    force: bool = False,
    force_resolution: bool = False,
    oldpackage: bool = False,
    replacefiles: bool = False,
    allow_vendor_change: bool = False,
    clean_deps: bool = False,
    skip_post_errors: bool = False,
    extra_args: str = "",
    extra_args_precommand: str = "",
    lock_timeout: int = 60,
):
    """Ensure RPM packages of SUSE are installed, up to date or gone, in one transaction of zypper.

    name: packages: `name`, `name=1.2`, `name>=1.2`, a file or URL, what one provides; "*" with latest for everything
    state: latest upgrades too; dist-upgrade brings the whole host to what its repositories have
    type: what the names are of
    update_cache: refresh the repositories first; that alone does not count as a change
    disable_recommends: do not install recommended packages
    disable_gpg_check: do not check signatures
    auto_import_keys: trust new keys of repositories
    force: install although that means another vendor, architecture or an older version
    force_resolution: let zypper choose where packages conflict
    oldpackage: permit going back to an older version; so it is where a version is named
    replacefiles: permit replacing files of other packages
    allow_vendor_change: with dist-upgrade, permit another vendor
    clean_deps: remove dependencies that nothing needs any more
    skip_post_errors: accept that a package's own script failed
    extra_args: more arguments after the verb
    extra_args_precommand: more arguments before it
    lock_timeout: seconds to wait while another process has zypper's lock

    Example:
      - zypper: {name: [nginx, "git=2.43.0"], update_cache: true}
      - zypper: {name: apache2_server, type: pattern}

    Returns:
      packages: list of {name, old, new}: versions before and after, null where there is none
      rc: status of zypper
      stdout, stderr: what it printed
    """
    names = [each for each in name if each]
    before = ["--no-gpg-checks"] * disable_gpg_check + ["--gpg-auto-import-keys"] * auto_import_keys
    before += words_of("extra_args_precommand", extra_args_precommand)
    options = ["--type", type] + ["--force"] * force + ["--force-resolution"] * force_resolution
    options += ["--replacefiles"] * replacefiles
    options += ["--oldpackage"] * (oldpackage or any(set(each) & set("<>=") for each in names))
    options += ["--no-recommends" if disable_recommends else "--recommends", "--auto-agree-with-licenses"]
    extra = words_of("extra_args", extra_args)
    if update_cache:
        yield host.transaction(["refresh"], before, lock_timeout)
    if state in ("absent", "removed"):
        gone = [each for each in names if each in installed(names)] if type == "package" else names
        words = ["remove", "--type", type] + ["--clean-deps"] * clean_deps + extra + gone
    elif state == "dist-upgrade":
        gone, words = ["*"], ["dist-upgrade"] + options[2:] + ["--allow-vendor-change"] * allow_vendor_change + extra
    elif "*" in names:
        gone = names
        words = ["patch" if type == "patch" else "update", *options[2:], *extra]
    else:
        there = installed(names) if type == "package" and state != "latest" else []
        gone = [each for each in names if each not in there]
        words = ["install"] + options + extra + gone
    foretold = foretell(words, before, lock_timeout) if gone else []
    if foretold == []:
        return {"packages": [], "rc": 0, "stdout": "", "stderr": "", **({"changed": False} if update_cache else {})}
    had = rpm.packages()
    fine = host.FINE + ((host.SCRIPT_FAILED,) if skip_post_errors else ())
    outcome = yield host.transaction(words, before, lock_timeout, fine)
    changed = foretold or [] if context.check else rpm.difference(had, rpm.packages())
    return {"packages": changed, "rc": outcome.rc, "stdout": outcome.stdout, "stderr": outcome.stderr, "changed": True}


def foretell(words, before, lock_timeout):
    """Return the steps that zypper would take; None in check mode where it cannot tell."""
    try:
        return host.preview(words, before, lock_timeout)
    except Failure as failure:
        if not context.check:
            raise
        # An earlier task of this run might have added the repository.
        warn("zypper cannot tell what would happen: %s" % failure.message)
        return None


def installed(names):
    """Return which of these names something installed answers; versions that are compared only zypper can judge."""
    plain = [each for each in names if not set(each) & set("<>/") and "://" not in each]
    spelled = {each: each.replace("=", "-") for each in plain}
    gone = rpm.missing(list(spelled.values()))
    virtual = rpm.provided([each for each in plain if spelled[each] in gone and "=" not in each])
    return [each for each in plain if spelled[each] not in gone or each in virtual] + [
        each for each in names if each[:1] == "/" and not each.endswith(".rpm")
        and capture("rpm", "-q", "--whatprovides", each).ok]
