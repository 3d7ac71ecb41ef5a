"""What a batch's settings mean to the engine: which messages are migrated, and what is done about those that are refused."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from batches.leases import Lease
from batches.models import BatchSettings, MigrationUser
from batches.quarantine import DatabaseQuarantine
from mailsync.remedies import Remedies
from mailsync.selection import Selection, WrongPattern, parse_pattern

DELETED_ITEMS, JUNK = "#DeletedItems#/*", "#JunkEmail#/*"


FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)  # beyond these the calendar's ends are near


def selection_of(settings: BatchSettings) -> Selection:
    """Days begin at midnight in the organization's time zone, whoever looks."""
    left_out = [*settings.exclude_folders]
    left_out += [DELETED_ITEMS] if settings.skip_deleted_items else []
    left_out += [JUNK] if settings.skip_junk else []
    until = settings.received_until
    return Selection(
        include=tuple(map(parse_pattern, settings.include_folders)),
        exclude=tuple(map(parse_pattern, left_out)),
        received_from=_midnight(settings.received_from) if settings.received_from else None,
        received_until=_midnight(until + timedelta(days=1)) if until else None,
        deleted=not settings.skip_marked_deleted,
    )


def fault_in_folder(text: str) -> str:
    """Why this names no folder: a code, empty if all is well."""
    try:
        parse_pattern(text)
    except WrongPattern as error:
        return error.code
    return ""


def is_in_fast_lane(user: MigrationUser) -> bool:
    """Whether this mailbox's newest mail comes first, and has not come yet."""
    return bool(user.batch.fast_lane_days) and user.fast_lane_at is None and user.first_synced_at is None


def selection_now(user: MigrationUser) -> Selection:
    """The fast lane counts its days from the start of the batch, so that each turn means the same messages."""
    chosen, days = selection_of(user.batch), user.batch.fast_lane_days
    if not days or not is_in_fast_lane(user):
        return chosen
    started = timezone.localdate(user.batch.started_at, timezone.get_default_timezone())
    return chosen.recent(_midnight(started - timedelta(days=days)))


def remedies_of(user: MigrationUser, lease: Lease) -> Remedies:
    return Remedies(user.batch.repair_refused, DatabaseQuarantine(lease))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_default_timezone())
