"""Which boot this is."""

from muster.target.task import task


@task(reads=True)
def boot_id():
    """Tell the id of the present boot, which another boot changes.

    Example:
      - boot_id:
        register: boot

    Returns:
      boot_id: text that no other boot has
      uptime: seconds since this boot
    """
    with open("/proc/sys/kernel/random/boot_id") as file:
        identity = file.read().strip()
    with open("/proc/uptime") as file:
        return {"boot_id": identity, "uptime": int(float(file.read().split()[0]))}
