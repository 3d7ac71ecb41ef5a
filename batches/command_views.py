"""What people do to batches and users: one command, then back to the page that shows its effect."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from batches.commands import BATCH_COMMANDS, USER_COMMANDS, Command
from batches.listing import users_without_secrets
from batches.models import MigrationBatch, MigrationUser
from batches.services import NotNow
from batches.words import KEPT
from core.bulk import go_to
from core.confirm import Question, ask
from core.http import next_page, see_other
from core.queue import noticing_lost
from core.roles import administrators_only, signed_in_person
from core.states import StaleState


@require_POST
@administrators_only
def command_batch(request: HttpRequest, batch_id: int, name: str) -> HttpResponse:
    """Start, stop, retry, sync now. Of a deleted batch the command itself says that nothing can be done any more."""
    batch = get_object_or_404(MigrationBatch, pk=batch_id)
    _give(request, BATCH_COMMANDS[name], batch)
    return see_other(next_page(request, resolve_url("batches:detail", batch_id)))


@require_http_methods(["GET", "POST"])
@administrators_only
def delete_batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """GET asks, POST does it. What is deleted already is not asked for."""
    batch = get_object_or_404(MigrationBatch, pk=batch_id)
    back = resolve_url("batches:detail", batch_id)
    if request.method == "GET" and not batch.deleted_at:
        title = _("Delete %(name)s?") % {"name": batch.name}
        return _ask(request, title, delete_consequences([batch]), back)
    done = _give(request, BATCH_COMMANDS["delete"], batch)
    return go_to(request, resolve_url("batches:list") if done else back)


@require_POST
@administrators_only
def command_user(request: HttpRequest, batch_id: int, user_id: int, name: str) -> HttpResponse:
    """Resume, stop, sync now."""
    user = _user(batch_id, user_id)
    if user is None:
        return _gone(request, batch_id)
    _give(request, USER_COMMANDS[name], user)
    return see_other(next_page(request, resolve_url("batches:user", batch_id, user_id)))


@require_http_methods(["GET", "POST"])
@administrators_only
def delete_user(request: HttpRequest, batch_id: int, user_id: int) -> HttpResponse:
    """GET asks, POST does it."""
    user = _user(batch_id, user_id)
    if user is None:
        return _gone(request, batch_id)
    back = resolve_url("batches:user", batch_id, user_id)
    if request.method == "GET":
        names = {"name": user.address, "batch": user.batch.name}
        consequences = [
            _("The mailbox leaves the batch %(batch)s and is no longer kept in step.") % names,
            _(
                "Its passwords, its report and the list of its skipped items are deleted. Mail on either server is not touched."
            ),
        ]
        return _ask(request, _("Delete %(name)s from the batch?") % names, consequences, back)
    done = _give(request, USER_COMMANDS["delete"], user)
    return see_other(resolve_url("batches:users", batch_id) if done else back)


def _user(batch_id: int, user_id: int) -> MigrationUser | None:
    return users_without_secrets().select_related("batch").filter(pk=user_id, batch=batch_id).first()


def _gone(request: HttpRequest, batch_id: int) -> HttpResponse:
    """A page that was opened before somebody deleted the mailbox still offers commands."""
    batch = get_object_or_404(MigrationBatch, pk=batch_id)
    messages.error(
        request, _("This mailbox was deleted: it is no longer in the batch %(name)s.") % {"name": batch.name}
    )
    return go_to(request, resolve_url("batches:users", batch_id))


def _give(request: HttpRequest, command: Command, thing: MigrationBatch | MigrationUser) -> bool:
    """Do it and say so, or say why not."""
    try:
        with noticing_lost() as lost:
            command.do(thing, by=signed_in_person(request))
    except NotNow as refusal:
        messages.error(request, refusal.sentence)
        return False
    except StaleState:
        messages.error(request, _("%(name)s has just changed. Look again, then decide.") % {"name": thing})
        return False
    messages.success(request, str(command.done) % {"name": thing})
    if lost:
        messages.warning(request, KEPT)
    return True


def delete_consequences(batches: Sequence[MigrationBatch]) -> Sequence[str]:
    """What is lost and what stays when these batches are deleted."""
    number = MigrationUser.objects.filter(batch__in=batches).count()
    kept = ngettext(
        "%(number)s mailbox is no longer kept in step. Mail on either server is not touched.",
        "%(number)s mailboxes are no longer kept in step. Mail on either server is not touched.",
        number,
    )
    return [
        ngettext(
            "All its syncs are stopped and it leaves the list.",
            "All their syncs are stopped and they leave the list.",
            len(batches),
        ),
        kept % {"number": number},
        _("Passwords from the CSV file are wiped. History and reports stay: filter the list by Deleted to read them."),
    ]


def _ask(request: HttpRequest, title: str, consequences: Sequence[str], back: str) -> HttpResponse:
    return ask(request, Question(title, consequences, label=_("Delete"), cancel=next_page(request, back)))
