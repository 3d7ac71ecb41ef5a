"""An estimate as people say it, in the reader's language and time zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from batches.eta import Eta

REASONS: Mapping[str, Promise] = {
    "none": gettext_lazy("there is no batch yet"),
    "created": gettext_lazy("not started yet"),
    "waiting": gettext_lazy("it waits for its start time"),
    "stopped": gettext_lazy("stopped"),
    "deleted": gettext_lazy("deleted"),
    "done": gettext_lazy("no first copy is ahead"),
    "closed": gettext_lazy("a server may not be used at this hour; an estimate follows when copying goes on"),
    "uncounted": gettext_lazy("no mailbox has been counted yet"),
    "early": gettext_lazy("not enough has been copied yet to tell"),
    "nothing_lately": gettext_lazy("nothing was copied in the last 15 minutes"),
    "far": gettext_lazy("more than a year at the present rate"),
}


def eta_words(eta: Eta) -> str:
    """``between 14:20 and 15:05 CET``, with days where it is not today; or why nothing can be said."""
    if eta.earliest is None or eta.latest is None:
        return str(REASONS[eta.reason])
    earliest, latest = timezone.localtime(eta.earliest), timezone.localtime(eta.latest)
    if (latest - earliest).days > 3:
        return _("between %(earliest)s and %(latest)s") % {"earliest": _day(earliest), "latest": _day(latest)}
    zone = latest.tzname()
    words = {"earliest": _clock(earliest), "latest": _clock(latest, earliest), "zone": zone}
    return _("between %(earliest)s and %(latest)s %(zone)s") % words


def _day(time: datetime) -> str:
    return date_format(time, "j F Y" if time.year != timezone.localtime().year else "j F")


def _clock(time: datetime, before: datetime | None = None) -> str:
    """With its day, unless that is today or was just said."""
    said = before.date() if before else timezone.localtime().date()
    return date_format(time, "H:i") if time.date() == said else f"{_day(time)} {date_format(time, 'H:i')}"
