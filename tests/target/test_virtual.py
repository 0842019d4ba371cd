"""What kind of machine or container a tree of files looks like."""

import pytest

from muster.target import virtual

DMI = "sys/devices/virtual/dmi/id/"
MACHINES = {
    "an instance on nitro": ({DMI + "sys_vendor": "Amazon EC2\n", DMI + "product_name": "t3.micro\n"}, "kvm", "guest"),
    "an instance on xen": ({"sys/hypervisor/type": "xen\n", DMI + "sys_vendor": "Xen\n"}, "xen", "guest"),
    "a bare metal instance": ({DMI + "sys_vendor": "Amazon EC2\n", DMI + "product_name": "c5.metal\n"}, "NA", "NA"),
    "qemu": ({DMI + "sys_vendor": "QEMU\n"}, "kvm", "guest"),
    "virtualbox": ({DMI + "product_name": "VirtualBox\n", DMI + "sys_vendor": "innotek GmbH\n"}, "virtualbox", "guest"),
    "hyper-v": (
        {DMI + "sys_vendor": "Microsoft Corporation\n", DMI + "product_name": "Virtual Machine\n"},
        "VirtualPC",
        "guest",
    ),
    "a surface": ({DMI + "sys_vendor": "Microsoft Corporation\n", DMI + "product_name": "Surface\n"}, "NA", "NA"),
    "docker": ({".dockerenv": ""}, "docker", "guest"),
    "podman": ({"run/.containerenv": ""}, "podman", "guest"),
    "nspawn": ({"run/systemd/container": "systemd-nspawn\n"}, "systemd-nspawn", "guest"),
    "lxc": ({"proc/1/environ": "PATH=/bin\0container=lxc\0"}, "lxc", "guest"),
    "a pod": ({"proc/1/cgroup": "1:name=systemd:/kubepods/besteffort/pod1\n"}, "docker", "guest"),
    "a host of kvm": ({"proc/modules": "kvm_intel 1 0 - Live\nkvm 1 1 kvm_intel, Live\n"}, "kvm", "host"),
    "plain hardware": ({DMI + "sys_vendor": "Dell Inc.\n"}, "NA", "NA"),
}


@pytest.mark.parametrize("name", MACHINES)
def test_machine(name, tmp_path):
    files, kind, role = MACHINES[name]
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    found = virtual.gather(str(tmp_path))
    assert (found["virtualization_type"], found["virtualization_role"]) == (kind, role)


def test_a_container_on_a_virtual_machine_tells_both(tmp_path):
    (tmp_path / ".dockerenv").touch()
    (tmp_path / DMI).mkdir(parents=True)
    (tmp_path / DMI / "sys_vendor").write_text("QEMU\n")
    assert virtual.gather(str(tmp_path))["virtualization_tech_guest"] == ["container", "docker", "kvm"]
