"""Facts about memory, processors and firmware."""

import os

from muster.target.peek import peek


def memory(path="/proc/meminfo"):
    have = {}
    for line in peek(path).splitlines():
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
    names, sockets, count, siblings, flags = [], {}, 0, {}, []
    socket = None
    for line in peek(path).splitlines():
        key, _, value = (part.strip() for part in line.partition(":"))
        if key == "processor" and value.isdigit():
            count += 1
            names.append(value)
        elif key in ("vendor_id", "model name", "Processor", "CPU implementer", "vendor"):
            names.append(value)
        elif key in ("flags", "Features") and not flags:  # They are the same for all.
            flags = value.split()
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
            "processor_nproc": available, "flags": flags}


FIRMWARE = {
    "system_vendor": "sys_vendor", "product_name": "product_name", "product_serial": "product_serial",
    "product_uuid": "product_uuid", "product_version": "product_version", "bios_date": "bios_date",
    "bios_vendor": "bios_vendor", "bios_version": "bios_version", "board_name": "board_name",
    "board_vendor": "board_vendor", "board_serial": "board_serial", "board_version": "board_version",
    "board_asset_tag": "board_asset_tag", "chassis_vendor": "chassis_vendor", "chassis_serial": "chassis_serial",
    "chassis_version": "chassis_version", "chassis_asset_tag": "chassis_asset_tag",
}

# By number, from 1. Source: "System Enclosure or Chassis Types" in the SMBIOS specification of the DMTF, 3.7.
CHASSIS = (
    "Other,Unknown,Desktop,Low Profile Desktop,Pizza Box,Mini Tower,Tower,Portable,Laptop,Notebook,Hand Held,"
    "Docking Station,All In One,Sub Notebook,Space-saving,Lunch Box,Main Server Chassis,Expansion Chassis,Sub Chassis,"
    "Bus Expansion Chassis,Peripheral Chassis,RAID Chassis,Rack Mount Chassis,Sealed-case PC,Multi-system,CompactPCI,"
    "AdvancedTCA,Blade,Blade Enclosure,Tablet,Convertible,Detachable,IoT Gateway,Embedded PC,Mini PC,Stick PC"
)


def dmi(directory="/sys/devices/virtual/dmi/id"):
    """Return what the firmware says; NA where it says nothing or only root may read it."""
    found = {fact: peek(os.path.join(directory, name)) or "NA" for fact, name in FIRMWARE.items()}
    return dict(found, form_factor=form_factor(peek(os.path.join(directory, "chassis_type"))))


def form_factor(number):
    """Return the kind of chassis, in words, for the number that the firmware has for it."""
    words = CHASSIS.split(",")
    return words[int(number) - 1] if number.isdigit() and 0 < int(number) <= len(words) else "NA"
