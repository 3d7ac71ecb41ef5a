"""The diagnostics bundle: all that helps, and no secret."""

from __future__ import annotations

import json
import logging
import os
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.test import Client

from batches.models import BatchDraft, LogLine, MigrationUser
from core import recent_log
from core.models import AuditEntry, Person
from endpoints.models import EndpointDraft, MigrationEndpoint
from migrationcenter import environment
from tests.batches.downloads import failed_user, octets_at, rows_of, skipped_item
from tests.batches.examples import NOON, make_batch

CANARY = "canary-in-the-mine"


def bundle(client: Client) -> dict[str, str]:
    with ZipFile(BytesIO(octets_at(client, "/reports/diagnostics.zip"))) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_it_tells_what_who_is_to_help_asks_for(administrator: Person, administrator_client: Client) -> None:
    user = failed_user(make_batch("Finance"))
    LogLine.objects.create(user=user, at=NOON, text="Copy progress: 723/4812 messages.")
    logging.getLogger("batches").warning("The worker of %s is gone.", user.pk)
    files = bundle(administrator_client)
    assert {"Django", "celery"} <= set(json.loads(files["versions.json"])["packages"])
    health = json.loads(files["health.json"])
    assert (health["database"], health["rows"]["batches.MigrationUser"]) == (True, 1)
    assert [row["name"] for row in rows_of(files["batches.csv"])] == ["Finance"]
    assert {row["name"] for row in rows_of(files["endpoints.csv"])} == {"EXCH-SRV-01", "NEW-SRV"}
    assert rows_of(files["failures.csv"])[0]["ErrorMessage"].startswith("The mailbox on the target server")
    assert "2026-03-02T12:00:00Z full@contoso.com Copy progress: 723/4812 messages.\n" in files["mailbox-log.txt"]
    assert f"WARNING batches: The worker of {user.pk} is gone.\n" in files["server-log.txt"]
    assert set(files) - {"README.txt"} == {name for name in files if name in files["README.txt"]}
    assert AuditEntry.objects.get(action="download diagnostics").who == administrator


def test_the_log_of_the_server_says_so_where_there_is_nothing(
    administrator_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("core.health"), "disabled", True)  # which warns where no broker runs
    recent_log.lines.clear()
    first, *rest = bundle(administrator_client)["server-log.txt"].splitlines()
    assert first.startswith(f"What the web server (process {os.getpid()}) has logged since 20")
    assert rest == ["Nothing."]


def test_a_refusal_by_our_own_rules_is_one_line_of_the_log(
    administrator_client: Client, helpdesk_client: Client
) -> None:
    recent_log.lines.clear()
    assert helpdesk_client.get("/settings/").status_code == 403
    refusals = [line for line in bundle(administrator_client)["server-log.txt"].splitlines() if "Forbidden" in line]
    assert len(refusals) == 1
    assert "Traceback" not in "".join(recent_log.lines)


def test_no_secret_is_in_it(administrator: Person, administrator_client: Client) -> None:
    user = failed_user(make_batch())
    skipped_item(user, subject=CANARY)
    MigrationUser.objects.update(source_password=CANARY, target_password=CANARY)
    MigrationEndpoint.objects.update(admin_password=CANARY, test_password=CANARY)
    EndpointDraft.objects.create(by=administrator, admin_password=CANARY, test_password=CANARY)
    BatchDraft.objects.create(by=administrator, csv=CANARY)
    Person.objects.create_user("somebody", password=CANARY)
    assert CANARY not in "".join(bundle(administrator_client).values())


def test_settings_are_shown_without_their_secrets() -> None:
    given = {
        "SECRET_KEY": CANARY,
        "ENCRYPTION_KEYS": CANARY,
        "DATABASE_URL": f"postgres://app:{CANARY}@db.contoso.com:5432/app?password={CANARY}",
        "REDIS_URL": f"rediss://:{CANARY}@redis.contoso.com:6379/0",
        "OIDC_CLIENT_SECRET": CANARY,
        "EMAIL_URL": f"smtps://it:{CANARY}@mail.contoso.com",
        "ORGANIZATION": "Contoso",
    }
    shown = environment.shown(given)
    assert CANARY not in str(shown)
    assert (shown["DATABASE_URL"], shown["REDIS_URL"]) == (
        "postgres://db.contoso.com:5432/app",
        "rediss://redis.contoso.com:6379/0",
    )
    assert (shown["SECRET_KEY"], shown["ORGANIZATION"], shown["HTTPS"]) == ("(set)", "Contoso", "yes")


@pytest.mark.parametrize("setting", environment.SETTINGS, ids=lambda setting: setting.name)
def test_a_setting_with_a_secret_says_so(setting: environment.Setting) -> None:
    secret = any(word in f"{setting.name} {setting.help}".lower() for word in ("key", "password", "secret", "rediss"))
    assert secret == (setting.show is not str)
