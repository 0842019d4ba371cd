"""What pip is asked for (`name[extra]>=1.2,<2`), and whether an installed version answers it.

Names are compared as PEP 503 says, versions as PEP 440 does.
"""

import re

CLAUSES = r"((?:(?:===|~=|[=!<>]=|[<>])\s*[\w.*+!-]+\s*,?\s*)*)"
PLAIN = re.compile(r"\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*\(?\s*" + CLAUSES + r"\)?\s*$")
FILES = (".whl", ".tar.gz", ".zip", ".tar.bz2")
CLAUSE = re.compile(r"(===|~=|[=!<>]=|[<>])\s*([\w.*+!-]+)")
VERSION = re.compile(
    r"v?(?:(\d+)!)?(\d+(?:\.\d+)*)[-_.]?(?:(a|alpha|b|beta|c|rc|pre|preview)[-_.]?(\d*))?"
    r"(?:-(\d+)|[-_.]?(?:(post|rev|r)[-_.]?(\d*)))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([\w.-]+))?$")
PRE = {"a": 1, "alpha": 1, "b": 2, "beta": 2, "c": 3, "rc": 3, "pre": 3, "preview": 3}
FINAL = 4


def parsed(text):
    """Return (name, [(operator, version), ...]) of a requirement, or None for URLs, paths, and what has markers.

    >>> parsed("Jinja2[i18n] >= 3, < 4")
    ('jinja2', [('>=', '3'), ('<', '4')])
    """
    match = None if text.endswith(FILES) else PLAIN.match(text)
    return match and (normal(match.group(1)), CLAUSE.findall(match.group(2)))


def normal(name):
    """Return a name of a package as it is compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def satisfied(version, clauses):
    """Tell whether a version fulfils all clauses."""
    return all(fulfils(version, operator, wanted) for operator, wanted in clauses)


def fulfils(version, operator, wanted):
    """Tell whether a version fulfils one clause, such as >= 1.2 or == 1.*."""
    if operator == "===" or not key(version):
        return version == wanted
    if wanted.endswith(".*"):
        same = begins_with(version, wanted[:-2])
        return same is (operator == "==")
    if operator == "~=":
        return compare(version, wanted) >= 0 and begins_with(version, wanted.rpartition(".")[0])
    if operator in ("==", "!=") and "+" not in wanted:
        version = version.partition("+")[0]
    order = compare(version, wanted)
    return {"==": order == 0, "!=": order != 0, ">=": order >= 0, "<=": order <= 0, ">": order > 0,
            "<": order < 0}[operator]


def begins_with(version, start):
    """Tell whether the release of a version begins with these numbers."""
    (epoch, have), (other, wanted) = ((key(text) or (0, ()))[:2] for text in (version, start))
    count = len(start.split("!")[-1].split("."))
    return epoch == other and padded(have, count)[:count] == padded(wanted, count)


def compare(one, other):
    """Compare two versions: negative, zero or positive.

    >>> compare("1.0", "1.0.0"), compare("1.0rc1", "1.0") < 0, compare("1.0.post1", "1.0") > 0
    (0, True, True)
    """
    keys = key(one) or (0, (), one), key(other) or (0, (), other)
    if not (key(one) and key(other)):
        keys = (one,), (other,)
    return (keys[0] > keys[1]) - (keys[0] < keys[1])


def key(version):
    """Return what versions sort by, (epoch, release, ...), or None for what is no version by PEP 440."""
    match = VERSION.match(version.lower().strip())
    if not match:
        return None
    epoch, release, pre, pre_number, short_post, post, post_number, dev, dev_number, local = match.groups()
    numbers = [int(each) for each in release.split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    has_post = short_post is not None or post is not None
    stage = PRE[pre] if pre else 0 if dev and not has_post else FINAL
    after = int(short_post or post_number or 0) if has_post else -1
    before = (0, int(dev_number or 0)) if dev else (1, 0)
    return (int(epoch or 0), tuple(numbers), stage, int(pre_number or 0), after, before,
            [(each.isdigit(), int(each) if each.isdigit() else 0, each) for each in re.split("[._-]", local or "")])


def padded(numbers, count):
    return tuple(numbers) + (0,) * (count - len(numbers))
