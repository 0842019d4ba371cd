"""Directories that rsync makes alike."""

import os
import shlex

from muster.target.rsync import altered, complaint, described, options, told
from muster.target.system import capture, which
from muster.target.task import Change, Failure, Path, context, task


@task
def synchronize(
    src: Path, dest: Path, archive: bool = True, recursive: bool = None, links: bool = None, perms: bool = None,
    times: bool = None, owner: bool = None, group: bool = None, delete: bool = False, checksum: bool = False,
    compress: bool = True, copy_links: bool = False, dirs: bool = False, existing_only: bool = False,
    partial: bool = False, delay_updates: bool = True, link_dest: [Path] = (), rsync_timeout: int = 0,
    rsync_opts: [str] = (), program: str = "rsync",
):
    """Make what is at one path of the host like what is at another, with rsync.

    src: the file or directory to take; of a directory that ends in / the content
    dest: where it goes
    archive: stands for recursive, links, perms, times, owner and group, and takes devices along
    recursive: with all that is in directories; yes with archive
    links: copy links as links; yes with archive
    perms: with permissions; yes with archive
    times: with the times of modification; yes with archive
    owner: with owners, where root writes; yes with archive
    group: with groups; yes with archive
    delete: remove from dest what is not in src
    checksum: compare contents, and not only sizes and times
    compress: compress what is sent
    copy_links: copy what links point to
    dirs: make directories without what is in them
    existing_only: update what is in dest, and add nothing
    partial: keep files that were sent in part
    delay_updates: put all files in their places at the end; only with it do the rules in files named .rsync-filter hold
    link_dest: directories in whose files, where nothing differs, new ones become hard links
    rsync_timeout: seconds without any data until rsync gives up; 0 for any number
    rsync_opts: more options for rsync
    program: the rsync to run

    Example:
        - name: Keep a copy of the site
          synchronize:
            src: /srv/www/
            dest: /srv/backup/www
            delete: true
          delegate_to: "{{ inventory_hostname }}"

    Returns:
        cmd: the command line
        rc: its status
        msg: what it printed
        stdout_lines: the same as a list of lines
    """
    if not which(program) and not os.path.isfile(program):
        raise Failure("%s is not installed here: the package rsync brings it" % program)
    words = options(archive, compress, delay_updates, dirs, partial, rsync_timeout, link_dest, rsync_opts,
                    recursive=recursive, links=links, perms=perms, times=times, owner=owner, group=group,
                    delete=delete, checksum=checksum, copy_links=copy_links, existing_only=existing_only)
    argv = [program] + words + [src, dest]
    # What it would do is asked first: check mode needs it, and so does whoever wants it taken back.
    outcome = checked(capture(*argv[:-2], "--dry-run", src, dest))
    lines = told(outcome.stdout)[1]
    if lines:
        what, before, after = described(dest, lines)
        done = yield Change(what, lambda: checked(capture(*argv)), before, after, paths=lambda: altered(
            lines, src, dest))
        outcome = outcome if context.check else done
    text = told(outcome.stdout)[0]
    return {"cmd": " ".join(map(shlex.quote, outcome.argv)), "rc": 0, "msg": text, "stdout_lines": text.splitlines()}


def checked(outcome):
    """Return what rsync left; raise Failure if it failed."""
    if outcome.rc:
        raise outcome.failure(complaint(outcome.rc, outcome.stderr))
    return outcome
