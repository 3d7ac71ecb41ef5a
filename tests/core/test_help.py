"""Explanations beside what they explain."""

from __future__ import annotations

from django.test import Client

from core.guide.library import chapters, reference
from core.guide.rendering import anchors
from core.help import GROUPS
from tests.batches.examples import make_endpoint
from tests.html import page_at


def test_a_question_mark_opens_its_words_without_a_script(helpdesk_client: Client) -> None:
    make_endpoint()
    page = page_at(helpdesk_client, "/endpoints/")
    mark = page.one("button", class_="help")
    words = page.one("div", id=mark["popovertarget"])
    assert mark["aria-describedby"] == words["id"]
    assert "popover" in words.attributes
    assert words.text.startswith("How many mailboxes are copied")


def test_learn_more_leads_to_a_place_that_the_guide_has() -> None:
    pages = {f"reference/{slug}/": page for slug, page in reference().items()}
    pages |= {f"{slug}/": page for slug, page in chapters("en").items()}
    assert GROUPS
    for group in GROUPS.values():
        address, _hash, anchor = group.more.partition("#")
        assert anchor in anchors(pages[address].path)
