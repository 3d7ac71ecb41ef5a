"""Nothing inline, nothing from elsewhere: what the Content-Security-Policy demands, pages keep."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from core.csp import POLICY
from tests.architecture.tree import ROOT
from tests.batches.examples import make_batch, make_user
from tests.html import Page

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static").rglob("*.css"))


@pytest.fixture
def pages(administrator_client: Client) -> list[Page]:
    user = make_user(make_batch(), status="failed", error_code="refused", error_words="NO", items_skipped=1)
    batch = f"/batches/{user.batch_id}/"
    urls = [
        "/sign-in/",
        "/preferences/",
        "/batches/",
        batch,
        f"{batch}delete/",
        f"{batch}users/",
        f"{batch}users/{user.pk}/",
    ]
    answers = [administrator_client.get(url, follow=True) for url in [*urls, "/endpoints/", "/domains/", "/nowhere/"]]
    assert {answer.headers["Content-Security-Policy"] for answer in answers} == {POLICY}
    return [Page(answer) for answer in answers]


def test_nothing_is_inline(pages: list[Page]) -> None:
    for element in (element for page in pages for element in page.elements):
        assert element.name != "style"
        assert element.name != "script" or (element["src"].startswith("/static/") and not element.text)
        assert not [name for name in element.attributes if name == "style" or name.startswith(("on", "hx-on"))]


def test_everything_comes_from_here(pages: list[Page]) -> None:
    for element in (element for page in pages for element in page.elements):
        for attribute in ("src", "href", "action", "hx-get", "hx-post"):
            assert not re.match(r"(\w+:)?//", element[attribute])


def test_every_live_link_works_without_javascript(pages: list[Page]) -> None:
    for element in (element for page in pages for element in page.elements):
        if element["hx-get"] and element.name == "a":
            assert element["href"] == element["hx-get"]
        assert not element["hx-post"] or element.name == "form" or element["formaction"] == element["hx-post"]


def test_every_post_carries_its_token(pages: list[Page]) -> None:
    for page in pages:
        posts = page.source.count('method="post"')
        assert posts == page.source.count('name="csrfmiddlewaretoken"')


def test_nothing_has_the_same_id(pages: list[Page]) -> None:
    for page in pages:
        ids = [element["id"] for element in page.elements if element["id"]]
        assert sorted(ids) == sorted(set(ids))


def test_the_policy_allows_nothing_inline() -> None:
    assert "unsafe" not in POLICY
    assert "default-src 'self'" in POLICY


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_brings_styles_or_scripts_of_its_own(template: Path) -> None:
    text = template.read_text()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.name)
def test_no_style_fetches_anything(style: Path) -> None:
    assert not re.search(r"@import|url\(|https?:", style.read_text())


def test_every_icon_that_is_used_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/icons.svg").read_text()))
    used = {name for path in TEMPLATES for name in re.findall(r'{% icon "([\w-]+)"', path.read_text())}
    assert used
    assert used <= drawn
