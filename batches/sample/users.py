"""The users of made-up batches: how far they are, and how they got there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from batches.models import MigrationBatch, MigrationUser, StatusChange
from batches.states import WORKING, Decision, UserStatus

DOMAINS = ("contoso.com", "sales.contoso.com", "service.contoso.com", "tailspin.example", "wingtiptoys.example")
ERRORS = {  # with the words that a server says, or the limit that was exceeded
    "sign_in_failed": "NO [AUTHENTICATIONFAILED] Authentication failed.",
    "over_quota": "NO [OVERQUOTA] Quota exceeded (mailbox for user is full).",
    "connection_refused": "Connection refused",
    "bad_item_limit": "11 > 10",
}
LONG = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Situation:
    """What a batch is in the middle of: the decision, and its users' statuses with their weights."""

    decision: Decision
    statuses: Sequence[UserStatus]
    weights: Sequence[int] = field(default=(1,))

    @property
    def moves(self) -> bool:
        return UserStatus.SYNCING in self.statuses


DONE = Situation(Decision.STARTED, (UserStatus.SYNCED, UserStatus.FAILED), (97, 3))
ALL_DONE = Situation(Decision.STARTED, (UserStatus.SYNCED,))
AT_WORK = Situation(
    Decision.STARTED,
    (UserStatus.QUEUED, UserStatus.SYNCING, UserStatus.SYNCED, UserStatus.FAILED),
    (50, 2, 46, 2),
)
NOT_YET = Situation(Decision.CREATED, (UserStatus.QUEUED,))
STOPPED = Situation(Decision.STOPPED, (UserStatus.STOPPED, UserStatus.SYNCED, UserStatus.FAILED), (50, 48, 2))
GONE = Situation(Decision.REMOVING, (UserStatus.STOPPED,))
IN_TURN = (DONE, ALL_DONE, AT_WORK, DONE, ALL_DONE, NOT_YET, DONE, STOPPED, DONE, GONE)


def situation_of(number: int) -> Situation:
    return IN_TURN[number % len(IN_TURN)]


def make_user(batch: MigrationBatch, place: int, situation: Situation, random: Random, now: datetime) -> MigrationUser:
    status = random.choices(situation.statuses, situation.weights)[0]
    user = MigrationUser(
        batch=batch,
        position=place + 1,
        address=f"person{batch.pk:04}-{place:05}@{DOMAINS[batch.pk % len(DOMAINS)]}",
        status=status,
        status_at=now - timedelta(seconds=random.randrange(60, 86400)),
    )
    _measure(user, random)
    _place_in_time(user, now)
    return user


def _measure(user: MigrationUser, random: Random) -> None:
    """What was copied, as far as its status says that something was."""
    user.items_total = random.randrange(200, 20_000)
    share = {UserStatus.SYNCED: 1.0, UserStatus.QUEUED: 0.0}.get(UserStatus(user.status), random.random())
    user.items_skipped = random.randrange(1, 4) if share and random.random() < 0.02 else 0
    user.items_synced = max(0, int(user.items_total * share) - user.items_skipped)
    user.octets_total, user.octets_synced = user.items_total * 81_000, user.items_synced * 81_000
    user.active_seconds = user.items_synced / 400
    if user.status == UserStatus.FAILED:
        user.error_code, user.error_side = random.choice(list(ERRORS)), random.choice(("source", "target"))
        user.error_words, user.error_at = ERRORS[user.error_code], user.status_at


def _place_in_time(user: MigrationUser, now: datetime) -> None:
    started = user.batch.decision == Decision.STARTED
    if user.status == UserStatus.SYNCED:
        user.first_synced_at = user.last_synced_at = user.last_new_items_at = user.status_at
        user.due_at = now + timedelta(hours=20) if started else None
    elif user.status in WORKING:
        user.due_at, user.lease, user.lease_until = now, "sample", now + LONG
    elif user.status == UserStatus.QUEUED and started:
        user.due_at = now - timedelta(minutes=1)


def history(user: MigrationUser, now: datetime) -> Iterator[StatusChange]:
    """How it got where it is."""
    earlier = user.status_at - timedelta(minutes=30)
    yield StatusChange(user=user, new=UserStatus.QUEUED, at=min(earlier, now))
    if user.status not in {UserStatus.QUEUED, UserStatus.SYNCED}:
        yield StatusChange(user=user, old=UserStatus.QUEUED, new=user.status, at=user.status_at)
    if user.status == UserStatus.SYNCED:
        yield StatusChange(user=user, old=UserStatus.QUEUED, new=UserStatus.SYNCING, at=earlier)
        yield StatusChange(user=user, old=UserStatus.SYNCING, new=UserStatus.SYNCED, at=user.status_at)
