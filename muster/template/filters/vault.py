"""Filters that encrypt and decrypt with a password of their own."""

from __future__ import annotations

from typing import Any

from muster.errors import VaultError
from muster.secrets import SECRETS
from muster.template.plugins import Plugin, PluginError
from muster.vault.envelope import is_sealed, seal
from muster.vault.keyring import Key, Keyring

LABEL = "filter_default"


def vault(data: Any, secret: str, salt: str | None = None, vault_id: str = LABEL, wrap_object: bool = False) -> str:
    """Return the vault text of a text; with `salt` it is the same each time. `wrap_object` has no effect here."""
    SECRETS.add(str(data))
    return seal(str(data).encode(), str(secret).encode(), vault_id, salt.encode() if salt else None)


def unvault(text: Any, secret: str, vault_id: str = LABEL) -> Any:
    """Return what a vault text holds; what is none is returned as it is."""
    if not isinstance(text, str) or not is_sealed(text):
        return text
    try:
        opened = Keyring([Key(vault_id, str(secret).encode())]).unlock(text)[0].decode()
    except VaultError as error:
        raise PluginError(error.message) from None
    SECRETS.add(opened)
    return opened


FILTERS: dict[str, Plugin] = {"vault": vault, "unvault": unvault}
