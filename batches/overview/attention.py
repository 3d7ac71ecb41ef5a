"""What somebody should look at, each one click from its cure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from batches.adding.sign_in import REFUSED, has_own_password
from batches.models import MigrationBatch
from batches.overview.causes import Cause
from batches.overview.servers import Server
from batches.overview.situation import Situation
from batches.states import Decision
from batches.words import error_words
from core.moments import in_words
from core.templatetags.page import grouped
from endpoints.limit_words import slowdown_words
from endpoints.models import MigrationEndpoint
from endpoints.words import sentence

MOST_LINKS = 3


@dataclass(frozen=True, slots=True)
class Cure:
    """Where it is put right; ``by_administrators`` says that nobody else may."""

    label: str
    url: str
    by_administrators: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """``title`` says how many or who, ``words`` what to do, ``server_words`` what a server said, verbatim."""

    tone: str  # danger or warning
    title: str
    words: str
    cures: Sequence[Cure]
    since: datetime | None = None
    server_words: str = ""


def attention(found: Situation) -> Sequence[Trouble]:
    """The worst first. Asks nothing: everything is in ``found``."""
    troubles = [
        *_standing_still(found),
        *_halted(found),
        *map(_failed, found.all.causes),
        *_endpoints(found),
        *_stopped(found),
        *_differing(found),
    ]
    return sorted(troubles, key=lambda trouble: trouble.tone != "danger")


def _standing_still(found: Situation) -> Iterator[Trouble]:
    """One line, for it is mostly one worker that all of them wait for."""
    standstills = found.all.standstills
    if not standstills:
        return
    number = len(standstills)
    title = ngettext("%(number)s batch stands still", "%(number)s batches stand still", number) % {"number": number}
    batches = [batch for batch in found.batches if batch.pk in standstills]
    yield Trouble("danger", title, standstills[batches[0].pk](), _links(batches))


def _halted(found: Situation) -> Iterator[Trouble]:
    """Batches that stopped by themselves."""
    for batch in found.batches:
        if batch.attention:
            title = _("%(name)s stopped by itself") % {"name": batch.name}
            words = _(
                "Sign-ins were refused, and accounts are not to be locked. Correct the credentials, then resume the batch."
            )
            if batch.attention != "sign_in_failures":
                words = _("Look at the failed mailboxes for the reason, then resume the batch.")
            yield Trouble("danger", title, words, [*_links([batch]), _endpoint_link(batch.source)])


def _stopped(found: Situation) -> Iterator[Trouble]:
    """Mailboxes that somebody stopped while their batch goes on: easily forgotten."""
    rows = [row for row in found.rows if row.batch.decision == Decision.STARTED and row.tally.stopped]
    if not rows:
        return
    number = sum(row.tally.stopped for row in rows)
    title = ngettext("%(number)s mailbox is stopped", "%(number)s mailboxes are stopped", number)
    words = _("Their batches go on without them. Resume them, or delete them from their batches.")
    batches = [row.batch for row in rows]
    yield Trouble("warning", title % {"number": grouped(number)}, words, _users_links(batches, "stopped"))


def _failed(cause: Cause) -> Trouble:
    names = {"number": grouped(cause.number), "address": cause.address}
    title = _("%(address)s failed") if cause.number == 1 else _("%(number)s mailboxes failed")
    words = error_words(
        cause.code,
        side=cause.side,
        server=cause.endpoint.server if cause.endpoint else "",
        user=cause.address if cause.number == 1 else _("%(number)s accounts") % names,
    )
    cures = [
        *_new_passwords(cause),
        *_failed_links(cause),
        *([_endpoint_link(cause.endpoint)] if cause.endpoint else []),
    ]
    return Trouble("danger", title % names, words, cures, cause.since, cause.words)


def _new_passwords(cause: Cause) -> Iterator[Cure]:
    """Typed in for one mailbox, by file for more."""
    batch = cause.batches[0]
    if cause.code not in REFUSED or not cause.endpoint or not has_own_password(batch, cause.endpoint, cause.side):
        return
    if cause.number == 1:
        url = reverse("batches:user-sign-in", args=[batch.pk, cause.user_id])
        yield Cure(_("Give a new password"), url, by_administrators=True)
    for batch in cause.batches[:MOST_LINKS] if cause.number > 1 else ():
        url = reverse("batches:add-users", args=[batch.pk])
        yield Cure(_("New passwords for %(name)s, by CSV file") % {"name": batch.name}, url, by_administrators=True)


def _failed_links(cause: Cause) -> Iterator[Cure]:
    for batch in cause.batches[:MOST_LINKS]:
        query = urlencode({"status": "failed", "error": cause.code})
        url = reverse("batches:users", args=[batch.pk])
        yield Cure(_("Failed mailboxes of %(name)s") % {"name": batch.name}, f"{url}?{query}")
    yield from _more(cause.batches)


def _endpoints(found: Situation) -> Iterator[Trouble]:
    for server in found.servers:
        yield from _endpoint(server, found.now)


def _endpoint(server: Server, now: datetime) -> Iterator[Trouble]:
    """Those that refuse, are slowed down, or whose certificate ends."""
    endpoint, test, certificate = server.endpoint, server.test, server.certificate
    names, cures = {"endpoint": endpoint.name}, [_endpoint_link(endpoint)]
    if test and server.refuses:
        words = sentence(test.code, server=endpoint.server, user=endpoint.test_mailbox)
        yield Trouble("danger", _("%(endpoint)s failed its last test") % names, words, cures, test.at, test.words)
    if server.is_slowed(now):
        title = _("%(endpoint)s is slowed down") % names
        yield Trouble(
            "warning", title, slowdown_words(endpoint, now), cures, endpoint.slowed_since, endpoint.slowed_words
        )
    if certificate and server.expires_soon(now):
        over = certificate.not_after < now
        title = (
            _("The certificate of %(endpoint)s has expired")
            if over
            else _("The certificate of %(endpoint)s expires soon")
        )
        words = _("It is valid until %(time)s. Renew it at the server, then test the endpoint.")
        words %= {"time": in_words(certificate.not_after)}
        yield Trouble("danger" if over else "warning", title % names, words, cures)


def _differing(found: Situation) -> Iterator[Trouble]:
    differing = found.all.differing
    if not differing:
        return
    number = sum(differing.values())
    title = ngettext(
        "%(number)s mailbox differs from its source", "%(number)s mailboxes differ from their source", number
    )
    words = _(
        "The verification found differences that nothing explains. Look at them, sync again, then verify once more."
    )
    batches = [batch for batch in found.batches if batch.pk in differing]
    yield Trouble("warning", title % {"number": grouped(number)}, words, _users_links(batches, "different"))


def _users_links(batches: Sequence[MigrationBatch], status: str) -> Sequence[Cure]:
    """To those mailboxes of the first few batches."""
    shown = [
        Cure(batch.name, reverse("batches:users", args=[batch.pk]) + f"?status={status}")
        for batch in batches[:MOST_LINKS]
    ]
    return [*shown, *_more(batches)]


def _links(batches: Sequence[MigrationBatch]) -> Sequence[Cure]:
    """To the first few; the list has the others."""
    shown = [Cure(batch.name, reverse("batches:detail", args=[batch.pk])) for batch in batches[:MOST_LINKS]]
    return [*shown, *_more(batches)]


def _more(batches: Sequence[MigrationBatch]) -> Iterable[Cure]:
    if (number := len(batches) - MOST_LINKS) > 0:
        more = ngettext("%(number)s more batch", "%(number)s more batches", number) % {"number": number}
        yield Cure(more, reverse("batches:list"))


def _endpoint_link(endpoint: MigrationEndpoint) -> Cure:
    return Cure(_("Endpoint %(name)s") % {"name": endpoint.name}, reverse("endpoints:detail", args=[endpoint.pk]))
