"""The lookup `password`: a random one, made once and kept in a file."""

from __future__ import annotations

import os
import random
import re
import string
import threading
from typing import Any

from muster.template.filters.passwords import kind_of, made_salt, password_hash
from muster.template.lookups.asked import Asked, check_names, options_of
from muster.template.plugins import Plugin, PluginError, outside

OPTIONS = ("length", "chars", "encrypt", "seed", "ident")
# A line of such a file: the password, and what of its hash shall stay the same.
LINE = re.compile(r"(.*?)(?: salt=(\S+))?(?: ident=(\S+))?")
USUAL = ["ascii_letters", "digits", ".,:-_"]
LOCK = threading.Lock()  # Two hosts may ask for the same file at once, and must get the same password.


@outside
def password(terms: list[Any], asked: Asked, **options: Any) -> list[str]:
    """Return the password in each file, `PATH length=20 chars=ascii_letters,digits encrypt=sha512_crypt`.

    A file that is not there is made with a random one; /dev/null keeps nothing.
    """
    made = []
    for term in terms:
        path, found = options_of(term, options, OPTIONS)
        path, *more = path.split(" ") if "=" in path else [path]
        check_names([each.partition("=")[0] for each in more if "=" in each], OPTIONS)
        path = " ".join([path, *more])
        path = os.path.join(asked.directory, os.path.expanduser(path))
        with LOCK:
            made.append(kept(path, found))
    return made


def kept(path: str, options: dict[str, Any]) -> str:
    """Return the password of one file, which is written when there is something new to keep."""
    line, encrypt = read(path) if path != "/dev/null" else "", options.get("encrypt")
    found = LINE.fullmatch(line)
    text, salt, ident = found.groups() if found else (line, None, None)
    if not text:
        text = generate(int(options.get("length", 20)), options.get("chars", USUAL), options.get("seed"))
    if encrypt:
        salt = salt or made_salt(kind_of(encrypt))
        ident = ident or options.get("ident") or (kind_of(encrypt).ident if kind_of(encrypt).exact else None)
    wanted = text + (f" salt={salt}" if salt else "") + (f" ident={ident}" if ident else "")
    if wanted != line and path != "/dev/null":
        write(path, wanted + "\n")
    return password_hash(text, encrypt, salt, ident=ident) if encrypt else text


def read(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().rstrip("\n")
    except FileNotFoundError:
        return ""


def write(path: str, text: str) -> None:
    """Write the file for its owner only."""
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def generate(length: int, chars: Any, seed: Any) -> str:
    """Return random text; `chars` are names of Python's string module (ascii_letters, digits, ...) or characters."""
    wanted = chars
    if isinstance(chars, str):  # Divided by commas; two of them are a comma to choose from.
        wanted = [*([","] if ",," in chars else []), *chars.replace(",,", ",").split(",")]
    letters = "".join(getattr(string, each, each) for each in wanted)
    if not letters:
        raise PluginError("a password needs characters to choose from")
    source = random.SystemRandom() if seed is None else random.Random(seed)
    return "".join(source.choice(letters) for _ in range(length))


LOOKUPS: dict[str, Plugin] = {"password": password}
