"""Changing a batch: its endpoints, start, recipients, what it migrates, and how many messages may stay behind."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from batches.edit_forms import EditForm
from batches.models import MigrationBatch
from batches.services import NotNow, change_settings
from core.http import see_other
from core.refusals import fill_in, refuse
from core.roles import administrators_only, signed_in_person


@require_http_methods(["GET", "POST"])
@administrators_only
def settings(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Of a deleted batch nothing can be changed any more."""
    batch = get_object_or_404(MigrationBatch, pk=batch_id, deleted_at=None)
    form = fill_in(EditForm, request, instance=MigrationBatch.objects.get(pk=batch.pk))
    if request.method == "GET":
        return render(request, "batches/settings.html", {"form": form, "batch": batch})
    if not form.is_valid():
        return refuse(request, form)
    try:
        by, seen = signed_in_person(request), form.cleaned_data["seen"]
        _tell(request, batch, change_settings(batch, form.changes(), by=by, seen=seen))
    except NotNow as refusal:
        messages.error(request, refusal.sentence)
    return see_other(reverse("batches:detail", args=[batch.pk]))


def _tell(request: HttpRequest, batch: MigrationBatch, going_on: int) -> None:
    messages.success(request, _("The settings of %(name)s have been changed.") % {"name": batch.name})
    if going_on:
        words = ngettext("%(number)s failed mailbox goes on.", "%(number)s failed mailboxes go on.", going_on)
        messages.success(request, words % {"number": going_on})
