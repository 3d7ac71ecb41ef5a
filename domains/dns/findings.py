"""What a domain's mail records should be at its phase of the migration, and how each of them stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domains.dns.answers import Record
from domains.dns.records import ExactRecord

LOW_TTL = 3600  # seconds; the article's own bound


class Phase(StrEnum):
    """How far the domain is; later phases expect more."""

    BEFORE = "before"
    TTL_LOWERED = "ttl_lowered"
    MX_CHANGED = "mx_changed"
    ALL_MOVED = "all_moved"  # no mailbox of the domain is left at the source
    OVER = "over"  # and the 72 hours after the MX change are over


MOVED = frozenset({Phase.ALL_MOVED, Phase.OVER})
CHANGED = frozenset({Phase.MX_CHANGED, *MOVED})


class Kind(StrEnum):
    MX = "mx"
    SPF = "spf"
    DKIM = "dkim"
    DMARC = "dmarc"
    AUTODISCOVER = "autodiscover"


class Health(StrEnum):
    """RIGHT as it should be at this phase; LATER right now, and another record is due later; ADVICE works, could be
    better; WRONG loses or delays mail, or will; UNKNOWN nobody answered; UNJUDGED nobody has said what it should be."""

    RIGHT = "right"
    LATER = "later"
    ADVICE = "advice"
    WRONG = "wrong"
    UNKNOWN = "unknown"
    UNJUDGED = "unjudged"


class Reason(StrEnum):
    RIGHT = "right"
    NOBODY_ANSWERED = "nobody_answered"
    SERVERS_DISAGREE = "servers_disagree"
    # MX
    MX_MISSING = "mx_missing"
    MX_REFUSES = "mx_refuses"  # "0 .": the domain receives no mail (RFC 7505)
    MX_SOURCE = "mx_source"  # and that is right before the change
    MX_SOURCE_STILL = "mx_source_still"  # and should be the target by now
    MX_TARGET = "mx_target"
    MX_TARGET_EARLY = "mx_target_early"
    MX_MIXED = "mx_mixed"
    MX_ELSEWHERE = "mx_elsewhere"
    MX_ADDRESS = "mx_address"  # an IP address where the name of a host has to be
    MX_TTL_HIGH = "mx_ttl_high"  # lower it before the migration
    MX_TTL_LOW = "mx_ttl_low"  # may be raised again
    MX_LEFTOVER = "mx_leftover"  # a verification record that can go
    # SPF
    SPF_MISSING = "spf_missing"
    SPF_SEVERAL = "spf_several"
    SPF_INCLUDE_MISSING = "spf_include_missing"
    SPF_LOOKUPS = "spf_lookups"  # more than ten (RFC 7208 section 4.6.4)
    SPF_UNREADABLE = "spf_unreadable"
    # DKIM, DMARC
    DKIM_MISSING = "dkim_missing"
    DKIM_OTHER = "dkim_other"
    DMARC_MISSING = "dmarc_missing"
    DMARC_SEVERAL = "dmarc_several"
    DMARC_NONE = "dmarc_none"  # p=none: watches only
    DMARC_UNREADABLE = "dmarc_unreadable"
    # Autodiscover
    AUTODISCOVER_SOURCE = "autodiscover_source"  # and stays until all have moved
    AUTODISCOVER_EARLY = "autodiscover_early"  # points to the target while mailboxes are left
    AUTODISCOVER_MISSING = "autodiscover_missing"
    AUTODISCOVER_STILL = "autodiscover_still"  # not at the target though all have moved
    AUTODISCOVER_ADDRESS = "autodiscover_address"  # an A record where the CNAME should be
    BESIDE_ALIAS = "beside_alias"  # the name is a CNAME, and no other record may stand there
    NOT_CHECKED = "not_checked"  # the target has no value for it


@dataclass(frozen=True, slots=True)
class RecordHealth:
    """``found`` are the records as they are; ``expected`` is all that should stand there at this phase, and ``later`` what
    should stand there afterwards (empty: nothing else); ``remove`` is what should go; ``figure`` the TTL or the number of
    look-ups that ``reason`` speaks of, or of mailboxes. In the value of a DKIM record, ``*`` stands for what only the target can tell."""

    kind: Kind
    health: Health
    reason: Reason
    found: tuple[Record, ...] = ()
    expected: tuple[ExactRecord, ...] = ()
    later: tuple[ExactRecord, ...] = ()
    remove: tuple[Record, ...] = ()
    figure: int | None = None
