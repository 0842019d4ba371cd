"""The agent on real hosts: becoming users, what may keep it from starting, and what becomes of it when things break."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from muster.lab.host import Host
from muster.lab.lab import Lab
from tests.live.playing import Player, command, ended

pytestmark = pytest.mark.live

WHO = [command("id", "-un")]
ROOT = {"become": True}


@pytest.fixture
def player(fleet: Lab, tmp_path: Path) -> Player:
    return Player(fleet, tmp_path)


@pytest.fixture
def ubuntu_player(ubuntu: Lab, tmp_path: Path) -> Player:
    return Player(ubuntu, tmp_path)


# Becoming another user


@pytest.mark.parametrize("host", ["debian-1", "amazon-1"])
@pytest.mark.parametrize(("variables", "expected"), [
    ({}, "root"),
    ({"ansible_become_user": "ops"}, "ops"),
    ({"ansible_become_user": "ec2-user"}, "ec2-user"),
    ({"ansible_become": False}, "ec2-user"),
    ({"ansible_become_password": "not needed"}, "root"),
    ({"ansible_user": "ops", "ansible_become_password": "ops-password"}, "root"),
    ({"ansible_user": "ops", "ansible_become_password": "ops-password", "ansible_become_user": "ec2-user"}, "ec2-user"),
    ({"ansible_become_exe": "/usr/bin/sudo"}, "root"),
    ({"ansible_become_method": "su", "ansible_become_user": "ops", "ansible_become_password": "ops-password"}, "ops"),
])
def test_tasks_run_as_the_wanted_user(player: Player, host: str, variables: dict[str, Any], expected: str) -> None:
    done = player.play([command("sh", "-c", "id -un; echo $HOME")], host, play=ROOT, **variables)
    assert done.exit_code == 0, done.events
    home = "/root" if expected == "root" else f"/home/{expected}"
    assert done.result(host)["stdout"].splitlines() == [expected, home]


REFUSED = [
    ({"ansible_user": "ops"}, "sudo wants a password"),
    ({"ansible_user": "ops", "ansible_become_password": "hunter2"}, "sudo refused the password"),
    ({"ansible_become_user": "nobdy"}, "there is no user nobdy"),
    ({"ansible_become_exe": "/opt/sudo"}, "there is no /opt/sudo on it"),
    ({"ansible_become_method": "su", "ansible_become_user": "ops"}, "su wants a password"),
    ({"ansible_become_method": "su", "ansible_become_user": "ops", "ansible_become_password": "hunter2"},
     "su refused the password"),
    ({"ansible_become_method": "su", "ansible_become_user": "nobdy"}, "there is no user nobdy"),
]


@pytest.mark.parametrize("host", ["debian-1", "amazon-1"])
@pytest.mark.parametrize(("variables", "words"), REFUSED)
def test_what_sudo_or_su_has_against_it_is_told(
    player: Player, host: str, variables: dict[str, Any], words: str
) -> None:
    done = player.play(WHO, [host, "debian-2"], "-l", host, play=ROOT, **variables)
    assert done.exit_code == 2
    assert words in done.result(host)["msg"]
    assert "hunter2" not in str(done.events) + done.said


def test_a_user_whom_sudo_does_not_know_is_told_so(fleet: Lab, player: Player, fresh: Callable[[str], Host]) -> None:
    forget = "mkdir -p /tmp/kept && mv /etc/sudoers.d/* /tmp/kept/ && deluser -q ops sudo || true"
    fleet.inside("debian-2", ["sh", "-c", forget])
    try:
        done = player.play(WHO, "debian-2", play=ROOT, ansible_user="ops", ansible_become_password="ops-password")
        assert done.exit_code == 2
        assert "does not allow this user to become root" in done.result("debian-2")["msg"]
        fleet.inside("debian-2", ["mv", "/usr/bin/sudo", "/usr/bin/sudo.away"])
        done = player.play(WHO, "debian-2", play=ROOT)
        assert done.exit_code == 2 and "there is no sudo on it" in done.result("debian-2")["msg"]
    finally:
        fresh("debian-2")


def test_passwords_are_asked_for_and_never_shown(fleet: Lab, player: Player) -> None:
    from tests.live.test_login import at_a_terminal

    argv = player.argv(WHO, ["debian-1", "debian-2"], "-K", "--output", "plain", play=ROOT, ansible_user="ops")
    code, shown = at_a_terminal(argv, player.environment({}), {"sudo password: ": "ops-password"})
    assert code == 0, shown
    assert "ops-password" not in shown


# What keeps an agent from starting


@contextlib.contextmanager
def hidden(lab: Lab, host: str, *patterns: str) -> Iterator[None]:
    """Programs of a host are away."""
    files = lab.inside(host, ["sh", "-c", f"ls -d {' '.join(patterns)} 2>/dev/null || true"]).split()
    for file in files:
        lab.inside(host, ["mv", file, f"{file}.away"])
    try:
        yield
    finally:
        for file in files:
            lab.inside(host, ["mv", f"{file}.away", file])


def test_a_host_without_python_says_so_and_still_runs_raw_commands(fleet: Lab, player: Player) -> None:
    with hidden(fleet, "amazon-1", "/usr/bin/python3", "/usr/libexec/platform-python"):
        done = player.play(WHO, ["amazon-1", "debian-1"])
        assert done.exit_code == 2
        assert "there is no Python on it" in done.result("amazon-1")["msg"]
        assert done.status("debian-1") == "changed"
        raw = player.play([{"raw": "hostname; exit 0"}], "amazon-1")
        assert raw.exit_code == 0 and raw.result("amazon-1")["stdout"].strip() == "amazon-1"


def test_a_python_that_is_too_old_says_which_one_it_is(fleet: Lab, player: Player) -> None:
    script = "#!/bin/sh\nprintf 'MUSTER OLD 2.7.5 /usr/bin/old\\n'; exit 86\n"
    fleet.inside("debian-1", ["sh", "-c", "printf '%s' \"$1\" > /usr/bin/old; chmod +x /usr/bin/old", "sh", script])
    done = player.play(WHO, "debian-1", ansible_python_interpreter="/usr/bin/old")
    fleet.inside("debian-1", ["rm", "/usr/bin/old"])
    assert done.exit_code == 2
    assert "its Python is 2.7.5; 3.6 or later is needed" in done.result("debian-1")["msg"]


@contextlib.contextmanager
def shell(lab: Lab, host: str, shell: str, user: str = "ec2-user") -> Iterator[None]:
    before = lab.inside(host, ["getent", "passwd", user]).strip().rpartition(":")[2]
    lab.inside(host, ["usermod", "-s", shell, user])
    try:
        yield
    finally:
        lab.inside(host, ["usermod", "-s", before, user])


@pytest.mark.parametrize("refusing", ["/usr/sbin/nologin", "/bin/false"])
def test_a_shell_that_runs_nothing_is_told(fleet: Lab, player: Player, refusing: str) -> None:
    with shell(fleet, "debian-1", refusing):
        done = player.play(WHO, "debian-1")
    assert done.exit_code == 2
    assert "its login shell does not run commands" in done.result("debian-1")["msg"]


def test_an_agent_that_is_killed_at_its_start_is_told(fleet: Lab, player: Player) -> None:
    make = "printf '#!/bin/sh\\nkill -9 $$\\n' > /usr/bin/killed; chmod +x /usr/bin/killed"
    fleet.inside("debian-1", ["sh", "-c", make])
    done = player.play(WHO, "debian-1", ansible_python_interpreter="/usr/bin/killed")
    fleet.inside("debian-1", ["rm", "/usr/bin/killed"])
    assert done.exit_code == 4
    assert "the agent was killed at its start" in done.result("debian-1")["msg"]


def test_an_agent_that_is_killed_in_a_task_is_told_and_others_go_on(fleet: Lab, player: Player) -> None:
    kill = command("sh", "-c", '[ "$(hostname)" != debian-1 ] || kill -9 $PPID')
    done = player.play([kill, *WHO], ["debian-1", "debian-2"], play=ROOT)
    assert done.exit_code == 4
    assert "the agent died: it was killed" in done.result("debian-1")["msg"]
    assert done.status("debian-2") == "changed"


def test_noisy_login_shells_do_no_harm(fleet: Lab, player: Player) -> None:
    noise = "printf 'echo Welcome; echo careful >&2; cat /etc/hostname\\n' > /home/ec2-user/.bashrc"
    fleet.inside("debian-1", ["sh", "-c", f"cp -p /home/ec2-user/.bashrc /tmp/bashrc; {noise}"])
    try:
        done = player.play(WHO, "debian-1", play=ROOT)
        assert done.exit_code == 0 and done.result("debian-1")["stdout"] == "root"
    finally:
        fleet.inside("debian-1", ["cp", "-p", "/tmp/bashrc", "/home/ec2-user/.bashrc"])


# When the connection breaks


def wait_for(lab: Lab, host: str, script: str, seconds: float = 10) -> None:
    """Wait until a script succeeds on a host."""
    deadline = time.monotonic() + seconds
    while not lab.inside(host, ["sh", "-c", f"if {script}; then echo yes; fi"]):
        assert time.monotonic() < deadline, script
        time.sleep(0.1)


def end_sessions(lab: Lab, host: str, user: str = "ec2-user") -> None:
    """Kill the processes of sshd that serve a user."""
    lab.inside(host, ["sh", "-c", f"pkill -9 -f '[s]shd: {user}' || true"])


def test_a_task_ends_although_its_connection_broke_and_the_next_run_tells(fleet: Lab, player: Player) -> None:
    slow = command("sh", "-c", "touch /tmp/began; sleep 2; touch /tmp/ended")
    process = player.start([slow, command("touch", "/tmp/behind")], "debian-1", play=ROOT)
    wait_for(fleet, "debian-1", "[ -e /tmp/began ]")
    end_sessions(fleet, "debian-1")
    done = ended(process)
    assert done.exit_code == 4
    assert "the connection was lost" in done.result("debian-1")["msg"]
    assert "goes on to its end" in done.result("debian-1")["msg"]
    wait_for(fleet, "debian-1", "[ -e /tmp/ended ] && [ -e /run/muster-results ]")
    assert fleet.inside("debian-1", ["sh", "-c", "ls /tmp/behind 2>/dev/null || true"]) == ""
    assert "muster.lock" not in fleet.inside("debian-1", ["ls", "/run"])
    again = player.play(WHO, "debian-1", play=ROOT)
    assert again.exit_code == 0
    assert any("command" in note for note in again.notes), again.events
    assert "muster" not in fleet.inside("debian-1", ["ls", "/run"])
    fleet.inside("debian-1", ["rm", "/tmp/began", "/tmp/ended"])


def test_a_package_transaction_is_not_torn_by_a_hang_up(fleet: Lab, player: Player) -> None:
    hook = 'DPkg::Pre-Install-Pkgs {"touch /tmp/began; sleep 2";};'
    fleet.inside("debian-1", ["sh", "-c", f"echo '{hook}' > /etc/apt/apt.conf.d/99slow"])
    try:
        process = player.start([{"apt": {"name": "demo-bug", "state": "latest"}}], "debian-1", play=ROOT)
        wait_for(fleet, "debian-1", "[ -e /tmp/began ]")
        end_sessions(fleet, "debian-1")
        assert ended(process).exit_code == 4
        wait_for(fleet, "debian-1", "[ -e /run/muster-results ]", 20)
        assert fleet.inside("debian-1", ["dpkg", "--audit"]) == ""
        assert "1.1-1" in fleet.inside("debian-1", ["dpkg-query", "-W", "demo-bug"])
    finally:
        fleet.inside("debian-1", ["rm", "-f", "/etc/apt/apt.conf.d/99slow", "/tmp/began"])
        player.play(WHO, "debian-1", play=ROOT)


def test_a_package_transaction_is_not_torn_by_a_limit(fleet: Lab, player: Player) -> None:
    hook = 'DPkg::Pre-Install-Pkgs {"sleep 3";};'
    fleet.inside("debian-2", ["sh", "-c", f"echo '{hook}' > /etc/apt/apt.conf.d/99slow"])
    try:
        done = player.play([{"apt": {"name": "demo-bug", "state": "latest"}, "timeout": 1}], "debian-2", play=ROOT)
        assert done.exit_code == 2
        assert "longer than the 1 s" in done.result("debian-2")["msg"]
        assert "1.1-1" in fleet.inside("debian-2", ["dpkg-query", "-W", "demo-bug"])
        assert fleet.inside("debian-2", ["dpkg", "--audit"]) == ""
    finally:
        fleet.inside("debian-2", ["rm", "-f", "/etc/apt/apt.conf.d/99slow"])


@pytest.mark.parametrize("host", ["debian-1", "amazon-1"])
def test_a_job_goes_on_after_the_run_and_the_next_run_asks_for_it(fleet: Lab, player: Player, host: str) -> None:
    slow = {"shell": "sleep 3; echo done; touch /tmp/ended", "async": 60, "poll": 0, "name": "slow"}
    done = player.play([slow], host, play=ROOT)
    assert done.exit_code == 0
    jid = done.result(host, "slow")["ansible_job_id"]
    assert fleet.inside(host, ["sh", "-c", "ls /tmp/ended 2>/dev/null || true"]) == ""
    assert "muster.lock" not in fleet.inside(host, ["ls", "/run"])
    asked = {"async_status": {"jid": jid}, "register": "job", "until": "job is finished", "retries": 50, "delay": 0.2,
             "name": "asked"}
    again = player.play([asked, {"async_status": {"jid": jid, "mode": "cleanup"}}], host, play=ROOT)
    assert again.exit_code == 0, again.events
    assert again.result(host, "asked")["stdout"] == "done"
    assert fleet.inside(host, ["sh", "-c", "rm /tmp/ended; ls /root/.ansible_async 2>/dev/null || true"]) == ""


# One run at a time


def test_a_second_run_waits_says_for_whom_and_goes_on(fleet: Lab, player: Player) -> None:
    first = player.start([command("sh", "-c", "touch /tmp/held; sleep 3")], "debian-1", play=ROOT)
    wait_for(fleet, "debian-1", "[ -e /tmp/held ]")
    second = player.play([command("rm", "/tmp/held")], "debian-1", play=ROOT)
    assert ended(first).exit_code == 0
    assert second.exit_code == 0
    assert re.search(r"waiting: root@\S+ has been changing this host since 20", second.output), second.events


def test_a_second_run_that_only_reads_does_not_wait(fleet: Lab, player: Player) -> None:
    first = player.start([command("sh", "-c", "touch /tmp/held; sleep 2")], "debian-1", play=ROOT)
    wait_for(fleet, "debian-1", "[ -e /tmp/held ]")
    done = player.play([{"stat": {"path": "/tmp/held"}}, {"file": {"path": "/tmp/held", "state": "absent"},
                                                          "check_mode": True}], "debian-1", play=ROOT)
    assert done.exit_code == 0 and first.poll() is None
    assert ended(first).exit_code == 0
    fleet.inside("debian-1", ["rm", "/tmp/held"])


# Much, large and odd


def test_a_full_disk_leaves_nothing_half_written(fleet: Lab, player: Player) -> None:
    make = "mkdir -p /mnt/small; mount -t tmpfs -o size=100k none /mnt/small; echo old > /mnt/small/f"
    fleet.inside("debian-1", ["sh", "-c", make])
    try:
        done = player.play([{"copy": {"content": "x" * 200_000, "dest": "/mnt/small/f"}}], "debian-1", play=ROOT)
        assert done.exit_code == 2
        assert "No space left on device" in done.result("debian-1")["msg"]
        assert fleet.inside("debian-1", ["ls", "-A", "/mnt/small"]) == "f\n"
        assert fleet.inside("debian-1", ["cat", "/mnt/small/f"]) == "old\n"
    finally:
        fleet.inside("debian-1", ["umount", "/mnt/small"])


def test_a_large_file_travels_once_and_back(fleet: Lab, player: Player, tmp_path: Path) -> None:
    data = os.urandom(50_000_000)
    (tmp_path / "large").write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    copy = [{"copy": {"src": str(tmp_path / "large"), "dest": "/var/tmp/large", "mode": "0600"}}]
    began = time.monotonic()
    first = player.play(copy, "debian-1", play=ROOT)
    took = time.monotonic() - began
    assert first.status("debian-1") == "changed", first.events
    assert fleet.inside("debian-1", ["sha256sum", "/var/tmp/large"]).split()[0] == digest
    began = time.monotonic()
    second = player.play(copy, "debian-1", play=ROOT)
    assert second.status("debian-1") == "ok" and time.monotonic() - began < took
    back = player.play([{"fetch": {"src": "/var/tmp/large", "dest": str(tmp_path / "back"), "flat": True}}], "debian-1",
                       play=ROOT)
    assert back.exit_code == 0, back.events
    assert hashlib.sha256((tmp_path / "back").read_bytes()).hexdigest() == digest
    fleet.inside("debian-1", ["rm", "/var/tmp/large"])


def test_bytes_that_are_no_text_do_no_harm(player: Player) -> None:
    done = player.play([command("printf", r"a\377\200b")], "debian-1")
    assert done.exit_code == 0
    assert done.result("debian-1")["stdout"].startswith("a") and done.result("debian-1")["stdout"].endswith("b")


def test_a_flood_of_output_arrives_and_blocks_nothing(player: Player) -> None:
    done = player.play([command("sh", "-c", r"head -c 100000000 /dev/zero | tr '\0' x", no_log=True), *WHO], "debian-1")
    assert done.exit_code == 0, done.said[-2000:]
    assert done.result("debian-1")["stdout"] == "ec2-user"


def test_hundreds_of_tasks_and_a_large_argument_go_ahead(player: Player) -> None:
    many = [{"stat": {"path": f"/{number}"}} for number in range(200)]
    large = {"command": {"argv": ["wc", "-c"], "stdin": "x" * 5_000_000, "stdin_add_newline": False}}
    done = player.play([*many, large], "debian-1", play=ROOT)
    assert done.exit_code == 0
    assert done.result("debian-1")["stdout"] == "5000000"
    assert len([each for each in done.events if each["event"] == "task_ended"]) == 201


# Boots


def test_a_host_boots_and_is_found_again(fleet: Lab, player: Player, fresh: Callable[[str], Host]) -> None:
    before = fleet.inside("debian-2", ["cat", "/proc/1/stat"]).split()[21]
    tasks = [{"reboot": {"reboot_timeout": 120}}, {"wait_for_connection": {"timeout": 60}}, *WHO]
    done = player.play(tasks, "debian-2", play=ROOT)
    assert done.exit_code == 0, done.events
    assert fleet.inside("debian-2", ["cat", "/proc/1/stat"]).split()[21] != before


def test_python_3_6_is_enough(ubuntu: Lab, ubuntu_player: Player) -> None:
    late = command("sleep", "20", name="late", timeout=0.5, ignore_errors=True)
    begun = command("true", **{"async": 20, "poll": 0, "name": "begun", "register": "job"})
    asked = {"async_status": {"jid": "{{ job.ansible_job_id }}", "mode": "{{ item }}"}, "loop": ["status", "cleanup"]}
    done = ubuntu_player.play([*WHO, {"copy": {"content": "x" * 10_000, "dest": "/tmp/x"}}, late, begun, asked],
                              ["ubuntu1804-1", "ubuntu2404-1"], play=ROOT)
    assert done.exit_code == 0, done.events
    assert done.result("ubuntu1804-1", "command")["stdout"] == "root"
    assert done.result("ubuntu1804-1", "late")["timedout"] == {"period": 0.5}
    assert done.result("ubuntu1804-1", "begun")["started"] is True


def test_nothing_is_left_on_a_host(fleet: Lab, player: Player) -> None:
    listing = ["sh", "-c", "find /tmp /var/tmp /run /root /home -newer /tmp/mark -type f "
                           "-not -path '/run/systemd*' -not -path '/run/log*' -not -path '/run/user*' "
                           "-not -path '/run/dbus*' -not -name motd.dynamic; "
                           "ps -eo args | grep -c '[M]USTER' || true"]
    fleet.inside("debian-1", ["touch", "/tmp/mark"])
    time.sleep(0.1)
    assert player.play([*WHO, {"copy": {"content": "x", "dest": "/etc/x"}}], "debian-1", play=ROOT).exit_code == 0
    deadline = time.monotonic() + 5
    while (left := fleet.inside("debian-1", listing).split()) != ["0"] and time.monotonic() < deadline:
        time.sleep(0.2)
    assert left == ["0"]
