"""The lookup `url`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from muster.template.lookups.asked import Asked, check_names
from muster.template.plugins import Plugin, PluginError, outside

# The last five are accepted and have no effect.
OPTIONS = ("split_lines", "validate_certs", "username", "password", "headers", "timeout",
           "force", "force_basic_auth", "follow_redirects", "use_proxy", "http_agent")


@outside
def url(terms: list[Any], asked: Asked, split_lines: bool = True, validate_certs: bool = True, username: str = "",
        password: str = "", headers: Mapping[str, str] | None = None, timeout: float = 10, wantlist: bool = False,
        **others: Any) -> list[str]:
    """Return the lines of each page, or each page as one text when `split_lines` is false."""
    check_names(others, OPTIONS)
    sent = dict(headers or {})
    if username:
        import base64

        sent["Authorization"] = "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()
    made: list[str] = []
    for term in terms:
        page = fetch(str(term), sent, validate_certs, float(timeout))
        made += page.splitlines() if split_lines else [page]
    return made


def fetch(address: str, headers: Mapping[str, str], validate: bool, timeout: float) -> str:
    import ssl
    import urllib.error
    import urllib.request

    if not address.startswith(("http://", "https://")):
        raise PluginError(f'"{address}" is no address of the web: it must begin with http:// or https://')
    trust = ssl.create_default_context()
    if not validate:
        trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    request = urllib.request.Request(address, headers=dict(headers))
    try:
        with urllib.request.urlopen(request, timeout=timeout, context=trust) as answer:
            return str(answer.read().decode("utf-8", "surrogateescape"))
    except urllib.error.URLError as error:
        raise PluginError(f"cannot fetch {address}: {error.reason}") from None


LOOKUPS: dict[str, Plugin] = {"url": url}
