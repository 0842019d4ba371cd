"""Files that are put together of parts, with parts that the controller has."""

from __future__ import annotations

from typing import Any

from muster.actions.action import Failed, Here, action
from muster.actions.local_files import read
from muster.model import Call
from muster.target.fragments import joined, paths_of
from muster.target.task import Failure


@action(host_half="assemble", hides=())
def assemble(
    here: Here, src: str, remote_src: bool = True, regexp: str | None = None, delimiter: str | None = None,
    ignore_hidden: bool = False, decrypt: bool = True, **rest: Any
) -> Call:
    r"""Put a file together of all files in a directory, in the order of their names.

    src: the directory, on the host or, with remote_src: no, looked up in files/
    remote_src: src is on the host
    regexp: only files in whose names this regular expression is found
    delimiter: a line to put between the parts; \n in it is a newline
    ignore_hidden: leave out files whose names begin with a dot
    decrypt: of a file that is encrypted with ansible-vault take what it holds

    Example:
        - name: Put the banner together
          assemble:
            src: banner.d
            dest: /etc/issue.net
            remote_src: false
    """
    if remote_src:
        chosen = {"regexp": regexp, "delimiter": delimiter, "ignore_hidden": ignore_hidden or None}
        return Call("assemble", {**rest, "src": src, **{name: each for name, each in chosen.items() if each}})
    try:
        paths = paths_of(here.find("files", src), regexp, ignore_hidden)
    except Failure as failure:
        raise Failed(f"{failure.message} (on the controller)") from None
    return Call("copy", {**rest, "content": joined([read(path, decrypt) for path in paths], delimiter)})
