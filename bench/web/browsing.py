"""What browsers do: ask for pages, and leave them open."""

from __future__ import annotations

import http.client
import re
import threading
import time
from collections.abc import Sequence
from html import unescape

from bench.web.site import Site

SETTLING = 20.0  # seconds until all have their page, and the server has seen how many they are
POLLED = re.compile(r'<\w+ [^>]*?id="([^"]+)"[^>]*hx-get="([^"]+)" hx-trigger="every (\d+)s"[^>]*>')


class Browser:
    """One person's connection. Answers are asked for compressed, and not unpacked."""

    def __init__(self, port: int, session: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookie = f"sessionid={session}"

    def get(self, address: str, **headers: str) -> bytes:
        """The body. Raises ValueError for all but 200 and 204."""
        self._connection.request("GET", address, headers={"Cookie": self._cookie, **headers})
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status not in {200, 204}:
            raise ValueError(f"{address}: {answer.status}")
        return body

    def time(self, address: str) -> float:
        """Seconds until the last byte is there."""
        begun = time.perf_counter()
        self.get(address)
        return time.perf_counter() - begun


def times(site: Site, rounds: int) -> dict[str, list[float]]:
    """Seconds of each page, all of them in turn, one at a time; the first round, in which the server wakes, is left out."""
    browser, pages = Browser(site.port, site.known["sessions"][0]), site.known["pages"]
    found: dict[str, list[float]] = {name: [] for name in pages}
    for number in range(rounds + 1):
        for name, address in pages.items():
            took = browser.time(address)
            if number:
                found[name].append(took)
    return found


def watch(site: Site, seconds: float) -> tuple[float, int]:
    """Share of one processor that people take who leave a live page open, and how many updates they got."""
    until, updates = threading.Event(), [0] * len(site.known["sessions"])
    threads = [
        threading.Thread(target=_watch, args=(site, number, until, updates), daemon=True)
        for number in range(len(updates))
    ]
    for thread in threads:
        thread.start()
    time.sleep(SETTLING)
    before, begun, already = site.cpu(), time.perf_counter(), sum(updates)
    time.sleep(seconds)
    share, got = (site.cpu() - before) / (time.perf_counter() - begun), sum(updates) - already
    until.set()
    for thread in threads:
        thread.join()
    return share, got


def _watch(site: Site, number: int, until: threading.Event, updates: list[int]) -> None:
    """As htmx does: what polls is asked again after its own interval."""
    watched: Sequence[str] = site.known["watched"]
    browser = Browser(site.port, site.known["sessions"][number])
    until.wait(number / 10)  # they did not all come at the same moment
    due = _polls(browser.get(watched[number % len(watched)]))
    while due and not until.wait(max(0.0, min(due.values())[0] - time.monotonic())):
        element = min(due, key=due.__getitem__)
        address = due.pop(element)[1]
        due |= _polls(browser.get(address, **{"HX-Request": "true", "HX-Trigger": element, "HX-Target": element}))
        updates[number] += 1


def _polls(page: bytes) -> dict[str, tuple[float, str]]:
    """When each element of the page asks again, by the monotonic clock, and for what."""
    found = POLLED.findall(page.decode())
    return {element: (time.monotonic() + int(every), unescape(address)) for element, address, every in found}
