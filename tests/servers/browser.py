"""Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer
from typing import Any

from playwright.sync_api import Browser as Running
from playwright.sync_api import BrowserContext, Error, Playwright, sync_playwright

from tests.servers.installed import CHROMIUM

# It asks nobody on the network, and draws the same on every machine.
_ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]


class Browser:
    """One Chromium for all tests. Where it no longer answers it is killed, and the next visit starts another.

    Once in thousands of times Chromium does not close what it is told to, and says nothing.
    """

    def __init__(self, playwright: Playwright) -> None:
        self._playwright, self.patience = playwright, 30.0  # seconds
        self._start()

    def _start(self) -> None:
        # Chromium's own sandbox can not be had as root.
        arguments = [*_ARGUMENTS, "--no-sandbox"] if os.getuid() == 0 else _ARGUMENTS
        self._running = self._playwright.chromium.launch(executable_path=CHROMIUM.path(), args=arguments)
        processes = self._running.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
        self.pid: int = next(process["id"] for process in processes if process["type"] == "browser")

    @contextmanager
    def new_context(self, **looks: Any) -> Iterator[BrowserContext]:
        """Cookies and pages of their own, which go at the end; ``looks`` are Playwright's."""
        if not self._running.is_connected():
            self._start()
        context = self._running.new_context(**looks)
        try:
            yield context
        finally:
            self._close(context)

    def close(self) -> None:
        self._close(self._running)

    def _close(self, thing: BrowserContext | Running) -> None:
        end = Timer(self.patience, os.kill, (self.pid, signal.SIGKILL))
        end.start()
        try:
            thing.close()
        except Error:
            if self._running.is_connected():
                raise
        finally:
            end.cancel()


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = Browser(playwright)
        try:
            yield browser
        finally:
            browser.close()
