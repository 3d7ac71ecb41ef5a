"""One skipped item: its original as a file, another try."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from batches.models import SkippedItem
from batches.quarantine import original
from batches.services import NotNow, retry_item
from core import audit
from core.downloads import download_octets
from core.http import next_page, see_other
from core.roles import administrators_only, signed_in_person


@require_GET
@administrators_only
def item_original(request: HttpRequest, batch_id: int, user_id: int, item_id: int) -> StreamingHttpResponse:
    """The message as it was at the source. It is somebody's mail: who took it is written down."""
    item = _items(batch_id, user_id, item_id, is_kept=True)
    details = {"folder": item.folder, "uid": item.uid, "batch": item.user.batch.name}
    audit.record(signed_in_person(request), "download skipped item", item.user, **details)
    return download_octets(original(item), f"{item.user.address}-{item.uid}.eml", kind="application/octet-stream")


@require_POST
@administrators_only
def item_retry(request: HttpRequest, batch_id: int, user_id: int, item_id: int) -> HttpResponse:
    try:
        retry_item(_items(batch_id, user_id, item_id), by=signed_in_person(request))
        messages.success(request, _("The message is tried again by the next sync of this mailbox."))
    except NotNow as refusal:
        messages.error(request, refusal.sentence)
    return see_other(next_page(request, resolve_url("batches:user", batch_id, user_id)))


def _items(batch_id: int, user_id: int, item_id: int, **wanted: bool) -> SkippedItem:
    items = SkippedItem.objects.select_related("user__batch").defer("user__source_password", "user__target_password")
    return get_object_or_404(items, pk=item_id, user=user_id, user__batch=batch_id, **wanted)
