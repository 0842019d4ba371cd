from pathlib import Path

from muster.lab.ssh import Access, known_hosts, make_host_keys


def test_a_host_is_known_by_name_and_address(tmp_path: Path) -> None:
    make_host_keys(tmp_path / "keys", "debian-1")
    lines = known_hosts([("debian-1", "10.213.0.11", tmp_path / "keys")]).splitlines()
    assert [line.split()[:2] for line in lines] == [
        ["debian-1,10.213.0.11", "ecdsa-sha2-nistp256"],
        ["debian-1,10.213.0.11", "ssh-ed25519"],
    ]


def test_private_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    make_host_keys(tmp_path / "keys", "debian-1")
    assert (tmp_path / "keys/ssh_host_ed25519_key").stat().st_mode & 0o777 == 0o600


def test_the_configuration_checks_host_keys_and_dials_through_the_namespace(tmp_path: Path) -> None:
    make_host_keys(tmp_path / "keys", "debian-1")
    access = Access(tmp_path)
    access.write(Path("/run/netns/muster-lab"), [("debian-1", "10.213.0.11", tmp_path / "keys")])
    config = access.config.read_text()
    assert "Host debian-1\n    HostName 10.213.0.11\n" in config
    assert "    StrictHostKeyChecking yes\n" in config
    assert "dial.py /run/netns/muster-lab %h %p\n" in config
    assert f"    UserKnownHostsFile {access.known_hosts}\n" in config
