"""Repositories of Debian packages, in the form of fields."""

import os
import re

from muster.target.files import make_directory, remove, write
from muster.target.task import Choice, Failure, Mode, task
from muster.target.veil import URL, veiled

DIRECTORY = "/etc/apt/sources.list.d"
KEYRINGS = "/etc/apt/keyrings"
# Arguments that are not called as their field is, but for capitals and hyphens.
FIELDS = {"name": "X-Repolib-Name", "uris": "URIs", "inrelease_path": "InRelease-Path", "pdiffs": "PDiffs"}


@task(obsolete=("install_python_debian",))
def deb822_repository(
    name: str, state: Choice("present", "absent") = "present", types: [Choice("deb", "deb-src")] = ("deb",),
    uris: [str] = None, suites: [str] = None, components: [str] = None, architectures: [str] = None,
    signed_by: str = None, enabled: bool = None, trusted: bool = None, languages: [str] = None,
    targets: [str] = None, pdiffs: bool = None, by_hash: bool = None, allow_insecure: bool = None,
    allow_weak: bool = None, allow_downgrade_to_insecure: bool = None, check_date: bool = None,
    check_valid_until: bool = None, date_max_future: int = None, inrelease_path: str = None, mode: Mode = "0644",
):
    """Ensure a repository is among apt's sources, as a file of fields, or is not.

    name: its name, which also names its files
    state: whether it should be there
    types: deb for packages, deb-src for their sources
    uris: where it is
    suites: releases, or a path that ends in a slash
    components: parts of the release, such as main
    architectures: of packages to look for
    signed_by: path of a keyring, fingerprints, a key in ASCII armor, or the URL of a key to download
    enabled: whether apt uses it
    trusted: install from it without a check of signatures
    languages: of descriptions to download
    targets: what to download from it
    pdiffs: download differences of the lists
    by_hash: download lists under the name of their checksum
    allow_insecure: permit it although it is not signed
    allow_weak: permit keys with a weak digest
    allow_downgrade_to_insecure: permit that it is not signed any more
    check_date: take the host's clock to be right
    check_valid_until: refuse lists that have run out
    date_max_future: seconds that lists may be from the future
    inrelease_path: path of the InRelease file
    mode: permissions of the file

    Example:
      - deb822_repository:
          name: demo
          uris: https://deb.example.com/debian
          suites: bookworm
          components: main
          signed_by: https://deb.example.com/key.asc

    Returns:
      repo: text of the file
      dest: its path
      key_filename: path of the downloaded key, if one was downloaded
    """
    values = {
        "name": name, "types": types, "uris": uris, "suites": suites, "components": components,
        "architectures": architectures, "signed_by": signed_by, "enabled": enabled, "trusted": trusted,
        "languages": languages, "targets": targets, "pdiffs": pdiffs, "by_hash": by_hash,
        "allow_insecure": allow_insecure, "allow_weak": allow_weak,
        "allow_downgrade_to_insecure": allow_downgrade_to_insecure, "check_date": check_date,
        "check_valid_until": check_valid_until, "date_max_future": date_max_future, "inrelease_path": inrelease_path
    }
    slug = re.sub(r"[^a-z0-9-]+", "", re.sub(r"[_\s]+", "-", name.lower()))
    dest = os.path.join(DIRECTORY, slug + ".sources")
    if state == "absent":
        yield from remove(dest)
        for ending in (".asc", ".gpg"):
            yield from remove(os.path.join(KEYRINGS, slug + ending))
        return {"repo": None, "dest": dest, "key_filename": None}
    if not uris or not suites:
        raise Failure("the repository %s needs uris and suites" % name)
    key = None
    if signed_by and re.match(r"(https?|ftp|file)://", signed_by):
        values["signed_by"] = key = yield from key_from(signed_by, slug)
    text = "".join(field(each, value) for each, value in sorted(values.items())
                   if value is not None)
    yield from make_directory(DIRECTORY)
    yield from veiled(write(dest, text, mode=mode), URL)
    return {"repo": text, "dest": dest, "key_filename": key}


def key_from(url, slug):
    """Yield what puts a downloaded key among the keyrings; return its path."""
    from muster.target.keys import downloaded

    data = downloaded(url)
    path = os.path.join(KEYRINGS, slug + (".asc" if data.lstrip().startswith(b"-----BEGIN") else ".gpg"))
    yield from make_directory(KEYRINGS, mode=0o755)
    yield from write(path, data, mode=0o644)
    return path


def field(name, value):
    """Return the line, or lines, of one field.

    >>> field("check_date", False), field("suites", ["a", "b"]), field("signed_by", "BEGIN\\n\\nx")
    ('Check-Date: no\\n', 'Suites: a b\\n', 'Signed-By:\\n    BEGIN\\n    .\\n    x\\n')
    """
    title = FIELDS.get(name) or "-".join(part.capitalize() for part in name.split("_"))
    if isinstance(value, bool):
        value = "yes" if value else "no"
    text = str(value).strip() if isinstance(value, (str, int)) else " ".join(value)
    if "\n" in text:
        # A line that holds nothing would end the paragraph.
        text = "".join("\n    " + (line.strip() or ".") for line in text.splitlines())
        return "%s:%s\n" % (title, text)
    return "%s: %s\n" % (title, text)
