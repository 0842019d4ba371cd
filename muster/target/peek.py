"""Small files of the kernel and of /etc, read with as little ado as can be.

Facts come from eighty of them, and `open` with its buffers and decoders takes four times as long as the system's own
calls (measured on Python 3.11: 27 and 7 microseconds).
"""

import os

LARGEST = 1 << 20


def peek(path, default=""):
    """Return the text of a file without blanks around it, or the default when it cannot be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return default
    try:
        # The kernel gives some of its files in pieces of a page.
        data = b"".join(iter(lambda: os.read(descriptor, LARGEST), b""))
    except OSError:
        return default
    finally:
        os.close(descriptor)
    return data.decode("utf-8", "replace").strip()
