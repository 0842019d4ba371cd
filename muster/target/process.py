"""A command as a process of its own.

Python's subprocess would do, but importing it (threading, selectors, locale) takes longer than most commands run:
measured on Python 3.11, 4 ms, where a run whose fifty tasks find nothing to do takes 13 for all of them.
"""

import _signal  # The module `signal` makes enumerations of its names first; there is no more to it.
import os
import select
import time

PIECE = 1 << 16


class Process:
    """A command that runs, in a session of its own.

    given: descriptor of its standard input, None when it has nothing to read
    printed, told: descriptors of what it prints, and prints as errors
    """

    def __init__(self, argv, cwd=None, environment=None, talks=False):
        """Start it; `talks`: it is given something to read. Raises OSError that names what was not found."""
        words = [os.fsencode(word) for word in argv]
        environment = os.environ if environment is None else environment
        variables = {os.fsencode(name): os.fsencode(value) for name, value in environment.items()}
        if any(b"\0" in word for word in (*words, *variables, *variables.values(), os.fsencode(cwd or ""))):
            raise ValueError("a command, its variables and its directory hold no NUL characters")
        pipes = []
        try:
            pipes.append(os.pipe() if talks else (os.open(os.devnull, os.O_RDONLY), None))
            for _ in range(3):
                pipes.append(os.pipe())
            self.pid = os.fork()
        except OSError:
            close(*(end for pipe in pipes for end in pipe))
            raise
        (reads, self.given), (self.printed, prints), (self.told, tells), (trouble, troubled) = pipes
        if not self.pid:
            become(words, cwd, variables, (reads, prints, tells), troubled)
        close(reads, prints, tells, troubled)
        self.look_for(trouble, argv, cwd)

    def look_for(self, trouble, argv, cwd):
        """Wait until the command runs; raise the OSError, or ValueError, that kept it from running."""
        words = b"".join(iter(lambda: os.read(trouble, PIECE), b""))
        close(trouble)
        if words:
            close(self.given, self.printed, self.told)
            self.wait()
            what, _, why = words.decode("utf-8", "replace").partition(" ")
            if not why.isdigit():
                raise ValueError(why)
            raise OSError(int(why), os.strerror(int(why)), cwd if what == "cwd" else argv[0])

    def talk(self, data=b"", output=None, silence=None):
        """Give it data to read, and return (what it printed, what it printed as errors) when it has closed all three.

        output: called with bytes as they appear, and with none after so many seconds of `silence`
        """
        kept = {self.printed: [], self.told: []}
        rest = memoryview(data)
        poll = select.poll()
        for descriptor in kept:
            poll.register(descriptor, select.POLLIN)
        if self.given is not None:
            poll.register(self.given, select.POLLOUT)
        open_ones = {*kept, self.given} - {None}
        try:
            while open_ones:
                ready = poll.poll(None if silence is None else silence * 1000)
                if not ready:
                    output(b"")
                for descriptor, _ in ready:
                    if descriptor == self.given:
                        rest = self.give(rest)
                        done = not rest
                    else:
                        piece = os.read(descriptor, PIECE)
                        kept[descriptor].append(piece)
                        done = not piece
                        if output and piece:
                            output(piece)
                    if done:
                        poll.unregister(descriptor)
                        open_ones.discard(descriptor)
                        os.close(descriptor)
        finally:
            close(*open_ones)
        return b"".join(kept[self.printed]), b"".join(kept[self.told])

    def give(self, rest):
        """Write as much as surely fits; return what is left, nothing when nobody reads it any more."""
        try:
            return rest[os.write(self.given, rest[: select.PIPE_BUF]) :]
        except BrokenPipeError:
            return rest[:0]

    def end(self):
        """End it and its process group: asked first, and killed when one of it is still there after two seconds."""
        running = True
        for signal, attempts in ((_signal.SIGTERM, 40), (_signal.SIGKILL, 40)):
            try:
                os.killpg(self.pid, signal)
            except OSError:
                pass  # Nothing of it is left.
            while running and attempts:
                running = os.waitpid(self.pid, os.WNOHANG) == (0, 0)
                time.sleep(0.05 if running else 0)
                attempts -= 1

    def wait(self):
        """Wait for its end and return its status, negative when a signal ended it."""
        _, status = os.waitpid(self.pid, 0)
        return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def become(words, cwd, variables, streams, trouble):
    """Turn this process, a copy of the agent, into the command. What is in the way is written to `trouble`."""
    what = b"cwd"
    try:
        os.setsid()
        # Python ignores these; a command that writes to a closed pipe shall end.
        for each in (_signal.SIGPIPE, _signal.SIGXFSZ):
            _signal.signal(each, _signal.SIG_DFL)
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        close_others(trouble)
        if cwd:
            os.chdir(cwd)
        what = b"program"
        execute(words, variables)
    except OSError as error:
        os.write(trouble, b"%s %d" % (what, error.errno))
    except Exception as error:
        os.write(trouble, b"%s %s" % (what, str(error).encode("utf-8", "replace")))
    finally:
        os._exit(127)


def close_others(kept):
    """Close what some library may have left open for children; Python's own descriptors close themselves."""
    try:
        names = os.listdir("/proc/self/fd")
    except OSError:
        return
    for number in map(int, names):
        if number > 2 and number != kept:
            try:
                os.close(number)
            except OSError:
                pass  # The one that the directory itself was read through.


def execute(words, variables):
    """Execute a program that is looked for as a shell does; raises the OSError that says most about why not."""
    reason = None
    directories = [b""] if b"/" in words[0] else variables.get(b"PATH", os.defpath.encode()).split(b":")
    for directory in directories:
        try:
            os.execve(os.path.join(directory, words[0]), words, variables)
        except (FileNotFoundError, NotADirectoryError) as error:
            reason = reason or error
        except OSError as error:
            if reason is None or isinstance(reason, (FileNotFoundError, NotADirectoryError)):
                reason = error
    raise reason


def close(*descriptors):
    for descriptor in descriptors:
        if descriptor is not None:
            os.close(descriptor)
