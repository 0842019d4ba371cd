"""Facts about mounts and disks, from recorded files."""

import os

import pytest

from muster.target import storage


def test_mounts_are_those_of_devices_and_of_the_network(tmp_path):
    (tmp_path / "mounts").write_text(
        f"/dev/sda1 {tmp_path} ext4 rw,relatime 0 0\nproc /proc proc rw 0 0\ntmpfs /run tmpfs rw 0 0\n"
        "server:/export /mnt/with\\040blank nfs4 rw 0 0\n"
    )
    first, second = storage.mounts(str(tmp_path / "mounts"))["mounts"]
    assert (first["device"], first["fstype"], first["options"]) == ("/dev/sda1", "ext4", "rw,relatime")
    assert first["size_total"] == os.statvfs(tmp_path).f_frsize * os.statvfs(tmp_path).f_blocks
    assert second["mount"] == "/mnt/with blank" and "size_total" not in second


def test_a_server_is_not_asked_for_the_size_of_what_it_exports(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "statvfs", lambda mount: pytest.fail(f"{mount} was asked"))
    (tmp_path / "mounts").write_text("server:/export / nfs4 rw 0 0\n//server/share / cifs rw 0 0\n")
    assert [mount["device"] for mount in storage.mounts(str(tmp_path / "mounts"))["mounts"]] == [
        "server:/export", "//server/share"]


def test_disks_with_their_partitions(tmp_path):
    for path, text in {
        "sda/size": "16777216",
        "sda/removable": "0",
        "sda/queue/rotational": "1",
        "sda/queue/logical_block_size": "4096",
        "sda/device/model": "Disk",
        "sda/sda1/size": "2048",
        "sda/sda1/start": "2048",
        "loop0/size": "0",
        "ram0/size": "8192",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text + "\n")
    found = storage.devices(str(tmp_path))["devices"]
    assert list(found) == ["sda"]
    assert (found["sda"]["size"], found["sda"]["sectorsize"], found["sda"]["model"]) == ("8.00 GB", "4096", "Disk")
    assert found["sda"]["partitions"] == {
        "sda1": {"sectors": 2048, "sectorsize": "4096", "size": "1.00 MB", "start": "2048"}
    }


def test_small_sizes_are_told_in_bytes():
    assert storage.human(512) == "512 Bytes" and storage.human(2048) == "2.00 KB"


def test_names_under_which_storage_is_asked_for(tmp_path):
    assert storage.initiators(str(tmp_path), str(tmp_path)) == {"iscsi_iqn": "", "hostnqn": "", "fibre_channel_wwn": []}
    for path, text in {
        "iscsi/initiatorname.iscsi": "# a comment\nInitiatorName=iqn.2026-11.org.example:web\n",
        "nvme/hostnqn": "nqn.2014-08.org.example:web\n",
        "fc_host/host1/port_name": "0x10000000c9\n",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    assert storage.initiators(str(tmp_path), str(tmp_path)) == {
        "iscsi_iqn": "iqn.2026-11.org.example:web", "hostnqn": "nqn.2014-08.org.example:web",
        "fibre_channel_wwn": ["10000000c9"]}
