"""Facts about memory, processors, firmware, mounts and disks."""

import os


def read(path, default=""):
    try:
        with open(path, errors="replace") as file:
            return file.read().strip()
    except OSError:
        return default


def memory(path="/proc/meminfo"):
    have = {}
    for line in read(path).splitlines():
        name, _, value = line.partition(":")
        have[name] = int(value.split()[0]) // 1024 if value.split() else 0
    total, free = have.get("MemTotal", 0), have.get("MemFree", 0)
    swap, swap_free = have.get("SwapTotal", 0), have.get("SwapFree", 0)
    unused = free + have.get("Cached", 0) + have.get("Buffers", 0)
    return {
        "memtotal_mb": total, "memfree_mb": free, "swaptotal_mb": swap, "swapfree_mb": swap_free,
        "memory_mb": {
            "real": {"total": total, "used": total - free, "free": free},
            "nocache": {"free": unused, "used": total - unused},
            "swap": {"total": swap, "free": swap_free, "used": swap - swap_free, "cached": have.get("SwapCached", 0)},
        },
    }


def processor(path="/proc/cpuinfo"):
    """Return the processors: count is of sockets, cores is of cores in each, vcpus of all threads."""
    names, sockets, count, siblings = [], {}, 0, {}
    socket = None
    for line in read(path).splitlines():
        key, _, value = (part.strip() for part in line.partition(":"))
        if key == "processor" and value.isdigit():
            count += 1
            names.append(value)
        elif key in ("vendor_id", "model name", "Processor", "CPU implementer", "vendor"):
            names.append(value)
        elif key == "physical id":
            socket = value
            sockets.setdefault(socket, 1)
        elif key == "cpu cores" and socket is not None:
            sockets[socket] = int(value)
        elif key == "siblings" and socket is not None:
            siblings[socket] = int(value)
    cores = max(sockets.values()) if sockets else 1
    threads = max(siblings.values()) // cores if siblings else 1
    # Processors of ARM name no sockets: each is then one of its own, as playbooks expect it.
    number = len(sockets) or count or 1
    available = len(os.sched_getaffinity(0))
    return {"processor": names, "processor_count": number, "processor_cores": cores,
            "processor_threads_per_core": threads, "processor_vcpus": number * cores * threads,
            "processor_nproc": available}


FIRMWARE = {
    "system_vendor": "sys_vendor", "product_name": "product_name", "product_serial": "product_serial",
    "product_uuid": "product_uuid", "product_version": "product_version", "bios_date": "bios_date",
    "bios_vendor": "bios_vendor", "bios_version": "bios_version", "board_name": "board_name",
    "board_vendor": "board_vendor", "board_serial": "board_serial", "board_version": "board_version",
    "board_asset_tag": "board_asset_tag", "chassis_vendor": "chassis_vendor", "chassis_serial": "chassis_serial",
    "chassis_version": "chassis_version", "chassis_asset_tag": "chassis_asset_tag",
}


def dmi(directory="/sys/devices/virtual/dmi/id"):
    """Return what the firmware says; NA where it says nothing or only root may read it."""
    return {fact: read(os.path.join(directory, name)) or "NA" for fact, name in FIRMWARE.items()}


def mounts(path="/proc/mounts"):
    """Return file systems on devices and over the network; sizes in bytes."""
    uuids = links("/dev/disk/by-uuid")
    found = []
    for line in read(path).splitlines():
        device, mount, kind, options = [unescape(word) for word in line.split()[:4]]
        if not device.startswith(("/", "\\")) and ":/" not in device or kind in ("none", "autofs"):
            continue
        entry = {"device": device, "mount": mount, "fstype": kind, "options": options, "dump": 0, "passno": 0,
                 "uuid": uuids.get(os.path.realpath(device), "N/A")}
        found.append(dict(entry, **sizes(mount)))
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
        if name.startswith("ram") or read(path + "/size") in ("", "0"):
            continue
        found[name] = dict(extent(path), **{
            "removable": read(path + "/removable"), "rotational": read(path + "/queue/rotational"),
            "vendor": read(path + "/device/vendor") or None, "model": read(path + "/device/model") or None,
            "holders": sorted(os.listdir(path + "/holders")) if os.path.isdir(path + "/holders") else [],
            "partitions": {part: dict(extent(os.path.join(path, part)), start=read(os.path.join(path, part, "start")))
                           for part in sorted(os.listdir(path)) if part.startswith(name)},
        })
    return {"devices": found}


def extent(path):
    sectors = int(read(path + "/size", "0") or 0)
    sector_size = read(path + "/queue/logical_block_size") or read(os.path.dirname(path) + "/queue/logical_block_size")
    return {"sectors": str(sectors), "sectorsize": sector_size or "512", "size": human(sectors * 512)}


def human(size):
    """Return a number of bytes as text.

    >>> human(8 * 1024 ** 3)
    '8.00 GB'
    """
    for unit, factor in (("TB", 1 << 40), ("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)):
        if size >= factor:
            return "%.2f %s" % (size / factor, unit)
    return "%d Bytes" % size
