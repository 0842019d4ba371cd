"""Modules that the kernel does not load by itself."""

from muster.target.task import Choice, Path, task
from muster.target.text import end_line, read_text, split_lines, write_text


@task
def kernel_blacklist(
    name: str, state: Choice("present", "absent") = "present",
    blacklist_file: Path = "/etc/modprobe.d/blacklist-ansible.conf",
):
    """Ensure a module of the kernel is not loaded for the devices it is made for, or may be again.

    name: name of the module
    state: absent takes its line out of the file
    blacklist_file: the file, which is made if it is missing

    Example:
        - name: Leave the sound of the machine alone
          kernel_blacklist: {name: pcspkr}

    Returns:
        name: the module
        state: present or absent
    """
    lines = split_lines(read_text(blacklist_file) or "")
    # modprobe takes - and _ in names for the same.
    others = [line for line in lines if line.replace("-", "_").split() != ["blacklist", name.replace("-", "_")]]
    if state == "absent" and others != lines:
        yield from write_text(blacklist_file, "".join(others))
    elif state == "present" and others == lines:
        end_line(lines)
        yield from write_text(blacklist_file, "".join(lines) + "blacklist %s\n" % name)
    return {"name": name, "state": state}
