"""What is asked before a command is given that has consequences: a title, and the sentences below it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from batches.models import MigrationBatch, MigrationUser
from batches.states import Decision
from core.bulk import some


class Asked(NamedTuple):
    title: str
    consequences: Sequence[str]


def stopping_batches(batches: Sequence[MigrationBatch]) -> Asked:
    number = len(batches)
    title = ngettext("Stop %(number)s batch?", "Stop %(number)s batches?", number) % {"number": number}
    title = _("Stop %(name)s?") % {"name": batches[0].name} if number == 1 else title
    kept = ngettext(
        "New mail on the source server is not copied for its %(number)s mailbox until you resume.",
        "New mail on the source server is not copied for %(number)s mailboxes until you resume.",
        _mailboxes(batches),
    )
    return Asked(title, [*_names(batches), kept % {"number": _mailboxes(batches)}, _what_stays()])


def deleting_batches(batches: Sequence[MigrationBatch]) -> Asked:
    number = len(batches)
    title = ngettext("Delete %(number)s batch?", "Delete %(number)s batches?", number) % {"number": number}
    title = _("Delete %(name)s?") % {"name": batches[0].name} if number == 1 else title
    left = ngettext(
        "All its syncs are stopped and it leaves the list.",
        "All their syncs are stopped and they leave the list.",
        number,
    )
    wiped = _(
        "Passwords from the CSV file are wiped. History and reports stay: filter the list by Deleted to read them."
    )
    return Asked(title, [*_names(batches), left, _no_longer_kept(batches), wiped])


def _no_longer_kept(batches: Sequence[MigrationBatch]) -> str:
    """Batches that nobody has started yet have kept nothing."""
    number = _mailboxes([batch for batch in batches if batch.decision != Decision.CREATED])
    if not number:
        return _("Mail on either server is not touched.")
    kept = ngettext(
        "%(number)s mailbox is no longer kept in step. Mail on either server is not touched.",
        "%(number)s mailboxes are no longer kept in step. Mail on either server is not touched.",
        number,
    )
    return kept % {"number": number}


def stopping_user(user: MigrationUser) -> Asked:
    paused = _("New mail on the source server is not copied for this mailbox until you resume it.")
    return Asked(_("Stop %(name)s?") % {"name": user.address}, [paused, _what_stays()])


def deleting_user(user: MigrationUser) -> Asked:
    left = _("The mailbox leaves the batch %(batch)s and is no longer kept in step.") % {"batch": user.batch.name}
    wiped = _(
        "Its passwords, its report and the list of its skipped items are deleted. Mail on either server is not touched."
    )
    return Asked(_("Delete %(name)s from the batch?") % {"name": user.address}, [left, wiped])


def stopping_users(batch: MigrationBatch, number: int) -> Asked:
    title = ngettext("Stop %(number)s mailbox of %(name)s?", "Stop %(number)s mailboxes of %(name)s?", number)
    paused = _("New mail on the source server is not copied for them until you resume them.")
    return Asked(title % {"number": number, "name": batch.name}, [paused, _what_stays()])


def deleting_users(batch: MigrationBatch, number: int) -> Asked:
    title = ngettext("Delete %(number)s mailbox from %(name)s?", "Delete %(number)s mailboxes from %(name)s?", number)
    consequences = [
        _("They leave the batch and are no longer kept in step. Those that are worked on stay: stop them first."),
        _("Their passwords, reports and lists of skipped items are deleted. Mail on either server is not touched."),
    ]
    return Asked(title % {"number": number, "name": batch.name}, consequences)


OF_BATCHES: Mapping[str, Callable[[Sequence[MigrationBatch]], Asked]] = {
    "stop": stopping_batches,
    "delete": deleting_batches,
}
OF_USER: Mapping[str, Callable[[MigrationUser], Asked]] = {"stop": stopping_user, "delete": deleting_user}
OF_USERS: Mapping[str, Callable[[MigrationBatch, int], Asked]] = {"stop": stopping_users, "delete": deleting_users}


def _mailboxes(batches: Sequence[MigrationBatch]) -> int:
    return MigrationUser.objects.filter(batch__in=batches).count()


def _names(batches: Sequence[MigrationBatch]) -> Sequence[str]:
    """Where the title does not say it."""
    return [some(batch.name for batch in batches)] if len(batches) > 1 else []


def _what_stays() -> str:
    return _("What is being copied stops within seconds. What was copied stays, and resuming goes on where it was.")
