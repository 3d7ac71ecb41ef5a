"""Everything that is known of one mailbox, for its details pane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils.translation import ngettext

from batches.adding.sign_in import Cure, cure_of
from batches.item_limits import KINDS, LEFT_BEHIND
from batches.log import Durations, durations
from batches.models import FolderSync, LogLine, MigrationUser, SkippedItem
from batches.plain_words import plain_words
from batches.states import WORKING
from batches.timeline import Happened, timeline
from batches.waiting import why
from batches.words import SKIPPED_KINDS, error_words
from endpoints.models import MigrationEndpoint
from endpoints.sign_in import login_name

# The pane shows the newest; reports hold all.
SHOWN_SKIPPED, SHOWN_CHANGES, SHOWN_LINES, SHOWN_FOLDERS = 100, 30, 30, 500


@dataclass(frozen=True, slots=True)
class FolderLine:
    source: list[str]
    target: list[str]
    items: int
    skipped: int
    is_current: bool  # everything that the last pass saw in it has an outcome


@dataclass(frozen=True, slots=True)
class SkippedLine:
    item: SkippedItem
    kind: str
    subject: str  # empty for people who may not see it


@dataclass(frozen=True, slots=True)
class UserDetails:
    """``rate`` is in octets a minute, 0 when nothing was copied yet; ``plain`` is what helpdesk can say; ``waits`` and ``error`` are sentences or empty."""

    user: MigrationUser
    plain: str
    waits: str
    error: str
    server_words: str
    cure: Cure | None
    durations: Durations
    folders: Sequence[FolderLine]
    skipped: Sequence[SkippedLine]
    happened: Sequence[Happened]
    log: Sequence[LogLine]

    @property
    def unmatched_folders(self) -> list[str]:
        return self.user.unmatched_folders.splitlines()

    @property
    def is_worked_on(self) -> bool:
        return self.user.status in WORKING

    @property
    def log_after(self) -> int:
        """The key of the newest line that is shown."""
        return self.log[-1].pk if self.log else 0

    @property
    def rate(self) -> float:
        return 60 * self.user.octets_synced / self.user.active_seconds if self.user.active_seconds else 0.0

    @property
    def connections(self) -> int:
        """To each of the two servers; 0 while no worker has the mailbox."""
        return 1 + self.user.extra_pairs if self.user.lease else 0

    @property
    def percentage(self) -> int:
        """Of the items that have an outcome, rounded down."""
        done = self.user.items_synced + self.user.items_skipped
        return min(100, 100 * done // self.user.items_total) if self.user.items_total else 0


def user_details(user: MigrationUser, *, now: datetime, with_subjects: bool) -> UserDetails:
    """In a number of queries that depends on nothing. Subjects of skipped mail are left out where they are nobody's business."""
    return UserDetails(
        user=user,
        plain=plain_words(user, now),
        waits=why(user, now),
        error=error_sentence(user),
        server_words=server_words(user),
        cure=cure_of(user),
        durations=durations(user, now),
        folders=_folders(user),
        skipped=[_skipped_line(item, with_subjects) for item in user.skipped_items.all()[:SHOWN_SKIPPED]],
        happened=timeline(user, SHOWN_CHANGES),
        log=list(user.log.order_by("-at", "-id")[:SHOWN_LINES])[::-1],
    )


def error_sentence(user: MigrationUser) -> str:
    """What went wrong last, and what to do; empty when nothing did."""
    if not user.error_code:
        return ""
    if user.error_code in KINDS:
        return _limit_sentence(user)
    endpoint = {"source": user.batch.source, "target": user.batch.target}.get(user.error_side)
    if endpoint is None:
        return error_words(user.error_code, user=user.address)
    name = _name_at(endpoint, user) if user.error_code == "sign_in_failed" else user.address
    return error_words(user.error_code, side=user.error_side, server=endpoint.server, user=name)


def _limit_sentence(user: MigrationUser) -> str:
    number, _sign, limit = user.error_words.partition(" > ")
    words = ngettext(
        "%(number)s message of %(user)s stayed behind, the limit is %(limit)s.",
        "%(number)s messages of %(user)s stayed behind, the limit is %(limit)s.",
        int(number),
    )
    return f"{words % {'number': number, 'user': user.address, 'limit': limit}} {error_words(user.error_code)}"


def server_words(user: MigrationUser) -> str:
    """What a server said when it went wrong last; empty where the error is ours, as a limit is."""
    return "" if user.error_code in KINDS else user.error_words


def _name_at(endpoint: MigrationEndpoint, user: MigrationUser) -> str:
    """The name that was given to the server: not the address where an administrator opens the mailbox."""
    own = user.user_name if user.error_side == "source" else ""
    return login_name(endpoint, own or user.address)


def _folders(user: MigrationUser) -> list[FolderLine]:
    counted = user.skipped_items.filter(kind__in=LEFT_BEHIND).order_by().values_list("folder_key").annotate(Count("pk"))
    skipped: dict[str, int] = dict(counted)
    folders = FolderSync.objects.filter(user=user).order_by("pk")[:SHOWN_FOLDERS]
    rows = folders.values_list("source", "target", "copied_count", "source_key", "state")
    return [
        FolderLine(source, target, copied, skipped.get(key, 0), state is not None)
        for source, target, copied, key, state in rows
    ]


def _skipped_line(item: SkippedItem, with_subject: bool) -> SkippedLine:
    return SkippedLine(item, str(SKIPPED_KINDS.get(item.kind, item.kind)), item.subject if with_subject else "")
