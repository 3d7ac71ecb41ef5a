"""Asking for a verification, and downloading what it saw."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from batches import services
from batches.listing import users_without_secrets
from batches.models import MigrationBatch, MigrationUser
from batches.verification.evidence_files import evidence_of
from batches.words import KEPT
from core import audit
from core.downloads import download_octets
from core.http import next_page, see_other
from core.queue import noticing_lost
from core.roles import administrators_only, downloaders_only, signed_in_person


@require_POST
@administrators_only
def verify_batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    batch = get_object_or_404(MigrationBatch, pk=batch_id)
    _ask(request, lambda: services.verify_batch(batch, by=signed_in_person(request)), str(batch))
    return see_other(next_page(request, resolve_url("batches:detail", batch_id)))


@require_POST
@administrators_only
def verify_user(request: HttpRequest, batch_id: int, user_id: int) -> HttpResponse:
    user = get_object_or_404(_users(), pk=user_id, batch=batch_id)
    _ask(request, lambda: services.verify_user(user, by=signed_in_person(request)), str(user))
    return see_other(next_page(request, resolve_url("batches:user", batch_id, user_id)))


@require_POST
@administrators_only
def stop_batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Stops the verifications of a batch, not its syncs."""
    batch = get_object_or_404(MigrationBatch, pk=batch_id)
    number = services.stop_verifying_batch(batch, by=signed_in_person(request))
    _tell_stopped(request, number)
    return see_other(next_page(request, resolve_url("batches:detail", batch_id)))


@require_POST
@administrators_only
def stop_user(request: HttpRequest, batch_id: int, user_id: int) -> HttpResponse:
    user = get_object_or_404(_users(), pk=user_id, batch=batch_id)
    number = services.stop_verifying_user(user, by=signed_in_person(request))
    _tell_stopped(request, number)
    return see_other(next_page(request, resolve_url("batches:user", batch_id, user_id)))


def _tell_stopped(request: HttpRequest, number: int) -> None:
    if not number:
        messages.info(request, _("No verification was waiting or under way any more."))
        return
    words = ngettext(
        "%(number)s verification has been stopped. What former ones found stays.",
        "%(number)s verifications have been stopped. What former ones found stays.",
        number,
    )
    messages.success(request, words % {"number": number})


def _ask(request: HttpRequest, ask: Callable[[], None], name: str) -> None:
    try:
        with noticing_lost() as lost:
            ask()
    except services.NotNow as refusal:
        messages.error(request, refusal.sentence)
        return
    messages.success(request, _("%(name)s will be verified: every message of both sides is compared.") % {"name": name})
    if lost:
        messages.warning(request, KEPT)


@require_GET
@downloaders_only
def batch_evidence(request: HttpRequest, batch_id: int) -> StreamingHttpResponse:
    batch = get_object_or_404(MigrationBatch, pk=batch_id)
    return _evidence(request, _users().filter(batch=batch).order_by("position"), batch.name)


@require_GET
@downloaders_only
def user_evidence(request: HttpRequest, batch_id: int, user_id: int) -> StreamingHttpResponse:
    user = get_object_or_404(_users(), pk=user_id, batch=batch_id)
    return _evidence(request, _users().filter(pk=user.pk), user.address)


def _evidence(request: HttpRequest, users: QuerySet[MigrationUser], name: str) -> StreamingHttpResponse:
    """It tells of people's mail: who took it is written down."""
    file = f"{name}-evidence.zip"
    audit.record(signed_in_person(request), "download evidence", file)
    return download_octets(evidence_of(users), file, kind="application/zip")


def _users() -> QuerySet[MigrationUser]:
    return users_without_secrets().select_related("batch")
