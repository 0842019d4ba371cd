"""The configuration: ansible.cfg and `ANSIBLE_*` variables, as far as they mean something here.

    config = read_config(os.environ, os.getcwd())
    config["forks"]             20
    config.source("forks")      "ansible.cfg:3:9", "ANSIBLE_FORKS", or "default"
    vault_identities(config)    [("dev", "~/.dev-password")]: passwords of vaults, in the order in which they are tried

The command line beats the environment, which beats the file. `table.py` names every setting.
"""

from muster.config.config import Config, Unused, read_config, vault_identities
from muster.config.file import ConfigWarning

__all__ = ["Config", "ConfigWarning", "Unused", "read_config", "vault_identities"]
