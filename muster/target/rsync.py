"""rsync's command line, and what it prints: for the task type on hosts and for its half on the controller."""

import os
import re

# What the lines begin with that name what rsync alters. Others (`created directory`, totals) are for the reader alone.
MARK = "<<CHANGED>>"
# Arguments that stand for one option. Without archive the first ones are off, and with it they are on.
OF_ARCHIVE = ("recursive", "links", "perms", "times", "owner", "group")
PLAIN = {"delete": "--delete-after", "existing_only": "--existing", "checksum": "--checksum",
         "copy_links": "--copy-links"}
# Itemized changes are eleven characters (rsync(1), --itemize-changes); so is what stands there for a deletion.
ITEM = re.compile(r"(\*deleting  |[<>ch.*][fdLDS].{9}) (.*)", re.DOTALL)
UNCHANGED = re.compile(r"\.[fdLDS] {9} ")
ESCAPED = re.compile(rb"\\#([0-7]{3})")


def options(archive=True, compress=True, delay_updates=True, dirs=False, partial=False, rsync_timeout=0, link_dest=(),
            rsync_opts=(), **flags):
    """Return the options for arguments of `synchronize`; those that are not given are as their defaults say.

    Like Ansible's synchronize (2.19, measured), the files .rsync-filter of directories count only with delay_updates.
    """
    words = ["--delay-updates", "-F"] if delay_updates else []
    words += ["--compress"] if compress else []
    words += ["--timeout=%d" % rsync_timeout] if rsync_timeout else []
    words += [option for name, option in PLAIN.items() if flags.get(name)]
    words += ["--archive"] if archive else []
    for name in OF_ARCHIVE:
        wanted = flags.get(name)
        if wanted is not None and wanted is not archive:
            words.append("--%s%s" % ("" if wanted else "no-", name))
    words += ["--dirs"] if dirs else []
    words += rsync_opts
    words += ["--partial"] if partial else []
    # Only where what did not change is itemized as well does rsync tell of what became a link.
    words += ["--hard-links", "-ii"] if link_dest else []
    words += ["--link-dest=" + path for path in link_dest]
    return words + ["--out-format=" + MARK + "%i %n%L"]


def told(text):
    """Return what rsync printed without the marks, and those of its lines that tell what is altered.

    A dry run does not itemize a new directory that only existing files may go to, and says just that it is created.
    """
    marked = [line[len(MARK):] for line in text.splitlines() if line.startswith(MARK)]
    created = [line for line in text.splitlines() if line.startswith("created directory ")]
    return text.replace(MARK, ""), [line for line in marked if not UNCHANGED.match(line)] or created


def complaint(rc, errors):
    """Return the message for an rsync that failed with this status and these errors."""
    return errors.strip() or "rsync ended with %d" % rc


def described(dest, lines):
    """Return the words, and the text before and after, of the change that these lines tell."""
    return "rsync to %s: %s" % (dest, "1 path" if len(lines) == 1 else "%d paths" % len(lines)), "", "".join(
        line + "\n" for line in lines)


def altered(lines, src, dest):
    """Return the paths below `dest` that these lines name, itself among them.

    Of a single file `dest` is the copy, unless it is a directory.
    """
    single = not os.path.isdir(src) and not dest.endswith("/") and not os.path.isdir(dest)
    return [dest] if single else [dest] + [os.path.normpath(os.path.join(dest, name)) for name in names(lines)]


def names(lines):
    """Return the names of the files that lines of rsync's are about, without what links point to."""
    found = []
    for line in lines:
        match = ITEM.match(line)
        if match:
            arrow = " -> " if line[1] == "L" else " => " if line[0] == "h" else "\n"
            found.append(unescaped(match.group(2).split(arrow)[0]))
    return found


def unescaped(name):
    r"""Return a name with the bytes that rsync writes as \#NNN, because no letters of the locale are made of them."""
    data = ESCAPED.sub(lambda each: bytes([int(each.group(1), 8)]), name.encode("utf-8", "surrogateescape"))
    return data.decode("utf-8", "surrogateescape")
