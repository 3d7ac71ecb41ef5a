"""How a batch comes to be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from batches.csv_import import CsvRow
from batches.models import MigrationBatch, MigrationType, MigrationUser, StartMode, StatusChange
from batches.parts import in_parts
from batches.queue import nudge_reconcile
from batches.services.domains import see_that_domains_are_verified
from batches.services.permitted import NotNow
from batches.states import Decision, UserStatus
from core import audit
from core.models import Person
from endpoints.models import MigrationEndpoint


class Described(Protocol):
    """What a draft, or anything else that describes a batch, has to tell."""

    name: str
    type: str
    source: MigrationEndpoint | None
    target: MigrationEndpoint | None
    start_after: datetime | None
    allow_incremental_syncs: bool
    notification_emails: Any
    report_interval_hours: int
    csv_name: str
    include_folders: Any
    exclude_folders: Any
    skip_deleted_items: bool
    skip_junk: bool
    skip_marked_deleted: bool
    received_from: date | None
    received_until: date | None
    fast_lane_days: int | None
    bad_item_limit: int | None
    large_item_limit: int | None
    repair_refused: bool


# What is taken over from the description as it is.
SETTINGS = (
    *("name", "type", "allow_incremental_syncs", "notification_emails", "report_interval_hours", "csv_name"),
    *("include_folders", "exclude_folders", "skip_deleted_items", "skip_junk", "skip_marked_deleted"),
    *("received_from", "received_until", "fast_lane_days"),
    *("bad_item_limit", "large_item_limit", "repair_refused"),
)


def create_batch(*, by: Person | None, settings: Described, rows: Sequence[CsvRow], start: StartMode) -> MigrationBatch:
    """Create a batch with one user a row, and start it now, later or not yet. All or nothing.

    Raises NotNow if meanwhile its name or one of its addresses is in use, or a domain is not verified any more.
    """
    with transaction.atomic():
        now = timezone.now()
        source, target = lock_endpoints(settings.source, settings.target)
        _see_that_the_name_is_free(settings.name)
        addresses = [row.address for row in rows]
        see_that_nothing_is_taken(addresses_in_use(addresses))
        see_that_domains_are_verified(settings.type, addresses)
        batch = _create(settings, source, target, start, by, now)
        due_at = batch.start_after or now if batch.decision == Decision.STARTED else None
        for part in in_parts(rows):
            create_users(batch, part, due_at, now, by)
        audit.record(by, "create batch", batch, users=len(rows), start=str(start))
        if batch.decision == Decision.STARTED:
            nudge_reconcile()
    return batch


def addresses_in_use(
    addresses: Collection[str], *, but_in: int | None = None, but_failed_of: int | None = None
) -> dict[str, str]:
    """Which of these addresses are in a batch already, lower-cased, and the name of that batch.

    Not counted are the users of the batch ``but_in``, and the failed ones of ``but_failed_of``.
    """
    users = MigrationUser.objects.filter(batch__deleted_at=None).exclude(batch=but_in).order_by()
    if but_failed_of:
        users = users.exclude(batch=but_failed_of, status=UserStatus.FAILED)
    found: dict[str, str] = {}
    for part in in_parts(address.lower() for address in addresses):
        found.update(users.filter(address_lower__in=part).values_list("address_lower", "batch__name"))
    return found


def lock_endpoints(
    source: MigrationEndpoint | None, target: MigrationEndpoint | None
) -> tuple[MigrationEndpoint, MigrationEndpoint]:
    """Whoever creates another batch with the same servers waits: so no mailbox gets into two batches."""
    if source is None or target is None:
        raise NotNow(_("Choose the endpoints that the batch migrates from and to first."))
    ids = [source.pk, target.pk]
    list(MigrationEndpoint.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    return source, target


def _see_that_the_name_is_free(name: str) -> None:
    if MigrationBatch.objects.filter(name=name, deleted_at=None).exists():
        raise NotNow(_("There is a batch with the name %(name)s already. Choose another name.") % {"name": name})


def see_that_nothing_is_taken(taken: Mapping[str, str]) -> None:
    """Raises NotNow if any address is."""
    if taken:
        address, batch = next(iter(sorted(taken.items())))
        words = ngettext(
            "%(address)s is in the batch %(batch)s already. Take it out of the CSV file, or delete that batch first.",
            "%(number)s addresses are in a batch already, among them %(address)s in %(batch)s. Take them out of the CSV "
            "file, or delete that batch first.",
            len(taken),
        )
        raise NotNow(words % {"address": address, "batch": batch, "number": len(taken)})


def _create(
    settings: Described,
    source: MigrationEndpoint,
    target: MigrationEndpoint,
    start: StartMode,
    by: Person | None,
    now: datetime,
) -> MigrationBatch:
    later = start == StartMode.LATER and settings.start_after is not None and settings.start_after > now
    start_after = settings.start_after if later else None
    started = start != StartMode.MANUAL
    return MigrationBatch.objects.create(
        **{name: getattr(settings, name) for name in SETTINGS},
        source=source,
        target=target,
        start_after=start_after,
        decision=Decision.STARTED if started else Decision.CREATED,
        started_at=(start_after or now) if started else None,
        created_by=by,
    )


def create_users(
    batch: MigrationBatch,
    rows: Iterable[CsvRow],
    due_at: datetime | None,
    now: datetime,
    by: Person | None,
    after: int = 0,
) -> None:
    """One a row; their places in the order of work begin behind ``after``."""
    users = MigrationUser.objects.bulk_create(_user(batch, row, due_at, now, after) for row in rows)
    StatusChange.objects.bulk_create(StatusChange(user=user, new=user.status, at=now, by=by) for user in users)


def _user(batch: MigrationBatch, row: CsvRow, due_at: datetime | None, now: datetime, after: int) -> MigrationUser:
    password = {f"{MigrationType(batch.type).password_side}_password": row.password}
    return MigrationUser(
        batch=batch,
        position=after + row.line,
        address=row.address,
        user_name=row.user_name,
        **password,
        force_change_password=row.force_change_password,
        status=UserStatus.QUEUED,
        status_at=now,
        due_at=due_at,
    )
