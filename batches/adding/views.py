"""More mailboxes for a batch, by CSV: uploaded, looked at, added."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from batches import services
from batches.adding.draft import Added, add_from, draft_for, retriable
from batches.adding.failed import draft_from_failed
from batches.adding.sign_in import SignInForm, correct
from batches.models import MigrationBatch, MigrationUser, UploadedFile
from batches.services import NotNow
from batches.wizard.users import UsersForm
from batches.words import KEPT
from core import audit
from core.downloads import download_text
from core.http import see_other
from core.queue import noticing_lost
from core.refusals import fill_in, refuse
from core.roles import administrators_only, downloaders_only, signed_in_person

PREVIEWED_ROWS = 5


@require_http_methods(["GET", "POST"])
@administrators_only
def upload(request: HttpRequest, batch_id: int) -> HttpResponse:
    """GET shows the file that was uploaded last and what it would add, POST takes another or corrects this one."""
    batch = _batch(batch_id)
    form = fill_in(UsersForm, request, instance=draft_for(batch, signed_in_person(request)))
    if request.method == "GET":
        return _show(request, batch, form)
    if not form.is_valid():
        return refuse(request, form)
    form.save()
    return see_other(reverse("batches:add-users", args=[batch.pk]))


@require_POST
@administrators_only
def add(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Add what the uploaded file has and the batch has not, and take over its passwords and user names."""
    batch = _batch(batch_id)
    try:
        with noticing_lost() as lost:
            added = add_from(batch, by=signed_in_person(request), retry="retry" in request.POST)
    except NotNow as refusal:
        messages.error(request, refusal.sentence)
        return see_other(reverse("batches:add-users", args=[batch.pk]))
    for sentence in _told(batch, added):
        messages.success(request, sentence)
    if added.same:
        messages.info(request, _stayed(added.same))
    if lost:
        messages.warning(request, KEPT)
    return see_other(reverse("batches:users", args=[batch.pk]))


@require_POST
@administrators_only
def discard(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Throw the uploaded file away."""
    batch = _batch(batch_id)
    draft_for(batch, signed_in_person(request)).delete()
    messages.success(request, _("The CSV file has been thrown away. Nothing was added."))
    return see_other(reverse("batches:users", args=[batch.pk]))


def _batch(batch_id: int) -> MigrationBatch:
    return get_object_or_404(MigrationBatch.objects.select_related("source", "target"), pk=batch_id, deleted_at=None)


def _told(batch: MigrationBatch, added: Added) -> Iterator[str]:
    if added.new or not (added.passwords or added.names):
        words = ngettext(
            "%(number)s mailbox has been added to %(name)s.",
            "%(number)s mailboxes have been added to %(name)s.",
            added.new,
        )
        yield words % {"number": added.new, "name": batch.name}
    if added.passwords:
        words = ngettext(
            "%(number)s mailbox has a new password.", "%(number)s mailboxes have new passwords.", added.passwords
        )
        yield words % {"number": added.passwords}
    if added.names:
        words = ngettext(
            "%(number)s mailbox has another user name.", "%(number)s mailboxes have other user names.", added.names
        )
        yield words % {"number": added.names}
    if added.retried:
        words = ngettext(
            "%(number)s failed mailbox is tried again with it.",
            "%(number)s failed mailboxes are tried again with them.",
            added.retried,
        )
        yield words % {"number": added.retried}


def _stayed(number: int) -> str:
    words = ngettext(
        "%(number)s was in it already and stays as it is.",
        "%(number)s were in it already and stay as they are.",
        number,
    )
    return words % {"number": number}


def _show(request: HttpRequest, batch: MigrationBatch, form: UsersForm) -> HttpResponse:
    file = form.kept
    rows = file.rows if file else ()
    new, changed = services.new_rows(batch, rows), services.corrections(batch, rows)
    context = {
        "batch": batch,
        "draft": form.instance,
        "form": form,
        "file": file,
        "preview": new[:PREVIEWED_ROWS],
        "new": len(new),
        "corrected": len(changed),
        "passwords": sum(it.has_password for it in changed),
        "names": sum(it.has_name for it in changed),
        "retriable": len(retriable(batch, changed)),
        "known": len(rows) - len(new) - len(changed),
    }
    response = render(request, "batches/add_users.html", context)
    add_never_cache_headers(response)
    return response


@require_http_methods(["GET", "POST"])
@administrators_only
def sign_in(request: HttpRequest, batch_id: int, user_id: int) -> HttpResponse:
    """A new password for one mailbox, which is tried again with it if it has failed."""
    mailbox = get_object_or_404(MigrationUser.objects.select_related("batch"), pk=user_id, batch=_batch(batch_id))
    form = fill_in(SignInForm, request, user=mailbox)
    if request.method == "GET":
        return render(request, "batches/sign_in.html", {"batch": mailbox.batch, "mailbox": mailbox, "form": form})
    if not form.is_valid():
        return refuse(request, form)
    try:
        with noticing_lost() as lost:
            retried = correct(mailbox, form, by=signed_in_person(request))
    except NotNow as refusal:
        form.add_error("password", refusal.sentence)
        return refuse(request, form)
    words = (
        _("%(name)s is tried again with the new password.")
        if retried
        else _("%(name)s has a new password for its next sync.")
    )
    messages.success(request, words % {"name": mailbox.address})
    if lost:
        messages.warning(request, KEPT)
    return see_other(reverse("batches:user", args=[batch_id, user_id]))


@require_GET
@downloaders_only
def download(request: HttpRequest, batch_id: int, file_id: int) -> StreamingHttpResponse:
    """A file as it was uploaded, without its passwords. Of a deleted batch too: it belongs to its history."""
    file = get_object_or_404(UploadedFile.objects.select_related("batch"), pk=file_id, batch=batch_id)
    audit.record(signed_in_person(request), "download CSV file", file.name, batch=file.batch.name)
    return download_text([file.text], file.name, kind="text/csv")


@require_POST
@administrators_only
def from_failed(request: HttpRequest, batch_id: int) -> HttpResponse:
    """To the wizard, with the failed mailboxes of the batch filled in."""
    batch = _batch(batch_id)
    try:
        draft = draft_from_failed(batch, by=signed_in_person(request))
    except NotNow as refusal:
        messages.error(request, refusal.sentence)
        return see_other(reverse("batches:detail", args=[batch.pk]))
    words = _("These are the failed mailboxes of %(name)s. They leave that batch when you create the new one.")
    messages.info(request, words % {"name": batch.name})
    return see_other(reverse("batches:wizard-summary", args=[draft.pk]))
