"""The records that mail needs, read at the authoritative servers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domains.dns.asking import Answer, Record
from domains.dns.delegation import Delegation


class Question(StrEnum):
    """One record set of a domain that mail depends on."""

    MX = "mx"
    TXT = "txt"  # at the domain itself: SPF is among them
    DKIM_1 = "dkim_1"
    DKIM_2 = "dkim_2"
    DMARC = "dmarc"
    AUTODISCOVER_CNAME = "autodiscover_cname"
    AUTODISCOVER_A = "autodiscover_a"
    AUTODISCOVER_SRV = "autodiscover_srv"


@dataclass(frozen=True, slots=True)
class Asked:
    """All answers to one question, those of authoritative servers first."""

    question: Question
    answers: tuple[Answer, ...]

    @property
    def best(self) -> Answer | None:
        """The first with authority, else of any resolver; None where nobody answered."""
        raise NotImplementedError

    @property
    def agreed(self) -> bool:
        """Whether all authoritative servers that answered give the same records."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class MailRecords:
    domain: str
    at: datetime
    asked: tuple[Asked, ...]
    delegation: Delegation | None = field(default=None, repr=False)

    def records(self, question: Question) -> tuple[Record, ...]:
        raise NotImplementedError
