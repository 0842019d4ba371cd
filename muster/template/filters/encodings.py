"""Filters that write data as JSON, YAML, base64 or a digest, and read it back."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import uuid
import zlib
from typing import Any

import yaml

from muster.template.filters.passwords import password_hash
from muster.template.plugins import Plugin, PluginError
from muster.template.values import plain

# The namespace in which Ansible makes its UUIDs; equal text must give equal ones.
NAMESPACE = "361E6D51-FAEC-444A-9079-341386DA8E2E"


class Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes also texts of a special kind (`!unsafe`) as text.

    It is libyaml's, where there is one, as in Ansible: the other breaks lines and escapes characters differently.
    """


Dumper.add_multi_representer(str, lambda dumper, value: dumper.represent_str(str(value)))
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def from_json(value: Any, **options: Any) -> Any:
    return json.loads(value, **options)


def to_json(value: Any, *, vault_to_text: Any = None, preprocess_unsafe: Any = None, **options: Any) -> str:
    """Return the value as JSON.

    vault_to_text, preprocess_unsafe: without effect, since what is of Ansible's special kinds is text here
    options: those of `json.dumps`
    """
    made = plain(value)
    return json.dumps(with_text_keys(made) if options.get("sort_keys") else made, default=str, **options)


def with_text_keys(value: Any) -> Any:
    """Return the value with keys as JSON spells them, by which they are sorted: text and numbers have no order."""
    if isinstance(value, dict):
        return {each if isinstance(each, str) else json.dumps(each, default=str): with_text_keys(inner)
                for each, inner in value.items()}
    return [with_text_keys(each) for each in value] if isinstance(value, list) else value


def to_nice_json(value: Any, indent: int = 4, sort_keys: bool = True, **options: Any) -> str:
    return to_json(value, **{"indent": indent, "sort_keys": sort_keys, "separators": (",", ": "), **options})


def from_yaml(value: Any) -> Any:
    return yaml.load(value, Loader=Loader) if isinstance(value, str) else value


def from_yaml_all(value: Any) -> Any:
    return list(yaml.load_all(value, Loader=Loader)) if isinstance(value, str) else [] if value is None else value


def to_yaml(value: Any, *, default_flow_style: bool | None = None, **options: Any) -> str:
    """Return the value as YAML; `options` are those of `yaml.dump`."""
    settings = {"allow_unicode": True, "default_flow_style": default_flow_style, **options}
    return str(yaml.dump(plain(value), Dumper=Dumper, **settings))


def to_nice_yaml(value: Any, indent: int = 4, **options: Any) -> str:
    return to_yaml(value, **{"default_flow_style": False, "indent": indent, **options})


def b64encode(value: str, encoding: str = "utf-8", urlsafe: bool = False) -> str:
    encode = base64.urlsafe_b64encode if urlsafe else base64.b64encode
    return encode(str(value).encode(encoding, "surrogateescape")).decode("ascii")


def b64decode(value: str, encoding: str = "utf-8", urlsafe: bool = False) -> str:
    """Return the text that was encoded; bytes that are none travel in it as surrogates, and can be encoded again."""
    decode = base64.urlsafe_b64decode if urlsafe else base64.b64decode
    return decode(value).decode(encoding, "surrogateescape")


def digest(value: Any, hashtype: str = "sha1") -> str:
    """Return the hex digest of a text."""
    if hashtype not in hashlib.algorithms_available:
        raise PluginError(f'this system has no hash algorithm "{hashtype}"')
    return hashlib.new(hashtype, str(value).encode("utf-8", "surrogateescape")).hexdigest()


def md5(value: Any) -> str:
    return digest(value, "md5")


def crc32(value: Any) -> str:
    return f"{zlib.crc32(str(value).encode('utf-8', 'surrogateescape')):x}"


def from_csv(value: str, dialect: str = "excel", fieldnames: list[str] | None = None,
             **form: Any) -> list[dict[str, Any]]:
    """Return a dictionary for each line of comma-separated values.

    dialect: excel, excel-tab or unix
    fieldnames: names of the columns, where the first line does not hold them
    form: delimiter, skipinitialspace and strict, where they differ from the dialect's
    """
    if dialect not in csv.list_dialects():
        raise PluginError(f'there is no dialect "{dialect}"; there are {", ".join(csv.list_dialects())}')
    given = {name: each for name, each in form.items() if each is not None}
    try:
        return [dict(line) for line in csv.DictReader(io.StringIO(value), fieldnames, dialect=dialect, **given)]
    except csv.Error as error:
        raise PluginError(f"these are no comma-separated values: {error}") from None


def to_uuid(value: str, namespace: str = NAMESPACE) -> str:
    return str(uuid.uuid5(uuid.UUID(str(namespace)), str(value)))


FILTERS: dict[str, Plugin] = {
    "from_json": from_json, "to_json": to_json, "to_nice_json": to_nice_json, "from_yaml": from_yaml,
    "from_yaml_all": from_yaml_all, "to_yaml": to_yaml, "to_nice_yaml": to_nice_yaml, "b64encode": b64encode,
    "b64decode": b64decode, "hash": digest, "checksum": digest, "sha1": digest, "md5": md5, "to_uuid": to_uuid,
    "crc32": crc32, "from_csv": from_csv,
    "password_hash": password_hash,
}
