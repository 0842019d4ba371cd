"""Lookups that Ansible and its collections have and muster lacks, each with the reason and what to do instead."""

from __future__ import annotations

from typing import Any

from muster.template.plugins import Plugin, PluginError

RESOLVER = ("it asks name servers, for which muster has no resolver",
            "`lookup('pipe', 'dig +short NAME')` gives the answers where dig is there")
STORE = ("muster has no client for this store of secrets",
         "`lookup('pipe', ...)` runs the store's own command line client")
ABSENT = {
    "config": ("muster has not Ansible's table of settings", "name the value in a variable"),
    **dict.fromkeys(("dig", "dnstxt"), RESOLVER),
    **dict.fromkeys(("hashi_vault", "vault_read", "vault_kv2_get", "passwordstore", "onepassword", "bitwarden",
                     "lastpass", "keyring", "aws_ssm", "ssm_parameter", "aws_secret", "secretsmanager_secret"), STORE),
}


def absent(why: str, instead: str) -> Plugin:
    """Return a lookup that says why it is none."""

    def missing_lookup(*args: Any, **options: Any) -> None:
        raise PluginError(why, instead)

    return missing_lookup


LOOKUPS: dict[str, Plugin] = {name: absent(*words) for name, words in ABSENT.items()}
