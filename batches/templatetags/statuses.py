"""Statuses as badges, and what they mean."""

from __future__ import annotations

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from batches.figures import BatchRow
from batches.models import MigrationUser, Verification
from batches.states import UserStatus
from batches.verification.words import difference_words, error_sentence
from batches.waiting import waits_briefly
from batches.words import BATCH_HELP, ICONS, TONES, USER_HELP
from core.templatetags.page import icon

register = template.Library()


@register.simple_tag
def batch_badge(row: BatchRow) -> SafeString:
    """What a batch shows, with its explanation as hover help."""
    if row.batch.deleted_at:
        return _badge("removing", _("Deleted"), batch_help(row))
    return _badge(row.status, row.status.label, batch_help(row))


@register.filter
def batch_help(row: BatchRow) -> str:
    """The status of a batch in plain words."""
    if row.batch.deleted_at:
        return _("The batch has been deleted. Its history and reports stay.")
    return str(BATCH_HELP[row.status])


@register.filter
def waits_because(row: BatchRow) -> str:
    """A few words beside the status of a batch that waits for something."""
    return waits_briefly(row, timezone.now())


@register.simple_tag
def user_badge(user: MigrationUser) -> SafeString:
    """The status of a user, with its explanation as hover help."""
    return status_badge(user.status)


@register.simple_tag
def status_badge(status: str) -> SafeString:
    """The same for a status that a user had."""
    return _badge(status, UserStatus(status).label, str(USER_HELP[status]))


@register.filter
def user_help(user: MigrationUser) -> str:
    """The status of a user in plain words."""
    return str(USER_HELP[user.status])


def _badge(status: str, label: object, explanation: str) -> SafeString:
    return format_html(
        '<span class="badge badge-{}" title="{}">{}{}</span>', TONES[status], explanation, icon(ICONS[status]), label
    )


@register.filter
def verification_error(verification: Verification) -> str:
    """What kept the mailboxes from being compared, and what to do."""
    return error_sentence(verification)


@register.filter
def differences(verification: Verification) -> list[tuple[str, int]]:
    """Each kind of difference in words, and how many there are."""
    found = (verification.result or {})["differences"]
    return [(difference_words(kind), number) for kind, number in found.items()]
