"""What dpkg is to do with a package: install, hold, deinstall or purge it."""

from muster.target.system import capture, run
from muster.target.task import Choice, Failure, context, task


@task
def dpkg_selections(name: str, selection: Choice("install", "hold", "deinstall", "purge")):
    """Ensure dpkg's selection of a package, such as the hold that keeps it from being upgraded.

    name: name of the package; nothing is installed or removed by this
    selection: what dpkg is to do with it; install takes a hold away

    Example:
      - dpkg_selections: {name: docker-ce, selection: hold}

    Returns:
      before: the selection there was, "not present" for a package dpkg does not know
      after: the selection there is now
    """
    words = capture("dpkg", "--get-selections", name, check=True).stdout.split()
    before = words[1] if len(words) > 1 else "not present"
    if before == "not present" and not context.check:
        # dpkg would only warn, and forget it.
        raise Failure("dpkg knows no package %s: install it first, or correct the name" % name)
    if before != selection:
        yield run("dpkg", "--set-selections", stdin="%s %s\n" % (name, selection),
                  what="set the selection of %s to %s" % (name, selection))
    return {"before": before, "after": selection}
