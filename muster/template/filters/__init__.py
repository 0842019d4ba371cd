"""Filters beyond Jinja's own, by the names they have in playbooks; one file a noun."""

from muster.template.filters import (
    addresses,
    data,
    dates,
    durations,
    encodings,
    hardware,
    keys,
    lists,
    numbers,
    paths,
    text,
    vault,
)
from muster.template.plugins import Plugin, PluginError


def absent(name: str) -> Plugin:
    """Return a filter that says that muster does not have it, for names that Ansible's collections know."""

    def missing_filter(*args: object, **kwargs: object) -> None:
        raise PluginError("muster does not have this filter of Ansible's collections yet")

    return missing_filter


ABSENT = ("parse_cli", "parse_cli_textfsm", "parse_xml", "to_xml", "from_xml", "validate", "jc", "hashids_encode",
          "hashids_decode", "json_patch", "json_patch_recipe", "json_diff", "consolidate", "fact_diff", "get_path",
          "to_paths", "index_of", "param_list_compare", "usable_range", "ipcut", "from_ini", "to_ini", "to_prettytable",
          "gpg_fingerprint", "x509_certificate_info", "openssl_privatekey_info")

FILTERS: dict[str, Plugin] = {
    **{name: absent(name) for name in ABSENT},
    **addresses.FILTERS, **data.FILTERS, **dates.FILTERS, **durations.FILTERS, **encodings.FILTERS,
    **hardware.FILTERS, **keys.FILTERS, **lists.FILTERS, **numbers.FILTERS, **paths.FILTERS, **text.FILTERS,
    **vault.FILTERS,
}
