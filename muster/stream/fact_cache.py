"""Facts that are kept from one run to the next: one JSON file a host, which ansible-core reads and writes as well.

As measured with ansible-core 2.19: the file of a host is called PREFIX "s1_" HOST and holds {"__payload__": JSON as
text}; before 2.19 it was PREFIX HOST, and held the JSON itself. Its names are those of facts as variables
(`ansible_kernel`), other names for what set_fact made cacheable, and `_ansible_facts_gathered` once they were gathered.
A value that a playbook has set is wrapped in a mapping that also says where.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import time
import warnings
from collections.abc import Mapping
from typing import Any, NamedTuple

from muster.config import ConfigWarning
from muster.errors import OptionError
from muster.secrets import SECRETS

SCHEMA = "s1_"
PAYLOAD = "__payload__"
# What tells a wrapped value from a mapping, and what its types are called.
WRAPPED = "__ansible_type"
TAGGED = "_AnsibleTagged"


class FactCache(NamedTuple):
    """A directory of facts.

    prefix: what the names of its files begin with
    timeout: seconds for which they hold; 0 is for ever
    """

    directory: str
    prefix: str = ""
    timeout: int = 86400

    def prepare(self) -> None:
        """Make the directory; raises OptionError if that, or writing to it, is not possible."""
        try:
            os.makedirs(self.directory, exist_ok=True)
        except OSError as error:
            raise OptionError(f"the directory for facts, {self.directory}, cannot be made: {error.strerror}", None,
                              "name another with fact_caching_connection") from None
        if not os.access(self.directory, os.R_OK | os.W_OK | os.X_OK):
            raise OptionError(f"the directory for facts, {self.directory}, cannot be written to", None,
                              "name another with fact_caching_connection")

    def path(self, host: str) -> str:
        return os.path.join(self.directory, f"{self.prefix}{SCHEMA}{host}")

    def load(self, host: str) -> dict[str, Any]:
        """Return the facts of a host, none where there are none or they are too old; of two files the newer counts.

        What cannot be read is as good as none: it is written anew when facts are gathered.
        """
        paths = [self.path(host), os.path.join(self.directory, f"{self.prefix}{host}")]
        times = {path: os.path.getmtime(path) for path in paths if os.path.isfile(path)}
        path = max(times, key=lambda each: times[each], default="")
        if not path or (self.timeout and time.time() - times[path] > self.timeout):
            return {}
        try:
            with open(path, encoding="utf-8") as file:
                found = json.load(file)
            found = json.loads(found[PAYLOAD]) if PAYLOAD in found else found
        except (OSError, ValueError, TypeError):
            return {}
        return untagged(found) if isinstance(found, dict) else {}

    def keep(self, host: str, facts: Mapping[str, Any]) -> None:
        """Write the facts of a host, whole or not at all; a host without facts has no file."""
        if not facts:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self.path(host))
            return
        try:
            self.write(self.path(host), json.dumps({PAYLOAD: json.dumps(facts, default=str)}))
        except OSError as error:
            warnings.warn(f"the facts of {host} could not be kept in {self.directory}: {error.strerror}", ConfigWarning,
                          stacklevel=2)

    def write(self, path: str, text: str) -> None:
        handle, made = tempfile.mkstemp(dir=self.directory, prefix=".")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            if not SECRETS.hides(text):
                os.chmod(made, 0o644)  # As there: whoever may enter the directory may share it.
            os.replace(made, path)
        except BaseException:
            os.unlink(made)
            raise


def untagged(value: Any) -> Any:
    """Return a value without what ansible-core wraps it in."""
    if isinstance(value, dict):
        if str(value.get(WRAPPED, "")).startswith(TAGGED):
            return untagged(value.get("value"))
        return {name: untagged(each) for name, each in value.items()}
    return [untagged(each) for each in value] if isinstance(value, list) else value
