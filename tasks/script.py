"""Scripts that the controller has and the host runs."""

import os

from muster.target.commands import result, spared
from muster.target.system import capture
from muster.target.task import Change, Content, Failure, Path, task


@task(repeats=True, predicts=False)
def script(
    content: Content, filename: str = "script", args: [str] = None, creates: Path = None, removes: Path = None,
    chdir: Path = None, executable: str = None,
):
    """Run a script of the controller's on the host.

    content: the script
    filename: the name it sees itself under
    args: its arguments
    creates: file or glob; when it exists, the script is not run
    removes: file or glob; when it does not exist, the script is not run
    chdir: directory to run it in
    executable: the interpreter, with its options; by default what the script's first line asks for, or /bin/sh

    Example:
        - name: Prepare the volume
          script: prepare.sh --label data
          args:
            creates: /dev/disk/by-label/data

    Returns:
        cmd: the script's name and its arguments, as a list
        rc: its status; anything but 0 fails the task
        stdout: what it printed
        stdout_lines: the same as a list of lines
        stderr: what it printed as errors
        stderr_lines: the same as a list of lines
        start: when it began, as "2026-11-23 20:00:00.000000"
        end: when it ended
        delta: how long it took, as "0:00:01.500000"
    """
    name = os.path.basename(filename)
    cmd = [name] + (args or [])
    nothing_to_do = spared(cmd, chdir, creates, removes)
    if nothing_to_do:
        return nothing_to_do
    outcome = yield Change(" ".join(cmd), lambda: run_once(content.read(), cmd, executable, chdir))
    return result(outcome, cmd)


def run_once(data, cmd, executable, chdir):
    """Put the script in a directory of its own, run it, and leave nothing behind."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="muster-") as directory:
        path = os.path.join(directory, cmd[0])
        with open(path, "wb") as file:
            file.write(data)
        os.chmod(path, 0o700)
        words = interpreter(data, executable) + [path] + cmd[1:]
        return capture(*words, cwd=chdir, plain=True, stream=True)


def interpreter(data, executable):
    """Return the words before the script's path.

    The interpreter is named rather than left to the system, because /tmp is often mounted so that nothing in it can be
    executed. As the system does, all that follows the interpreter in the first line is one argument.
    """
    import shlex

    if executable:
        try:
            return shlex.split(executable)
        except ValueError as error:
            raise Failure("executable: %s in the command: %s" % (error, executable))
    if data.startswith(b"#!"):
        return data[2:].splitlines()[0].decode("utf-8", "surrogateescape").strip().split(None, 1)
    return [] if data.startswith(b"\x7fELF") else ["/bin/sh"]
