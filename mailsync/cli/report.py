"""What a person wants to know of one mailbox when the work is done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mailsync.cli.tally import Tally
from mailsync.cli.words import exact_size, plain
from mailsync.model import REPAIRED, Path, Skipped

if TYPE_CHECKING:
    from mailsync.verify import FolderCheck

SPELLED_OUT = 20  # unexplained differences of one folder


def report(tally: Tally) -> Iterator[str]:
    """Lines of text without control characters, whatever the servers sent."""
    status = "" if tally.status == "skipped" else f"{tally.status}, "  # the figures say it
    yield plain(f"{tally.name}: {status}{_figures(tally)} in {tally.seconds:.1f} s")
    for place in tally.mapped.items():
        yield plain("  folder {} is {} on the target".format(*place))
    for check in tally.checks or ():
        yield from map(plain, _differences(check))
    for item in (*tally.repaired, *tally.skipped):
        yield plain(_skipped(item))


def failure(tally: Tally) -> Iterator[str]:
    """Why it failed, and what to do; likewise. Nothing if it did not."""
    if tally.error:
        yield plain(f"{tally.name}: {tally.error['sentence']}")
        yield from (plain(f"  {words}") for words in (tally.error["words"],) if words)


def _figures(tally: Tally) -> str:
    if tally.checks is not None:
        equal = sum(check.equal for check in tally.checks)
        parts = [f"{equal:,} of {tally.messages_in_source:,} messages are equal"]
    else:
        parts = [f"{tally.copied:,} messages copied"]
        parts += [f"{tally.found:,} found on the target already"] if tally.found else []
        parts += [f"{tally.flags_changed:,} with new flags"] if tally.flags_changed else []
    parts += [f"{len(tally.repaired):,} repaired"] if tally.repaired else []
    parts += [f"{len(tally.skipped):,} skipped"] if tally.skipped else []
    parts += [exact_size(tally.octets)] if tally.checks is None else []
    return ", ".join(parts)


def _differences(check: FolderCheck) -> Iterator[str]:
    for (kind, explanation), number in sorted(check.count().items()):
        yield f"  {_name(check.source)}: {number:,} {kind}{f' ({explanation})' if explanation else ''}"
    unexplained = [difference for difference in check.differences if not difference.explanation]
    for found in unexplained[:SPELLED_OUT]:
        sides = (("source", found.source_uid), ("target", found.target_uid))
        where = ", ".join(f"{side} UID {uid}" for side, uid in sides if uid)
        yield f"    {found.kind}: {where} {found.detail}".rstrip()


def _skipped(item: Skipped) -> str:
    date = f"{item.date:%Y-%m-%d %H:%M %z}" if item.date else "no date"
    what = f"UID {item.uid}, {date}, {exact_size(item.size)}, subject: {item.subject or 'none'}"
    return f"  {'' if item.kind == REPAIRED else 'skipped '}({item.kind}): {_name(item.folder)}, {what}. {item.reason}".rstrip()


def _name(path: Path) -> str:
    return "/".join(path)
