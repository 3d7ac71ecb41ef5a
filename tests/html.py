"""What a page holds, read as a browser reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.test import Client

ASIDES = ("help", "help-words")
VOID = {"input", "meta", "link", "br", "hr", "img", "use", "path"}


@dataclass
class Element:
    name: str
    attributes: dict[str, str]
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.texts)).strip()

    def __getitem__(self, attribute: str) -> str:
        return self.attributes.get(attribute, "")


class Page(HTMLParser):
    """The elements of an answer in their order; the text of an element is that of everything inside it."""

    def __init__(self, response: Any) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.source = response.content.decode()
        self.feed(self.source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if any(element.name == tag for element in self._open):
            while self._open.pop().name != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Explanations behind question marks are read when somebody asks: they are no text of what they stand in."""
        for element in reversed(self._open):
            element.texts.append(data)
            if element["class"] in ASIDES:
                return

    def all(self, name: str, /, **attributes: str) -> list[Element]:
        """Elements of that name whose attributes hold these words."""
        return [
            element
            for element in self.elements
            if element.name == name
            and all(word in element[key.rstrip("_").replace("_", "-")].split() for key, word in attributes.items())
        ]

    def one(self, name: str, /, **attributes: str) -> Element:
        found = self.all(name, **attributes)
        assert len(found) == 1, f"{len(found)} of {name} {attributes}"
        return found[0]

    def rows(self) -> list[list[str]]:
        """The texts of the cells of the first grid's body."""
        grid = self.source.partition("<tbody>")[2].partition("</tbody>")[0]
        return [
            [
                re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", cell)).strip()
                for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)
            ]
            for row in re.findall(r"<tr.*?</tr>", grid, re.S)
        ]

    def facts(self) -> dict[str, str]:
        """Names and values of all lists of facts."""
        names, values = self.all("dt"), self.all("dd")
        assert len(names) == len(values)
        return {name.text: value.text for name, value in zip(names, values, strict=True)}

    @property
    def text(self) -> str:
        return self.all("body")[0].text if self.all("body") else re.sub(r"<[^>]+>", " ", self.source)


def page_at(client: Client, url: str, **more: Any) -> Page:
    """What a browser is shown there."""
    response = client.get(url, **more)
    assert response.status_code == 200, response.status_code
    return Page(response)
