"""Files that are made from templates."""

from __future__ import annotations

import os
from typing import Any

from muster.actions.action import Failed, Here, action
from muster.actions.local_files import with_mode
from muster.model import Call

NEWLINES = {"\\n": "\n", "\\r": "\r", "\\r\\n": "\r\n"}


@action(host_half="copy", hides=("content", "remote_src", "filename", "local_follow", "directory_mode", "checksum"),
        obsolete=("decrypt",))
def template(
    here: Here, src: str, newline_sequence: str = "\n", block_start_string: str = "{%", block_end_string: str = "%}",
    variable_start_string: str = "{{", variable_end_string: str = "}}", comment_start_string: str = "{#",
    comment_end_string: str = "#}", trim_blocks: bool = True, lstrip_blocks: bool = False,
    output_encoding: str = "utf-8", **rest: Any,
) -> Call:
    """Give a file on the host the text that a template of the controller's makes.

    src: the template, looked up in templates/
    newline_sequence: what ends the lines: "\\n", "\\r" or "\\r\\n"
    block_start_string: what begins a statement
    block_end_string: what ends it
    variable_start_string: what begins an expression
    variable_end_string: what ends it
    comment_start_string: what begins a comment
    comment_end_string: what ends it
    trim_blocks: drop the newline after a statement
    lstrip_blocks: drop the spaces before a statement
    output_encoding: encoding of the file on the host

    Example:
        - name: Configure the web server
          template:
            src: nginx.conf.j2
            dest: /etc/nginx/nginx.conf
            mode: "0644"
            validate: nginx -t -c %s
    """
    path = here.find("templates", src)
    syntax = {
        "newline_sequence": newline(newline_sequence),
        "block_start_string": block_start_string, "block_end_string": block_end_string,
        "variable_start_string": variable_start_string, "variable_end_string": variable_end_string,
        "comment_start_string": comment_start_string, "comment_end_string": comment_end_string,
        "trim_blocks": trim_blocks, "lstrip_blocks": lstrip_blocks,
    }
    # What is as usual is left out: templates of one syntax share an environment.
    unusual = {name: value for name, value in syntax.items() if value != USUAL[name]}
    text = here.render_file(path, src, {"template_destpath": rest.get("dest")}, **unusual)
    return Call("copy", {**with_mode(rest, path), "content": encoded(text, output_encoding),
                         "filename": os.path.basename(path)})


USUAL = {
    "newline_sequence": "\n", "block_start_string": "{%", "block_end_string": "%}", "variable_start_string": "{{",
    "variable_end_string": "}}", "comment_start_string": "{#", "comment_end_string": "#}", "trim_blocks": True,
    "lstrip_blocks": False,
}


def newline(sequence: str) -> str:
    r"""Return the characters that end a line; on one line with other arguments they are written as \n."""
    sequence = NEWLINES.get(sequence, sequence)
    if sequence not in NEWLINES.values():
        raise Failed(f"newline_sequence: {sequence!r} ends no lines: give \\n, \\r or \\r\\n")
    return sequence


def encoded(text: str, encoding: str) -> bytes:
    """Return the text's bytes; raise Failed for an encoding that does not exist or cannot hold the text."""
    try:
        return text.encode(encoding, "surrogateescape")
    except LookupError:
        raise Failed(f"output_encoding: there is no encoding {encoding}") from None
    except UnicodeEncodeError as error:
        raise Failed(f"{encoding} has no way to write {error.object[error.start]!r}: choose another output_encoding"
                     ) from None
