"""What creating the batch will do, and what it will not: spelled out before anybody presses the button."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from batches.csv_import import CsvResult
from batches.models import BatchDraft, MigrationType, StartMode
from core.moments import in_words
from core.organization import organization
from endpoints.limit_words import hours_words
from endpoints.models import MigrationEndpoint, SignIn


@dataclass(frozen=True, slots=True)
class Effects:
    """Sentences: what happens as soon as the batch is created, what happens later, and what others have to do."""

    at_once: list[str]
    later: list[str]
    not_done: list[str]


def effects(draft: BatchDraft, file: CsvResult) -> Effects | None:
    """None as long as a server is missing."""
    source, target = draft.source, draft.target
    if source is None or target is None:
        return None
    return Effects(
        [*_at_once(draft, len(file.rows), source, target), *_passwords(draft, file, source, target)],
        [*_later(draft), *_hours(source), *_hours(target)],
        list(_not_done(draft, source, target)),
    )


def _at_once(draft: BatchDraft, number: int, source: MigrationEndpoint, target: MigrationEndpoint) -> Iterator[str]:
    names = {"source": source.name, "target": target.name}
    if draft.start == StartMode.MANUAL:
        yield _("The batch is created. Nothing is copied before somebody presses Start.")
    elif draft.start == StartMode.LATER and draft.start_after:
        at = in_words(draft.start_after)
        yield _("The batch is created. Nothing is copied before %(time)s.") % {"time": at}
    else:
        yield ngettext(
            "The batch is created, and the copying of %(number)s mailbox begins.",
            "The batch is created, and the copying of %(number)s mailboxes begins.",
            number,
        ) % {"number": number}
    binding = min(source, target, key=lambda endpoint: endpoint.max_concurrent_migrations)
    yield _("At most %(number)s mailboxes are copied at once: the limit of %(endpoint)s.") % {
        "number": binding.max_concurrent_migrations,
        "endpoint": binding.name,
    }
    yield _("On %(source)s mail is only read: nothing is changed, marked as read or deleted there.") % names
    yield _("How many messages there are is not known yet: the first sync counts them.")


def _passwords(
    draft: BatchDraft, file: CsvResult, source: MigrationEndpoint, target: MigrationEndpoint
) -> Iterator[str]:
    if not any(row.password for row in file.rows):
        yield _("The CSV file has no passwords: the mailboxes are opened with the accounts of the endpoints.")
        return
    endpoint = {"source": source, "target": target}[MigrationType(draft.type).password_side]
    if endpoint.sign_in == SignIn.USER:
        used = _("The passwords of the CSV file sign in to the mailboxes on %(endpoint)s.")
    else:
        used = _("The passwords of the CSV file are not used: %(endpoint)s is opened with an administrator's account.")
    yield used % {"endpoint": endpoint.name}
    yield _("They are kept encrypted until the batch is deleted, and no page or report shows them.")


def _later(draft: BatchDraft) -> Iterator[str]:
    if draft.allow_incremental_syncs:
        yield _(
            "What arrives or changes after the first sync is copied %(interval)s, until the batch is stopped or deleted."
        ) % {"interval": _interval()}
    else:
        yield _("Each mailbox is done after its first sync. What arrives later stays on the source.")
    if draft.notification_emails:
        yield _("Reports go to %(recipients)s.") % {"recipients": ", ".join(draft.notification_emails)}


def _interval() -> str:
    """Between two incremental syncs: ``every 3 minutes``, ``every 24 hours``."""
    minutes = max(1, round(organization().incremental_sync_interval.total_seconds() / 60))
    hours, odd = divmod(minutes, 60)
    if odd:
        return ngettext("every minute", "every %(minutes)s minutes", minutes) % {"minutes": minutes}
    return ngettext("every hour", "every %(hours)s hours", hours) % {"hours": hours}


def _hours(endpoint: MigrationEndpoint) -> Iterator[str]:
    if words := hours_words(endpoint):
        yield _("%(endpoint)s is used only %(hours)s. Outside these hours everything waits.") % {
            "endpoint": endpoint.name,
            "hours": words,
        }


def _not_done(draft: BatchDraft, source: MigrationEndpoint, target: MigrationEndpoint) -> Iterator[str]:
    yield _(
        "The mailboxes on %(target)s are not created: they have to exist. Who has none there is told as failed."
    ) % {"target": target.name}
    arrives = _("No forwarding is set up: new mail goes on arriving at %(source)s until the MX record is changed.")
    yield arrives % {"source": source.name}
    if draft.allow_incremental_syncs:
        yield _("What arrives there until then comes over with the incremental syncs.")
    yield _("Nobody's mail program is changed: users sign in to the new server when they are told to.")
