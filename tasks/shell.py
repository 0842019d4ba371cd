"""Commands, through a shell."""

from muster.target.commands import result, spared
from muster.target.system import run
from muster.target.task import Failure, Path, task


@task(free_form="cmd", obsolete=("warn",), repeats=True, predicts=False)
def shell(
    cmd: str, chdir: Path = None, creates: Path = None, removes: Path = None, executable: Path = "/bin/sh",
    stdin: str = None, stdin_add_newline: bool = True,
):
    """Run a command through a shell.

    cmd: the shell's program text
    chdir: directory to run it in
    creates: file or glob; when it exists, the command is not run
    removes: file or glob; when it does not exist, the command is not run
    executable: the shell
    stdin: text for the command's standard input
    stdin_add_newline: end that text with a newline

    Example:
        - name: Count the users with a login shell
          shell: grep -c '/bash$' /etc/passwd || true
          register: logins
          changed_when: false

    Returns:
        cmd: the program text
        rc: its status; anything but 0 fails the task
        stdout: what it printed
        stdout_lines: the same as a list of lines
        stderr: what it printed as errors
        stderr_lines: the same as a list of lines
        start: when it began, as "2026-11-23 20:00:00.000000"
        end: when it ended
        delta: how long it took, as "0:00:01.500000"
    """
    if not cmd.strip():
        raise Failure("no command given: say it as free text or as cmd")
    nothing_to_do = spared(cmd, chdir, creates, removes)
    if nothing_to_do:
        return nothing_to_do
    data = stdin + "\n" if stdin is not None and stdin_add_newline else stdin
    outcome = yield run(executable, "-c", cmd, what=cmd, check=False, plain=True, cwd=chdir, stdin=data)
    return result(outcome, cmd)
