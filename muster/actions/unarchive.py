"""Archives that are unpacked on the host, with those that the controller has."""

from __future__ import annotations

import os
from typing import Any

from muster.actions.action import Failed, Here, action
from muster.actions.local_files import read
from muster.model import Call


@action(host_half="unarchive", hides=("content", "filename"))
def unarchive(
    here: Here, src: str, remote_src: bool = False, copy: bool = True, decrypt: bool = True, **rest: Any
) -> Call:
    """Unpack an archive where what is in it is missing or differs.

    src: the archive, looked up in files/ (or, with remote_src, a path on the host or a URL)
    remote_src: src is a path on the host, or a URL that the host downloads
    copy: the opposite of remote_src, as it was called before
    decrypt: of an archive that is encrypted with ansible-vault unpack what it holds

    Example:
        - name: Install the site
          unarchive:
            src: site.tar.gz
            dest: /srv/www
            owner: www-data
    """
    if remote_src or not copy:
        return Call("unarchive", {**rest, "src": src})
    if "://" in src:
        raise Failed(f"{src} is not on the controller: with remote_src: yes the host downloads it")
    path = here.find("files", src)
    return Call("unarchive", {**rest, "content": read(path, decrypt), "filename": os.path.basename(path)})
