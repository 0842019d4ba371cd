from pathlib import Path

import pytest

from muster.errors import LabError
from muster.lab import network
from muster.lab.network import Network, address, ip, mac, number_hosts


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What would be done, as pairs of namespace and command; a namespace is "" for the machine itself."""
    done: list[tuple[str, str]] = []

    def run(argv: list[str], *, stdin: str) -> str:
        namespace = argv[argv.index("-netns") + 1] if "-netns" in argv else ""
        done.extend((namespace, line) for line in stdin.splitlines())
        return ""

    monkeypatch.setattr(network, "run", run)
    return done


@pytest.mark.parametrize("delayed", [False, True])
def test_nothing_but_names_of_namespaces_is_added_to_the_machine(
    commands: list[tuple[str, str]], delayed: bool
) -> None:
    net = Network("a")
    net.make(delayed=delayed)
    net.join("debian-1", 0)
    assert {command.split()[0] for namespace, command in commands if not namespace} == {"netns"}
    assert {namespace for namespace, _ in commands} == {"", "muster-a", "muster-a.switch", "muster-a.debian-1"}


def test_no_namespace_gets_a_route_out(commands: list[tuple[str, str]]) -> None:
    net = Network("a")
    net.make(delayed=False)
    net.join("debian-1", 0)
    assert not [command for _, command in commands if "route" in command or "default" in command]


def test_the_machines_network_cannot_be_touched_by_mistake() -> None:
    with pytest.raises(AssertionError, match="never touch"):
        ip(None, "link set lo down")


def test_addresses_follow_from_numbers() -> None:
    assert address(0) == "10.213.0.11"
    assert address(245) == "10.213.1.0"
    assert mac("10.213.0.11") == "02:00:0a:d5:00:0b"


def test_a_lab_sees_its_own_namespaces_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "NAMES", tmp_path)
    for name in ("muster-a", "muster-a.switch", "muster-a.debian-1", "muster-a-b", "muster-a-b.debian-1", "other"):
        (tmp_path / name).touch()
    assert Network("a").present() == ["muster-a", "muster-a.debian-1", "muster-a.switch"]
    assert Network("b").present() == []


@pytest.mark.parametrize("count", [-1, 0, 1001])
def test_a_lab_without_hosts_or_with_too_many_is_refused(count: int) -> None:
    with pytest.raises(LabError, match=f"between 1 and 1000 hosts, not {count}"):
        number_hosts(count)
