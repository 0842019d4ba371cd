"""Facts about hardware, from recorded files."""

import os

import pytest

from muster.target import hardware

MEMINFO = """MemTotal:        2048000 kB
MemFree:         1024000 kB
Buffers:           10240 kB
Cached:           102400 kB
SwapCached:            0 kB
SwapTotal:       1048576 kB
SwapFree:        1048576 kB
HugePages_Total:       0
"""


def intel(number, socket):
    return (
        f"processor\t: {number}\nvendor_id\t: GenuineIntel\nmodel name\t: Xeon\nphysical id\t: {socket}\n"
        "siblings\t: 4\ncpu cores\t: 2\n\n"
    )


def test_memory(tmp_path):
    (tmp_path / "meminfo").write_text(MEMINFO)
    found = hardware.memory(str(tmp_path / "meminfo"))
    assert (found["memtotal_mb"], found["memfree_mb"], found["swaptotal_mb"]) == (2000, 1000, 1024)
    assert found["memory_mb"]["real"] == {"total": 2000, "used": 1000, "free": 1000}
    assert found["memory_mb"]["nocache"] == {"free": 1110, "used": 890}
    assert found["memory_mb"]["swap"]["used"] == 0


def test_processors_of_two_sockets_with_hyperthreads(tmp_path):
    (tmp_path / "cpuinfo").write_text("".join(intel(number, number // 4) for number in range(8)))
    found = hardware.processor(str(tmp_path / "cpuinfo"))
    assert (found["processor_count"], found["processor_cores"], found["processor_threads_per_core"]) == (2, 2, 2)
    assert found["processor_vcpus"] == 8 and found["processor"][:3] == ["0", "GenuineIntel", "Xeon"]


def test_processors_of_arm_name_no_sockets(tmp_path):
    (tmp_path / "cpuinfo").write_text(
        "processor\t: 0\nCPU implementer\t: 0x41\n\nprocessor\t: 1\nCPU implementer\t: 0x41\n"
    )
    found = hardware.processor(str(tmp_path / "cpuinfo"))
    assert (found["processor_count"], found["processor_vcpus"], found["processor"]) == (
        2,
        2,
        ["0", "0x41", "1", "0x41"],
    )


def test_the_processors_one_may_use_are_counted():
    assert hardware.processor()["processor_nproc"] == len(os.sched_getaffinity(0))


def test_firmware_that_says_nothing(tmp_path):
    (tmp_path / "sys_vendor").write_text("Amazon EC2\n")
    found = hardware.dmi(str(tmp_path))
    assert (found["system_vendor"], found["product_name"]) == ("Amazon EC2", "NA")


@pytest.mark.parametrize(("number", "words"), [
    ("1", "Other"), ("23", "Rack Mount Chassis"), ("36", "Stick PC"), ("0", "NA"), ("37", "NA"), ("", "NA"),
    ("x", "NA")])
def test_the_kind_of_chassis_is_told_in_words(tmp_path, number, words):
    (tmp_path / "chassis_type").write_text(number)
    assert hardware.dmi(str(tmp_path))["form_factor"] == words


@pytest.mark.parametrize("word", ["flags", "Features"])
def test_what_processors_can_do_is_told_once(tmp_path, word):
    (tmp_path / "cpuinfo").write_text(f"processor\t: 0\n{word}\t: fp aes\n\nprocessor\t: 1\n{word}\t: fp aes\n")
    assert hardware.processor(str(tmp_path / "cpuinfo"))["flags"] == ["fp", "aes"]
