"""Markdown to HTML: anchors at the headings, links to where the pages are served."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

from core.guide.library import DOCS, NUMBER, ORIGINAL, Page

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
ELSEWHERE = re.compile(r"^([a-z][a-z0-9+.-]*:|#)")


@dataclass(frozen=True, slots=True)
class Heading:
    """``level`` 2 is a section of the page; ``anchor`` is the same in every language."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True, slots=True)
class Rendered:
    html: SafeString
    headings: Sequence[Heading]


@cache
def rendered(page: Page) -> Rendered:
    """The page as HTML without its title. What stands in ``docs/`` is ours: it has no HTML of its own, and none is let through."""
    tokens = _without_tests(MARKDOWN.parse(_text(page.path)))
    headings = list(_headings(tokens, page))
    for token in _all(tokens):
        _serve_links(token, page)
    tokens = list(_scrollable(tokens[3:], page.title))  # without the title, which is the page's own heading
    return Rendered(mark_safe(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})), headings)  # noqa: S308


def anchors(path: Path) -> list[str]:
    """The anchors of a file's headings, in their order."""
    tokens = MARKDOWN.parse(_text(path))
    return [slugify(tokens[i + 1].content) for i, token in enumerate(tokens) if token.type == "heading_open"]


def _headings(tokens: list[Token], page: Page) -> Iterator[Heading]:
    """A translation has the headings of the original in the same order, and so their anchors: links work in any language."""
    names = iter(anchors(_original(page)))
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            anchor, text = next(names), tokens[place + 1].content
            token.attrSet("id", anchor)
            if token.tag != "h1":
                yield Heading(int(token.tag[1:]), anchor, text.replace("`", ""))


def _without_tests(tokens: Sequence[Token]) -> list[Token]:
    """Tables without a last column that names tests: they are for who changes the product, not for who uses it."""
    kept: list[Token] = []
    names_tests = False
    for token in tokens:
        if token.type == "tr_close":
            if kept[-1].type == "th_close":
                names_tests = kept[-2].content == "test"
            if names_tests:
                del kept[-3:]  # the cell's begin, its text, its end
        kept.append(token)
    return kept


def _scrollable(tokens: Sequence[Token], name: str) -> Iterator[Token]:
    """Tables may be wider than a phone: each stands in a region that the keyboard reaches, named after its section."""
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            name = tokens[place + 1].content
        if token.type == "table_open":
            attributes = {"class": "grid-scroll", "role": "region", "tabindex": "0", "aria-label": name}
            yield Token("region_open", "div", 1, attrs=dict(attributes))
        yield token
        if token.type == "table_close":
            yield Token("region_close", "div", -1)


def _original(page: Page) -> Path:
    return page.path if page.language == ORIGINAL else DOCS / "guide" / ORIGINAL / page.path.name


def _all(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or ())


def _serve_links(token: Token, page: Page) -> None:
    if token.type == "link_open":
        token.attrSet("href", _served(str(token.attrGet("href")), page))
    elif token.type == "image":
        token.attrSet("src", static("docs/" + posixpath.basename(str(token.attrGet("src")))))
    elif token.type == "table_open":
        token.attrSet("class", "grid")
    elif token.attrs:
        token.attrs.pop("style", None)  # the alignment of a column; no style stands in a page


def _served(link: str, page: Page) -> str:
    """Where ``link``, written from the page's file, is served."""
    if ELSEWHERE.match(link):
        return link
    name, _, anchor = link.partition("#")
    path = posixpath.normpath(posixpath.join(page.path.relative_to(DOCS).parent.as_posix(), name))
    return _address(path) + (f"#{anchor}" if anchor else "")


def _address(path: str) -> str:
    folder, _, name = path.rpartition("/")
    slug = NUMBER.sub("", name.removesuffix(".md"))
    if folder == "reference":
        return reverse("guide:reference", args=[slug])
    return reverse("guide:chapter", args=[slug]) if folder.startswith("guide/") else reverse("guide:contents")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
