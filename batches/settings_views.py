"""Changing what a batch migrates, and how many messages may stay behind, while it runs."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from batches.choice_forms import ChoiceForm
from batches.models import MigrationBatch
from batches.services import change_settings
from core.http import see_other
from core.roles import administrators_only, signed_in_person


@require_http_methods(["GET", "POST"])
@administrators_only
def settings(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Of a deleted batch nothing can be changed any more."""
    batch = get_object_or_404(MigrationBatch, pk=batch_id, deleted_at=None)
    form = ChoiceForm(request.POST if request.method == "POST" else None, instance=batch)
    if form.is_valid():
        going_on = change_settings(batch, form.cleaned_data, by=signed_in_person(request))
        _tell(request, batch, going_on)
        return see_other(reverse("batches:detail", args=[batch.pk]))
    context = {"form": form, "batch": MigrationBatch.objects.get(pk=batch.pk)}
    return render(request, "batches/settings.html", context, status=422 if form.errors else 200)


def _tell(request: HttpRequest, batch: MigrationBatch, going_on: int) -> None:
    messages.success(request, _("The settings of %(name)s have been changed.") % {"name": batch.name})
    if going_on:
        words = ngettext("%(number)s failed mailbox goes on.", "%(number)s failed mailboxes go on.", going_on)
        messages.success(request, words % {"number": going_on})
