"""Every setting that the environment can change: its name, its default, what it means, how it is checked.

``docs/reference/settings.md`` lists the same, and a test compares the two.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from migrationcenter.setting_values import (
    database,
    encryption_keys,
    hidden,
    hours,
    issuer,
    language,
    lease,
    log_level,
    mail_server,
    names,
    optional_text,
    port,
    redis,
    resolvers,
    role_or_refuse,
    roles,
    seconds,
    secret_key,
    site_url,
    time_zone,
    without_sign_in,
    yes_or_no,
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable. ``default`` None means: it has to be given. ``show`` leaves out what is secret."""

    name: str
    parse: Callable[[str], Any]
    default: str | None
    help: str
    show: Callable[[str], str] = str


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
    Setting("OIDC_CLIENT_SECRET", optional_text, "", "The secret that belongs to it.", hidden),
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
    Setting(
        "DNS_RESOLVERS",
        resolvers,
        "system",
        "Resolvers that are asked about your domains besides their own name servers: IP addresses separated by commas, and system for those of this machine.",
    ),
    Setting("DNS_PORT", port, "53", "The port of all name servers and resolvers. Other than 53 only for tests."),
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
