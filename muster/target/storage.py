"""Facts about mounts and disks."""

import os

from muster.target.peek import peek

REMOTE = ("nfs", "nfs4", "cifs", "smb3", "ceph", "glusterfs", "9p", "lustre")


def mounts(path="/proc/mounts"):
    """Return file systems on devices and over the network; sizes, in bytes, of those on this machine."""
    uuids = links("/dev/disk/by-uuid")
    found = []
    for line in peek(path).splitlines():
        device, mount, kind, options = [unescape(word) for word in line.split()[:4]]
        if not device.startswith(("/", "\\")) and ":/" not in device or kind in ("none", "autofs"):
            continue
        entry = {"device": device, "mount": mount, "fstype": kind, "options": options, "dump": 0, "passno": 0,
                 "uuid": uuids.get(os.path.realpath(device), "N/A")}
        # Asking a server that does not answer for its sizes would hang the agent for good.
        found.append(entry if ":/" in device or kind in REMOTE else dict(entry, **sizes(mount)))
    return {"mounts": found}


def unescape(word):
    """Return a word of /proc/mounts with its octal escapes (space is \\040) undone."""
    return word.replace("\\040", " ").replace("\\011", "\t").replace("\\012", "\n").replace("\\134", "\\")


def sizes(mount):
    try:
        have = os.statvfs(mount)
    except OSError:
        return {}
    return {
        "size_total": have.f_frsize * have.f_blocks, "size_available": have.f_frsize * have.f_bavail,
        "block_size": have.f_bsize, "block_total": have.f_blocks, "block_available": have.f_bavail,
        "block_used": have.f_blocks - have.f_bavail, "inode_total": have.f_files, "inode_available": have.f_favail,
        "inode_used": have.f_files - have.f_favail,
    }


def links(directory):
    """Return {device: name of the link} of a directory such as /dev/disk/by-uuid."""
    try:
        names = os.listdir(directory)
    except OSError:
        return {}
    return {os.path.realpath(os.path.join(directory, name)): name for name in names}


def devices(directory="/sys/block"):
    """Return the disks and their partitions; sizes as text such as "8.00 GB", sectors as the kernel counts them."""
    found = {}
    names = sorted(os.listdir(directory)) if os.path.isdir(directory) else []
    for name in names:
        path = os.path.join(directory, name)
        if name.startswith("ram") or peek(path + "/size") in ("", "0"):
            continue
        found[name] = dict(
            extent(path), removable=peek(path + "/removable"), rotational=peek(path + "/queue/rotational"),
            vendor=peek(path + "/device/vendor") or None, model=peek(path + "/device/model") or None,
            holders=sorted(os.listdir(path + "/holders")) if os.path.isdir(path + "/holders") else [],
            partitions={part: dict(extent(os.path.join(path, part)), start=peek(os.path.join(path, part, "start")))
                        for part in sorted(os.listdir(path)) if part.startswith(name)},
        )
    return {"devices": found}


def extent(path):
    sectors = int(peek(path + "/size", "0") or 0)
    sector_size = peek(path + "/queue/logical_block_size") or peek(os.path.dirname(path) + "/queue/logical_block_size")
    return {"sectors": sectors, "sectorsize": sector_size or "512", "size": human(sectors * 512)}


def initiators(etc="/etc", sys="/sys/class"):
    """Return the names under which this machine asks others for storage: iSCSI, NVMe over fabrics, Fibre Channel."""
    lines = peek(etc + "/iscsi/initiatorname.iscsi").splitlines()
    names = [line.partition("=")[2].strip() for line in lines if line.startswith("InitiatorName=")]
    hosts = sorted(os.listdir(sys + "/fc_host")) if os.path.isdir(sys + "/fc_host") else []
    ports = [peek("%s/fc_host/%s/port_name" % (sys, host)) for host in hosts]
    return {"iscsi_iqn": names[0] if names else "", "hostnqn": peek(etc + "/nvme/hostnqn"),
            "fibre_channel_wwn": [port[2:] if port.startswith("0x") else port for port in ports]}


def human(size):
    """Return a number of bytes as text.

    >>> human(8 * 1024 ** 3)
    '8.00 GB'
    """
    for unit, factor in (("TB", 1 << 40), ("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)):
        if size >= factor:
            return "%.2f %s" % (size / factor, unit)
    return "%d Bytes" % size
