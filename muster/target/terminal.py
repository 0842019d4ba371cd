"""A terminal for programs that ask somebody: what they print is read, and what they ask is answered.

    status, printed = talk(["passwd", "bob"], lambda text: (len(text), b"secret\n") if text.endswith(b": ") else None)
"""

import os
import select
import time

from muster.target.process import PIECE, close_others, execute

SIZE = (24, 80)  # Lines and columns: some programs divide by them.
# Programs ask, and then turn off the echo of the terminal, which throws away what was typed before that.
PAUSE_SECONDS = 0.05
SILENCE_SECONDS = 1.0  # Until what it printed before is let out.


def talk(argv, answer, seconds=None, cwd=None, environment=None, echo=False, output=None):
    """Run a program at a terminal of its own; return (status, what it printed as bytes).

    answer: function that takes what was printed since the last answer, and returns None or (how much of that the
        question reaches up to, the answer as bytes)
    seconds: that it may take to ask something that has an answer, or to end; it is ended then, with the status None
    echo: the terminal shows what is typed
    output: called with bytes as they appear, and with none after a silence
    """
    pid, terminal = fork(argv, cwd, os.environ if environment is None else environment, echo)
    printed, start, status = b"", 0, None
    until = None if seconds is None else time.monotonic() + seconds
    try:
        while until is None or time.monotonic() < until:
            wait = SILENCE_SECONDS if until is None else max(min(SILENCE_SECONDS, until - time.monotonic()), 0)
            piece = read(terminal, wait)
            if output and piece != b"":
                output(piece or b"")
            if not piece:
                # Where something goes on in the background, the terminal outlives the program.
                status = ended(pid, os.WNOHANG if piece is None else 0)
                if status is not None:
                    return status, printed
                continue
            printed += piece
            found = answer(printed[start:])
            while found:
                start += found[0]
                time.sleep(PAUSE_SECONDS)
                write(terminal, found[1])
                until = None if seconds is None else time.monotonic() + seconds
                found = answer(printed[start:])  # It may have asked more than one thing at once.
        return None, printed
    finally:
        os.close(terminal)
        if status is None:
            end(pid)


def fork(argv, cwd, environment, echo):
    """Start the program; return its number and the descriptor of the terminal's other end."""
    import fcntl
    import pty
    import struct
    import termios

    words = [os.fsencode(word) for word in argv]
    variables = {os.fsencode(name): os.fsencode(value) for name, value in environment.items()}
    pid, terminal = pty.fork()
    if pid:
        return pid, terminal
    try:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", *(SIZE + (0, 0))))
        looks = termios.tcgetattr(0)
        looks[3] = looks[3] | termios.ECHO if echo else looks[3] & ~termios.ECHO
        termios.tcsetattr(0, termios.TCSANOW, looks)
        close_others(-1)
        if cwd:
            os.chdir(cwd)
        execute(words, variables)
    except OSError as error:
        os.write(2, os.fsencode("%s: %s\n" % (argv[0], error.strerror)))
    finally:
        os._exit(127)


def read(terminal, seconds):
    """Return what is printed next; b"" when nobody has the terminal any more, None after so many seconds of silence."""
    poll = select.poll()
    poll.register(terminal, select.POLLIN)
    if not poll.poll(seconds * 1000):
        return None
    try:
        return os.read(terminal, PIECE)
    except OSError:
        return b""  # So Linux says that the other end was closed.


def write(terminal, data):
    try:
        os.write(terminal, data)
    except OSError:
        pass  # It asked, and ended without an answer.


def ended(pid, options=0):
    """Return the status of the program, negative when a signal ended it; None while it runs."""
    done, status = os.waitpid(pid, options)
    if not done:
        return None
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def end(pid):
    """End a program and its process group, and wait for its end: what hears no hangup is killed after two seconds."""
    import signal

    for number, attempts in ((signal.SIGHUP, 2), (signal.SIGTERM, 40), (signal.SIGKILL, 200)):
        try:
            os.killpg(pid, number)
        except OSError:
            pass  # Nothing of it is left.
        for _ in range(attempts):
            if ended(pid, os.WNOHANG) is not None:
                return
            time.sleep(0.05)
