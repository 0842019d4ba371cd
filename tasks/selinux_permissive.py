"""SELinux domains in which what is forbidden is only noted."""

from muster.target import semanage
from muster.target.task import task


@task(aliases={"name": "domain"})
def selinux_permissive(domain: str, permissive: bool, no_reload: bool = False, store: str = ""):
    """Ensure an SELinux domain is permissive, or is not.

    domain: the domain, such as httpd_t
    permissive: whether what is forbidden to it is only noted in the log
    no_reload: let the kernel have the changed policy after the next boot only
    store: the store of the policy; by default that of the host

    Example:
      - selinux_permissive: {domain: httpd_t, permissive: true}

    Returns:
      domain: the domain
      permissive: whether it is
      store: as it was given
    """
    semanage.need_selinux(ignore=True)
    where = ["-S", store] if store else []
    has = domain in [line.strip() for line in semanage.listed("permissive", *where)]
    if has != permissive:
        yield semanage.change("permissive", where + ["-a" if permissive else "-d", domain], not no_reload)
    return {"domain": domain, "permissive": permissive, "store": store}
