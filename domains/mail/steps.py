"""The MX change as a row of steps, each with what is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.moments import in_words
from core.templatetags.page import duration
from domains.dns.health import LOW_TTL
from domains.dns.mx import WAIT, Stage, Standing

ORDER = tuple(Stage)


class Place(StrEnum):
    """Where a step is, seen from now."""

    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"
    UNSEEN = "unseen"  # it was not seen, and the change went on


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    place: Place
    words: str


def steps(standing: Standing, now: datetime) -> Sequence[Step]:
    """From the lowered TTL to the end of the wait."""
    reached = ORDER.index(standing.stage)
    return [
        Step(_("Lower the TTL"), _lowered(standing, reached, now), lifetime(standing, now)),
        Step(_("Change the MX record"), _place(reached, Stage.CHANGING, Stage.SPREADING), _changed(standing)),
        Step(
            _("Wait until caches have forgotten it"),
            _place(reached, Stage.SPREADING, Stage.WAITING),
            _spread(standing, now),
        ),
        Step(_("Wait 72 hours"), _place(reached, Stage.WAITING, Stage.SAFE), _waited(standing, now)),
        Step(_("Safe to delete batches"), _place(reached, Stage.SAFE, Stage.SAFE), ""),
    ]


def _place(reached: int, begins: Stage, done: Stage) -> Place:
    if reached >= ORDER.index(done):
        return Place.DONE
    return Place.NOW if reached >= ORDER.index(begins) else Place.AHEAD


def _lowered(standing: Standing, reached: int, now: datetime) -> Place:
    if reached < ORDER.index(Stage.CHANGING):
        return Place.DONE if standing.low_everywhere(now) else Place.NOW
    return Place.DONE if standing.was_low else Place.UNSEEN


def lifetime(standing: Standing, now: datetime) -> str:
    """The adviser: how long others keep the MX records, and what follows from it."""
    if standing.ttl is None:
        if standing.servers and not standing.has_mx:
            return _("There is no MX record whose TTL could be lowered.")
        return _("Not known yet: no name server of the domain has answered.")
    names = {
        "ttl": standing.ttl,
        "since": _told(standing.low_since),
        "until": _told(standing.caches_low_at),
    }
    if standing.ttl > LOW_TTL and standing.stage in {Stage.NOT_STARTED, Stage.TTL_LOWERED}:
        words = _(
            "It is %(ttl)s seconds. Lower it to 3600 or less, at least as long before the MX change as it is now."
        )
        return words % names
    if standing.stage == Stage.SAFE and standing.ttl <= LOW_TTL:
        return _("The change is over. Raise the TTL of the MX records again, to a day for example.")
    if standing.turned_early and standing.settles_at and standing.settles_at > now:
        words = _(
            "The MX records were changed while caches still had their former, longer TTL: they may give the old answer until "
            "%(until)s."
        )
        return words % {"until": _told(standing.settles_at)}
    if ORDER.index(standing.stage) >= ORDER.index(Stage.CHANGING) and not standing.was_low:
        words = _(
            "It was not seen low before the MX change, so caches may keep the old answer for longer. Now it is %(ttl)s seconds."
        )
        return words % names
    if standing.low_since is None:
        return _("It is %(ttl)s seconds.") % names
    return (_of_known if standing.former_known else _of_unknown)(standing, now) % names


def _of_known(standing: Standing, now: datetime) -> str:
    if standing.low_everywhere(now):
        return _("Low since %(since)s (%(ttl)s seconds). No cache has the former value any more.")
    return _(
        "Low since %(since)s (%(ttl)s seconds). Caches of the former value will have expired by %(until)s: wait for it."
    )


def _of_unknown(standing: Standing, now: datetime) -> str:
    if standing.low_everywhere(now):
        return _(
            "Low since %(since)s or longer (%(ttl)s seconds). What it was before is not known; most caches have forgotten it "
            "by now."
        )
    return _(
        "Low since %(since)s or longer (%(ttl)s seconds). What it was before is not known, and caches may still have it: "
        "wait until %(until)s."
    )


def _changed(standing: Standing) -> str:
    if not standing.servers:
        return ""
    names = {"changed": standing.changed, "all": standing.servers, "time": _told(standing.changed_at)}
    if standing.changed_at and not standing.old_seen:
        words = ngettext(
            "The name server gave the new system already at the first look, %(time)s.",
            "All %(all)s name servers gave the new system already at the first look, %(time)s.",
            standing.servers,
        )
        return words % names
    if standing.changed_at:
        words = ngettext(
            "Changed at the name server since %(time)s.",
            "Changed at all %(all)s name servers since %(time)s.",
            standing.servers,
        )
        return words % names
    words = ngettext(
        "Not changed at the name server yet.", "Changed at %(changed)s of %(all)s name servers.", standing.servers
    )
    return words % names


def _spread(standing: Standing, now: datetime) -> str:
    if standing.settles_at is None or standing.changed_at is None:
        return ""
    names = {"time": _told(standing.settles_at), "left": duration(standing.settles_at - now)}
    if standing.settles_at > now:
        return _("Other systems may keep the old answer until %(time)s, %(left)s from now.") % names
    if standing.stage == Stage.SPREADING:
        return _("A resolver still gives the old answer, longer than it may.")
    return _("Every cached copy of the old answer had expired by %(time)s.") % names


def _waited(standing: Standing, now: datetime) -> str:
    if standing.safe_at is None:
        return _("They begin when no server gives the old answer any more, and no cache can have it.")
    names = {"last": _told(standing.safe_at - WAIT), "until": _told(standing.safe_at)}
    if standing.safe_at <= now:
        return _ended(standing) % names
    names["left"] = duration(standing.safe_at - now)
    if standing.stage == Stage.SPREADING:
        words = _(
            "They have not begun yet, as the old answer may still be given: they are not over before %(until)s, %(left)s "
            "from now."
        )
        return words % names
    return _counted_from(standing) % names


def _counted_from(standing: Standing) -> str:
    if not standing.old_seen:
        return _(
            "No old answer was seen. Counted from %(last)s, when caches from before the first look had expired; "
            "72 hours later it is %(until)s, %(left)s from now."
        )
    return _(
        "The old answer was given or in a cache until %(last)s; 72 hours later it is %(until)s, %(left)s from now."
    )


def _ended(standing: Standing) -> str:
    if not standing.old_seen:
        return _("No old answer was seen. 72 hours after the first look at the new one were over on %(until)s.")
    return _("The old answer was given or in a cache until %(last)s; 72 hours were over on %(until)s.")


def _told(moment: datetime | None) -> str:
    return in_words(moment) if moment else ""
