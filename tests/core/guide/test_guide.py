"""The guide is served by the product, in the reader's language, and no link in it leads nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from core.guide.library import DOCS, chapters, reference
from core.guide.rendering import anchors, rendered

LANGUAGES = [code for code, _name in settings.LANGUAGES]
LINKS = re.compile(r'<a href="([^"]+)"')


def addresses() -> Iterator[str]:
    yield reverse("guide:contents")
    yield from (reverse("guide:chapter", args=[slug]) for slug in chapters("en"))
    yield from (reverse("guide:reference", args=[slug]) for slug in reference())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", sorted((DOCS / "guide/en").glob("*.md")), ids=lambda path: path.stem)
def test_every_chapter_is_written_in_every_language(path: Path, language: str) -> None:
    own = DOCS / "guide" / language / path.name
    assert own.exists()
    assert len(anchors(own)) == len(anchors(path)), "a translation has the headings of the original, in the same order"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_and_section_that_is_linked_is_served(helpdesk_client: Client, language: str) -> None:
    pages = {address: helpdesk_client.get(address, headers={"accept-language": language}) for address in addresses()}
    assert {answer.status_code for answer in pages.values()} == {200}
    served = {address: answer.content.decode() for address, answer in pages.items()}
    for address, html in served.items():
        for link in LINKS.findall(html):
            page, _, anchor = link.partition("#")
            if page.startswith("/guide/") or not page:
                assert not anchor or f'id="{anchor}"' in served[page or address], f"{address} -> {link}"


def test_a_reader_of_dutch_reads_dutch(helpdesk_client: Client) -> None:
    page = helpdesk_client.get(reverse("guide:chapter", args=["csv"]), headers={"accept-language": "nl"})
    assert "<h1>De postvakken in een CSV-bestand zetten</h1>" in page.content.decode()


def test_a_reader_of_dutch_is_told_that_the_reference_is_in_english(helpdesk_client: Client) -> None:
    address = reverse("guide:reference", args=["pitfalls"])
    english, dutch = (helpdesk_client.get(address, headers={"accept-language": code}) for code in ("en", "nl"))
    assert '<article class="prose" lang="en">' in dutch.content.decode()
    assert "Deze naslag is er alleen in het Engels." in dutch.content.decode()
    assert "English only" not in english.content.decode()


def test_tests_are_named_in_the_file_of_the_pitfalls_but_not_on_its_page() -> None:
    page = reference()["pitfalls"]
    assert "`test_" in page.path.read_text(encoding="utf-8")
    assert "test_" not in rendered(page).html
    assert rendered(page).html.count("<th>") == 4 * rendered(page).html.count("<table")


def test_a_section_has_the_same_anchor_in_every_language() -> None:
    english, dutch = (rendered(chapters(language)["endpoints"]).headings for language in ("en", "nl"))
    assert [heading.anchor for heading in english] == [heading.anchor for heading in dutch]
    assert [heading.text for heading in english] != [heading.text for heading in dutch]


def test_a_chapter_leads_to_the_next(helpdesk_client: Client) -> None:
    page = helpdesk_client.get(reverse("guide:chapter", args=["install"])).content.decode()
    assert f'<a rel="next" href="{reverse("guide:chapter", args=["organization"])}">' in page
    assert 'rel="prev"' not in page


@pytest.mark.parametrize("slug", ["nothing", "README", "settings"])
def test_only_chapters_are_served_as_such(helpdesk_client: Client, slug: str) -> None:
    assert helpdesk_client.get(reverse("guide:chapter", args=[slug])).status_code == 404


def test_no_style_and_no_foreign_html_gets_into_a_page() -> None:
    pages = [*chapters("en").values(), *chapters("nl").values(), *reference().values()]
    html = "".join(rendered(page).html for page in pages)
    assert "<table" in html
    assert not re.search(r"<(script|iframe|style)| style=", html)
