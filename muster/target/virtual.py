"""Facts about virtualization: what kind of machine or container this is."""

import os

from muster.target.peek import peek

# Part of the vendor or product that the firmware names: (type, technologies).
FIRMWARE = (
    ("Amazon EC2", "kvm"), ("QEMU", "kvm"), ("KVM", "kvm"), ("Google", "kvm"), ("OpenStack", "openstack"),
    ("oVirt", "oVirt"), ("RHEV", "RHEV"), ("DigitalOcean", "kvm"), ("Nutanix", "kvm"), ("VMware", "VMware"),
    ("VirtualBox", "virtualbox"), ("innotek", "virtualbox"), ("Parallels", "parallels"), ("BHYVE", "bhyve"),
    ("Microsoft Corporation", "VirtualPC"), ("Xen", "xen"),
)


def gather(root=""):
    """Return virtualization_type, virtualization_role ("guest", "host" or "NA") and the technologies of each role."""
    container = container_type(root)
    machine = machine_type(root)
    guest = sorted({each for each in (container and "container", container, machine) if each})
    modules = peek(root + "/proc/modules")
    host = [name for name in ("kvm", "vboxdrv") if any(line.startswith(name + " ") for line in modules.splitlines())]
    if container or machine:
        kind, role = container or machine, "guest"
    elif host:
        kind, role = {"vboxdrv": "virtualbox"}.get(host[0], host[0]), "host"
    else:
        kind, role = "NA", "NA"
    return {"virtualization_type": kind, "virtualization_role": role, "virtualization_tech_guest": guest,
            "virtualization_tech_host": host}


def container_type(root):
    """Return docker, podman, lxc, systemd-nspawn, ... or None outside of a container."""
    named = peek(root + "/run/systemd/container").strip()
    if not named:
        words = peek(root + "/proc/1/environ").split("\0")
        named = next((word[len("container="):] for word in words if word.startswith("container=")), "")
    if not named:
        if os.path.exists(root + "/.dockerenv"):
            return "docker"
        if os.path.exists(root + "/run/.containerenv"):
            return "podman"
        groups = peek(root + "/proc/1/cgroup")
        return next((kind for sign, kind in (("/docker", "docker"), ("/lxc", "lxc"), ("/kubepods", "docker"))
                     if sign in groups), None)
    return {"oci": "container", "lxc-libvirt": "lxc"}.get(named, named)


def machine_type(root):
    """Return kvm, xen, VMware, ... or None on bare metal."""
    if "xen" in peek(root + "/sys/hypervisor/type"):
        return "xen"
    firmware = " ".join(peek(root + "/sys/devices/virtual/dmi/id/" + name)
                        for name in ("product_name", "sys_vendor", "bios_vendor"))
    if "Microsoft Corporation" in firmware and "Virtual Machine" not in firmware:
        return None  # A Surface has the vendor of Hyper-V.
    return next((kind for sign, kind in FIRMWARE if sign in firmware and ".metal" not in firmware), None)
