"""The two gates, each with its facts: met, not met, or for a person to confirm. Pure: what is known is handed in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from batches.deletion.evidence import BatchEvidence, DomainEvidence
from core.bulk import some
from core.moments import in_words
from core.templatetags.page import grouped
from domains.dns.mx import Stage

QUIET = timedelta(hours=24)  # without a new message, after one that came late
TRACKERS = 3  # that a fact links to


class Sign(StrEnum):
    MET = "met"
    UNMET = "unmet"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True)
class Fact:
    """``key`` names it in forms and in the audit log; ``words`` say what was seen, or what a person
    confirms; ``trackers`` are the names and keys of the domains whose MX change it waits for."""

    key: str
    sign: Sign
    words: str
    trackers: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True, slots=True)
class Gate:
    key: str
    title: str | Promise
    facts: Sequence[Fact]

    def is_open(self, confirmed: Collection[str] = ()) -> bool:
        return all(
            fact.sign == Sign.MET or (fact.sign == Sign.BY_HAND and fact.key in confirmed) for fact in self.facts
        )

    @property
    def measured_well(self) -> bool:
        """Nothing that can be seen stands against it."""
        return all(fact.sign != Sign.UNMET for fact in self.facts)

    @property
    def unmet(self) -> list[Fact]:
        return [fact for fact in self.facts if fact.sign == Sign.UNMET]


@dataclass(frozen=True, slots=True)
class Gates:
    """Either gate is enough. ``is_untouched``: nothing was ever copied, so nothing can be missed."""

    gates: Sequence[Gate]
    is_untouched: bool

    def opened(self, confirmed: Collection[str] = ()) -> Gate | None:
        """The first that is open for who confirms these."""
        return next((gate for gate in self.gates if gate.is_open(confirmed)), None)

    @property
    def needs_reason(self) -> bool:
        """Whatever a person confirms, both are closed."""
        return not self.is_untouched and not any(gate.measured_well for gate in self.gates)


BY_HAND = {
    "on_new_mailboxes": gettext_lazy("Everybody in it works in the new mailbox."),
    "converted": gettext_lazy("The old mailboxes were converted to mail-enabled users."),
    "forwarding": gettext_lazy("A test has shown that mail to an old mailbox arrives in the new one."),
}


def gates(known: BatchEvidence) -> Gates:
    """What stands for and against deleting the batch now."""
    article = Gate(
        "mail_routed",
        gettext_lazy("Mail goes to the new system"),
        [_routed(known), _synced_since(known), _silent(known), _confirmed("on_new_mailboxes")],
    )
    companion = Gate(
        "only_forwarding",
        gettext_lazy("Old mailboxes only forward"),
        [_copied(known), _confirmed("converted"), _confirmed("forwarding")],
    )
    return Gates([article, companion], is_untouched=not known.touched)


def _confirmed(key: str) -> Fact:
    return Fact(key, Sign.BY_HAND, str(BY_HAND[key]))


def _routed(known: BatchEvidence) -> Fact:
    waiting = [each for each in known.domains if not each.standing or each.standing.stage != Stage.SAFE]
    if not waiting:
        names = some(each.domain for each in known.domains)
        return Fact(
            "routed", Sign.MET, _("The MX change is done, and its 72 hours are over: %(names)s.") % {"names": names}
        )
    return Fact("routed", Sign.UNMET, " ".join(_why_not_routed(each) for each in waiting[:3]) + _more(len(waiting) - 3))


def _more(number: int) -> str:
    if number <= 0:
        return ""
    return " " + ngettext("%(number)s domain more.", "%(number)s domains more.", number) % {"number": number}


def _why_not_routed(each: DomainEvidence) -> str:
    if each.standing is None:
        words = _("%(domain)s is not verified, so its MX records are not watched: add it under Domains.")
    elif each.standing.safe_at and each.standing.stage in {Stage.WAITING, Stage.SETTLED}:
        words = _("The MX change of %(domain)s has settled; wait until %(time)s.")
    elif each.standing.stage in {Stage.NOT_STARTED, Stage.TTL_LOWERED}:
        words = _("Mail of %(domain)s still goes to the old system.")
    else:
        words = _("The MX change of %(domain)s is under way, and some servers still give the old answer.")
    safe_at = each.standing.safe_at if each.standing else None
    return words % {"domain": each.domain, "time": in_words(safe_at) if safe_at else ""}


def _synced_since(known: BatchEvidence) -> Fact:
    coming = [each for each in known.domains if each.settled_at is None]
    if coming:
        words = _("The MX change has not settled yet (%(names)s). A sync of every mailbox after that is still to come.")
        return Fact("synced_since", Sign.UNMET, words % {"names": _names(coming)}, tuple(_trackers(coming)))
    late = [each for each in known.domains if not _was_synced_since(each, each.settled_at)]
    if late:
        words = _("Not every mailbox has been synced since the MX change settled: use Sync now (%(names)s).")
        return Fact("synced_since", Sign.UNMET, words % {"names": _names(late)})
    words = _("All %(number)s mailboxes were synced after the MX change had settled.")
    return Fact("synced_since", Sign.MET, words % {"number": grouped(known.mailboxes)})


def _names(domains: Sequence[DomainEvidence]) -> str:
    return some(each.domain for each in domains)


def _trackers(domains: Sequence[DomainEvidence]) -> list[tuple[str, int]]:
    return [(each.domain, each.domain_id) for each in domains[:TRACKERS] if each.domain_id]


def _was_synced_since(each: DomainEvidence, since: datetime | None) -> bool:
    return bool(since and each.oldest_sync and each.oldest_sync >= since)


def _silent(known: BatchEvidence) -> Fact:
    """Only a look at the source after the change shows it."""
    told = [(_silence(each), each) for each in known.domains]
    loud = next((words for (met, words), _each in told if not met), None)
    if loud:
        return Fact("silent", Sign.UNMET, _with_newest(loud, known))
    late = next((words for (_met, words), each in told if _came_late(each)), None)
    words = late or _("No new message has come to the source since the MX change settled.")
    return Fact("silent", Sign.MET, _with_newest(words, known))


def _silence(each: DomainEvidence) -> tuple[bool, str]:
    """A message that came late is no reason to wait for ever: a day without another one is."""
    if each.settled_at is None:
        return False, _("Whether mail still comes to the source can be told once the MX change has settled.")
    if not _was_synced_since(each, each.settled_at):
        return False, _("The first sync after the MX change has settled shows whether mail still comes to the source.")
    if not _came_late(each):
        return True, ""
    if each.last_new_item and _was_synced_since(each, each.last_new_item + QUIET):
        return True, _("No new message has come to the source for 24 hours.")
    return False, _("New mail came to the source after the MX change had settled. A day without any has to pass.")


def _came_late(each: DomainEvidence) -> bool:
    return bool(each.settled_at and each.last_new_item and each.last_new_item > each.settled_at)


def _with_newest(words: str, known: BatchEvidence) -> str:
    newest = max((each.last_new_item for each in known.domains if each.last_new_item), default=None)
    if newest is None:
        return words
    return f"{words} " + _("The last one was seen on %(time)s.") % {"time": in_words(newest)}


def _copied(known: BatchEvidence) -> Fact:
    words = _("%(part)s of %(all)s mailboxes have their first copy.")
    words %= {"part": grouped(known.copied), "all": grouped(known.mailboxes)}
    return Fact("copied", Sign.MET if known.copied == known.mailboxes else Sign.UNMET, words)
