"""How the values of settings are read: each function takes what the environment says and raises ValueError if it can not be used."""

from __future__ import annotations

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cryptography.fernet import Fernet


def optional_text(value: str) -> str:
    return value.strip()


def names(value: str) -> list[str]:
    return [name.strip() for name in value.split(",") if name.strip()]


def resolvers(value: str) -> list[str]:
    """Addresses of resolvers, or ``system`` for those that the machine uses itself."""
    for name in names(value):
        if name != "system" and not _is_address(name):
            raise ValueError(f"{name!r} is neither an IP address nor system")
    return names(value) or ["system"]


def _is_address(value: str) -> bool:
    try:
        ip_address(value)
    except ValueError:
        return False
    return True


def port(value: str) -> int:
    if not value.strip().isdecimal() or not 0 < int(value) < 65536:
        raise ValueError(f"{value!r} is not a port between 1 and 65535")
    return int(value)


def yes_or_no(value: str) -> bool:
    if value.lower() in {"1", "true", "yes", "on"}:
        return True
    if value.lower() in {"0", "false", "no", "off", ""}:
        return False
    raise ValueError(f"{value!r} is neither yes nor no")


def seconds(value: str) -> int:
    if not value.strip().isdecimal():
        raise ValueError(f"{value!r} is not a whole number")
    if int(value) < 1:
        raise ValueError("it is less than a second")
    return int(value)


def lease(value: str) -> int:
    """Longer than the second between two signs of life, or every mailbox would be taken from its worker."""
    if seconds(value) < 2:
        raise ValueError("it is less than two seconds, and workers give a sign of life every second")
    return int(value)


def hours(value: str) -> float:
    """At least a minute: a mailbox that is looked at all the time would keep the others from their turn."""
    try:
        number = float(value)
    except ValueError:
        raise ValueError(f"{value!r} is not a number of hours") from None
    if not 1 / 60 <= number <= 24 * 365:
        raise ValueError(f"{value!r} is not between a minute (0.017) and a year")
    return number


def time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"there is no time zone {value!r}") from None
    return value


def language(value: str) -> str:
    if value not in {"en", "nl"}:
        raise ValueError(f"{value!r} is neither en nor nl")
    return value


def log_level(value: str) -> str:
    if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError(f"{value!r} is none of DEBUG, INFO, WARNING and ERROR")
    return value.upper()


def secret_key(value: str) -> str:
    if len(value) < 32:
        raise ValueError("it is shorter than 32 characters")
    return value


def encryption_keys(value: str) -> list[str]:
    """One or more Fernet keys, newest first: the first encrypts, all decrypt."""
    keys = names(value)
    if not keys:
        raise ValueError("no key is given")
    for number, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError as error:
            raise ValueError(f"key {number} is not 32 bytes in URL-safe base64") from error
    return keys


def database(value: str) -> dict[str, Any]:
    """``sqlite:////absolute/path`` or ``postgres://user:password@host:port/name`` as Django wants it."""
    url = urlsplit(value)
    # Connecting is a good part of what a page costs. Threads of the web server keep their connection for a minute.
    kept = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    if url.scheme == "sqlite":
        return _sqlite(Path(unquote(url.path[1:]))) | kept
    if url.scheme in {"postgres", "postgresql"}:
        return _postgres(url.hostname or "", url) | kept
    raise ValueError("it starts neither with sqlite:/// nor with postgres://")


def _sqlite(path: Path) -> dict[str, Any]:
    if not path.name:
        raise ValueError("the path of the SQLite file is missing")
    # IMMEDIATE takes the write lock when a transaction begins: two writers wait for each other and never deadlock.
    pragmas = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
        "PRAGMA busy_timeout=20000; PRAGMA journal_size_limit=67108864;"
    )
    options = {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": pragmas}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": options}


def _postgres(host: str, url: Any) -> dict[str, Any]:
    query = dict(parse_qsl(url.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path[1:]),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": query.pop("host", unquote(host)),
        "PORT": str(url.port or ""),
        "OPTIONS": query,
    }


def issuer(value: str) -> str:
    """Empty, or where an OpenID provider's discovery document is below. HTTP is for this machine only."""
    url = urlsplit(value.strip())
    at_home = url.scheme == "http" and url.hostname in {"127.0.0.1", "localhost", "::1"}
    if value.strip() and not ((url.scheme == "https" and url.hostname) or at_home):
        raise ValueError("it does not start with https://")
    return value.strip()


def role(value: str) -> str:
    if value not in {"administrator", "manager", "helpdesk"}:
        raise ValueError(f"{value!r} is none of administrator, manager and helpdesk")
    return value


def role_or_refuse(value: str) -> str:
    return value if value == "refuse" else role(value)


def roles(value: str) -> list[tuple[str, str]]:
    """``mc-admins=administrator,mc-readers=helpdesk``: values of a claim and what they give, the first that fits counts."""
    pairs = [name.rpartition("=") for name in names(value)]
    if not all(claimed and equals for claimed, equals, _ in pairs):
        raise ValueError("it is not a list of value=role")
    return [(claimed.strip(), role(given.strip())) for claimed, _, given in pairs]


def redis(value: str) -> str:
    if not re.match(r"(rediss?://|redis\+socket:///|unix:///).", value):
        raise ValueError("it starts with none of redis://, rediss://, redis+socket:/// and unix:///")
    return value.replace("unix://", "redis+socket://", 1)


def site_url(value: str) -> str:
    url = urlsplit(value)
    if url.scheme not in {"http", "https"} or not url.hostname:
        raise ValueError(f"{value!r} is not an address such as https://migration.contoso.com")
    return value.rstrip("/")


# Django's names for the two ways to encrypt, by the scheme of the URL.
MAIL_SCHEMES = {"smtp": {}, "smtp+tls": {"EMAIL_USE_TLS": True}, "smtps": {"EMAIL_USE_SSL": True}}


def mail_server(value: str) -> dict[str, Any]:
    """``smtp+tls://user:password@host:587`` as Django's settings; empty: there is no mail server."""
    url = urlsplit(value)
    if value and (url.scheme not in MAIL_SCHEMES or not url.hostname):
        raise ValueError("it starts with none of smtp://, smtp+tls:// and smtps://, or the host is missing")
    ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
    return {
        "EMAIL_HOST": url.hostname or "",
        "EMAIL_PORT": url.port or ports.get(url.scheme, 25),
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        **MAIL_SCHEMES.get(url.scheme, {}),
    }


def hidden(value: str) -> str:
    return "(set)" if value else ""


def without_sign_in(value: str) -> str:
    """A URL without name and password, wherever in it they stand."""
    url = urlsplit(value)
    return value and f"{url.scheme}://{url.netloc.rpartition('@')[2]}{url.path}"
