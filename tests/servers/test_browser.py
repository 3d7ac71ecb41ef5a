"""What happens to a browser that no longer answers."""

from __future__ import annotations

import os
import signal

from tests.servers.browser import Browser


def test_one_that_no_longer_answers_is_left_behind_and_the_next_visit_starts_another(browser: Browser) -> None:
    silent, browser.patience = browser.pid, 0.5
    with browser.new_context() as context:
        context.new_page().set_content("It hears nothing any more.")
        os.kill(silent, signal.SIGSTOP)
    browser.patience = 30
    with browser.new_context() as context:
        page = context.new_page()
        page.set_content("It hears.")
        assert page.text_content("body") == "It hears."
    assert browser.pid != silent
