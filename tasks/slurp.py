"""The content of a file, as a value."""

import os

from muster.target.files import read
from muster.target.task import Failure, Path, task


@task(aliases={"path": "src"}, reads=True)
def slurp(src: Path):
    """Read a file of the host into a variable.

    src: path of the file

    Example:
        - name: See which key the host has
          slurp:
            src: /etc/ssh/ssh_host_ed25519_key.pub
          register: key

    Returns:
        content: the file's bytes in base64; `key.content | b64decode` is the text
        encoding: base64
        source: path of the file
    """
    import base64

    if os.path.isdir(src):
        raise Failure("%s is a directory; slurp reads files" % src)
    data = read(src)
    if data is None:
        raise Failure("there is no file %s" % src)
    return {"content": base64.b64encode(data).decode("ascii"), "encoding": "base64", "source": src}
