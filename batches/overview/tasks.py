"""The tasks of the migration article, in its order, and what the system can see of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from batches.figures import BatchRow
from batches.overview import by_hand
from batches.overview.checklist import Action, Finding, State, Task
from batches.overview.mail_tasks import finish, limit_delays, route_mail, route_words
from batches.overview.situation import Situation
from batches.states import Decision
from core.templatetags.page import duration, grouped

NEW_BATCH, BATCHES = gettext_lazy("New migration batch"), gettext_lazy("Migration batches")
DAY = timedelta(days=1)


def _batches(number: int) -> str:
    return ngettext("%(number)s batch", "%(number)s batches", number) % {"number": grouped(number)}


def _mailboxes(number: int) -> str:
    return ngettext("%(number)s mailbox", "%(number)s mailboxes", number) % {"number": grouped(number)}


def _new_batch() -> Action:
    return Action(NEW_BATCH, reverse("batches:wizard-start"))


def _endpoints() -> Action:
    return Action(gettext_lazy("Migration endpoints"), reverse("endpoints:list"), for_administrators=False)


def _list_of_batches() -> Action:
    return Action(BATCHES, reverse("batches:list"), for_administrators=False)


def prepare(found: Situation) -> Finding:
    """A source that lets the migration account into a mailbox has been prepared."""
    sources = {batch.source_id for batch in found.batches}
    tested = [
        server
        for server in found.servers
        if server.answers and (server.endpoint.pk in sources or not (sources or server.endpoint.is_default_target))
    ]
    if not tested:
        return Finding(State.BY_HAND, _("As soon as an endpoint of the old mail system passes its test, this is done."))
    names = get_text_list([server.endpoint.name for server in tested], _("and"))
    words = _("The migration account opened the test mailbox: %(endpoints)s.") % {"endpoints": names}
    return Finding(State.DONE, words, _endpoints())


def own_domain(found: Situation) -> Finding:
    """Every domain of the mailboxes has been proved to be ours."""
    domains = found.domains
    listed = Action(gettext_lazy("Domains"), reverse("domains:list"), for_administrators=False)
    if not domains.added:
        words = _("No domain is added yet. Each domain of the mailboxes has to be yours.")
        return Finding(State.NOT_STARTED, words, Action(gettext_lazy("Add domain"), reverse("domains:new")))
    missing, all_ = domains.unverified, len(domains.wanted)
    words = ngettext("%(part)s of %(all)s domain verified.", "%(part)s of %(all)s domains verified.", all_)
    words %= {"part": grouped(all_ - len(missing)), "all": grouped(all_)}
    if missing:
        return Finding(State.IN_PROGRESS, f"{words} {_missing_words(found)}", listed)
    return Finding(State.DONE, f"{words} {_gone_words(found)}" if domains.gone else words, listed)


def _gone_words(found: Situation) -> str:
    names = [domain.shown for domain in found.domains.gone]
    words = ngettext(
        "The record of %(domains)s is gone; it still counts as verified.",
        "The records of %(domains)s are gone; they still count as verified.",
        len(names),
    )
    return words % {"domains": get_text_list(_some(names), _("and"))}


def _missing_words(found: Situation) -> str:
    waiting = {domain.name for domain in found.domains.waiting}
    if waiting.issuperset(found.domains.unverified):
        return _("The record of %(domains)s has not been seen yet.") % {
            "domains": get_text_list(_some(sorted(waiting)), _("and"))
        }
    return _("Not yet: %(domains)s.") % {"domains": get_text_list(_some(found.domains.unverified), _("and"))}


def _some(names: Sequence[str]) -> list[str]:
    """The first three."""
    return [*names[:3], *(["…"] if len(names) > 3 else [])]


def create_users(found: Situation) -> Finding:
    """A mailbox that has its first copy is there."""
    tally = found.figures.tally
    missing = sum(
        cause.number for cause in found.all.causes if (cause.code, cause.side) == ("mailbox_missing", "target")
    )
    if missing:
        words = ngettext(
            "%(number)s mailbox is missing on the target.", "%(number)s mailboxes are missing on the target.", missing
        )
        return Finding(State.ATTENTION, words % {"number": grouped(missing)}, _list_of_batches())
    if not tally.synced:
        return Finding(State.BY_HAND, _("Every mailbox that moves needs a mailbox of the same person on the target."))
    words = _("Found on the target: %(part)s of %(all)s.")
    words %= {"part": grouped(tally.synced), "all": _mailboxes(tally.total)}
    return Finding(State.DONE if tally.synced == tally.total else State.IN_PROGRESS, words)


def list_mailboxes(found: Situation) -> Finding:
    """The CSV files that became batches, or are about to."""
    sample = Action(gettext_lazy("Download a sample CSV file"), reverse("batches:wizard-sample", args=["staged"]))
    draft = next((draft for draft in found.drafts if draft.csv_name), None)
    if draft:
        going_on = Action(gettext_lazy("Continue the draft"), reverse("batches:wizard-step", args=[draft.pk, "users"]))
        if not draft.mailbox_count:
            words = _("%(file)s has mistakes that have to be corrected first.")
            state = State.IN_PROGRESS if found.rows else State.ATTENTION
            return Finding(state, words % {"file": draft.csv_name}, going_on)
        words = _("%(file)s lists %(mailboxes)s; the batch is not created yet.")
        words %= {"file": draft.csv_name, "mailboxes": _mailboxes(draft.mailbox_count)}
        return Finding(State.IN_PROGRESS, words, going_on)
    if found.rows:
        words = _("%(mailboxes)s in %(batches)s.")
        words %= {"mailboxes": _mailboxes(found.figures.tally.total), "batches": _batches(len(found.rows))}
        return Finding(State.DONE, words, sample)
    return Finding(
        State.NOT_STARTED, _("A CSV file with one line for each mailbox; every file becomes a batch."), sample
    )


def connect(found: Situation) -> Finding:
    """Both sides described, and their newest test passed."""
    number = len(found.servers)
    refusing = [server.endpoint.name for server in found.servers if server.refuses]
    untested = [server.endpoint.name for server in found.servers if server.test is None]
    if refusing:
        words = _("The last test of %(endpoints)s failed.") % {"endpoints": get_text_list(refusing, _("and"))}
        return Finding(State.ATTENTION, words, _endpoints())
    new = Action(gettext_lazy("New migration endpoint"), reverse("endpoints:new"))
    if not number:
        return Finding(State.NOT_STARTED, _("Describe the old and the new mail server, each as an endpoint."), new)
    if number == 1:
        words = _("%(endpoint)s is described; the server of the other side is not yet.")
        return Finding(State.IN_PROGRESS, words % {"endpoint": found.servers[0].endpoint.name}, new)
    if untested:
        words = _("%(endpoints)s: not tested since the last change.")
        return Finding(State.IN_PROGRESS, words % {"endpoints": get_text_list(untested, _("and"))}, _endpoints())
    return Finding(State.DONE, _tested_words(found), _endpoints())


def _tested_words(found: Situation) -> str:
    age = max(found.now - server.test.at for server in found.servers if server.test)
    names = {"number": len(found.servers), "time": duration(age)}
    if age < DAY:
        return _("%(number)s endpoints, all tested well within the last day.") % names
    return _("%(number)s endpoints, all tested well; the oldest test was %(time)s ago.") % names


def move(found: Situation) -> Finding:
    """From the first batch to the last first copy."""
    tally = found.figures.tally
    if not found.rows:
        return Finding(State.NOT_STARTED, _("One batch for each CSV file."), _new_batch())
    words = _("%(batches)s, %(part)s of %(all)s synced.")
    words %= {"batches": _batches(len(found.rows)), "part": grouped(tally.synced), "all": _mailboxes(tally.total)}
    if tally.failed:
        words += " " + ngettext("%(number)s failed.", "%(number)s failed.", tally.failed) % {
            "number": grouped(tally.failed)
        }
        return Finding(State.ATTENTION, words, _list_of_batches())
    state = State.DONE if tally.total and tally.synced == tally.total else State.IN_PROGRESS
    return Finding(state, words, _list_of_batches())


def start(found: Situation) -> Finding:
    """Every batch has been started, and none stopped by itself."""
    if not found.rows:
        return Finding(State.NOT_STARTED, _("There is no batch to start yet."))
    halted = [row for row in found.rows if row.batch.attention]
    if halted:
        words = _("Stopped by itself, to protect accounts: %(batches)s.") % {"batches": _batches(len(halted))}
        return Finding(State.ATTENTION, words, _batch(halted[0]))
    waiting = [row for row in found.rows if row.batch.decision != Decision.STARTED]
    words = _("%(part)s of %(all)s started.")
    words %= {"part": grouped(len(found.rows) - len(waiting)), "all": _batches(len(found.rows))}
    if not waiting:
        return Finding(State.DONE, words, _list_of_batches())
    state = State.NOT_STARTED if len(waiting) == len(found.rows) else State.IN_PROGRESS
    return Finding(state, words, _batch(waiting[0]))


def _batch(row: BatchRow) -> Action:
    label = _("Go to %(name)s") % {"name": row.batch.name}
    return Action(label, reverse("batches:detail", args=[row.batch.pk]), for_administrators=False)


def convert(found: Situation) -> Finding:
    synced = found.figures.tally.synced
    words = _("People whose mailbox has moved have two. This cannot be seen from here.")
    if synced:
        words = ngettext(
            "%(number)s mailbox has been copied: lead its owner to the new one. This cannot be seen from here.",
            "%(number)s mailboxes have been copied: lead their owners to the new ones. This cannot be seen from here.",
            synced,
        ) % {"number": grouped(synced)}
    return Finding(State.BY_HAND, words)


def repeat(found: Situation) -> Finding:
    if not found.rows:
        return Finding(State.BY_HAND, _("The first batch is still to come."))
    words = _("%(batches)s so far, with %(mailboxes)s. An administrator ticks this when everybody is in one.")
    words %= {"batches": _batches(len(found.rows)), "mailboxes": _mailboxes(found.figures.tally.total)}
    return Finding(State.BY_HAND, words, _new_batch())


def delete_batches(found: Situation) -> Finding:
    if not found.rows and found.all.deleted_batches:
        words = _("%(batches)s deleted, none left. History and reports stay.")
        return Finding(State.DONE, words % {"batches": _batches(found.all.deleted_batches)}, _list_of_batches())
    if not found.rows:
        return Finding(State.NOT_STARTED, _("There is no batch yet."))
    words = _("%(batches)s on the list.") + f" {route_words(found)}"
    state = State.IN_PROGRESS if found.all.deleted_batches else State.NOT_STARTED
    return Finding(state, words % {"batches": _batches(len(found.rows))}, _list_of_batches())


TASKS: Sequence[Task] = (
    Task("prepare", gettext_lazy("Prepare for a staged migration"), prepare, by_hand.PREPARE),
    Task("own-domain", gettext_lazy("Verify that you own the domain"), own_domain),
    Task(
        "create-users",
        gettext_lazy("Use directory synchronization to create users"),
        create_users,
        by_hand.CREATE_USERS,
    ),
    Task("list-mailboxes", gettext_lazy("Create a list of mailboxes to migrate"), list_mailboxes),
    Task("connect", gettext_lazy("Connect to your email system"), connect),
    Task("move", gettext_lazy("Migrate your mailboxes"), move),
    Task("start", gettext_lazy("Start the staged migration batch"), start),
    Task("convert", gettext_lazy("Convert on-premises mailboxes to mail-enabled users"), convert, by_hand.CONVERT),
    Task("repeat", gettext_lazy("Repeat the migration steps for further batches"), repeat, by_hand.REPEAT, True),
    Task("limit-delays", gettext_lazy("Limit mail delays"), limit_delays, by_hand.LIMIT_DELAYS, True),
    Task("route-mail", gettext_lazy("Route your email directly to the new system"), route_mail, by_hand.ROUTE_MAIL),
    Task("delete-batches", gettext_lazy("Delete the staged migration batch"), delete_batches),
    Task("finish", gettext_lazy("Complete post-migration tasks"), finish, by_hand.FINISH),
)
BY_KEY: Mapping[str, Task] = {task.key: task for task in TASKS}
