"""When a batch may be deleted: by the article, by its companion, or with a reason."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from batches.deletion.evidence import BatchEvidence, DomainEvidence
from batches.deletion.gates import Gate, Gates, Sign, gates
from domains.dns.mx import Stage, Standing
from tests.batches.examples import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SETTLED = Standing(Stage.SAFE, settles_at=NOON, safe_at=NOON + 3 * DAY)
CONFIRMED = {"on_new_mailboxes"}


def domain(**changes: Any) -> DomainEvidence:
    """All is well: the change settled at noon, all were synced an hour later, the last message came the day before."""
    known: dict[str, Any] = {
        "domain": "contoso.com",
        "standing": SETTLED,
        "mailboxes": 12,
        "copied": 12,
        "oldest_sync": NOON + HOUR,
        "last_new_item": NOON - DAY,
    }
    return DomainEvidence(**(known | changes))


def found(*domains: DomainEvidence, touched: bool = True) -> Gates:
    return gates(BatchEvidence(domains or (domain(),), touched))


def signs(gate: Gate) -> dict[str, str]:
    return {fact.key: fact.sign for fact in gate.facts}


def words(gates: Gates, key: str) -> str:
    return next(fact.words for gate in gates.gates for fact in gate.facts if fact.key == key)


def test_a_batch_whose_mail_is_routed_opens_once_somebody_confirms_what_nobody_here_sees() -> None:
    opened = found().opened(CONFIRMED)
    assert opened is not None
    assert opened.key == "mail_routed"
    assert found().opened() is None
    assert not found().needs_reason


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage != Stage.SAFE])
def test_before_the_change_is_safe_the_article_s_gate_is_closed(stage: Stage) -> None:
    under_way = Standing(stage, settles_at=NOON, safe_at=NOON + 3 * DAY)
    article, _companion = found(domain(standing=under_way)).gates
    assert signs(article)["routed"] == Sign.UNMET
    assert not article.is_open(CONFIRMED)


def test_a_domain_that_nobody_watches_is_named() -> None:
    gates = found(domain(), domain(domain="fabrikam.com", standing=None))
    assert "fabrikam.com is not verified" in words(gates, "routed")
    assert "contoso.com" not in words(gates, "routed")


def test_of_a_change_that_has_settled_the_end_of_the_wait_is_told() -> None:
    waiting = Standing(Stage.WAITING, settles_at=NOON, safe_at=NOON + 3 * DAY)
    assert "wait until 5 March 2026 12:00 UTC." in words(found(domain(standing=waiting)), "routed")


@pytest.mark.parametrize("oldest", [None, NOON - HOUR])
def test_a_mailbox_that_was_not_synced_since_keeps_it_closed(oldest: datetime | None) -> None:
    article, _companion = found(domain(oldest_sync=oldest)).gates
    assert signs(article)["synced_since"] == Sign.UNMET


@pytest.mark.parametrize(
    ("last", "synced", "sign"),
    [
        (None, NOON + HOUR, Sign.MET),
        (NOON - HOUR, NOON + HOUR, Sign.MET),
        (NOON + HOUR, NOON + 2 * HOUR, Sign.UNMET),
        (NOON + HOUR, NOON + 24 * HOUR, Sign.UNMET),
        (NOON + HOUR, NOON + 25 * HOUR, Sign.MET),
    ],
)
def test_a_message_that_came_late_closes_it_for_a_day(last: datetime | None, synced: datetime, sign: Sign) -> None:
    article, _companion = found(domain(last_new_item=last, oldest_sync=synced)).gates
    assert signs(article)["silent"] == sign


@pytest.mark.parametrize("stage", [Stage.NOT_STARTED, Stage.CHANGING, Stage.SPREADING])
def test_before_the_change_has_settled_nobody_is_told_to_sync_and_nothing_counts_as_silence(stage: Stage) -> None:
    spreading = Standing(stage, settles_at=NOON, safe_at=NOON + 3 * DAY)
    found_now = found(domain(standing=spreading, domain_id=7))
    article, _companion = found_now.gates
    assert signs(article)["synced_since"] == signs(article)["silent"] == Sign.UNMET
    assert words(found_now, "synced_since").startswith("The MX change has not settled yet (contoso.com).")
    assert next(fact for fact in article.facts if fact.key == "synced_since").trackers == (("contoso.com", 7),)


def test_silence_says_since_when() -> None:
    assert words(found(), "silent") == (
        "No new message has come to the source since the MX change settled. "
        "The last one was seen on 1 March 2026 12:00 UTC."
    )
    late = domain(last_new_item=NOON + HOUR, oldest_sync=NOON + 25 * HOUR)
    assert words(found(late), "silent").startswith("No new message has come to the source for 24 hours.")


def test_without_a_sync_since_the_change_nothing_counts_as_silence() -> None:
    article, _companion = found(domain(oldest_sync=NOON - HOUR, last_new_item=None)).gates
    assert signs(article)["silent"] == Sign.UNMET


def test_the_companion_s_gate_needs_no_mx_change() -> None:
    gates = found(domain(standing=None))
    opened = gates.opened({"converted", "forwarding"})
    assert opened is not None
    assert opened.key == "only_forwarding"
    assert gates.opened({"converted"}) is None
    assert gates.opened(CONFIRMED) is None


def test_with_a_mailbox_left_both_are_closed_whatever_somebody_confirms() -> None:
    gates = found(domain(standing=None, copied=11))
    assert gates.needs_reason
    assert gates.opened({"converted", "forwarding", "on_new_mailboxes"}) is None
    assert words(gates, "copied") == "11 of 12 mailboxes have their first copy."


def test_what_was_never_touched_is_never_kept() -> None:
    gates = found(domain(standing=None, copied=0, oldest_sync=None), touched=False)
    assert gates.is_untouched
    assert not gates.needs_reason
