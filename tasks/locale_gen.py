"""Locales of the C library, on Debian and Ubuntu."""

import os

from muster.target.system import capture, run, which
from muster.target.task import Choice, Failure, task
from muster.target.text import end_line, read_text, split_lines, write_text

LIST = "/etc/locale.gen"
# Ubuntu 16.04 and older had a file of their own for this.
OLD_DIRECTORY = "/var/lib/locales/supported.d"
SUPPORTED = ("/usr/share/i18n/SUPPORTED", "/usr/local/share/i18n/SUPPORTED")
MADE = ["/usr/lib/locale/locale-archive"]


@task
def locale_gen(name: [str], state: Choice("present", "absent") = "present"):
    """Ensure locales are made, or are no longer.

    name: names of locales, such as de_CH.UTF-8
    state: absent for those that shall not be there

    Example:
        - name: Let messages be in German
          locale_gen: {name: [de_CH.UTF-8, de_DE.UTF-8]}

    Returns:
        mechanism: glibc where /etc/locale.gen says what is made, ubuntu_legacy where a file of Ubuntu does
        name: names of the locales
        state: present or absent
    """
    if not which("locale-gen"):
        raise Failure("locale-gen is not on this host; install the package locales")
    new = os.path.exists(LIST) or not os.path.isdir(OLD_DIRECTORY)
    path = LIST if new else os.path.join(OLD_DIRECTORY, "local")
    before = read_text(path) or ""
    lines = split_lines(before)
    if state == "present":
        have = {plain(line) for line in capture("locale", "-a", check=True).lines}
        missing = [each for each in name if plain(each) not in have]
        for each in missing:
            switch_on(lines, each)
        to_make = bool(missing)
    else:
        lines = without(lines, name, comment=new)
        to_make = "".join(lines) != before
    if "".join(lines) != before:
        yield from write_text(path, "".join(lines))
    if to_make:
        yield run("locale-gen", *([] if new or state == "present" else ["--purge"]), paths=MADE)
    return {"mechanism": "glibc" if new else "ubuntu_legacy", "name": name, "state": state}


def plain(name):
    """Return the name of a locale as `locale -a` prints it.

    >>> plain("de_CH.UTF-8"), plain("de_DE.ISO-8859-15@euro")
    ('de_CH.utf8', 'de_DE.iso885915@euro')
    """
    name, at, variant = name.strip().partition("@")
    name, dot, codes = name.partition(".")
    return name + dot + "".join(letter for letter in codes.lower() if letter.isalnum()) + at + variant


def says(line, name):
    """Tell whether a line (a locale and its character set, perhaps behind a #) is about this locale."""
    words = line.lstrip("# ").split()
    return len(words) == 2 and plain(words[0]) == plain(name)


def switch_on(lines, name):
    """Have these lines say that a locale is made; raise Failure for one that nobody knows."""
    places = [number for number, line in enumerate(lines) if says(line, name)]
    if any(not lines[number].lstrip().startswith("#") for number in places):
        return  # It is only not made yet.
    if places:
        lines[places[-1]] = lines[places[-1]].lstrip("# ")
        return
    known = [line for path in SUPPORTED for line in split_lines(read_text(path) or "") if says(line, name)]
    if not known:
        raise Failure("there is no locale %s: %s names all that there are" % (name, SUPPORTED[0]))
    end_line(lines)
    lines.append(known[0].strip() + "\n")


def without(lines, names, comment):
    """Return the lines without those for these locales, or with them as comments."""
    kept = []
    for line in lines:
        if line.lstrip().startswith("#") or not any(says(line, name) for name in names):
            kept.append(line)
        elif comment:
            kept.append("# " + line)
    return kept
