"""Calls webhooks: a JSON body with a signature that proves where it comes from, as docs/reference/webhooks.md says."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from datetime import UTC, datetime
from typing import Any

import requests
from django.utils import translation

from batches.server_words import kept
from notifications.models import Delivery, Event, Kind, Webhook
from notifications.trying import due, forget_old, in_vain, sent
from notifications.writing import letter_of, page_of, site_address

TIMEOUT = (5, 10)  # seconds to connect, and between two octets of the answer
LONGEST_ANSWER = 500  # octets of it that are read


def new_secret() -> str:
    return f"whsec_{secrets.token_urlsafe(32)}"


def call_webhooks(now: datetime) -> None:
    """Those calls that are due."""
    forget_old(Delivery, now)
    for delivery in due(Delivery, now):
        call(delivery, now)


def call(delivery: Delivery, now: datetime) -> bool:
    """Whether it was taken. One that is switched off meanwhile is not called any more."""
    webhook = delivery.webhook
    if not webhook.is_on:
        in_vain(delivery, "", now, for_good=True)
        return False
    try:
        code, words = _post(webhook, delivery, now)
    except requests.RequestException as error:
        in_vain(delivery, kept(f"{type(error).__name__}: {error}", without=(webhook.secret,)), now, code=None)
        return False
    if 200 <= code < 300:
        sent(delivery, now, code=code)
        return True
    in_vain(delivery, kept(words, without=(webhook.secret,)), now, code=code)
    return False


def test(webhook: Webhook, now: datetime) -> bool:
    """Call it at once with an event of no batch. Whether it was taken; the list of calls tells the rest."""
    event = Event.objects.create(kind=Kind.TEST, at=now, closed_at=now)
    delivery = Delivery.objects.create(event=event, webhook=webhook, created_at=now, tries=1)
    took = call(delivery, now)
    Delivery.objects.filter(pk=delivery.pk).update(due_at=None)  # who tests sees the answer, and tries again or not
    return took


def payload(delivery: Delivery) -> dict[str, Any]:
    """What is sent, in English: programs read it."""
    event = delivery.event
    with translation.override("en"):
        letter = letter_of(event)
    batch, domain = event.batch, event.domain
    return {
        "id": delivery.pk,
        "event": event.kind,
        "at": f"{event.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "subject": letter.subject,
        "batch": batch and {"id": batch.pk, "name": batch.name, "url": site_address(page_of(batch))},
        "domain": domain and {"id": domain.pk, "name": domain.name, "url": site_address(page_of(domain))},
        "facts": event.facts,
    }


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """``t=1767225600,v1=...``: HMAC-SHA256 of the timestamp, a full stop and the body, in hexadecimal."""
    signed = hmac.new(secret.encode(), b"%d.%b" % (timestamp, body), hashlib.sha256)
    return f"t={timestamp},v1={signed.hexdigest()}"


def _post(webhook: Webhook, delivery: Delivery, now: datetime) -> tuple[int, str]:
    """Status and first words of the answer. Where it leads elsewhere is not followed: that was not the chosen address."""
    body = json.dumps(payload(delivery), ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Migration-Center",
        "X-Migration-Center-Event": delivery.event.kind,
        "X-Migration-Center-Delivery": str(delivery.pk),
        "X-Migration-Center-Signature": signature(webhook.secret, int(now.timestamp()), body),
    }
    with requests.post(
        webhook.url, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False, stream=True
    ) as answer:
        said = next(answer.iter_content(LONGEST_ANSWER), b"").decode(errors="replace")
        return answer.status_code, f"{answer.status_code} {answer.reason} {said}".strip()
