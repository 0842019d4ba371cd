"""policy-rc.d, which Debian's packages ask whether they may start their services."""

import os

POLICY = "/usr/sbin/policy-rc.d"


def with_answer(status, run):
    """Run a function while policy-rc.d answers with this status, then put back what was there."""
    kept = POLICY + ".muster"
    if os.path.exists(POLICY):
        os.rename(POLICY, kept)
    try:
        with open(POLICY, "w") as file:
            file.write("#!/bin/sh\nexit %d\n" % status)
        os.chmod(POLICY, 0o755)
        return run()
    finally:
        os.unlink(POLICY)
        if os.path.exists(kept):
            os.rename(kept, POLICY)
