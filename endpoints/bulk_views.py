"""One command to several endpoints: what the list's selection holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core.bulk import go_to, some, tell
from core.confirm import Question, ask
from core.http import next_page
from core.roles import administrators_only, signed_in_person
from core.selection import Selection
from endpoints import services
from endpoints.models import MigrationEndpoint


@require_POST
@administrators_only
def delete_selected(request: HttpRequest) -> HttpResponse:
    """Asks first; those that batches use stay."""
    endpoints = list(MigrationEndpoint.objects.filter(pk__in=Selection.of(request.POST).keys).order_by("name"))
    if endpoints and not request.POST.get("sure"):
        return ask(request, _question(request, endpoints))
    if endpoints:
        _delete(request, endpoints)
    else:
        messages.warning(request, _("Select one or more endpoints first."))
    return go_to(request, next_page(request, "endpoints:list"))


def _question(request: HttpRequest, endpoints: Sequence[MigrationEndpoint]) -> Question:
    title = ngettext("Delete %(number)s endpoint?", "Delete %(number)s endpoints?", len(endpoints))
    consequences = [
        some(endpoint.name for endpoint in endpoints),
        _("Those that a batch uses stay, and you are told which."),
        _(
            "Their connection settings, credentials and test histories are lost for good. Nothing changes at the servers."
        ),
    ]
    back = next_page(request, "endpoints:list")
    keys = ",".join(str(endpoint.pk) for endpoint in endpoints)
    fields = {"selected": keys, "sure": "1", "next": back}
    return Question(title % {"number": len(endpoints)}, consequences, label=_("Delete"), cancel=back, fields=fields)


def _delete(request: HttpRequest, endpoints: Iterable[MigrationEndpoint]) -> None:
    done, refusals = [], []
    for endpoint in endpoints:
        try:
            services.delete_endpoint(endpoint, by=signed_in_person(request))
            done.append(endpoint.name)
        except services.NotNow as refusal:
            refusals.append(f"{endpoint.name}: {refusal}")
    tell(request, _("Delete"), done, refusals)
