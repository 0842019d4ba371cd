"""Filters that write data as JSON, YAML, base64 or a digest, and read it back."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from typing import Any

import yaml

from muster.template.filters.passwords import password_hash
from muster.template.plugins import Plugin, PluginError
from muster.template.values import plain

# The namespace in which Ansible makes its UUIDs; equal text must give equal ones.
NAMESPACE = "361E6D51-FAEC-444A-9079-341386DA8E2E"


class Dumper(yaml.SafeDumper):
    """Writes also texts of a special kind (`!unsafe`) as text."""


Dumper.add_multi_representer(str, lambda dumper, value: dumper.represent_str(str(value)))
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def from_json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, (str, bytes)) else value


def to_json(value: Any, **options: Any) -> str:
    return json.dumps(plain(value), default=str, **options)


def to_nice_json(value: Any, indent: int = 4, sort_keys: bool = True, **options: Any) -> str:
    return to_json(value, **{"indent": indent, "sort_keys": sort_keys, "separators": (",", ": "), **options})


def from_yaml(value: Any) -> Any:
    return yaml.load(value, Loader=Loader) if isinstance(value, str) else value


def from_yaml_all(value: Any) -> Any:
    return list(yaml.load_all(value, Loader=Loader)) if isinstance(value, str) else value


def to_yaml(value: Any, default_flow_style: bool | None = None, **options: Any) -> str:
    settings = {"allow_unicode": True, "default_flow_style": default_flow_style, **options}
    return str(yaml.dump(plain(value), Dumper=Dumper, **settings))


def to_nice_yaml(value: Any, indent: int = 4, **options: Any) -> str:
    return to_yaml(value, **{"default_flow_style": False, "indent": indent, **options})


def b64encode(value: str, encoding: str = "utf-8") -> str:
    return base64.b64encode(str(value).encode(encoding)).decode("ascii")


def b64decode(value: str, encoding: str = "utf-8") -> str:
    return base64.b64decode(value).decode(encoding)


def digest(value: Any, algorithm: str = "sha1") -> str:
    """Return the hex digest of a text."""
    if algorithm not in hashlib.algorithms_available:
        raise PluginError(f'this system has no hash algorithm "{algorithm}"')
    return hashlib.new(algorithm, str(value).encode("utf-8", "surrogateescape")).hexdigest()


def md5(value: Any) -> str:
    return digest(value, "md5")


def to_uuid(value: str, namespace: str = NAMESPACE) -> str:
    return str(uuid.uuid5(uuid.UUID(str(namespace)), str(value)))


FILTERS: dict[str, Plugin] = {
    "from_json": from_json, "to_json": to_json, "to_nice_json": to_nice_json, "from_yaml": from_yaml,
    "from_yaml_all": from_yaml_all, "to_yaml": to_yaml, "to_nice_yaml": to_nice_yaml, "b64encode": b64encode,
    "b64decode": b64decode, "hash": digest, "checksum": digest, "sha1": digest, "md5": md5, "to_uuid": to_uuid,
    "password_hash": password_hash,
}
