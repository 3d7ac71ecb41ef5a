"""What removing a domain means, told before it is done."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.bulk import some
from core.confirm import Question
from core.organization import organization
from core.templatetags.page import grouped
from domains.family import descendants
from domains.listing import figures_of, moving_below
from domains.models import Domain, Proof


def removal(domain: Domain) -> Question:
    return Question(
        title=_("Remove %(domain)s?") % {"domain": domain.shown},
        consequences=tuple(_consequences(domain)),
        label=_("Remove domain"),
        cancel=reverse("domains:detail", args=[domain.pk]),
    )


def _consequences(domain: Domain) -> Iterator[str]:
    yield _("Its verification and the history of its checks are lost for good. Nothing changes in the DNS.")
    if domain.is_verified:
        yield _("Whoever adds it again has to prove with a new record that it is yours.")
    if domain.tracker:
        yield _(
            "How far its MX change is gets lost too, with the count of the 72 hours: added again, the domain begins anew."
        )
    below = descendants(domain.name).filter(verified_by=Proof.PARENT).count()
    if below:
        words = ngettext(
            "%(number)s domain below it is verified through it, and has to prove itself then.",
            "%(number)s domains below it are verified through it, and have to prove themselves then.",
            below,
        )
        yield words % {"number": grouped(below)}
    unnamed = moving_below(domain.name) if domain.is_verified else []
    if unnamed:
        words = _("Mailboxes of domains below it are in batches, and lose its proof: %(names)s.")
        yield words % {"names": some(unnamed)}
    yield from _mailboxes(domain)


def _mailboxes(domain: Domain) -> Iterator[str]:
    figures = figures_of(domain.name)
    if not figures:
        return
    words = ngettext(
        "%(number)s mailbox of it is in a batch, and goes on syncing.",
        "%(number)s mailboxes of it are in batches, and go on syncing.",
        figures.total,
    )
    yield words % {"number": grouped(figures.total)}
    if organization().verified_domains_only:
        yield _("No more mailboxes of it can be added to staged batches.")
