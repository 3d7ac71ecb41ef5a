"""Every setting that the environment can change: its name, its default, what it means, how it is checked.

``docs/reference/settings.md`` lists the same, and a test compares the two.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable. ``default`` None means: it has to be given. ``show`` leaves out what is secret."""

    name: str
    parse: Callable[[str], Any]
    default: str | None
    help: str
    show: Callable[[str], str] = str


def optional_text(value: str) -> str:
    return value.strip()


def names(value: str) -> list[str]:
    return [name.strip() for name in value.split(",") if name.strip()]


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
    if url.scheme == "sqlite":
        return _sqlite(Path(unquote(url.path[1:])))
    if url.scheme in {"postgres", "postgresql"}:
        return _postgres(url.hostname or "", url)
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


SETTINGS = (
    Setting(
        "SECRET_KEY",
        secret_key,
        None,
        "Signs sessions and forms: 50 or more random characters, the same on every web server and worker.",
        hidden,
    ),
    Setting(
        "ENCRYPTION_KEYS",
        encryption_keys,
        None,
        "Fernet keys that encrypt stored credentials, separated by commas, newest first. Keep them apart from the database's backups.",
        hidden,
    ),
    Setting(
        "DATABASE_URL",
        database,
        None,
        "sqlite:////absolute/path or postgres://user:password@host:port/name.",
        without_sign_in,
    ),
    Setting(
        "REDIS_URL",
        redis,
        None,
        "The message broker: redis://host:6379/0, rediss:// for TLS, unix:///path for a socket. Redis or Valkey.",
        without_sign_in,
    ),
    Setting(
        "ALLOWED_HOSTS",
        names,
        "127.0.0.1,localhost,[::1]",
        "Host names under which people reach the web server, separated by commas.",
    ),
    Setting(
        "CSRF_TRUSTED_ORIGINS",
        names,
        "",
        "Origins such as https://migration.contoso.com, needed behind a proxy that ends TLS.",
    ),
    Setting(
        "HTTPS",
        yes_or_no,
        "yes",
        "Whether people reach the web server by HTTPS: secure cookies, HSTS, redirect. No only on this machine.",
    ),
    Setting(
        "TRUST_PROXY",
        yes_or_no,
        "no",
        "Whether a proxy in front sets X-Forwarded-Proto and X-Forwarded-For and strips what clients send.",
    ),
    Setting("DEBUG", yes_or_no, "no", "Django's debug pages. Never in production: they show settings and data."),
    Setting("TIME_ZONE", time_zone, "UTC", "The time zone of people who have not chosen one, as in Europe/Amsterdam."),
    Setting("LANGUAGE_CODE", language, "en", "The language of people who have not chosen one: en or nl."),
    Setting("ORGANIZATION", optional_text, "", "The name of the organization, shown in the header."),
    Setting(
        "SITE_URL",
        site_url,
        "http://127.0.0.1:8000",
        "Where people reach the web server: what links in mails and webhooks begin with.",
    ),
    Setting(
        "EMAIL_URL",
        mail_server,
        "",
        "The mail server: smtp+tls://user:password@host:587 (STARTTLS), smtps://host:465 (TLS) or smtp://host:25. Empty: mails wait.",
        without_sign_in,
    ),
    Setting(
        "EMAIL_FROM",
        optional_text,
        "migration-center@localhost",
        "The sender of mails.",
    ),
    Setting(
        "INCREMENTAL_SYNC_HOURS",
        hours,
        "24",
        "Hours between two incremental syncs of a synced mailbox; 0.5 is half an hour.",
    ),
    Setting(
        "OIDC_ISSUER",
        issuer,
        "",
        "The OpenID provider that people may sign in with, as in https://login.contoso.com. Empty means none.",
    ),
    Setting("OIDC_CLIENT_ID", optional_text, "", "The name under which the OpenID provider knows this installation."),
    Setting("OIDC_CLIENT_SECRET", optional_text, "", "The secret that belongs to it."),
    Setting("OIDC_NAME", optional_text, "OpenID Connect", "What the button for it says after “Sign in with”."),
    Setting("OIDC_ROLE_CLAIM", optional_text, "groups", "The claim that gives new people their role."),
    Setting(
        "OIDC_ROLES",
        roles,
        "",
        "Which value of that claim gives which role, as in mc-admins=administrator,mc-managers=manager. The first that fits counts.",
    ),
    Setting(
        "OIDC_NEW_PEOPLE",
        role_or_refuse,
        "helpdesk",
        "The role of new people whose claim gives none, or refuse: only who is invited comes in.",
    ),
    Setting(
        "SYNC_SLICE_SECONDS",
        seconds,
        "180",
        "How long a worker works on one mailbox before it gives others a turn.",
    ),
    Setting(
        "LEASE_SECONDS",
        lease,
        "60",
        "After how many seconds without a sign of life a mailbox is taken from its worker.",
    ),
    Setting("RECONCILE_SECONDS", seconds, "10", "How often work that is due is looked for in the database."),
    Setting("LOG_LEVEL", log_level, "INFO", "DEBUG, INFO, WARNING or ERROR."),
)


def read(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """All settings by name. Raises ImproperlyConfigured that lists everything that is missing or wrong, at once."""
    values, faults = {}, []
    for setting in SETTINGS:
        given = environ.get(setting.name, setting.default)
        try:
            values[setting.name] = setting.parse(_required(given))
        except ValueError as error:
            faults.append(f"{setting.name}: {error}. {setting.help}")
    if faults:
        raise ImproperlyConfigured("The settings in the environment can not be used:\n  " + "\n  ".join(faults))
    return values


def shown(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """All settings by name, as they were given, for people who are to help: without secrets."""
    return {setting.name: setting.show(environ.get(setting.name, setting.default or "")) for setting in SETTINGS}


def _required(given: str | None) -> str:
    if given is None:
        raise ValueError("it is not set")
    return given
