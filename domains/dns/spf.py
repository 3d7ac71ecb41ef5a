"""SPF records (RFC 7208): found among TXT records, read term by term, put together with an include."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence

VERSION = "v=spf1"
MOST_LOOKUPS = 10  # RFC 7208 section 4.6.4; receivers give up after that
_COUNTED = re.compile(r"[+?~-]?(include:|a(?=[:/]|$)|mx(?=[:/]|$)|ptr(?=:|$)|exists:)|redirect=", re.IGNORECASE)
_LEADS_ON = re.compile(r"(?:[+?~-]?include:|redirect=)(\S+)", re.IGNORECASE)
_TERM = re.compile(
    r"[+?~-]?(all|include:\S+|(a|mx|ptr)([:/]\S+)?|(ip4|ip6|exists):\S+)|[a-z][\w.-]*=\S*", re.IGNORECASE
)

AskTexts = Callable[[str], Awaitable[Sequence[str]]]  # the TXT records of a name


def is_spf(text: str) -> bool:
    return text.lower() == VERSION or text.lower().startswith(f"{VERSION} ")


def of(texts: Collection[str]) -> list[str]:
    return [text for text in texts if is_spf(text)]


def terms(text: str) -> list[str]:
    return text.split()[1:]


def unreadable(text: str) -> list[str]:
    """Terms that make receivers ignore the whole record."""
    return [term for term in terms(text) if not _TERM.fullmatch(term)]


def includes(text: str, domain: str) -> bool:
    return any(term.lower().lstrip("+") == f"include:{domain}" for term in terms(text))


def lookups(text: str) -> int:
    """Of this record alone."""
    return sum(bool(_COUNTED.match(term)) for term in terms(text))


def merged(texts: Sequence[str], include: str) -> str:
    """One record of all, with ``include`` (unless empty): what stands there stays, and the strictest end holds."""
    kept = dict.fromkeys(term for text in texts for term in terms(text) if not _is_end(term))
    ends = [term for text in texts for term in terms(text) if _is_end(term)]
    if include and f"include:{include}" not in {term.lower() for term in kept}:
        kept = dict.fromkeys([*kept, f"include:{include}"])
    return " ".join([VERSION, *kept, min(ends, key=_leniency, default="~all" if texts else "-all")])


def _is_end(term: str) -> bool:
    return term.lower().lstrip("+?~-") == "all" or term.lower().startswith("redirect=")


def _leniency(term: str) -> int:
    """A redirect is somebody else's decision, and stays only where there is no "all"."""
    return {"-": 0, "~": 1, "?": 2}.get(term[0], 4 if term.lower().startswith("redirect=") else 3)


async def count_lookups(text: str, ask: AskTexts) -> int:
    """With the records that it includes, and no further than a receiver would follow them."""
    count, waiting, met = lookups(text), list(_leads_on(text)), set[str]()
    while waiting and count <= MOST_LOOKUPS:
        name = waiting.pop(0)
        if name in met or "%" in name:
            continue
        met.add(name)
        for found in of(await ask(name))[:1]:
            count += lookups(found)
            waiting += _leads_on(found)
    return count


def _leads_on(text: str) -> Iterator[str]:
    for term in terms(text):
        if match := _LEADS_ON.fullmatch(term):
            yield match[1].lower().rstrip(".")
