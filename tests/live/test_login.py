"""Ways into real hosts: host keys, ssh's configuration, jump hosts, keys, and servers that have too much to do."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import pty
import re
import select
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from muster.lab.lab import Lab
from tests.live.playing import Player, command, ended

pytestmark = pytest.mark.live

WHO = [command("id", "-un")]


@pytest.fixture
def player(fleet: Lab, tmp_path: Path) -> Player:
    return Player(fleet, tmp_path)


def accepted(lab: Lab, host: str, since: str) -> int:
    """How many keys the host's sshd has accepted since a moment."""
    lab.inside(host, ["journalctl", "--sync"])
    log = lab.inside(host, ["journalctl", "-q", "-o", "cat", f"--since={since}", "_COMM=sshd"])
    return log.count("Accepted publickey")


def moment(lab: Lab, host: str) -> str:
    time.sleep(1.1)  # The journal is asked by whole seconds.
    return lab.inside(host, ["date", "+%Y-%m-%d %H:%M:%S"]).strip()


def arguments(known: Path, checking: str = "yes") -> str:
    return f"-o UserKnownHostsFile={known} -o StrictHostKeyChecking={checking}"


# Host keys


def lines_of(lab: Lab, *hosts: str) -> list[str]:
    """The lab's known_hosts lines of some hosts; all for none."""
    lines = lab.access.known_hosts.read_text().splitlines(keepends=True)
    return [line for line in lines if not hosts or line.split(",")[0] in hosts]


def fingerprint(line: str) -> str:
    digest = hashlib.sha256(base64.b64decode(line.split()[2])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def test_an_unknown_host_is_unreachable_and_the_others_go_on(fleet: Lab, player: Player, tmp_path: Path) -> None:
    known = tmp_path / "known"
    known.write_text("".join(lines_of(fleet, "debian-2", "amazon-1")))
    done = player.play(WHO, ["debian-1", "debian-2", "amazon-1"], ansible_ssh_common_args=arguments(known))
    assert done.exit_code == 4
    assert [done.status(host) for host in ("debian-1", "debian-2", "amazon-1")] == ["unreachable", "changed", "changed"]
    told = done.result("debian-1")["msg"]
    assert "is not known" in told and any(fingerprint(line) in told for line in lines_of(fleet, "debian-1"))


def test_a_changed_key_is_unreachable_with_the_place_of_the_old_one(fleet: Lab, player: Player, tmp_path: Path) -> None:
    known = tmp_path / "known"
    wrong = lines_of(fleet, "debian-2")[0].split()
    ours = f"# a comment\n{fleet.host('debian-1').address} {wrong[1]} {wrong[2]}\n"
    known.write_text(ours + "".join(lines_of(fleet, "debian-2")))
    for checking in ("yes", "accept-new", "no"):
        done = player.play(WHO, ["debian-1", "debian-2"], ansible_ssh_common_args=arguments(known, checking))
        assert done.exit_code == 4
        assert [done.status(host) for host in ("debian-1", "debian-2")] == ["unreachable", "changed"]
        told = done.result("debian-1")["msg"]
        assert "HAS CHANGED" in told and f"{known}:2" in told and "SHA256:" in told


def test_a_new_key_is_accepted_in_words_and_known_afterwards(fleet: Lab, player: Player, tmp_path: Path) -> None:
    known = tmp_path / "new" / "known"
    done = player.play(WHO, "debian-1", ansible_ssh_common_args=arguments(known, "accept-new"))
    assert done.exit_code == 0
    [line] = known.read_text().splitlines()
    assert line.split()[1:] in [each.split()[1:3] for each in lines_of(fleet, "debian-1")]
    assert player.play(WHO, "debian-1", ansible_ssh_common_args=arguments(known)).exit_code == 0


# ~/.ssh/config


def write_config(player: Player, text: str) -> None:
    (player.directory / ".ssh").mkdir(mode=0o700, exist_ok=True)
    (player.directory / ".ssh" / "config").write_text(text)


PLAIN = {"ansible_user": None, "ansible_ssh_private_key_file": None, "ansible_ssh_common_args": None}


def test_everything_may_stand_in_the_ssh_configuration(fleet: Lab, player: Player) -> None:
    one, two = fleet.host("debian-1").address, fleet.host("debian-2").address
    write_config(player, "Include fleet\n")
    (player.directory / ".ssh" / "fleet").write_text(
        f"Host one\n HostName {one}\nHost two\n HostName {two}\n ProxyJump ops@one:22\n"
        f"Host *\n User ec2-user\n Port 22\n IdentityFile {fleet.access.key}\n IdentitiesOnly yes\n"
        f" UserKnownHostsFile {fleet.access.known_hosts}\n")
    done = player.play([command("sh", "-c", "hostname; id -un; echo $SSH_CONNECTION")], {"one": {}, "two": {}}, **PLAIN)
    assert done.exit_code == 0, done.said
    assert done.result("one")["stdout"].splitlines()[:2] == ["debian-1", "ec2-user"]
    told = done.result("two")["stdout"].split()
    assert told[:2] == ["debian-2", "ec2-user"] and told[2] == one


# Jump hosts


@pytest.fixture
def walled(fleet: Lab) -> Iterator[None]:
    """Each host of the chain debian-1, amazon-1, debian-2 is reached only from the one before it."""
    first, second = fleet.host("debian-1").address, fleet.host("amazon-1").address
    rule = "nft add table inet wall; nft 'add chain inet wall in { type filter hook input priority 0; }'; " \
           "nft add rule inet wall in tcp dport 22 ip saddr != %s reject with tcp reset"
    wall = {"amazon-1": first, "debian-2": second}
    for host, source in wall.items():
        subprocess.run(["nsenter", f"--net={fleet.host(host).namespace}", "sh", "-ec", rule % source], check=True)
    yield
    for host in wall:
        subprocess.run(["nsenter", f"--net={fleet.host(host).namespace}", "nft", "delete", "table", "inet", "wall"],
                       check=True)


@pytest.mark.usefixtures("walled")
def test_a_chain_of_jump_hosts_is_dialled_in_its_order(fleet: Lab, player: Player) -> None:
    first, second = fleet.host("debian-1").address, fleet.host("amazon-1").address
    shared = f"{fleet.access.common_arguments()} -i {fleet.access.key}"
    straight = player.play(WHO, "debian-2", ansible_ssh_common_args=shared)
    assert straight.exit_code == 4 and "refused" in straight.result("debian-2")["msg"]
    wrong = player.play(WHO, "debian-2", ansible_ssh_common_args=f"{shared} -J ec2-user@{second},ec2-user@{first}")
    assert wrong.exit_code == 4
    done = player.play([command("sh", "-c", "echo $SSH_CONNECTION")], "debian-2",
                       ansible_ssh_common_args=f"{shared} -o ProxyJump=ec2-user@{first},ops@{second}:22")
    assert done.exit_code == 0, done.events
    assert done.result("debian-2")["stdout"].split()[0] == second


def test_all_hosts_behind_a_bastion_share_one_login_to_it(fleet: Lab, player: Player) -> None:
    bastion = fleet.host("debian-1").address
    since = moment(fleet, "debian-1")
    behind = {f"host{number}": {"ansible_host": fleet.host("debian-2").address} for number in range(12)}
    done = player.play(WHO, behind, ansible_ssh_common_args=f"{fleet.access.common_arguments()} -J ec2-user@{bastion} "
                                                            f"-i {fleet.access.key}")
    assert done.exit_code == 0, done.events
    assert accepted(fleet, "debian-1", since) == 1
    assert accepted(fleet, "debian-2", since) == 12


def test_a_jump_host_that_forbids_forwarding_is_named(fleet: Lab, player: Player) -> None:
    done = player.play(WHO, "debian-2", ansible_port=9, ansible_ssh_common_args=(
        f"{fleet.access.common_arguments()} -J ec2-user@{fleet.host('debian-1').address} -i {fleet.access.key}"))
    assert done.exit_code == 4
    assert "cannot reach" in done.result("debian-2")["msg"] and "port 9" in done.result("debian-2")["msg"]


# Servers that have too much to do


@contextlib.contextmanager
def sshd(lab: Lab, host: str, *options: str, port: int = 2222) -> Iterator[None]:
    """A second sshd on a host, with options of its own."""
    words = " ".join(f"-o '{each}'" for each in options)
    lab.inside(host, ["systemd-run", "-q", f"--unit=sshd-{port}", "sh", "-c",
                      f"exec $(command -v sshd || echo /usr/sbin/sshd) -D -p {port} {words}"])
    deadline = time.monotonic() + 10
    while True:
        if f":{port} " in lab.inside(host, ["ss", "-ltn"]):
            break
        assert time.monotonic() < deadline
        time.sleep(0.05)
    try:
        yield
    finally:
        lab.inside(host, ["systemctl", "stop", f"sshd-{port}"])


def test_everyone_gets_into_a_server_that_sheds_load(fleet: Lab, player: Player, tmp_path: Path) -> None:
    known = tmp_path / "known"
    address = fleet.host("debian-1").address
    keys = [" ".join(line.split()[1:3]) for line in lines_of(fleet, "debian-1")]
    known.write_text("".join(f"[{address}]:2222 {key}\n" for key in keys))
    many = {f"host{number}": {"ansible_host": address} for number in range(25)}
    with sshd(fleet, "debian-1", "MaxStartups 2:100:2"):
        done = player.play(WHO, many, ansible_port=2222, ansible_ssh_common_args=arguments(known))
    assert done.exit_code == 0, [each for each in done.events if each["event"] == "recap"]
    assert "Exception" not in done.said and "Traceback" not in done.said


# Keys


def make_key(path: Path, passphrase: str = "") -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", str(path)], check=True)
    return path


@contextlib.contextmanager
def authorized(lab: Lab, host: str, line: str) -> Iterator[None]:
    """A line more in the authorized_keys of ec2-user."""
    file = "/home/ec2-user/.ssh/authorized_keys"
    lab.inside(host, ["sh", "-c", f'cp -p {file} {file}.before; printf "%s\\n" "$1" >> {file}', "sh", line.strip()])
    try:
        yield
    finally:
        lab.inside(host, ["mv", f"{file}.before", file])


def at_a_terminal(argv: list[str], env: dict[str, str], answers: dict[str, str]) -> tuple[int, str]:
    """Run a program at a terminal and answer its prompts; return its exit code and all it showed."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe(argv[0], argv, env)
    shown, waiting = "", dict(answers)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if select.select([terminal], [], [], 0.2)[0]:
                shown += os.read(terminal, 65536).decode(errors="replace")
        except OSError:
            break
        for prompt in [prompt for prompt in waiting if prompt in shown]:
            os.write(terminal, (waiting.pop(prompt) + "\n").encode())
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown


def test_a_passphrase_is_asked_for_once_at_a_terminal(fleet: Lab, player: Player, tmp_path: Path) -> None:
    key = make_key(tmp_path / "locked", "open sesame")
    with contextlib.ExitStack() as stack:
        for host in ("debian-1", "debian-2"):
            stack.enter_context(authorized(fleet, host, key.with_suffix(".pub").read_text()))
        argv = player.argv(WHO, ["debian-1", "debian-2"], play={}, ansible_ssh_private_key_file=str(key))
        code, shown = at_a_terminal(argv, player.environment({}), {f"Passphrase for {key}: ": "open sesame"})
        assert code == 0, shown
        assert shown.count("Passphrase") == 1 and "sesame" not in shown
        without = player.play(WHO, "debian-1", ansible_ssh_private_key_file=str(key))
        assert without.exit_code == 4 and "tried 0 keys" in without.result("debian-1")["msg"]


def test_an_agent_spares_the_passphrase(fleet: Lab, player: Player, tmp_path: Path) -> None:
    key = make_key(tmp_path / "locked", "")
    argv = ["ssh-agent", "-a", str(tmp_path / "agent")]
    said = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
    try:
        env = {"SSH_AUTH_SOCK": str(tmp_path / "agent")}
        subprocess.run(["ssh-add", "-q", str(key)], env={**os.environ, **env}, check=True)
        key.unlink()
        with authorized(fleet, "debian-1", key.with_suffix(".pub").read_text()):
            done = player.play(WHO, "debian-1", env=env, ansible_ssh_private_key_file=None)
        assert done.exit_code == 0, done.events
    finally:
        subprocess.run(["kill", re.search(r"AGENT_PID=(\d+)", said)[1]], check=True)  # type: ignore[index]


def test_a_certificate_beside_the_key_opens_the_door(fleet: Lab, player: Player, tmp_path: Path) -> None:
    authority, key = make_key(tmp_path / "authority"), make_key(tmp_path / "user")
    public = authority.with_suffix(".pub").read_text()
    with authorized(fleet, "amazon-1", f"cert-authority {public}"):
        without = player.play(WHO, "amazon-1", ansible_ssh_private_key_file=str(key))
        assert without.exit_code == 4
        argv = ["ssh-keygen", "-q", "-s", str(authority), "-I", "x", "-n", "ec2-user", f"{key}.pub"]
        subprocess.run(argv, check=True)
        assert player.play(WHO, "amazon-1", ansible_ssh_private_key_file=str(key)).exit_code == 0


# Hosts that are not there


UNREACHABLE = [
    ({"ansible_port": 9}, "Connection refused"),
    ({"ansible_host": "192.0.2.1"}, "unreachable"),
    ({"ansible_host": "no-such-host.invalid"}, "there is no address for no-such-host.invalid"),
    ({"ansible_host": "10.213.0.250"}, "no answer in time|No route to host"),
    ({"ansible_user": "nobody"}, "does not let us in"),
    ({"ansible_connection": "winrm"}, "'winrm' is not known"),
]


@pytest.mark.parametrize(("variables", "words"), UNREACHABLE)
def test_who_cannot_be_reached_is_told_in_plain_words_and_in_time(
    fleet: Lab, player: Player, variables: dict[str, object], words: str
) -> None:
    began = time.monotonic()
    done = player.play(WHO, {"debian-1": variables, "debian-2": {}}, "--timeout", "2")
    assert time.monotonic() - began < 60  # Without the two seconds, the kernel would try for two minutes.
    assert done.exit_code == 4
    assert done.status("debian-1") == "unreachable" and done.status("debian-2") == "changed"
    assert re.search(words, done.result("debian-1")["msg"]), done.result("debian-1")
    assert "Traceback" not in done.said


def test_nothing_but_muster_speaks(fleet: Lab, player: Player) -> None:
    process = player.start(WHO, {"debian-1": {"ansible_user": "nobody"}, "debian-2": {"ansible_port": 9}})
    done = ended(process)
    assert done.said == ""
    assert done.events[-1]["exit_code"] == 4
