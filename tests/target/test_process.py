"""Commands as processes: what they find, what they leave, and what is said of those that cannot be started."""

import os
import sys
import threading

import pytest

from muster.target.process import Process


def run(*argv, data=None, **options):
    """Return status, output and errors of a command."""
    process = Process(argv, talks=data is not None, **options)
    outputs = process.talk(data or b"")
    return process.wait(), outputs


def descriptors():
    return sorted(os.listdir("/proc/self/fd"))


def test_a_command_leaves_its_status_and_both_outputs():
    status, (printed, told) = run("sh", "-c", "echo out; echo err >&2; exit 3")
    assert (status, printed, told) == (3, b"out\n", b"err\n")


def test_a_signal_that_ends_it_is_a_negative_status():
    assert run("sh", "-c", "kill -9 $$")[0] == -9


@pytest.mark.parametrize("data", [b"", b"\xff", b"x" * 300_000])
def test_what_it_is_given_comes_back_whole(data):
    assert run("cat", data=data) == (0, (data, b""))


def test_without_anything_to_read_its_input_is_empty():
    assert run("cat") == (0, (b"", b""))


def test_who_does_not_read_what_he_is_given_is_no_error():
    assert run("sh", "-c", "exec <&-; echo done", data=b"x" * 300_000) == (0, (b"done\n", b""))


def test_who_closes_both_outputs_still_gets_all_there_is_to_read(tmp_path):
    copying = f"exec > {tmp_path}/copy 2>&1; cat"
    assert run("sh", "-c", copying, data=b"x" * 300_000) == (0, (b"", b""))
    assert (tmp_path / "copy").stat().st_size == 300_000


def test_much_on_both_outputs_at_once_blocks_nothing():
    status, (printed, told) = run("sh", "-c", "head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2; cat",
                                  data=b"x" * 300_000)
    assert (status, len(printed), len(told)) == (0, 600_000, 300_000)


def test_output_is_passed_on_with_nothing_for_a_silence():
    seen = []
    process = Process(["sh", "-c", "echo first; sleep 0.3; echo second"])
    process.talk(output=seen.append, silence=0.05)
    assert process.wait() == 0
    assert seen[:2] == [b"first\n", b""] and seen[-1] == b"second\n"


# the command, its directory, number and file of the error
IMPOSSIBLE = [
    (["no-such-command"], None, FileNotFoundError, "no-such-command"),
    (["/nowhere/x"], None, FileNotFoundError, "/nowhere/x"),
    (["/etc"], None, PermissionError, "/etc"),
    (["/etc/passwd"], None, PermissionError, "/etc/passwd"),
    (["/etc/passwd/x"], None, NotADirectoryError, "/etc/passwd/x"),
    (["true"], "/nowhere", FileNotFoundError, "/nowhere"),
]


@pytest.mark.parametrize(("argv", "cwd", "kind", "name"), IMPOSSIBLE)
def test_what_cannot_be_started_is_named_and_leaves_nothing(argv, cwd, kind, name, monkeypatch):
    before, started, fork = descriptors(), [], os.fork

    def noted():
        pid = fork()
        started.append(pid)
        return pid

    monkeypatch.setattr(os, "fork", noted)
    with pytest.raises(kind) as caught:
        Process(argv, cwd=cwd, talks=True)
    assert caught.value.filename == name
    assert descriptors() == before
    with pytest.raises(ChildProcessError):
        os.waitpid(started[0], os.WNOHANG)


def test_a_file_that_may_not_be_executed_says_more_than_that_there_is_no_other(tmp_path):
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    (tmp_path / "first" / "tool").write_text("#!/bin/sh\n")
    with pytest.raises(PermissionError):
        Process(["tool"], environment={"PATH": f"{tmp_path}/first:{tmp_path}/second"})
    (tmp_path / "second" / "tool").write_text("#!/bin/sh\necho second\n")
    (tmp_path / "second" / "tool").chmod(0o755)
    assert run("tool", environment={"PATH": f"{tmp_path}/first:{tmp_path}/second"})[1][0] == b"second\n"


@pytest.mark.parametrize("given", [{"argv": ["a\0b"]}, {"environment": {"A": "b\0c"}}, {"cwd": "/a\0b"}])
def test_a_nul_character_is_refused_before_anything_is_started(given):
    with pytest.raises(ValueError, match="NUL"):
        Process(**{"argv": ["true"], **given})


@pytest.mark.parametrize("environment", [{"A=B": "c"}, {"": "c"}])
def test_a_variable_that_cannot_be_is_an_error_too(environment):
    with pytest.raises(ValueError, match="environment variable"):
        Process(["/bin/true"], environment=environment)


def test_without_room_for_pipes_nothing_is_left_open(monkeypatch):
    before, made, pipe = descriptors(), [], os.pipe

    def scarce():
        if len(made) == 3:
            raise OSError(24, "Too many open files")
        made.append(pipe())
        return made[-1]

    monkeypatch.setattr(os, "pipe", scarce)
    with pytest.raises(OSError, match="Too many"):
        Process(["true"], talks=True)
    assert descriptors() == before


def test_nothing_is_left_open_and_nothing_is_handed_down():
    before = descriptors()
    with open(os.devnull) as file:
        os.set_inheritable(file.fileno(), True)
        _, (printed, _) = run(sys.executable, "-ISc", "import os; print(*os.listdir('/proc/self/fd'))")
    assert sorted(printed.split()) == [b"0", b"1", b"2", b"3"]  # The last is that of the directory.
    assert descriptors() == before


def test_it_sees_its_variables_alone_and_its_directory(tmp_path):
    status, (printed, _) = run("/usr/bin/env", environment={"A": "b", "PATH": "/bin"})
    assert (status, printed) == (0, b"A=b\nPATH=/bin\n")
    assert run("/usr/bin/env", environment={}) == (0, (b"", b""))
    assert run("pwd", cwd=str(tmp_path))[1][0] == os.fsencode(tmp_path) + b"\n"


def test_words_that_are_not_utf_8_survive():
    assert run("printf", "%s", b"\xff".decode("utf-8", "surrogateescape"))[1][0] == b"\xff"


def test_it_has_a_session_of_its_own_and_ends_when_nobody_reads():
    program = "import os, signal; print(os.getsid(0) == os.getpid(), signal.getsignal(signal.SIGPIPE).name)"
    assert run(sys.executable, "-c", program)[1][0].split() == [b"True", b"SIG_IGN"]  # Python's own doing, and:
    assert run("sh", "-c", "yes | head -1; exit 0")[1] == (b"y\n", b"")
    assert run("bash", "-c", "yes | head -1 > /dev/null; echo ${PIPESTATUS[0]}")[1][0] == b"141\n"


def test_many_threads_may_start_commands_at_the_same_time():
    done = []
    threads = [threading.Thread(target=lambda: done.extend(run("sh", "-c", "exit 5")[0] for _ in range(5)))
               for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [5] * 30
