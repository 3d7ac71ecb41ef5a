"""Settings from the environment: everything that is wrong is said at once, in sentences."""

import base64

import pytest
from django.core.exceptions import ImproperlyConfigured

from migrationcenter.environment import read

GOOD = {
    "SECRET_KEY": "k" * 50,
    "ENCRYPTION_KEYS": base64.urlsafe_b64encode(bytes(32)).decode(),
    "DATABASE_URL": "sqlite:////var/lib/migrationcenter/db.sqlite3",
    "REDIS_URL": "redis://valkey:6379/0",
}


def test_the_defaults_are_enough_beside_the_four_that_have_none() -> None:
    settings = read(GOOD)
    assert settings["HTTPS"] is True
    assert settings["DEBUG"] is False
    assert settings["INCREMENTAL_SYNC_HOURS"] == 24


def test_everything_that_is_missing_is_said_at_once() -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        read({})
    for name in GOOD:
        assert f"{name}: it is not set" in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("SECRET_KEY", "short", "shorter than 32 characters"),
        ("ENCRYPTION_KEYS", "", "no key is given"),
        ("ENCRYPTION_KEYS", GOOD["ENCRYPTION_KEYS"] + ",nonsense", "key 2 is not 32 bytes"),
        ("DATABASE_URL", "mysql://db/name", "neither with sqlite:/// nor with postgres://"),
        ("DATABASE_URL", "sqlite:///", "the path of the SQLite file is missing"),
        ("REDIS_URL", "valkey:6379", "starts with none of"),
        ("HTTPS", "perhaps", "neither yes nor no"),
        ("INCREMENTAL_SYNC_HOURS", "daily", "not a number of hours"),
        ("INCREMENTAL_SYNC_HOURS", "0", "not between a minute"),
        ("INCREMENTAL_SYNC_HOURS", "nan", "not between a minute"),
        ("LEASE_SECONDS", "soon", "not a whole number"),
        ("LEASE_SECONDS", "1", "less than two seconds"),
        ("SYNC_SLICE_SECONDS", "0", "less than a second"),
        ("RECONCILE_SECONDS", "0", "less than a second"),
        ("RECONCILE_SECONDS", "²", "not a whole number"),
        ("TIME_ZONE", "Mars/Olympus", "no time zone"),
        ("LANGUAGE_CODE", "tlh", "neither en nor nl"),
        ("LOG_LEVEL", "LOUD", "none of DEBUG"),
        ("DNS_RESOLVERS", "system,dns.contoso.com", "neither an IP address nor system"),
        ("DNS_PORT", "0", "not a port"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_wrong(name: str, value: str, complaint: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=name) as caught:
        read({**GOOD, name: value})
    assert complaint in str(caught.value)


def test_no_secret_is_repeated_in_a_complaint() -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        read(
            {
                **GOOD,
                "SECRET_KEY": "canary-1",
                "ENCRYPTION_KEYS": "canary-2",
                "DATABASE_URL": "oracle://u:canary-3@db/n",
            }
        )
    assert "canary" not in str(caught.value)


def test_a_postgres_address_becomes_djangos_settings() -> None:
    database = read({**GOOD, "DATABASE_URL": "postgres://mc:p%40ss@db.contoso.com:5433/migration?sslmode=require"})[
        "DATABASE_URL"
    ]
    assert database["NAME"] == "migration"
    assert database["PASSWORD"] == "p@ss"
    assert (database["HOST"], database["PORT"]) == ("db.contoso.com", "5433")
    assert database["OPTIONS"] == {"sslmode": "require"}


def test_a_postgres_socket_folder_can_be_given() -> None:
    database = read({**GOOD, "DATABASE_URL": "postgres://mc@/app?host=/run/postgresql"})["DATABASE_URL"]
    assert database["HOST"] == "/run/postgresql"
    assert database["OPTIONS"] == {}


def test_a_unix_socket_is_written_the_way_the_broker_wants_it() -> None:
    assert read({**GOOD, "REDIS_URL": "unix:///run/valkey.sock"})["REDIS_URL"] == "redis+socket:///run/valkey.sock"
