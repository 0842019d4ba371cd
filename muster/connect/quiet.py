"""paramiko's own words are kept from the user: what matters of them is in muster's errors."""

from __future__ import annotations

import warnings


def quiet() -> None:
    """Keep paramiko's log and its deprecation warnings off the terminal.

    Without any handler, Python prints what a library logs as a warning or an error ("Exception (client): ...", with a
    traceback) to standard error. A handler of the user's own, at the root, still gets everything.
    """
    import logging

    log = logging.getLogger("paramiko")
    if not log.handlers:
        log.addHandler(logging.NullHandler())
        # paramiko names old ciphers while it is imported, and cryptography complains about them to us.
        warnings.filterwarnings("ignore", module=r"paramiko(\.|$)")
