"""Working copies of git repositories."""

import os
import shutil

from muster.target.files import write
from muster.target.repository import Repository, Version, no_options, ssh_command
from muster.target.task import Change, Failure, Mode, Path, context, task, warn
from muster.target.umask import masked
from muster.target.veil import without_credentials

FORMATS = {".zip": "zip", ".tar.gz": "tar.gz", ".tgz": "tar.gz", ".tar": "tar"}


@task(aliases={"name": "repo", "gpg_whitelist": "gpg_allowlist"})
def git(
    repo: str, dest: Path = None, version: str = "HEAD", remote: str = "origin", clone: bool = True,
    update: bool = True, force: bool = False, depth: int = None, single_branch: bool = False, refspec: str = None,
    reference: str = None, recursive: bool = True, track_submodules: bool = False, bare: bool = False,
    separate_git_dir: Path = None, verify_commit: bool = False, gpg_allowlist: [str] = (), archive: Path = None,
    archive_prefix: str = None, accept_hostkey: bool = False, accept_newhostkey: bool = False, key_file: Path = None,
    ssh_opts: str = None, umask: Mode = None, executable: Path = None,
):
    """Keep a working copy of a git repository at a version.

    What git does to a working copy cannot be taken back.

    repo: URL or path of the repository
    dest: directory of the working copy; needed unless clone is false
    version: branch, tag or commit; by default what the repository calls HEAD
    remote: what the repository is called in the working copy
    clone: make the working copy if it is not there; without that, only tell what it would be at
    update: bring a working copy that is there to the version, too
    force: discard what was altered in files that git knows
    depth: fetch only so many commits of the history, of a branch, a tag or a refspec
    single_branch: fetch only the history of the version
    refspec: something to be fetched beside branches and tags
    reference: repository on the host that objects are borrowed from
    recursive: bring submodules along
    track_submodules: keep submodules at the newest commit of their branch, not at that which the repository names
    bare: no working copy, the repository alone
    separate_git_dir: directory for what git keeps itself, outside of the working copy
    verify_commit: check the OpenPGP signature of the commit or tag before it is checked out
    gpg_allowlist: fingerprints of keys that may have signed it
    archive: file (zip, tar, tar.gz or tgz) to write the content of the version to
    archive_prefix: text before each name in the archive
    accept_hostkey: the same as accept_newhostkey; a host key that has changed is always refused
    accept_newhostkey: trust the key of an SSH host that is not known yet, and remember it
    key_file: private key for SSH
    ssh_opts: further options of ssh
    umask: what permissions of new files are taken away, as "0022"
    executable: path of git

    Example:
        - name: The application
          git:
            repo: https://example.com/application.git
            dest: /srv/application
            version: v1.2

    Returns:
        before: commit that was checked out; null for a new working copy
        after: commit that is
        remote_url_changed: whether the working copy was of another URL
        git_dir_before: where git kept its files, if they were moved
        git_dir_now: where it keeps them, if they were moved
    """
    if not dest and clone:
        raise Failure("dest is missing: say where the working copy shall be, or clone: false")
    no_options(repo, remote, refspec)
    here = Repository(dest, executable, ssh_command(ssh_opts, key_file, accept_hostkey or accept_newhostkey), bare)
    plan = {"url": repo, "remote": remote, "depth": depth, "single": single_branch, "refspec": refspec,
            "reference": reference, "separate": separate_git_dir, "verify": verify_commit, "allowed": gpg_allowlist,
            "submodules": recursive and not bare, "track": track_submodules}
    values = {"before": None, "remote_url_changed": False}
    with masked(umask):
        if here.directory is None:
            wanted = Version(version, here.offered(repo), lambda name: None)
            if not clone:
                return dict(values, after=wanted.commit, changed=True)
            yield from cloned(here, wanted, plan)
        else:
            values["before"] = here.commit()
            values.update((yield from moved(here, separate_git_dir)))
            wanted = None
            if update:
                wanted, told = yield from updated(here, version, plan, force)
                values.update(told)
        after = values["before"] if not update and values["before"] else wanted and wanted.commit
        values["after"] = after if context.check else here.commit()
        if archive:
            yield from archived(here, archive, archive_prefix, values)
    return values


def cloned(here, wanted, plan):
    """Yield the change that makes the working copy."""
    if os.path.isdir(here.dest) and os.listdir(here.dest):
        raise Failure("%s is neither empty nor a git repository: move what is in it away, or give another dest"
                      % here.dest)
    name = wanted.branch or wanted.tag
    words = ["clone", "--origin", plan["remote"]] + (["--bare"] if here.bare else ["--no-checkout"])
    if plan["depth"] and (name or plan["refspec"]):
        words += ["--depth", str(plan["depth"])]
    elif plan["depth"]:
        warn("depth has no effect: %s is no branch or tag, and there is no refspec" % wanted.name)
    words += ["--branch", name] if name and wanted.name != "HEAD" else []
    words += ["--single-branch"] * plan["single"]
    words += ["--reference", plan["reference"]] if plan["reference"] else []
    words += ["--separate-git-dir", plan["separate"]] if plan["separate"] else []

    def do():
        os.makedirs(os.path.dirname(os.path.abspath(here.dest)), exist_ok=True)
        here.git(*words, plan["url"], here.dest, inside=False, stream=True)
        try:
            if plan["refspec"]:
                here.git("fetch", plan["remote"], plan["refspec"], stream=True)
            placed(here, wanted, plan)
        except Failure:
            # Without its files it would look like a working copy in which somebody deleted them all.
            for path in filter(None, [here.dest, plan["separate"]]):
                shutil.rmtree(path)
            raise

    yield Change("clone %s to %s" % (without_credentials(plan["url"]), here.dest), do, "", (wanted.commit or "") + "\n")


def moved(here, separate):
    """Yield the change that moves git's own files out of the working copy; return the values that tell of it."""
    have = here.directory
    if not separate or here.bare or os.path.realpath(have) == os.path.realpath(separate):
        return {}
    yield Change("move %s to %s" % (have, separate),
                 lambda: here.git("init", "--separate-git-dir", separate, stream=True))
    return {"git_dir_before": have, "git_dir_now": separate}


def updated(here, name, plan, force):
    """Yield what brings a working copy to a version; return that `Version` and the values that tell of it."""
    dirty = [] if here.bare else here.modified()
    if dirty and not force:
        raise Failure("files in %s were altered: %s; commit or restore them, or discard that with force: true"
                      % (here.dest, ", ".join(dirty[:5])), before=here.commit())
    if dirty:
        yield Change("discard what was altered in %s" % here.dest,
                     lambda: here.git("reset", "--hard", "HEAD", stream=True), paths=dirty)
    url = here.url(plan["remote"])
    if url != plan["url"]:
        words = ["remote", "add" if url is None else "set-url", plan["remote"], plan["url"]]
        shown = without_credentials(plan["url"])
        yield Change("make %s the remote %s of %s" % (shown, plan["remote"], here.dest),
                     lambda: here.git(*words, stream=True), without_credentials(url or "") + "\n", shown + "\n",
                     paths=[os.path.join(here.directory, "config")])
    offered = here.offered(plan["url"])
    wanted = Version(name, offered, here.commit)
    before = here.commit()
    if not is_at(here, wanted, before, offered):
        yield Change("bring %s to %s" % (here.dest, wanted.branch or wanted.name),
                     lambda: (fetched(here, wanted, plan), placed(here, wanted, plan)),
                     (before or "") + "\n", (wanted.commit or "") + "\n")
    else:
        verified(here, before, wanted, plan)
        stale = here.stale_submodules(plan["track"]) if plan["submodules"] else []
        if stale:
            yield Change("update %s in %s" % (", ".join(stale), here.dest), lambda: with_submodules(here, plan))
    return wanted, {"remote_url_changed": url is not None and url != plan["url"]}


def is_at(here, wanted, before, offered):
    """Tell whether a repository is at a version; of a bare one, whether it has what the remote one offers."""
    if not here.bare:
        return before == wanted.commit and (before is None or wanted.branch == here.branch())
    have = here.references()
    return all(have.get(ref) == commit for ref, commit in offered.items()
               if ref.startswith(("refs/heads/", "refs/tags/")) and not ref.endswith("^{}"))


def fetched(here, wanted, plan):
    """Fetch what a version needs."""
    remote = plan["remote"]
    local = "refs/heads/" if here.bare else "refs/remotes/%s/" % remote
    if wanted.branch and (plan["depth"] or plan["single"]):
        wants = ["+refs/heads/%s:%s%s" % (wanted.branch, local, wanted.branch)]
    elif wanted.tag and (plan["depth"] or plan["single"]):
        wants = ["+refs/tags/%s:refs/tags/%s" % (wanted.tag, wanted.tag)]
    else:
        wants = ["--tags", "+refs/heads/*:%s*" % local]
    words = ["--depth", str(plan["depth"])] if plan["depth"] and (wanted.branch or wanted.tag) else []
    words += ["--update-head-ok"] * here.bare
    here.git("fetch", "--force", *words, remote, *wants, *[plan["refspec"]] * bool(plan["refspec"]), stream=True)


def placed(here, wanted, plan):
    """Check out what was fetched, with its submodules."""
    commit = here.commit(wanted.commit or wanted.name)
    if commit is None and wanted.commit and here.git("fetch", plan["remote"], wanted.commit, check=False).ok:
        commit = here.commit(wanted.commit)  # Many servers give a commit that no branch holds, when asked for it.
    if commit is None and (wanted.commit or wanted.name != "HEAD"):
        raise Failure("%s is not in what was fetched: a refspec may name what holds it" % wanted.name)
    verified(here, commit, wanted, plan)
    if here.bare or commit is None:
        return  # Of an empty repository there is nothing to check out.
    if wanted.branch:
        start = "refs/remotes/%s/%s" % (plan["remote"], wanted.branch)
        here.git("checkout", "--force", "-B", wanted.branch, start, "--", stream=True)
    else:
        here.git("checkout", "--force", "--detach", commit, "--", stream=True)
    if plan["submodules"]:
        with_submodules(here, plan)


def with_submodules(here, plan):
    if os.path.exists(os.path.join(here.dest, ".gitmodules")):
        here.git("submodule", "sync", "--recursive", stream=True)
        here.git("submodule", "update", "--init", "--recursive", *["--remote"] * plan["track"], stream=True)


def verified(here, commit, wanted, plan):
    """Raise Failure unless a commit or tag is signed, where that is wanted, by one of the keys that may."""
    if not plan["verify"] or not commit:
        return
    outcome = here.git("verify-tag" if wanted.tag else "verify-commit", "--raw", wanted.tag or commit, check=False)
    if outcome.rc:
        raise Failure("no key that is known here has signed %s, or its signature is wrong" % wanted.name,
                      rc=outcome.rc, stderr=outcome.stderr)
    signed = {word for line in outcome.stderr.splitlines() if "] VALIDSIG " in line for word in line.split()}
    if plan["allowed"] and not signed & {each.replace(" ", "").upper() for each in plan["allowed"]}:
        raise Failure("%s was signed by a key that is not in gpg_allowlist" % wanted.name, stderr=outcome.stderr)


def archived(here, path, prefix, values):
    """Yield the changes that write the content of the version to a file."""
    form = next((FORMATS[end] for end in FORMATS if path.endswith(end)), None)
    if form is None:
        raise Failure("archive is a path that ends in .zip, .tar, .tar.gz or .tgz, not %s" % path)
    if here.directory is None or here.commit() != values["after"]:  # In check mode it is not checked out.
        yield Change("replace the content of %s" % path if os.path.exists(path) else "create %s" % path, lambda: None)
        return
    words = ["archive", "--format", form] + (["--prefix", prefix] if prefix else []) + ["HEAD"]
    yield from write(path, here.git(*words).stdout)
