"""Compares both mailboxes of a user, message by message, and keeps what was seen. Nothing is written to either server."""

from __future__ import annotations

import gzip
import io
import logging
import secrets
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any, cast

from django.conf import settings
from django.db import transaction

from batches import keeper, manners
from batches.choice import selection_of
from batches.journal import DatabaseJournal
from batches.leases import Lease, locked
from batches.models import MigrationUser, Verification
from batches.pairs import open_side, passwords_of
from batches.server_words import kept
from batches.verification.circumstances import circumstances
from batches.verification.standing import asked_for, has_room, nudge_verifications, waiting
from mailsync.errors import MailsyncError, SignInFailed
from mailsync.evidence import CsvEvidence, summary
from mailsync.store import Store
from mailsync.verify import Verification as Verified
from mailsync.verify import check_folders

logger = logging.getLogger(__name__)

BEAT = 2.0  # seconds between two signs of life
IN_MEMORY = 4_000_000  # octets of evidence; more of it goes to a file meanwhile


class _Interrupted(Exception):
    """The worker ends, a server's hours are over, or somebody else has it: it begins anew, later or elsewhere.

    Or a person has stopped it: then it is gone.
    """


def run_verification(verification_id: int, *, now: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
    """Does nothing if somebody else has it, it has ended, or the servers have no room for it."""
    verification = _take(verification_id, now())
    if verification is None:
        return
    work = _Work(verification, verification.user, now, monotonic)
    try:
        work.end(**_compare(work))
    except _Interrupted:
        work.let_go()
    except MailsyncError as error:
        _fail(work, error.code, error.side, error.words)
        if isinstance(error, SignInFailed):
            _fail_others(work, error)
    except Exception as error:
        logger.exception("Verifying user %s went wrong.", work.user.pk)
        _fail(work, "unexpected", "", type(error).__name__)
    nudge_verifications(now())


def _take(verification_id: int, now: datetime) -> Verification | None:
    """The endpoints are locked as for a sync: so no two workers take the last place."""
    with transaction.atomic():
        user_id = Verification.objects.filter(pk=verification_id).values_list("user", flat=True).first()
        user = locked(user_id) if user_id else None
        rows = waiting(now).select_for_update(no_key=True, of=("self",))
        verification = rows.filter(pk=verification_id).first() if user else None
        if user is None or verification is None or not has_room(user.batch, now):
            return None
        verification.user = user
        verification.lease, verification.lease_until = secrets.token_hex(16), now + settings.LEASE
        verification.save(update_fields=["lease", "lease_until"])
        return verification


@dataclass(slots=True)
class _Work:
    verification: Verification
    user: MigrationUser
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    beaten_at: float = 0.0
    closes_at: datetime | None = None
    read: int = 0  # messages
    speed: manners.Speed = field(init=False)

    def __post_init__(self) -> None:
        self.speed = manners.Speed(self.user, now=self.now, monotonic=self.monotonic)
        self.beaten_at = self.monotonic()
        self.closes_at = manners.closes_at(self.user, self.now())

    def wanted(self) -> bool:
        return not keeper.shutting_down.is_set()

    def beat(self) -> None:
        """Called for every message. Raises _Interrupted."""
        if not self.wanted() or (self.closes_at and self.now() >= self.closes_at):
            raise _Interrupted
        self.read += 1
        if self.monotonic() - self.beaten_at >= BEAT:
            self.beaten_at = self.monotonic()
            self._write(lease_until=self.now() + settings.LEASE, messages_read=self.read)
            self.speed.adjust()

    def end(self, **changes: Any) -> None:
        """With a result or an error. The evidence of former ones makes room."""
        with transaction.atomic():
            self._write(ended_at=self.now(), lease="", lease_until=None, messages_read=self.read, **changes)
            if changes.get("rows"):
                self.user.verifications.exclude(pk=self.verification.pk).update(rows=None)

    def let_go(self) -> None:
        mine = Verification.objects.filter(pk=self.verification.pk, lease=self.verification.lease)
        mine.update(lease="", lease_until=None, messages_read=0)

    def _write(self, **changes: Any) -> None:
        mine = Verification.objects.filter(pk=self.verification.pk, lease=self.verification.lease)
        if not mine.update(**changes):
            raise _Interrupted


def _compare(work: _Work) -> dict[str, Any]:
    """Columns of the ended verification."""
    began = work.now()
    with (
        closing(_open(work, "source")) as source,
        closing(_open(work, "target")) as target,
        tempfile.SpooledTemporaryFile(IN_MEMORY) as rows,
    ):
        with gzip.open(cast(IO[bytes], rows), "wb") as packed, io.TextIOWrapper(packed, "utf-8", newline="") as text:
            journal = DatabaseJournal(Lease(work.user.pk, ""))
            evidence, selection = CsvEvidence(text), selection_of(work.user.batch)
            checks = check_folders(source, target, journal, selection, evidence, work.beat, began)
            verified = Verified(tuple(checks))
        rows.seek(0)
        batch, user = work.user.batch, work.user
        names = (f"{batch.source.server}: {user.user_name or user.address}", f"{batch.target.server}: {user.address}")
        result = summary(verified.as_dict(), source=names[0], target=names[1], began=began, ended=work.now())
        return {"result": {**result, **circumstances(work.verification, batch)}, "rows": rows.read()}


def _open(work: _Work, side: str) -> Store:
    batch = work.user.batch
    endpoint = batch.source if side == "source" else batch.target
    return work.speed.keep_to(endpoint, open_side(work.user, side, work.wanted), work.wanted)


def _fail(work: _Work, code: str, side: str, words: str) -> None:
    try:
        work.end(error_code=code, error_side=side, error_words=kept(words, without=passwords_of(work.user)))
    except _Interrupted:
        logger.warning("The verification of user %s was given to somebody else.", work.user.pk)


def _fail_others(work: _Work, error: SignInFailed) -> None:
    """Accounts lock: the others of the batch that wait are not tried with credentials that were just refused."""
    others = asked_for(work.now()).filter(user__batch=work.user.batch_id)
    others.update(ended_at=work.now(), lease="", error_code=error.code, error_side=error.side)
