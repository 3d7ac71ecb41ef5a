"""Sentences for what ``domains.dns`` finds out about mail records."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from domains.dns.health import Health, Kind, Reason
from domains.dns.mx import Setback, Stage

KINDS: Mapping[str, Promise] = {
    Kind.MX: _("MX: where mail is delivered"),
    Kind.SPF: _("SPF: who may send mail"),
    Kind.DKIM: _("DKIM: the signature of sent mail"),
    Kind.DMARC: _("DMARC: what to do with forged mail"),
    Kind.AUTODISCOVER: _("Autodiscover: where mail programs find the mailbox"),
}
HEALTH: Mapping[str, tuple[Promise, str, str]] = {  # words, tone and icon
    Health.RIGHT: (_("As it should be"), "success", "success"),
    Health.LATER: (_("Right for now"), "info", "clock"),
    Health.ADVICE: (_("Could be better"), "info", "info"),
    Health.WRONG: (_("Needs attention"), "warning", "warning"),
    Health.UNKNOWN: (_("Not known"), "neutral", "help"),
    Health.UNJUDGED: (_("Not judged"), "neutral", "info"),
}
REASONS: Mapping[str, Promise] = {
    Reason.RIGHT: _("Nothing needs to be done."),
    Reason.NOBODY_ANSWERED: _("No name server answered. It is asked again by itself."),
    Reason.SERVERS_DISAGREE: _("The name servers do not all say the same. If that stays, one of them is not updated."),
    Reason.MX_MISSING: _(
        "There is no MX record, so mail may not be delivered at all. While mailboxes are at the old system, set one that names "
        "it; below is the record for the new system."
    ),
    Reason.MX_REFUSES: _("The MX record says that this domain receives no mail."),
    Reason.MX_SOURCE: _("Mail goes to the old system. That is right until all mailboxes have moved."),
    Reason.MX_SOURCE_STILL: _("Mail still goes to the old system. Set the record below, and remove all others."),
    Reason.MX_TARGET: _("Mail goes to the new system."),
    Reason.MX_TARGET_EARLY: _(
        "Mail goes to the new system already. See that each person has a mailbox there, and that all mail of before is copied."
    ),
    Reason.MX_MIXED: _("Some mail goes to the old system and some to the new one. Remove the records of the old one."),
    Reason.MX_ELSEWHERE: _(
        "Mail goes to a server that is neither the old nor the new system. Unless it is a filter in between, "
        "correct the record."
    ),
    Reason.MX_ADDRESS: _(
        "An MX record names a host, and here stands an IP address: many mail servers do not deliver there. Remove it."
    ),
    Reason.MX_TTL_HIGH: _(
        "Other systems keep this record for a long time (%(figure)s seconds). Lower its TTL to 3600 before the MX change."
    ),
    Reason.MX_TTL_LOW: _("The MX change is over: the TTL may be raised again, to a day for example."),
    Reason.MX_LEFTOVER: _("The MX record of the proof of ownership is still there. Remove it: senders trip over it."),
    Reason.SPF_MISSING: _("There is no SPF record. Receivers may take mail of this domain for spam."),
    Reason.SPF_SEVERAL: _("There are several SPF records, so receivers ignore them all. Merge them into one."),
    Reason.SPF_INCLUDE_MISSING: _(
        "The new system may not send mail for this domain yet. Below is the record that is there with the new system added."
    ),
    Reason.SPF_LOOKUPS: _("The SPF record makes receivers look up %(figure)s names; they stop after 10."),
    Reason.SPF_UNREADABLE: _("The SPF record has a mistake in it, so receivers ignore it."),
    Reason.DKIM_MISSING: _("The records with the keys of the new system are missing."),
    Reason.DKIM_OTHER: _("The selectors point elsewhere than to the new system."),
    Reason.DMARC_MISSING: _("There is no DMARC record. Receivers decide by themselves what they do with forged mail."),
    Reason.DMARC_SEVERAL: _("There are several DMARC records, so receivers ignore them all."),
    Reason.DMARC_NONE: _("Forged mail is only reported. Once all is well, ask receivers to quarantine it."),
    Reason.DMARC_UNREADABLE: _("The DMARC record has a mistake in it, so receivers ignore it."),
    Reason.AUTODISCOVER_SOURCE: _(
        "Mail programs are led to the old system. Leave it so until the MX change is at all name servers and every mailbox of "
        "the domain is synced, or deleted with its batch. Still to be synced: %(figure)s."
    ),
    Reason.AUTODISCOVER_EARLY: _(
        "Mail programs are led to the new system before all mailboxes have moved: those that are left are not found any more. "
        "Still to be synced: %(figure)s."
    ),
    Reason.AUTODISCOVER_MISSING: _("There is no Autodiscover record: mail programs have to be set up by hand."),
    Reason.AUTODISCOVER_STILL: _(
        "All mailboxes have moved: lead mail programs to the new system with the record below."
    ),
    Reason.AUTODISCOVER_ADDRESS: _("Autodiscover is an address where an alias (CNAME) should be."),
    Reason.BESIDE_ALIAS: _(
        "The name is an alias (CNAME), beside which no other record may stand. Change the record where the alias leads, or "
        "replace the alias first."
    ),
    Reason.NOT_CHECKED: _("The settings name no value of the new system for it."),
}
STAGES: Mapping[str, Promise] = {
    Stage.NOT_STARTED: _("Not started"),
    Stage.TTL_LOWERED: _("TTL lowered"),
    Stage.CHANGING: _("Changing"),
    Stage.SPREADING: _("Spreading"),
    Stage.SETTLED: _("Settled"),
    Stage.WAITING: _("Waiting 72 hours"),
    Stage.SAFE: _("Safe"),
}
TONES: Mapping[str, tuple[str, str]] = {  # tone and icon
    Stage.NOT_STARTED: ("neutral", "clock"),
    Stage.TTL_LOWERED: ("info", "clock"),
    Stage.CHANGING: ("info", "sync"),
    Stage.SPREADING: ("info", "sync"),
    Stage.SETTLED: ("info", "sync"),
    Stage.WAITING: ("info", "clock"),
    Stage.SAFE: ("success", "success"),
}
SETBACKS: Mapping[str, Promise] = {
    Setback.TURNED_BACK: _("A name server that sent mail to the new system gives the old answer again."),
    Setback.MIXED: _("The MX records name the old and the new system: mail goes to either. Remove the old ones."),
    Setback.ELSEWHERE: _("The MX records name a server that is neither the old nor the new system."),
    Setback.NOWHERE: _("There is no MX record at a server that was asked: mail may be lost. Set it at once."),
    Setback.TTL_RAISED: _("The TTL has been raised again before the change. Lower it once more."),
}
