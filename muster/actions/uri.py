"""Web services that are asked from the host, with files that the controller has."""

from __future__ import annotations

from typing import Any

from muster.actions.action import Failed, Here, action
from muster.actions.local_files import read
from muster.model import Call
from muster.target.forms import encoded
from muster.target.task import Failure


@action(host_half="uri", hides=("content", "content_type"), predicts=False, repeats=True)
def uri(here: Here, src: str | None = None, remote_src: bool = False, **rest: Any) -> Call:
    """Ask a web service, and fail where its answer is not the one expected.

    src: file whose content is the body, looked up in files/ (or, with remote_src, a path on the host)
    remote_src: src, and files of a form, are paths on the host

    Example:
        - name: Bring the dashboard
          uri:
            url: http://127.0.0.1:3000/api/dashboards/db
            method: POST
            src: dashboard.json
            headers: {Content-Type: application/json}
    """
    if remote_src:
        return Call("uri", {**rest, "src": src} if src else rest)
    body = rest.get("body")
    if src is not None:
        if body is not None:
            raise Failed("give body or src, not both")
        return Call("uri", {**rest, "content": read(here.find("files", src))})
    if body is not None and rest.get("body_format") == "form-multipart":
        try:
            data, kind = encoded(body, "form-multipart", lambda path: read(here.find("files", path)))
        except Failure as failure:
            raise Failed(failure.message) from None
        return Call("uri", {**rest, "body": None, "content": data, "content_type": kind})
    return Call("uri", rest)
