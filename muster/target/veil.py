"""What must not be seen in the differences that changes show: passwords that stand in files beside all else.

The controller hides the secrets that it knows. It does not know the one that is replaced, nor those of others in the
same file.

    yield from veiled(write("/etc/yum.repos.d/a.repo", text), SETTING, URL)
"""

import re

from muster.target.task import Change

CREDENTIALS = re.compile(r"://[^/\s@]*@")
URL = re.compile(r"://[^/\s:@]*:([^/\s@]+)@")
SETTING = re.compile(r"^[ \t]*\w*password[ \t]*[=:][ \t]*(.+)$", re.MULTILINE | re.IGNORECASE)


def without_credentials(text):
    """Return a text for readers, with user and password taken out of its URLs.

    >>> without_credentials("https://me:token@example.com/a.git")
    'https://example.com/a.git'
    """
    return CREDENTIALS.sub("://", text)


def veiled(changes, *patterns):
    """Yield these changes of a file with what the patterns' only group finds hidden; return what they return."""
    outcome = None
    while True:
        try:
            change = changes.send(outcome)
        except StopIteration as stop:
            return stop.value
        before, after = change.before, change.after
        if before is not None and after is not None and change.what.startswith(("create ", "replace ")):
            before, after = hidden(before, after, *patterns)
        outcome = yield Change(change.what, change.do, before, after, change.predicted, change.paths)


def hidden(before, after, *patterns):
    """Return both texts with words for what the patterns' only group finds, which tell whether it is another.

    >>> hidden("a: one, b: two", "a: one, b: three", re.compile(": (\\w+)"))
    ('a: (hidden), b: (old)', 'a: (hidden), b: (new)')
    """
    for pattern in patterns:
        found = [set(pattern.findall(text)) for text in (before, after)]
        before, after = (covered(text, pattern, found[0] & found[1], word)
                         for text, word in ((before, "(old)"), (after, "(new)")))
    return before, after


def covered(text, pattern, same, word):
    """Return a text with a word in place of what the pattern finds, but for what is the same in both texts."""
    parts, done = [], 0
    for match in pattern.finditer(text):
        parts += [text[done:match.start(1)], "(hidden)" if match.group(1) in same else word]
        done = match.end(1)
    return "".join([*parts, text[done:]])
