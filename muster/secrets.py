"""What must not show: texts that were decrypted, in whatever form they come to light.

    secrets = Secrets()
    secrets.add("s3cret word")
    secrets.masked({"cmd": ["login", "-p", "s3cret word"]})     {"cmd": ["login", "-p", "********"]}

Hosts, registers and templates keep the real values: only what is shown is masked, where it is shown. A run asks this
of every text, so without secrets it costs nothing.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping
from typing import Any

MASK = "********"
SHORTEST = 4  # A shorter secret occurs in other words, and masking it would show more than it hides.
# Words that are everywhere: to mask them would spoil paths and results, and tell where the secret is.
EVERYWHERE = frozenset("root true false none null localhost".split())
# What a template leaves as it is, and the texts that are written out inside of its braces.
BRACES = re.compile(r"(\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})", re.DOTALL)
# What something is set to in a file of settings or a script: behind a = or a colon.
SETTING = re.compile(r"[=:]\s*(\"[^\"]*\"|'[^']*'|[^\s,;\"']+)")
QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
# What looks the same everywhere, and what does but for URLs.
UNCHANGED = re.compile(r"[A-Za-z0-9_.~-]*")
UNQUOTED = re.compile(r"[ !#%&(-\[\]-~]*")
# Keys by which results are read, by reporters and by the programs that read JSON lines: their names are no secrets.
STRUCTURE = frozenset(
    "ansible_facts ansible_index_var ansible_loop_var assertion attempts censored changed cmd delta dest diff end "
    "evaluated_to exception failed false_condition include invocation item meta module_stderr msg name path rc results "
    "skip_reason skipped skipped_reason src start state stderr stderr_lines stdout stdout_lines unreachable value "
    "warnings".split()
)


class Secrets:
    """Texts that must not show. Several threads may add to it and ask it.

    starts: the forms in which they could show, by their first `SHORTEST` letters and then by their length, the longest
        first: many secrets may begin alike (https://, ssh-rsa), and are not to be gone through one by one
    begun: fewer first letters of them: what may become one
    """

    def __init__(self) -> None:
        self.guard = threading.Lock()
        self.texts: set[str] = set()
        self.starts: dict[str, dict[int, set[str]]] = {}
        self.begun: set[str] = set()
        self.longest = 0

    def __bool__(self) -> bool:
        return bool(self.texts)

    # What is secret

    def add(self, text: str) -> None:
        """Keep a text secret: each of its lines, and of a template what it leaves as it is."""
        for unit in units(text):
            if unit not in self.texts and unit.lower() not in EVERYWHERE:
                with self.guard:
                    for form in forms(unit):
                        self.learn(form)
                    self.texts.add(unit)  # The last, because another thread that finds it here relies on all forms.

    def learn(self, form: str) -> None:
        alike = self.starts.get(form[:SHORTEST], {})
        if len(form) not in alike:
            # A new mapping, because other threads may just be going through the one there is.
            alike = dict(sorted({**alike, len(form): set[str]()}.items(), reverse=True))
            self.starts[form[:SHORTEST]] = alike
        alike[len(form)].add(form)
        self.begun |= {form[:length] for length in range(1, SHORTEST)}
        self.longest = max(self.longest, len(form))

    def add_all(self, value: Any) -> None:
        """Keep every text and number inside a value secret, but for the names in mappings."""
        if isinstance(value, Mapping):
            for each in value.values():
                self.add_all(each)
        elif isinstance(value, (list, tuple)):
            for each in value:
                self.add_all(each)
        elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
            self.add(str(value))

    def add_settings(self, text: str) -> None:
        """Keep secret what the lines of a text that is not YAML set something to, and every text in quotes."""
        for line in text.splitlines():
            self.add_all([one or other for one, other in QUOTED.findall(line)])
            self.add_all([each.strip("\"'") for each in SETTING.findall(line)])
            self.add(line.partition("=")[2])

    def clear(self) -> None:
        """Forget everything."""
        for each in (self.texts, self.starts, self.begun):
            each.clear()
        self.longest = 0

    # What shows

    def masked(self, value: Any) -> Any:
        """Return a value with every secret in it masked, however deep; keys that all results have stay as they are."""
        if not self.texts:
            return value
        if isinstance(value, str):
            return self.hidden(value)
        if isinstance(value, Mapping):
            return {key if key in STRUCTURE else self.masked(key): self.masked(each) for key, each in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.masked(each) for each in value]
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return MASK if str(value) in self.texts else value
        if isinstance(value, bytes):
            return self.masked(value.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        return value

    def hides(self, text: str) -> bool:
        """Tell whether there is a secret in a text."""
        return bool(self.texts and self.places(text))

    def hidden(self, text: str) -> str:
        pieces, last = [], 0
        for begin, end in self.places(text):
            pieces += [text[last:begin], MASK]
            last = end
        return "".join([*pieces, text[last:]])

    def places(self, text: str) -> list[tuple[int, int]]:
        """Return where in a text secrets begin and end; those that overlap are one.

        To look up every four letters takes 25 ms for 100 KB, however many secrets there are. One pattern of all forms
        takes 8 ms for ten secrets and 55 ms for a thousand, but has to be compiled anew whenever one becomes known,
        which took 0.02 and 1.4 s (measured with Python 3.11).
        """
        starts = self.starts
        made: list[tuple[int, int]] = []
        for place in [place for place in range(len(text) - SHORTEST + 1) if text[place : place + SHORTEST] in starts]:
            alike = starts[text[place : place + SHORTEST]]
            found = next((length for length, forms in alike.items() if text[place : place + length] in forms), 0)
            if found:
                begin, end = made.pop() if made and place < made[-1][1] else (place, place)
                made.append((begin, max(end, place + found)))
        return made

    def settled(self, text: str) -> int:
        """Return how much of a text that goes on can be masked by now: what follows may be the beginning of a secret.

        >>> secrets = Secrets()
        >>> secrets.add("s3cret")
        >>> secrets.settled("the password is s3c")
        16
        """
        doubtful = range(max(len(text) - self.longest, 0), len(text))
        place = next((place for place in doubtful if self.begins(text, place)), len(text))
        # What is whole already is not cut in two.
        return next((begin for begin, end in self.places(text) if begin < place < end), place)

    def begins(self, text: str, place: int) -> bool:
        """Tell whether the rest of a text is the beginning of a secret."""
        start = text[place : place + SHORTEST]
        if len(start) < SHORTEST:
            return start in self.begun
        rest = text[place:]
        longer = [forms for length, forms in self.starts.get(start, {}).items() if length >= len(rest)]
        return any(form.startswith(rest) for forms in longer for form in forms.copy())


def units(text: str) -> Iterable[str]:
    """Yield the parts of a text that are secret by themselves."""
    pieces = [text]
    for number, piece in enumerate(BRACES.split(text) if "{" in text else ()):
        pieces += [one or other for one, other in QUOTED.findall(piece)] if number % 2 else [piece]
    for piece in pieces:
        lines = [line.strip() for line in piece.splitlines()]
        long_enough = [line for line in lines if len(line) >= SHORTEST]
        yield from long_enough or ([piece.strip()] if len(piece.strip()) >= SHORTEST else [])


def forms(text: str) -> set[str]:
    """Return a secret as it is, and as it looks inside of JSON, Python's repr, a shell's words, a URL and base64.

    What is escaped may be escaped once more (JSON inside of a shell's word); so it is done twice.
    """
    made = {twice for once in escaped(text) for twice in escaped(once)}
    # A text may hold bytes that are none; there is no base64 of these.
    return {each for each in (*made, *inside_base64(text.encode("utf-8", "replace"))) if len(each) >= SHORTEST}


def escaped(text: str) -> set[str]:
    """Return a text and all that it can look like inside of quotes."""
    if UNCHANGED.fullmatch(text):
        return {text}
    import json
    from urllib.parse import quote

    clean = text.encode("utf-8", "replace").decode("utf-8")
    made = {text, quote(clean, safe=""), quote(clean)}
    if UNQUOTED.fullmatch(text):
        return made
    python = repr(text)[1:-1]
    return {*made, json.dumps(clean)[1:-1], json.dumps(clean, ensure_ascii=False)[1:-1], python,
            python.replace("\\'", "'").replace("'", "\\'"), text.replace("'", "'\"'\"'"), text.replace("'", "'\\''"),
            text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$")}


def inside_base64(content: bytes) -> set[str]:
    """Return what stands for the content within the base64 of something longer, wherever in it the content begins."""
    from base64 import b64encode, urlsafe_b64encode

    made = set()
    for before in range(3):
        first = (before * 8 + 5) // 6  # The first digit that holds nothing of what comes before, ...
        last = (before + len(content)) * 8 // 6  # ... and the first that holds something of what comes after.
        padded = bytes(before) + content
        made |= {encode(padded).decode()[first:last] for encode in (b64encode, urlsafe_b64encode)}
    return made


# Those of the whole process: one command is one run, and its errors and warnings are masked like its events.
SECRETS = Secrets()
