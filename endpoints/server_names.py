"""Names of servers as people type them. Pure."""

from __future__ import annotations

import ipaddress
import re

_LABEL = re.compile(r"(?!-)[\w-]{1,63}(?<!-)")


def plain(text: str) -> str:
    """The host name or IP address alone. Raises ValueError if that is not what it is: an URL, an address with a port."""
    name = text.strip().removesuffix(".").lower()
    if name.startswith("[") or ":" in name:
        return str(ipaddress.IPv6Address(name.strip("[]")))
    if not name or len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise ValueError("not a host name")
    return str(ipaddress.IPv4Address(name)) if re.fullmatch(r"[\d.]+", name) else name
