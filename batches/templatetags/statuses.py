"""Statuses as badges, and what they mean."""

from __future__ import annotations

from functools import cache

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from batches.figures import BatchRow
from batches.models import MigrationBatch, MigrationUser, Verification
from batches.states import UserStatus
from batches.verification.words import difference_words, error_sentence
from batches.waiting import waits_briefly
from batches.words import BATCH_HELP, ICONS, TONES, USER_HELP, explanation, filter_words
from core.templatetags.help import explained
from core.templatetags.page import icon, kept

register = template.Library()


@register.simple_tag
def batch_badge(row: BatchRow) -> SafeString:
    """What a batch shows, with its explanation for who points at it."""
    if row.batch.deleted_at:
        return _badge("batch-status", "deleted", _("Deleted"))
    return _badge("batch-status", row.status, str(row.status.label), row.batch.allow_incremental_syncs)


@register.filter
def batch_help(row: BatchRow) -> str:
    """The status of a batch in plain words."""
    if row.batch.deleted_at:
        return str(BATCH_HELP["deleted"])
    return str(BATCH_HELP[explanation(row.status, incremental=row.batch.allow_incremental_syncs)])


@register.simple_tag
def beside_badge(row: BatchRow) -> SafeString:
    """A few words on a batch that waits for something, and its failed mailboxes where their column has no room."""
    parts = []
    if waits := waits_briefly(row, timezone.now()):
        parts.append(format_html('<br><span class="soft">{}</span>', waits))
    if failed := row.tally.failed:
        words = ngettext("%(number)s failed", "%(number)s failed", failed) % {"number": failed}
        parts.append(format_html(' <span class="instead soft">{}</span>', words))
    return SafeString("".join(parts))


@register.simple_tag
def items_bar(user: MigrationUser) -> SafeString:
    """How many of the items of a mailbox have an outcome; nothing while nobody has counted them."""
    done = user.items_synced + user.items_skipped
    return _items_bar(done, user.items_total, user.address, get_language()) if user.items_total else SafeString()


@kept
def _items_bar(done: int, total: int, address: str, _language: str | None) -> SafeString:
    return format_html(
        '<progress class="bar" max="{}" value="{}" aria-label="{}"></progress>',
        str(total),
        str(done),
        _("Items synced of %(name)s") % {"name": address},
    )


@register.simple_tag
def user_badge(user: MigrationUser, batch: MigrationBatch) -> SafeString:
    """The status of a user of this batch, with its explanation for who points at it."""
    return status_badge(user.status, batch)


@register.simple_tag
def status_badge(status: str, batch: MigrationBatch) -> SafeString:
    """The same for a status that a user had."""
    return _badge("user-status", status, str(UserStatus(status).label), batch.allow_incremental_syncs)


@register.filter
def user_help(user: MigrationUser, batch: MigrationBatch) -> str:
    """The status of a user of this batch in plain words."""
    return str(USER_HELP[explanation(user.status, incremental=batch.allow_incremental_syncs)])


@register.filter
def error_filter(code: str) -> str:
    """Which mailboxes a list shows that is narrowed by an error."""
    return filter_words(code)


@cache  # a list has fifty of them, of a few kinds in a few languages
def _badge(group: str, status: str, label: str, incremental: bool = True) -> SafeString:
    words = format_html("{}{}", icon(ICONS[status]), label)
    name = explanation(status, incremental=incremental)
    return explained(group, name, words, f"badge badge-{TONES[status]}")


@register.filter
def verification_error(verification: Verification) -> str:
    """What kept the mailboxes from being compared, and what to do."""
    return error_sentence(verification)


@register.filter
def differences(verification: Verification) -> list[tuple[str, int]]:
    """Each kind of difference in words, and how many there are."""
    found = (verification.result or {})["differences"]
    return [(difference_words(kind), number) for kind, number in found.items()]
