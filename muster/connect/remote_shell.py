"""What rsync is given in ssh's place: it hands its input and output to the muster that waits for it (see carried.py).

It is a program: `remote_shell.py DESCRIPTOR HOST COMMAND...`, where DESCRIPTOR is a socket that it has inherited. Its
status is that of the command on the host.
"""

import os
import socket
import sys

LOST = 255  # As ssh ends when there is no connection.


def main(words: list[str]) -> int:
    descriptor, _, *command = words
    with socket.socket(fileno=int(descriptor)) as link:
        try:
            # ssh, too, joins the words with spaces; what needs quotes has them from rsync.
            socket.send_fds(link, [os.fsencode(" ".join(command)) + b"\0"], [0, 1, 2])
            nothing = os.open(os.devnull, os.O_RDWR)
            for number in (0, 1, 2):
                os.dup2(nothing, number)
            status = link.recv(1)
        except ConnectionError:
            return LOST
    return status[0] if status else LOST


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
