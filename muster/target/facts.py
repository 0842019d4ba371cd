"""Facts about the host, cheaply: read from /proc, /sys and /etc, without starting a program.

Names are those that playbooks know, without `ansible_`. What is dear (mounts, devices) is gathered only when it is
asked for by name, by `hardware` or by `all`.
"""

import os
import sys
import time

from muster.target import hardware, network, virtual
from muster.target.distribution import assignments, distribution, first_line, package_manager, service_manager
from muster.target.peek import peek
from muster.target.task import warn

LOCAL = "/etc/ansible/facts.d"


def gather(subset=None, fact_path=LOCAL, timeout=10):
    """Return {name: value}.

    subset: words such as "all", "min", "network", "!hardware"; None means everything that is cheap
    fact_path: directory of the host's own facts (*.fact)
    timeout: seconds for a program in that directory
    """
    facts = {}
    for name in chosen(subset):
        try:
            facts.update(local(fact_path, timeout) if name == "local" else COLLECTORS[name]())
        except (OSError, ValueError, LookupError) as error:
            warn("the facts of %s could not be read: %s: %s" % (name, type(error).__name__, error))
    facts["gather_subset"] = list(subset or ["all"])
    facts["module_setup"] = True
    return facts


def chosen(subset):
    """Return the names of collectors for the words of gather_subset, by the rules of Ansible.

    >>> chosen(["!all", "!min", "network"])
    ['network']
    """
    if not subset:
        return [name for name in COLLECTORS if name not in DEAR]
    wanted, unwanted = set(), set()
    for word in subset:
        if not word.startswith("!"):
            wanted.update(members(word))
        elif word not in ("!all", "!min"):
            unwanted.update(members(word[1:]))
    if not wanted and "!all" not in subset:
        wanted = set(COLLECTORS)
    if "!min" in subset:
        wanted -= set(MINIMUM) if "all" in subset else set()
    else:
        # The minimum comes with everything, unless all of it is unwanted.
        wanted |= set(MINIMUM)
        unwanted -= set(MINIMUM)
    return [name for name in COLLECTORS if name in wanted - unwanted]


def members(word):
    """Return the collectors that a word of gather_subset stands for."""
    if word in ("ohai", "facter"):
        warn("muster does not run %s; its facts are left out" % word)
        return []
    if word not in SUBSETS and word not in COLLECTORS:
        warn("there is no subset of facts called %s; there are %s" % (word, ", ".join(sorted(set(SUBSETS) | set(
            COLLECTORS)))))
    return SUBSETS.get(word, [word] if word in COLLECTORS else [])


def platform():
    uname = os.uname()
    fqdn = full_name(uname.nodename)
    machine = uname.machine
    architecture = "i386" if machine in ("i486", "i586", "i686") else machine
    bits = "64" if sys.maxsize > 2**32 else "32"
    return {
        "system": uname.sysname, "kernel": uname.release, "kernel_version": uname.version, "machine": machine,
        "architecture": architecture, "userspace_bits": bits,
        "userspace_architecture": {"32": "i386"}.get(bits, architecture) if machine == "x86_64" else architecture,
        "nodename": uname.nodename, "hostname": uname.nodename.split(".")[0], "fqdn": fqdn,
        "domain": fqdn.partition(".")[2], "machine_id": first_line("/etc/machine-id") or first_line(
            "/var/lib/dbus/machine-id") or None,
    }


def full_name(nodename, hosts="/etc/hosts"):
    """Return the host's name with its domain: from its own name, /etc/hosts, or the resolver, the first that knows."""
    if "." in nodename:
        return nodename
    for names in [line.partition("#")[0].split()[1:] for line in peek(hosts).splitlines()]:
        if nodename in names:
            return next((name for name in names if name.startswith(nodename + ".")), nodename)
    return resolve(nodename) or nodename


def resolve(nodename, seconds=1.0):
    """Return the name with a domain that the resolver has for a host, or None.

    A resolver that does not answer would hold everything up for many seconds, so a child asks and may be given up.
    """
    import select
    import signal

    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            import _socket  # The C part alone imports in a tenth of the time.

            name, aliases, _ = _socket.gethostbyaddr(nodename)
            os.write(writer, next((each for each in [name] + aliases if "." in each), "").encode())
        except OSError:
            pass
        finally:
            os._exit(0)
    os.close(writer)
    ready, _, _ = select.select([reader], [], [], seconds)
    found = os.read(reader, 1024).decode() if ready else ""
    os.close(reader)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return found if found and not found.startswith("localhost") else None


def managers():
    return {"pkg_mgr": package_manager(), "service_mgr": service_manager()}


def python():
    info = sys.version_info
    names = ("major", "minor", "micro", "releaselevel", "serial")
    return {
        "python_version": "%d.%d.%d" % info[:3],
        "python": {"version": dict(zip(names, info)), "version_info": list(info), "executable": sys.executable,
                   "type": sys.implementation.name, "has_sslcontext": True},
    }


def user():
    import pwd

    uid = os.geteuid()
    facts = {"user_uid": uid, "user_gid": os.getegid(), "real_user_id": os.getuid(), "effective_user_id": uid,
             "real_group_id": os.getgid(), "effective_group_id": os.getegid()}
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        return dict(facts, user_id=str(uid), user_dir=os.environ.get("HOME", "/"), user_shell="", user_gecos="")
    return dict(facts, user_id=entry.pw_name, user_gid=entry.pw_gid, user_dir=entry.pw_dir, user_shell=entry.pw_shell,
                user_gecos=entry.pw_gecos)


def env():
    return {"env": dict(os.environ)}


def date_time():
    now = time.time()
    here, there = time.localtime(now), time.gmtime(now)
    zone = {"tz": time.strftime("%Z", here), "tz_dst": time.tzname[1], "tz_offset": time.strftime("%z", here)}
    forms = {
        "year": "%Y", "month": "%m", "weekday": "%A", "weekday_number": "%w", "weeknumber": "%W", "day": "%d",
        "hour": "%H", "minute": "%M", "second": "%S", "date": "%Y-%m-%d", "time": "%H:%M:%S",
        "iso8601_basic_short": "%Y%m%dT%H%M%S",
    }
    micro = "%06d" % (now % 1 * 1000000)
    return {"date_time": dict(
        zone, epoch=str(int(now)), epoch_int=str(int(now)), iso8601=time.strftime("%Y-%m-%dT%H:%M:%SZ", there),
        iso8601_micro=time.strftime("%Y-%m-%dT%H:%M:%S.", there) + micro + "Z",
        iso8601_basic=time.strftime("%Y%m%dT%H%M%S", here) + micro,
        **{name: time.strftime(form, here) for name, form in forms.items()}
    )}


def dns(path="/etc/resolv.conf"):
    found = {}
    for word, *values in [line.split() for line in peek(path).splitlines() if line.strip() and line[0] not in "#;"]:
        if word == "nameserver" and values:
            found.setdefault("nameservers", []).append(values[0])
        elif word == "domain" and values:
            found["domain"] = values[0]
        elif word in ("search", "sortlist"):
            found[word] = values
        elif word == "options":
            found["options"] = {each.partition(":")[0]: each.partition(":")[2] or True for each in values}
    return {"dns": found}


def kernel_options():
    """Return the kernel's command line, and whether FIPS mode is on."""
    last, every = {}, {}
    for word in first_line("/proc/cmdline").split():
        name, sign, value = word.partition("=")
        value = value if sign else True
        last[name] = value
        every[name] = value if name not in every else (
            every[name] if isinstance(every[name], list) else [every[name]]) + [value]
    return {"cmdline": last, "proc_cmdline": every, "fips": first_line("/proc/sys/crypto/fips_enabled") == "1"}


def lsb():
    """Return what lsb_release would print; nothing where neither it nor its file is there."""
    release = assignments("/etc/lsb-release")
    if not release and os.path.exists("/usr/bin/lsb_release"):
        known = assignments("/etc/os-release")
        release = {"DISTRIB_ID": known.get("ID", "").capitalize(), "DISTRIB_RELEASE": known.get("VERSION_ID", "n/a"),
                   "DISTRIB_CODENAME": known.get("VERSION_CODENAME", "n/a"),
                   "DISTRIB_DESCRIPTION": known.get("PRETTY_NAME", "")}
    found = {name: release["DISTRIB_" + name.upper()] for name in ("id", "release", "codename", "description")
             if "DISTRIB_" + name.upper() in release}
    if "release" in found:
        found["major_release"] = found["release"].split(".")[0]
    return {"lsb": found}


def selinux(root="/sys/fs/selinux", config="/etc/selinux/config"):
    configured = assignments(config)
    if not os.path.exists(root + "/enforce"):
        return {"selinux": {"status": "disabled"}, "selinux_python_present": True}
    return {"selinux_python_present": True, "selinux": {
        "status": "enabled", "mode": "enforcing" if first_line(root + "/enforce") == "1" else "permissive",
        "config_mode": configured.get("SELINUX", "unknown"), "type": configured.get("SELINUXTYPE", "unknown"),
        "policyvers": int(first_line(root + "/policyvers", "0") or 0),
    }}


def apparmor():
    enabled = os.path.exists("/sys/kernel/security/apparmor") or first_line(
        "/sys/module/apparmor/parameters/enabled") == "Y"
    return {"apparmor": {"status": "enabled" if enabled else "disabled"}}


# Bits of CapEff, from linux/capability.h.
CAPABILITIES = (
    "chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable net_bind_service "
    "net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin "
    "sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap mac_override "
    "mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore"
).split()


def capabilities():
    """Tell which capabilities this process is confined to; "False" and none where it has them all."""
    status = dict(line.split(":", 1) for line in peek("/proc/self/status").splitlines())
    bits = int(status["CapEff"], 16)
    last = int(first_line("/proc/sys/kernel/cap_last_cap", "40"))
    if bits == (1 << last + 1) - 1:
        return {"system_capabilities_enforced": "False", "system_capabilities": []}
    return {"system_capabilities_enforced": "True", "system_capabilities": [
        "cap_" + name for number, name in enumerate(CAPABILITIES) if bits >> number & 1]}


def ssh_keys(directory="/etc/ssh"):
    found = {}
    for kind in ("rsa", "dsa", "ecdsa", "ed25519"):
        words = first_line("%s/ssh_host_%s_key.pub" % (directory, kind)).split()
        if len(words) > 1:
            found["ssh_host_key_%s_public" % kind] = words[1]
            found["ssh_host_key_%s_public_keytype" % kind] = words[0]
    return found


def uptime():
    words = first_line("/proc/loadavg", "0 0 0").split()
    return {"uptime_seconds": int(float(first_line("/proc/uptime", "0").split()[0])),
            "loadavg": dict(zip(("1m", "5m", "15m"), map(float, words)))}


def chroot():
    """Tell whether the root directory is another than that of process 1 (unknown to all but root: then not)."""
    try:
        return {"is_chroot": not os.path.samestat(os.stat("/"), os.stat("/proc/1/root/."))}
    except OSError:
        return {"is_chroot": False}


def systemd():
    """Return systemd's version, which the name of its own library tells."""
    prefix = "libsystemd-shared-"
    for directory in ("/usr/lib/systemd", "/lib/systemd"):
        for name in os.listdir(directory) if os.path.isdir(directory) else ():
            number = name[len(prefix):].split(".")[0].split("-")[0]
            if name.startswith(prefix) and number.isdigit():
                return {"systemd": {"version": int(number)}}
    return {}


def local(directory=LOCAL, timeout=10):
    """Return the host's own facts: *.fact files in JSON or INI, or programs that print such."""
    found = {}
    names = sorted(os.listdir(directory)) if os.path.isdir(directory) else []
    for name in names:
        if name.endswith(".fact"):
            found[name[:-len(".fact")]] = own_fact(os.path.join(directory, name), timeout)
    return {"local": found}


def own_fact(path, timeout):
    """Return the value of one *.fact file; words about the error when it has none."""
    from muster.target.system import capture

    if os.access(path, os.X_OK):
        outcome = capture("timeout", str(timeout), path)
        if not outcome.ok:
            return "error running %s: it ended with %d: %s" % (path, outcome.rc, outcome.stderr.strip())
        text = outcome.stdout
    else:
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
    return parse_fact(text, path)


def parse_fact(text, path):
    import json

    try:
        return json.loads(text)
    except ValueError:
        pass
    import configparser

    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text)
    except configparser.Error:
        return "error loading facts from %s: it is neither JSON nor INI" % path
    return {section: dict(parser.items(section)) for section in parser.sections()}


def mounts():
    from muster.target import storage

    return storage.mounts()


def initiators():
    from muster.target import storage

    return storage.initiators()


def devices():
    from muster.target import storage

    return storage.devices()


COLLECTORS = {
    "platform": platform, "distribution": distribution, "pkg_mgr": managers, "python": python, "user": user, "env": env,
    "date_time": date_time, "dns": dns, "cmdline": kernel_options, "lsb": lsb, "selinux": selinux, "apparmor": apparmor,
    "system_capabilities": capabilities, "ssh_pub_keys": ssh_keys, "uptime": uptime, "chroot": chroot,
    "systemd": systemd, "local": local, "interfaces": network.gather, "memory": hardware.memory,
    "processor": hardware.processor, "dmi": hardware.dmi, "virtualization": virtual.gather,
    "mounts": mounts, "devices": devices, "initiators": initiators,
}
DEAR = ("mounts", "devices", "initiators")
MINIMUM = (
    "platform", "distribution", "pkg_mgr", "python", "user", "env", "date_time", "dns", "cmdline", "lsb", "selinux",
    "apparmor", "system_capabilities", "ssh_pub_keys", "chroot", "local",
)
SUBSETS = {
    "all": list(COLLECTORS), "min": list(MINIMUM), "network": ["interfaces"], "virtual": ["virtualization"],
    "hardware": ["memory", "processor", "dmi", "mounts", "devices", "uptime"], "caps": ["system_capabilities"],
    "service_mgr": ["pkg_mgr"], "fips": ["cmdline"], "default_ipv4": ["interfaces"], "default_ipv6": ["interfaces"],
    "all_ipv4_addresses": ["interfaces"], "all_ipv6_addresses": ["interfaces"], "loadavg": ["uptime"],
    "virtualization_type": ["virtualization"], "virtualization_role": ["virtualization"], "os_family": ["distribution"],
    "date": ["date_time"], "is_chroot": ["chroot"],
    "iscsi": ["initiators"], "nvme": ["initiators"], "fibre_channel_wwn": ["initiators"],
    "machine": ["platform"], "architecture": ["platform"],
}
