"""Repositories of RPM packages."""

import os
import re

from muster.target.files import attributes as looks_of
from muster.target.files import read, remove, write
from muster.target.marks import mark
from muster.target.task import Choice, Failure, Mode, Path, Secret, task
from muster.target.veil import SETTING, URL, veiled

LISTS = {"baseurl": "\n\t", "gpgkey": "\n\t", "exclude": " ", "includepkgs": " "}


@task(
    aliases={"attr": "attributes", "ca_cert": "sslcacert", "client_cert": "sslclientcert", "client_key": "sslclientkey",
             "validate_certs": "sslverify", "excludepkgs": "exclude"},
    obsolete=("async", "deltarpm_metadata_percentage", "gpgcakey", "http_caching", "keepalive", "keepcache",
              "metadata_expire_filter", "mirrorlist_expire", "protect", "ssl_check_cert_permissions", "ui_repoid_vars",
              "unsafe_writes"),
)
def yum_repository(
    name: str, state: Choice("present", "absent") = "present", description: str = None, file: str = None,
    reposdir: Path = "/etc/yum.repos.d", baseurl: [str] = None, metalink: str = None, mirrorlist: str = None,
    enabled: bool = None, gpgcheck: bool = None, gpgkey: [str] = None, repo_gpgcheck: bool = None,
    exclude: [str] = None, includepkgs: [str] = None, priority: str = None, cost: str = None, countme: bool = None,
    module_hotfixes: bool = None, skip_if_unavailable: bool = None, metadata_expire: str = None,
    enablegroups: bool = None, failovermethod: Choice("roundrobin", "priority") = None, include: str = None,
    ip_resolve: Choice("4", "6", "IPv4", "IPv6", "whatever") = None, bandwidth: str = None, throttle: str = None,
    deltarpm_percentage: str = None, timeout: str = None, retries: str = None, username: str = None,
    password: Secret = None, proxy: str = None, proxy_username: str = None, proxy_password: Secret = None,
    s3_enabled: bool = None, sslcacert: str = None, sslclientcert: str = None, sslclientkey: str = None,
    sslverify: bool = None, owner: str = None, group: str = None, mode: Mode = None,
    attributes: str = None, seuser: str = None, serole: str = None, setype: str = None, selevel: str = None,
):
    """Ensure a repository of RPM packages is defined, with just these settings, or is not.

    name: its id, the section of the file
    state: whether it should be there; other repositories in the same file stay
    description: its name for people
    file: name of the file, without .repo; by default the id
    reposdir: directory of the file
    baseurl: URLs of the directory that holds repodata
    metalink: URL of a metalink file instead
    mirrorlist: URL of a list of mirrors instead
    enabled: whether it is used
    gpgcheck: check the signatures of packages
    gpgkey: URLs of the keys that sign
    repo_gpgcheck: check the signature of the metadata
    exclude: packages not to take from it
    includepkgs: the only packages to take from it
    priority: 1 to 99, of which the lowest is preferred
    cost: among repositories of equal priority the cheapest is used
    countme: let the owner count its users
    module_hotfixes: offer packages that modules hide
    skip_if_unavailable: go on when it does not answer
    metadata_expire: seconds for which the metadata are new enough
    enablegroups: whether its groups of packages count
    failovermethod: in which order the URLs are tried
    include: another file to read at this place
    ip_resolve: which addresses to use
    bandwidth: bytes a second there are
    throttle: part of them, or bytes a second, to use
    deltarpm_percentage: largest size of a difference, in percent of the package
    timeout: seconds to wait for a connection
    retries: how often to try
    username: user to log in as
    password: password of that user
    proxy: URL of the proxy to use, _none_ for none
    proxy_username: user to log in as at the proxy
    proxy_password: password of that user
    s3_enabled: it is a bucket of S3
    sslcacert: certificates to trust
    sslclientcert: certificate to show
    sslclientkey: key of that certificate
    sslverify: check the server's certificate
    owner: user who owns the file
    group: group that owns the file
    mode: permissions of the file
    attributes: those that chattr sets: "+i", "-a", or "=ai" for just these
    seuser: user part of its SELinux label
    serole: role part of its SELinux label
    setype: type part of its SELinux label
    selevel: level part of its SELinux label

    Example:
      - yum_repository:
          name: epel
          description: Extra packages
          baseurl: https://download.example.com/pub/epel/$releasever/$basearch/
          gpgcheck: true
          gpgkey: https://download.example.com/pub/epel/KEY

    Returns:
      repo: its id
      state: present or absent
    """
    settings = {
        "baseurl": baseurl, "metalink": metalink, "mirrorlist": mirrorlist, "enabled": enabled, "gpgcheck": gpgcheck,
        "gpgkey": gpgkey, "repo_gpgcheck": repo_gpgcheck, "exclude": exclude, "includepkgs": includepkgs,
        "priority": priority, "cost": cost, "countme": countme, "module_hotfixes": module_hotfixes,
        "skip_if_unavailable": skip_if_unavailable, "metadata_expire": metadata_expire, "enablegroups": enablegroups,
        "failovermethod": failovermethod, "include": include, "ip_resolve": ip_resolve, "bandwidth": bandwidth,
        "throttle": throttle, "deltarpm_percentage": deltarpm_percentage, "timeout": timeout, "retries": retries,
        "username": username, "password": password, "proxy": proxy, "proxy_username": proxy_username,
        "proxy_password": proxy_password, "s3_enabled": s3_enabled, "sslcacert": sslcacert,
        "sslclientcert": sslclientcert, "sslclientkey": sslclientkey, "sslverify": sslverify
    }
    settings = {key: value for key, value in settings.items() if value is not None}
    path = os.path.join(reposdir, (file or name) + ".repo")
    before = (read(path) or b"").decode("utf-8", "surrogateescape")
    if state == "absent":
        after = without(before, name)
        if not after.strip() and before:
            yield from remove(path)
        elif after != before:
            yield from veiled(write(path, after), SETTING, URL)
    else:
        refuse(name, description, settings, reposdir)
        wanted = {key: as_text(key, value) for key, value in dict(settings, name=description).items()}
        if section(before, name) != {key: words(value) for key, value in wanted.items()}:
            mode = 0o644 if mode is None and not before else mode
            yield from veiled(write(path, replaced(before, name, wanted), owner, group, mode), SETTING, URL)
        else:
            yield from looks_of(path, owner, group, mode)
        yield from mark(path, attributes, seuser, serole, setype, selevel)
    return {"repo": name, "state": state}


def refuse(name, description, settings, reposdir):
    """Raise Failure for what dnf could not use."""
    if not re.match(r"[^\[\]/\s]+$", name):
        raise Failure("%r is no id of a repository: it is one word, such as epel" % name)
    if not description:
        raise Failure("the repository %s needs a description, which dnf shows as its name" % name)
    if not any(settings.get(key) for key in ("baseurl", "metalink", "mirrorlist")):
        raise Failure("the repository %s needs one of baseurl, metalink and mirrorlist" % name)
    if not os.path.isdir(reposdir):
        raise Failure("the directory %s does not exist: is this a host with dnf or yum?" % reposdir)


def as_text(key, value):
    if isinstance(value, bool):
        return "1" if value else "0"
    text = LISTS[key].join(value) if key in LISTS else str(value)
    # What is not indented would begin a setting of its own.
    return "\n\t".join(line.strip() for line in text.splitlines() if line.strip())


def words(value):
    """Return a value such that line breaks and blanks between its parts make no difference."""
    return " ".join(value.split())


def sections(text):
    """Return the file as [(id, text), ...]; what comes before the first section is under None."""
    found = [(None, "")]
    for line in text.splitlines(True):
        match = re.match(r"\[(.+)\]\s*$", line)
        if match:
            found.append((match.group(1), line))
        else:
            found[-1] = (found[-1][0], found[-1][1] + line)
    return found


def section(text, name):
    """Return the settings of a repository, {key: value}, or None where it is not in the file."""
    found, key = None, None
    for each, body in sections(text):
        if each != name:
            continue
        found = {}
        for line in body.splitlines()[1:]:
            if line[:1] in (" ", "\t") and key and line.strip():
                found[key] = words(found[key] + " " + line)
            elif "=" in line and line[:1] not in ("#", ";"):
                key, value = (part.strip() for part in line.split("=", 1))
                found[key] = words(value)
    return found


def without(text, name):
    return "".join(body for each, body in sections(text) if each != name)


def replaced(text, name, settings):
    """Return the text of a file in which the repository has just these settings, at its place or at the end."""
    lines = ["%s = %s" % each for each in sorted(settings.items())]
    ours = "[%s]\n%s\n\n" % (name, "\n".join(lines))
    parts = sections(text)
    if not any(each == name for each, _ in parts):
        return text + ("\n" if text and not text.endswith("\n") else "") + ours
    return "".join(ours if each == name else body for each, body in parts)
