"""The tasks of the checklist that the DNS of the domains tells about: delays, the route of mail, deletion, Autodiscover."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from batches.overview.checklist import Action, Finding, State
from batches.overview.situation import Situation
from core.templatetags.page import grouped
from domains.dns.mx import Stage, Standing
from domains.models import Domain
from domains.routing import routed

UNDER_WAY = frozenset({Stage.CHANGING, Stage.SPREADING, Stage.SETTLED, Stage.WAITING})


def limit_delays(found: Situation) -> Finding:
    """The MX records of every verified domain are kept by others for an hour at most, and so is what they were before."""
    watched = _watched(found)
    seen = _standings(watched, found)
    if watched and not (watched := [each for each in watched if not _has_none(seen.get(each.name))]):
        return Finding(State.BY_HAND, _("None of the verified domains has an MX record."), _leading_to(watched))
    if not watched:
        words = _(
            "A short lifetime of your MX records lets other systems notice the change sooner. Do it some days before."
        )
        return Finding(State.BY_HAND, words + " " + _unwatched(), _leading_to(watched))
    lowered, changed = _at(watched, {Stage.TTL_LOWERED}), _at(watched, {*UNDER_WAY, Stage.SAFE})
    words = ngettext(
        "The TTL of the MX records is low: %(part)s of %(all)s domain.",
        "The TTL of the MX records is low: %(part)s of %(all)s domains.",
        len(watched),
    )
    words = _counted(words, lowered, watched)
    if changed:
        words += " " + ngettext(
            "The MX records of %(number)s domain are changed already: nothing is left to lower there.",
            "The MX records of %(number)s domains are changed already: nothing is left to lower there.",
            len(changed),
        ) % {"number": grouped(len(changed))}
    if waiting := [each for each in lowered if _is_waiting(seen.get(each.name), found)]:
        words += " " + ngettext(
            "Caches may still have the former TTL of %(number)s domain: wait until they have expired.",
            "Caches may still have the former TTL of %(number)s domains: wait until they have expired.",
            len(waiting),
        ) % {"number": grouped(len(waiting))}
    return Finding(
        State.IN_PROGRESS if waiting else _how_far([*lowered, *changed], watched), words, _leading_to(watched)
    )


def _standings(watched: Sequence[Domain], found: Situation) -> Mapping[str, Standing]:
    """Of those whose MX change has not begun."""
    names = [each.name for each in _at(watched, {Stage.NOT_STARTED, Stage.TTL_LOWERED})]
    return {name: each.standing for name, each in routed(names, found.now).items()}


def _has_none(standing: Standing | None) -> bool:
    """A domain without MX records has no TTL to lower."""
    return bool(standing and standing.servers and not standing.has_mx)


def _is_waiting(standing: Standing | None, found: Situation) -> bool:
    return bool(standing and standing.stage == Stage.TTL_LOWERED and not standing.low_everywhere(found.now))


def route_mail(found: Situation) -> Finding:
    """The MX change of every verified domain is over, with its 72 hours."""
    watched = _watched(found)
    if not watched:
        words = _("When everybody has moved, mail goes to the new system at once.")
        return Finding(State.BY_HAND, f"{words} {_unwatched()}", _leading_to(watched))
    safe, moving = _at(watched, {Stage.SAFE}), _at(watched, UNDER_WAY)
    words = ngettext(
        "Mail goes to the new system, and the 72 hours are over: %(part)s of %(all)s domain.",
        "Mail goes to the new system, and the 72 hours are over: %(part)s of %(all)s domains.",
        len(watched),
    )
    words = _counted(words, safe, watched)
    if moving:
        names = {"number": grouped(len(moving))}
        words += " " + ngettext("Under way: %(number)s.", "Under way: %(number)s.", len(moving)) % names
    state = _how_far(safe, watched) if not moving else State.IN_PROGRESS
    return Finding(state, words, _leading_to(watched))


def route_words(found: Situation) -> str:
    """For the task that deletes batches: whether their mail still needs them."""
    watched = _watched(found)
    if watched and len(_at(watched, {Stage.SAFE})) == len(watched):
        return _("The MX change is over for all verified domains: each batch says whether it may be deleted.")
    return _("Delete them when mail goes to the new system and was synced once more since.")


def finish(found: Situation) -> Finding:
    watched = _watched(found)
    words = _("Licences, Autodiscover and the old servers. This cannot be seen from here.")
    if watched and len(_at(watched, {Stage.SAFE})) == len(watched):
        words = _(
            "Licences and the old servers cannot be seen from here. The page of each domain shows its Autodiscover record."
        )
        return Finding(State.BY_HAND, words, _leading_to(watched))
    return Finding(State.BY_HAND, words)


def _watched(found: Situation) -> Sequence[Domain]:
    return [domain for domain in found.domains.added if domain.is_verified]


def _unwatched() -> str:
    return _("Verify your domains, and this page shows it.")


def _at(domains: Sequence[Domain], stages: Collection[str]) -> Sequence[Domain]:
    return [domain for domain in domains if domain.mx_stage in stages]


def _how_far(done: Sequence[Domain], all_: Sequence[Domain]) -> State:
    if len(done) == len(all_):
        return State.DONE
    return State.IN_PROGRESS if done else State.NOT_STARTED


def _counted(words: str, part: Sequence[Domain], all_: Sequence[Domain]) -> str:
    return words % {"part": grouped(len(part)), "all": grouped(len(all_))}


def _leading_to(watched: Sequence[Domain]) -> Action:
    """The page of the only domain, or the list of them."""
    if len(watched) == 1:
        page = reverse("domains:mail", args=[watched[0].pk])
        return Action(gettext_lazy("Mail records and MX change"), page, for_administrators=False)
    return Action(gettext_lazy("Domains"), reverse("domains:list"), for_administrators=False)
