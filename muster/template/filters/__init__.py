"""Filters beyond Jinja's own, by the names they have in playbooks; one file a noun."""

from muster.template.filters import data, dates, encodings, lists, numbers, paths, text
from muster.template.plugins import Plugin, PluginError


def absent(name: str) -> Plugin:
    """Return a filter that says that muster does not have it, for names that Ansible's collections know."""

    def missing_filter(*args: object, **kwargs: object) -> None:
        raise PluginError("muster does not have this filter of Ansible's collections yet")

    return missing_filter


ABSENT = ("ipaddr", "ipv4", "ipv6", "ipwrap", "ipsubnet", "ipmath", "ip4_hex", "nthhost", "hwaddr", "macaddr",
          "network_in_network", "network_in_usable", "cidr_merge", "slaac", "parse_cli", "parse_xml", "vault",
          "unvault")

FILTERS: dict[str, Plugin] = {
    **{name: absent(name) for name in ABSENT},
    **data.FILTERS, **dates.FILTERS, **encodings.FILTERS, **lists.FILTERS, **numbers.FILTERS, **paths.FILTERS,
    **text.FILTERS,
}
