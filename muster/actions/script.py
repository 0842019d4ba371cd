"""Scripts that the controller has and the host runs."""

from __future__ import annotations

import os
import shlex
from typing import Any

from muster.actions.action import Failed, Here, action
from muster.actions.local_files import read
from muster.model import Call


@action(host_half="script", hides=("content", "filename", "args"), free_form="cmd", repeats=True, predicts=False)
def script(here: Here, cmd: str, decrypt: bool = True, **rest: Any) -> Call:
    """Run a script of the controller's on the host.

    cmd: path of the script, looked up in files/, and its arguments, quoted as for a shell
    decrypt: of a script that is encrypted with ansible-vault run what it holds

    Example:
        - name: Prepare the volume
          script: prepare.sh --label "old data"
          args:
            creates: /dev/disk/by-label/data
    """
    try:
        words = shlex.split(cmd)
    except ValueError as error:
        raise Failed(f"{cmd!r} cannot be split into words: {str(error).lower()}") from None
    if not words:
        raise Failed("no script is named: give its path, and its arguments after it")
    path = here.find("files", words[0])
    content = read(path, decrypt)
    return Call("script", {**rest, "content": content, "filename": os.path.basename(path), "args": words[1:]})
