"""Bodies of requests: what plain data becomes on its way to a server."""

import base64
import json

from muster.target.task import Failure

JSON, FORM = "application/json", "application/x-www-form-urlencoded"


def encoded(body, body_format, read):
    """Return the bytes of a body and its Content-Type, which is None where nothing says.

    body: text, or for json any plain data, for form-urlencoded a mapping or a list of pairs, for form-multipart a
        mapping of texts, or of mappings with content or filename, mime_type and multipart_encoding
    body_format: raw, json, form-urlencoded or form-multipart
    read: function (path) that returns the content of a file of a form
    Raises Failure for a body that is none in that format.
    """
    if body_format == "json":
        return (body if isinstance(body, str) else json.dumps(body)).encode("utf-8", "surrogateescape"), JSON
    if body_format == "form-urlencoded":
        return urlencoded(body).encode("utf-8", "surrogateescape"), FORM
    if body_format == "form-multipart":
        return multipart(body, read)
    if isinstance(body, (dict, list)):
        raise Failure("a body that is a mapping or a list needs a body_format: json, form-urlencoded or form-multipart")
    return str(body).encode("utf-8", "surrogateescape"), None


def urlencoded(body):
    from urllib.parse import urlencode

    if isinstance(body, str):
        return body
    try:
        return urlencode(list(body.items()) if isinstance(body, dict) else [tuple(pair) for pair in body], doseq=True)
    except (TypeError, ValueError):
        raise Failure("the body of a form is a mapping, or a list of pairs of name and value")


def multipart(body, read):
    """Return the bytes of a form with files (RFC 7578), and its Content-Type."""
    if not isinstance(body, dict) or not body:
        raise Failure("the body of a form-multipart is a mapping of names to texts and files")
    parts = [part(str(name), value if isinstance(value, dict) else {"content": str(value)}, read)
             for name, value in body.items()]
    boundary = "muster"
    while any(boundary.encode() in each for each in parts):
        boundary += "-muster"
    lines = b"".join(b"--%s\r\n%s\r\n" % (boundary.encode(), each) for each in parts)
    return lines + b"--%s--\r\n" % boundary.encode(), 'multipart/form-data; boundary="%s"' % boundary


def part(name, value, read):
    """Return one part of a form: its headers, and its content."""
    from mimetypes import guess_type

    filename, content, kind = (
        None if value.get(key) is None else str(value[key]) for key in ("filename", "content", "mime_type"))
    if filename is None and content is None:
        raise Failure("the part %s of the form needs content, or filename" % name)
    disposition = 'form-data; name="%s"' % quoted(name)
    if filename is not None:
        disposition += '; filename="%s"' % quoted(filename.rpartition("/")[2])
    kind = kind or guess_type(filename or "")[0] or (
        "text/plain" if filename is None else "application/octet-stream")
    headers = ["Content-Disposition: " + disposition, "Content-Type: " + kind]
    data = read(filename) if content is None else content.encode("utf-8", "surrogateescape")
    # As playbooks know it, files go as base64 unless told otherwise; many servers take them only as they are.
    if content is None and value.get("multipart_encoding", "base64") == "base64":
        headers.append("Content-Transfer-Encoding: base64")
        data = base64.encodebytes(data).replace(b"\n", b"\r\n")
    return "\r\n".join(headers).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + data


def quoted(text):
    """Return a name as it stands between quotes in a header; what would end them is written as browsers do."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
