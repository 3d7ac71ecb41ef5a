"""An organization in the middle of its migration: every kind of page has something to show, and nobody works on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from batches.models import (
    BatchDraft,
    FolderSync,
    LogLine,
    MigrationBatch,
    MigrationUser,
    SkippedItem,
    StatusChange,
    ThroughputSample,
    Verification,
)
from batches.states import Decision
from batches.wizard.file import read_file
from batches.wizard.pre_check import claim
from core import audit
from core.models import Person, Role
from core.people import invite
from domains.dns.mail import Question
from domains.models import Domain
from domains.services import add_domain
from endpoints.certificates import read_pem
from endpoints.models import AvailabilityTest, EndpointDraft, MigrationEndpoint, Security, SignIn, Trust
from notifications.models import TOLD, Delivery, Event, Mail, Webhook
from notifications.watching import look
from tests.batches.examples import NOON, leased, make_batch, make_endpoint, make_user
from tests.batches.wizard.drafting import make_draft
from tests.domains.examples import verified_domain, waiting_domain
from tests.domains.mail.looks import NEW, OLD, records
from tests.domains.mail.looks import look as look_at
from tests.servers.certificates import make_ca, make_certificate

PEOPLE = ("pilarp", "tobyn", "briant", "annekes", "jorisv", "carolp", "ottom", "wimk", "svenb", "adelev", "noahd")
NEW_ROWS = "".join(f"{who}@wingtiptoys.example,Pa$$w0rd,True\n" for who in PEOPLE)
GOOD_CSV = f"EmailAddress,Password,ForceChangePassword\n{NEW_ROWS}"
BAD_CSV = "EmailAddress;Password\npilarp@contoso.com;Pa$$w0rd\nnobody;x\npilarp@contoso.com;Pa$$w0rd\n"
SIZES = {"synced": "297.5 MB (312,000,000 bytes)", "syncing": "225.8 MB (236,732,045 bytes)"}
READING = (
    "Signed in at exch-srv-01.contoso.com:993 and at imap.fabrikam.com:993.",
    "Source mailbox: 3 folders, {total} messages; {total} messages to copy.",
    "Folder INBOX to INBOX: {inbox} messages, {inbox} to copy.",
    "Copy progress: {synced}/{total} messages, {size}.",
)
LOGS = {
    "synced": READING,
    "syncing": READING,
    "failed": ("Failed: target sign_in_failed: NO [AUTHENTICATIONFAILED] Authentication failed.",),
    "queued": ("Interrupted: source throttled: NO [THROTTLED] Request is throttled.",),
}
OCTETS = ("octets_total", "octets_synced")
STATUSES_BEFORE = {  # the one that a mailbox has, and how many minutes ago it came to each
    "synced": {"queued": 121, "validating": 120, "syncing": 119},
    "syncing": {"queued": 121, "validating": 51},
    "failed": {"queued": 121, "validating": 49},
    "queued": {},
}


@dataclass(frozen=True)
class Showcase:
    """What there is; ``running`` is a batch at work, ``at_work``, ``failed`` and ``skipping`` are users of it."""

    running: MigrationBatch
    halted: MigrationBatch
    at_work: MigrationUser
    failed: MigrationUser
    skipping: MigrationUser
    source: MigrationEndpoint
    unsafe: MigrationEndpoint
    endpoint_drafts: Sequence[EndpointDraft]
    batch_drafts: Sequence[BatchDraft]
    colleague: Person
    domains: Sequence[Domain]


def set_up(by: Person) -> Showcase:
    source, target, unsafe = _endpoints(by)
    servers: dict[str, Any] = {"source": source, "target": target, "created_by": by}
    running = make_batch("StagedBatch1", started_at=_ago(minutes=121), **servers)
    users = _users(running)
    halted = _other_batches(servers)
    _date()
    _tell(by)
    domains = _domains()
    _throughput(running)
    drafts = _endpoint_drafts(by), _batch_drafts(by, servers)
    return Showcase(
        running,
        halted,
        users[4],
        users[8],
        users[0],
        source,
        unsafe,
        *drafts,
        _colleague(by, running, source),
        domains,
    )


def _colleague(by: Person, batch: MigrationBatch, endpoint: MigrationEndpoint) -> Person:
    """Somebody who is invited, and what was done until now."""
    colleague = Person(username="judyl", email="judyl@contoso.com", role=Role.MANAGER)
    audit.record(by, "test endpoint", endpoint, passed=True, code="")
    audit.record(by, "start batch", batch)
    audit.record(None, "slow down endpoint", endpoint, to=6, of=20, code="throttled", words="NO [THROTTLED] Slow down.")
    audit.record(by, "change settings", "Contoso", time_zone={"from": "UTC", "to": "Europe/Amsterdam"})
    invite(colleague, by=by)
    return colleague


def _ago(**parts: int) -> Any:
    return timezone.now() - timedelta(**parts)


def _endpoints(by: Person) -> tuple[MigrationEndpoint, MigrationEndpoint, MigrationEndpoint]:
    ca = make_ca()
    given: dict[str, Any] = {"test_mailbox": "pilarp@contoso.com", "created_by": by}
    admin = {
        "sign_in": SignIn.TEMPLATE,
        "user_template": "{user}*{admin}",
        "admin_user": "migadmin",
        "admin_password": "canary",
    }
    slowed: dict[str, Any] = {"slowed_to": 6, "slowed_at": _ago(minutes=1), "slowed_since": _ago(minutes=9)}
    slowed["slowed_words"] = "NO [THROTTLED] Request is throttled. Suggested Backoff Time: 299961 milliseconds"
    hours = {"hours_from": time(19), "hours_until": time(7), "whole_days": "67", "max_messages_per_second": 200}
    source = make_endpoint("EXCH-SRV-01", trust=Trust.CA, ca_pem=ca.pem, **admin, **given, **slowed, **hours)
    target = make_endpoint("FABRIKAM-IMAP", server="imap.fabrikam.com", is_default_target=True, **given)
    unsafe = make_endpoint("OLD-POP-BOX", server="192.0.2.7", port=143, security=Security.NONE, **given)
    certificate = read_pem(make_certificate(ca, host="exch-srv-01.contoso.com").pem)[0].to_json()
    found: dict[str, Any] = {
        "greeting": "Dovecot ready.",
        "capabilities": ["IMAP4REV1", "UIDPLUS", "CONDSTORE", "MULTIAPPEND"],
    }
    found |= {"signed_in_as": "pilarp@contoso.com*migadmin", "tls": "TLSv1.3", "certificate": certificate}
    for endpoint in (source, target):
        AvailabilityTest.objects.create(endpoint=endpoint, by=by, passed=True, found=found)
    words = "NO [AUTHENTICATIONFAILED] Authentication failed."
    AvailabilityTest.objects.create(endpoint=unsafe, by=by, passed=False, code="sign_in_failed", words=words)
    return source, target, unsafe


def _users(batch: MigrationBatch) -> Sequence[MigrationUser]:
    """Four are done, four at work, one failed, two wait."""
    done = _copied(2310, 312_000_000, 4200, _ago(minutes=50))
    skipping = done | {"items_total": 2312, "items_skipped": 2}
    work: dict[str, Any] = {
        "status": "syncing",
        "status_at": _ago(minutes=50),
        "items_total": 4812,
        "items_synced": 1722,
    }
    work |= {"octets_total": 642_148_112, "octets_synced": 236_732_045, "active_seconds": 3000}
    work |= leased(timezone.now() + timedelta(days=1))
    wrong = _failed("sign_in_failed", "NO [AUTHENTICATIONFAILED] Authentication failed.", _ago(minutes=48))
    wait: dict[str, Any] = {"status_at": _ago(minutes=121), "due_at": timezone.now() + timedelta(minutes=9)}
    wait |= {"wait_code": "throttled", "retries": 2}
    fields = [skipping] + [done] * 3 + [work] * 4 + [wrong] + [wait] * 2
    users = [make_user(batch, f"{who}@contoso.com", **more) for who, more in zip(PEOPLE, fields, strict=True)]
    for user in users:
        _history(user)
    _leave_behind(users[0])
    return users


def _copied(items: int, octets: int, seconds: int, at: Any) -> dict[str, Any]:
    """Columns of a user whose first copy was complete at ``at`` and who comes again a day later."""
    then: dict[str, Any] = dict.fromkeys(("status_at", "first_synced_at", "last_synced_at", "last_new_items_at"), at)
    then |= {"status": "synced", "due_at": timezone.now() + timedelta(hours=23), "active_seconds": seconds}
    return then | dict.fromkeys(("items_total", "items_synced"), items) | dict.fromkeys(OCTETS, octets)


def _failed(code: str, words: str, at: Any) -> dict[str, Any]:
    about = {"error_code": code, "error_side": "target", "error_words": words, "error_at": at}
    return about | {"status": "failed", "status_at": at, "due_at": None}


def _history(user: MigrationUser) -> None:
    """How it came to where it is, what it noted on the way, and three folders that hold what was copied."""
    for status, minutes in STATUSES_BEFORE[user.status].items():
        StatusChange.objects.create(user=user, new=status, at=_ago(minutes=minutes))
    third = user.items_synced // 3
    figures = {"total": user.items_total, "synced": user.items_synced, "inbox": third + user.items_skipped}
    for number, text in enumerate(LOGS[user.status]):
        said = text.format(**figures, size=SIZES.get(user.status))
        LogLine.objects.create(user=user, at=user.status_at + timedelta(seconds=number), text=said)
    for path in (["INBOX"], ["Projecten", "Été 2019"], ["日本語"]) if third else ():
        key = "/".join(path)
        FolderSync.objects.create(user=user, source=path, source_key=key, target=path, copied_count=third)


def _leave_behind(user: MigrationUser) -> None:
    about: dict[str, Any] = {"kind": "too_large", "size": 48_234_496, "date": _ago(days=4000)}
    about["reason"] = "the server takes messages of at most 36700160 octets (APPENDLIMIT), this one has 48234496"
    for uid, subject in ((17, "Bouwtekeningen kantoor Utrecht, definitieve versie"), (23, "Video of the offsite")):
        about |= {"uid": uid, "subject": subject, "is_kept": uid == 17}
        SkippedItem.objects.create(user=user, folder="INBOX", folder_key="INBOX", **about)
    _verify(user)


def _verify(user: MigrationUser) -> None:
    """Two messages are accounted for, one is not."""
    found: dict[str, Any] = {"ok": False, "folders": 3, "source_messages": 2312, "target_messages": 2309, "equal": 2309}
    found |= {"differences": {"missing": 1, "missing:skipped": 2}, "details": []}
    Verification.objects.create(user=user, asked_at=_ago(minutes=2), ended_at=_ago(minutes=1), result=found)


def _other_batches(servers: dict[str, Any]) -> MigrationBatch:
    """One in each of the other conditions; returns the one that stopped by itself."""
    make_batch("Board", decision=Decision.CREATED, started_at=None, **servers)
    later = timezone.now() + timedelta(hours=5)
    make_user(make_batch("Sales-Noord-2", start_after=later, **servers), "sales1@fabrikam.com", due_at=later)
    synced = _copied(940, 120_000_000, 1800, _ago(hours=25))
    for number in range(3):
        make_user(_batch("Finance", servers), f"finance{number}@contoso.com", **synced)
    make_user(_batch("Helpdesk", servers), "help@contoso.com", **synced)
    full = _failed("over_quota", "NO [OVERQUOTA] Quota exceeded", _ago(hours=25))
    make_user(_batch("Helpdesk", servers), "desk@contoso.com", **full)
    stopped = {"decision": Decision.STOPPED, "attention": "sign_in_failures", "sign_in_failures": 2}
    halted = make_batch("Warehouse", **stopped, **servers)
    refused = _failed("sign_in_failed", "NO [AUTHENTICATIONFAILED] Authentication failed.", _ago(hours=25))
    make_user(halted, "dock1@tailspin.example", **refused)
    make_user(halted, "dock2@tailspin.example", status="stopped", status_at=_ago(hours=25), due_at=None)
    return halted


def _date() -> None:
    """Servers were there before the batches, and these before they were started."""
    MigrationEndpoint.objects.update(created_at=_ago(days=5))
    AvailabilityTest.objects.update(at=_ago(days=5))
    MigrationBatch.objects.update(created_at=_ago(days=3))
    MigrationBatch.objects.filter(started_at=NOON).update(started_at=_ago(hours=26))


def _tell(by: Person) -> None:
    """What happened to these batches, a mail that could not be sent, and a webhook that took its first call only."""
    MigrationBatch.objects.update(notification_emails=["it@contoso.com"])
    given = {"url": "https://chat.contoso.com/hooks/migration", "kinds": list(TOLD), "secret": "canary"}
    Webhook.objects.create(created_by=by, is_shown=True, **given)
    Event.objects.all().delete()  # what beat saw while nobody listened yet: it would not be told again
    look(timezone.now())
    newest = Mail.objects.latest("pk")
    Mail.objects.filter(pk=newest.pk).update(due_at=None, tries=1, words="550 5.1.1 No such user here")
    Delivery.objects.update(sent_at=timezone.now(), due_at=None, tries=1, code=204)
    Delivery.objects.filter(pk=Delivery.objects.latest("pk").pk).update(sent_at=None, code=503, words="503 Unavailable")


def _batch(name: str, servers: dict[str, Any]) -> MigrationBatch:
    return MigrationBatch.objects.filter(name=name).first() or make_batch(name, **servers)


def _throughput(batch: MigrationBatch) -> None:
    """Of the last two hours, in waves: together about what its mailboxes have."""
    now = timezone.now().replace(second=0, microsecond=0)
    for minute in range(120):
        items = 98 + 6 * (minute % 13)
        octets = (items + 12 * (minute % 7)) * 107_600
        at = now - timedelta(minutes=minute)
        ThroughputSample.objects.create(batch=batch, minute=at, items=items, octets=octets)


@transaction.atomic
def _domains() -> Sequence[Domain]:
    """One that is verified, one whose record is nearly right, and one whose setup has only begun.

    They are there once nothing of them is due: no worker takes them for its own.
    """
    Domain.objects.get_or_create(name="wingtiptoys.example")
    shown = [verified_domain("contoso.com"), waiting_domain("fabrikam.com"), add_domain("woodgrovebank.com", by=None)]
    _mail(shown[0])
    Domain.objects.filter(pk=shown[0].pk).update(added_at=_ago(days=4), verified_at=_ago(days=4))
    Domain.objects.update(verification_due_at=None, mail_due_at=None)
    return shown


def _mail(domain: Domain) -> None:
    """Its MX record was changed at one of its two name servers, some hours after the TTL."""
    now = timezone.now()
    look_at(domain, now - timedelta(days=2), OLD, OLD, OLD, ttl=86400)
    look_at(domain, now - timedelta(hours=30), OLD, OLD, OLD)
    look_at(domain, now - timedelta(minutes=5), NEW, OLD, OLD)
    records(domain, now, {Question.MX: NEW, Question.TXT: ["v=spf1 mx -all", domain.token]})


def _endpoint_drafts(by: Person) -> Sequence[EndpointDraft]:
    """One that was never tried, one whose test met a certificate nobody knows, one whose test passed."""
    given: dict[str, Any] = {"by": by, "test_mailbox": "pilarp@contoso.com", "server": "imap.contoso.com"}
    shown = {"certificate": read_pem(make_certificate(None, host="imap.contoso.com").pem)[0].to_json()}
    refused = {"passed": False, "code": "certificate_untrusted", "words": "self-signed certificate", "found": shown}
    passed = {"passed": True, "code": "", "words": "", "found": {"signed_in_as": "pilarp@contoso.com"}}
    return [EndpointDraft.objects.create(test=test, **given) for test in ({}, refused, passed)]


def _batch_drafts(by: Person, servers: dict[str, Any]) -> Sequence[BatchDraft]:
    """One with nothing yet, one with a damaged file, one that only has to be created."""
    ends = {"source": servers["source"], "target": servers["target"]}
    ready = {"name": "StagedBatch2", "start": "manual", "scheduled": True, **ends}
    ready |= {"notification_emails": ["it@contoso.com"]}
    drafts = [make_draft(by), make_draft(by, BAD_CSV), make_draft(by, GOOD_CSV, **ready)]
    _try_first_mailbox(drafts[-1])
    return drafts


def _try_first_mailbox(draft: BatchDraft) -> None:
    """As if both servers had been asked, so that no page asks them: they belong to somebody."""
    claim(draft, read_file(draft).rows[0])
    draft.refresh_from_db(fields=["pre_check"])
    passed = {"passed": True, "code": "", "words": ""}
    source, target = passed | {"messages": None}, passed | {"messages": 0}
    draft.pre_check |= {"at": timezone.now().isoformat(), "source": source, "target": target}
    draft.save(update_fields=["pre_check"])
