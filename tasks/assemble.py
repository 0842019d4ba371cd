"""Files that are put together of parts."""

import os

from muster.target.files import new_hash, read, same
from muster.target.fragments import joined, paths_of
from muster.target.task import Content, Mode, Path, task


@task(aliases={"attr": "attributes"}, obsolete=("unsafe_writes",))
def assemble(
    src: Path, dest: Path, regexp: str = None, delimiter: str = None, ignore_hidden: bool = False,
    backup: bool = False, validate: str = None, owner: str = None, group: str = None, mode: Mode = None,
    attributes: str = None, seuser: str = None, serole: str = None, setype: str = None, selevel: str = None,
):
    r"""Put a file together of all files in a directory, in the order of their names.

    src: the directory, on the host or, with remote_src: no, on the controller
    dest: path of the file
    regexp: only files in whose names this regular expression is found
    delimiter: a line to put between the parts; \n in it is a newline
    ignore_hidden: leave out files whose names begin with a dot
    backup: keep a copy of what was there
    validate: command that checks the new file before it is put in place; %s stands for it
    owner: user who owns the file
    group: group that owns the file
    mode: permissions of the file
    attributes: those that chattr sets: "+i", "-a", or "=ai" for just these
    seuser: user part of the SELinux label
    serole: role part of the SELinux label
    setype: type part of the SELinux label
    selevel: level part of the SELinux label

    Example:
        - name: Put the server's configuration together
          assemble:
            src: /etc/ssh/conf.d
            dest: /etc/ssh/sshd_config
            validate: /usr/sbin/sshd -t -f %s

    Returns:
        dest: path of the file
        src: the directory
        checksum: SHA-1 of the file
        backup_file: the copy of what was there, if one was made
        msg: OK
        owner: user who owns the file
        group: group that owns it
        uid: number of that user
        gid: number of that group
        mode: its permissions, as "0644"
        size: its size in bytes
        state: file
    """
    from tasks.copy import copy

    data = joined([read(path) for path in paths_of(src, regexp, ignore_hidden)], delimiter)
    digest = new_hash("sha256", len(data))
    digest.update(data)
    content = Content(len(data), digest.hexdigest(), lambda: iter([data]))
    # A link is replaced, but for one to a file that holds this already (measured, ansible-core 2.19).
    follow = same(os.path.realpath(dest), content)
    values = yield from copy(
        dest=dest, content=content, backup=backup, validate=validate, follow=follow, owner=owner, group=group,
        mode=mode, attributes=attributes, seuser=seuser, serole=serole, setype=setype, selevel=selevel)
    return dict(values, src=src, msg="OK")
