"""What people do to batches and users: one command, then back to the page that shows its effect."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from batches.commands import BATCH_COMMANDS, USER_COMMANDS, Command
from batches.consequences import OF_BATCHES, OF_USER, Asked
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
    """Start, retry, sync now. Of a deleted batch the command itself says that nothing can be done any more."""
    batch = get_object_or_404(MigrationBatch, pk=batch_id)
    _give(request, BATCH_COMMANDS[name], batch)
    return see_other(next_page(request, resolve_url("batches:detail", batch_id)))


@require_http_methods(["GET", "POST"])
@administrators_only
def asked_batch(request: HttpRequest, batch_id: int, name: str) -> HttpResponse:
    """Stop, delete: GET asks, POST does it. Of a deleted batch nothing is asked."""
    command, batch = BATCH_COMMANDS[name], get_object_or_404(MigrationBatch, pk=batch_id)
    back = next_page(request, resolve_url("batches:detail", batch_id))
    if request.method == "GET" and not batch.deleted_at:
        return _ask(request, command, OF_BATCHES[name]([batch]), back, batch)
    done = _give(request, command, batch)
    if not done and command.more and not batch.deleted_at:
        kept = urlencode(command.more.keep(request.POST) | {"next": back}, doseq=True)
        back = f"{request.path}?{kept}"  # the question again, with what was answered
    return go_to(request, resolve_url("batches:list") if done and command.dangerous else back)


@require_POST
@administrators_only
def command_user(request: HttpRequest, batch_id: int, user_id: int, name: str) -> HttpResponse:
    """Resume, sync now."""
    user = _user(batch_id, user_id)
    if user is None:
        return _gone(request, batch_id)
    _give(request, USER_COMMANDS[name], user)
    return see_other(next_page(request, resolve_url("batches:user", batch_id, user_id)))


@require_http_methods(["GET", "POST"])
@administrators_only
def asked_user(request: HttpRequest, batch_id: int, user_id: int, name: str) -> HttpResponse:
    """Stop, delete: GET asks, POST does it."""
    command, user = USER_COMMANDS[name], _user(batch_id, user_id)
    if user is None:
        return _gone(request, batch_id)
    back = next_page(request, resolve_url("batches:user", batch_id, user_id))
    if request.method == "GET":
        return _ask(request, command, OF_USER[name](user), back)
    done = _give(request, command, user)
    return see_other(resolve_url("batches:users", batch_id) if done and command.dangerous else back)


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
            command.do(thing, by=signed_in_person(request), **(command.more.read(request.POST) if command.more else {}))
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


def _ask(
    request: HttpRequest, command: Command, asked: Asked, back: str, batch: MigrationBatch | None = None
) -> HttpResponse:
    fields = {"next": back}
    question = Question(*asked, str(command.label), back, fields, dangerous=command.dangerous)
    if command.more and batch:
        question = replace(
            question, form=command.more.form, more={**command.more.tell([batch]), **command.more.read(request.GET)}
        )
    return ask(request, question)
