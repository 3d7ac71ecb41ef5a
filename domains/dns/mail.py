"""The records that mail needs, as they were read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domains.dns.answers import Answer, Record
from domains.dns.delegation import Delegation


class Question(StrEnum):
    """One record set of a domain that mail depends on."""

    MX = "mx"
    TXT = "txt"  # at the domain itself: SPF is among them
    DKIM_1 = "dkim_1"  # the CNAME of Microsoft 365, or a key
    DKIM_2 = "dkim_2"
    DMARC = "dmarc"  # of the domain, or of the registered one above it
    AUTODISCOVER = "autodiscover"  # an address, by a CNAME or without
    AUTODISCOVER_SRV = "autodiscover_srv"


@dataclass(frozen=True, slots=True)
class Asked:
    """All answers to one question, those of authoritative servers first."""

    question: Question
    answers: tuple[Answer, ...]

    @property
    def best(self) -> Answer | None:
        """The first with authority, else of any resolver; None where nobody answered."""
        return next((answer for answer in self.answers if answer.answered), None)

    @property
    def agreed(self) -> bool:
        """Whether all authoritative servers that answered give the same records."""
        given = {
            (frozenset(record.text for record in answer.records), answer.aliases[:1])
            for answer in self.answers
            if answer.answered and answer.authoritative
        }
        return len(given) <= 1


@dataclass(frozen=True, slots=True)
class MailRecords:
    """``spf_lookups``: how many look-ups the SPF record of the domain causes, those of its includes counted; None where
    it has none or more than one."""

    domain: str
    at: datetime
    asked: tuple[Asked, ...]
    spf_lookups: int | None = None
    delegation: Delegation | None = field(default=None, repr=False)

    def of(self, question: Question) -> Asked:
        return next((each for each in self.asked if each.question == question), Asked(question, ()))

    def records(self, question: Question) -> tuple[Record, ...]:
        best = self.of(question).best
        return best.records if best else ()

    def alias(self, question: Question) -> Record | None:
        """The first CNAME on the way."""
        best = self.of(question).best
        return best.aliases[0] if best and best.aliases else None
