"""What `-i` may name: an INI or YAML file, a script, a directory of these, or a list of hosts with a comma in it."""

from __future__ import annotations

import os
import re

from muster.config import Config
from muster.errors import InventoryError, Origin
from muster.inventory.draft import Draft
from muster.inventory.hostnames import expand
from muster.inventory.ini import read_ini
from muster.inventory.listing import listing, within
from muster.inventory.located import located, put
from muster.inventory.script import read_script
from muster.inventory.yaml import read_yaml
from muster.load.text import text_of
from muster.secrets import SECRETS
from muster.vault.keyring import KEYRING

YAML_ENDINGS = (".yml", ".yaml", ".json")
# What ansible-core 2.19 never reads in a directory.
IGNORED_NAMES = ("group_vars", "host_vars", "vars_plugins")
# A first line that only YAML begins with: a document, a mapping in braces, or a key with nothing after its colon.
YAML_START = re.compile(r"---|\{|[^\[#;\s][^\[\]=]*:\s*(#.*)?$")


def read_source(source: str, draft: Draft, config: Config, above: tuple[str, ...] = ()) -> None:
    """Add what one source holds. Raises InventoryError when it is missing or cannot be read.

    config: says what is passed over in directories
    above: the directories it is in
    """
    if os.path.isdir(source):
        read_directory(source, draft, config, above)
    elif os.path.exists(source):
        read_inventory_file(source, draft)
    elif "," in source:
        read_list(source, draft)
    else:
        raise InventoryError(f"there is no inventory {source}", hint=f'for a host of this name, write "{source},"')


def vars_directory(source: str) -> str | None:
    """Return the directory whose group_vars/ and host_vars/ belong to a source; a list of hosts has none."""
    if not os.path.exists(source):
        return None
    return source if os.path.isdir(source) else os.path.dirname(source) or "."


def read_directory(directory: str, draft: Draft, config: Config, above: tuple[str, ...]) -> None:
    inside = within(directory, above)
    for name in listing(directory):
        if not (name.startswith(".") or name in IGNORED_NAMES or is_passed_over(name, config)):
            read_source(os.path.join(directory, name), draft, config, inside)


def is_passed_over(name: str, config: Config) -> bool:
    """Tell whether the configuration says that a file of this name is no inventory; raises InventoryError."""
    word = "inventory_ignore_patterns"
    try:
        matches = any(re.search(pattern, name) for pattern in config[word])
    except re.error as error:
        raise InventoryError(f"{word} has a regular expression that cannot be read: {error}", config.origin(word)
                             ) from None
    return matches or name.endswith(config["inventory_ignore_extensions"])


def read_inventory_file(file: str, draft: Draft) -> None:
    """Read a file by what it is: executable with an interpreter, by its ending, or by its first line."""
    ending = os.path.splitext(file)[1].lower()
    if is_script(file):
        read_script(file, draft)
    elif ending in YAML_ENDINGS:
        read_yaml(file, draft)
    elif ending == ".toml":
        raise InventoryError("inventories in TOML cannot be read", Origin(file, 1, 1), "write it as YAML or INI")
    else:
        text = read_text(file)
        if not ending and looks_like_yaml(text):
            read_yaml(file, draft)
        else:
            read_ini(text, file, draft)


def is_script(file: str) -> bool:
    """Whether this is a program. Ansible runs whatever is executable; on some file systems that is every file."""
    if not os.access(file, os.X_OK):
        return False
    if not os.path.isfile(file):
        return False  # A pipe or a device, and their first bytes can be read once only.
    try:
        with open(file, "rb") as opened:
            return opened.read(4).startswith((b"#!", b"\x7fELF"))
    except OSError as error:
        raise InventoryError(f"cannot read the inventory {file}: {error.strerror}") from None


def read_text(file: str) -> str:
    """Return the text of an inventory file."""
    try:
        text = text_of(file, "utf-8-sig")
    except UnicodeDecodeError as error:
        raise InventoryError(f"is not UTF-8 text ({error.reason} at byte {error.start})", Origin(file, 1, 1)) from None
    except OSError as error:
        raise InventoryError(f"cannot read the inventory {file}: {error.strerror}") from None
    if text.startswith("#!"):
        raise InventoryError("this is a script, and is not executable", Origin(file, 1, 1), f"chmod +x {file}")
    opened = KEYRING.text(text, file)
    if opened is not text:
        SECRETS.add_settings(opened)
    return opened


def looks_like_yaml(text: str) -> bool:
    """Whether the first line that is no comment could only be YAML."""
    for line in text.splitlines():
        if line.strip() and line.strip()[0] not in "#;":
            return YAML_START.match(line) is not None
    return False


def read_list(source: str, draft: Draft) -> None:
    """Read "host1,host2,": names, ranges and ports as in an INI file."""
    for entry in filter(None, (each.strip() for each in source.split(","))):
        names, port = expand(entry, None)
        values = located(Origin("-i", 1, 1))
        if port is not None:
            put(values, "ansible_port", port, values.origin, values.origin)
        draft.add_hosts("ungrouped", names, values, "-i")
