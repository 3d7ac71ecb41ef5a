"""axe: what a person with a screen reader, or with poor sight, would meet on a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


@dataclass(frozen=True)
class Rules:
    """Which of axe's: those with one of these tags, or these."""

    type: Literal["tag", "rule"]
    values: tuple[str, ...]


WCAG = Rules("tag", ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"))
# Whose verdict another theme or width may change: colours, sizes, and what is shown at all.
DRAWN = Rules(
    "rule",
    (
        "aria-hidden-focus",
        "button-name",
        "color-contrast",
        "label",
        "link-in-text-block",
        "link-name",
        "region",
        "scrollable-region-focusable",
        "target-size",
    ),
)


_AXE = Axe().axe_script
# Only what is wrong leaves the browser: what is right is a hundred times as much. Preloading serves rules that are not asked.
_RUN_AXE = """
runOnly => axe.run(document, {runOnly, resultTypes: ["violations"], preload: false})
  .then(found => found.violations.map(({id, help, nodes}) => [id, help, nodes.map(node => String(node.target))]))
"""


def accessibility_faults(page: Page, rules: Rules = WCAG) -> list[str]:
    """What axe finds by ``rules``, else by those of WCAG 2.2 AA: the rule, and the elements that break it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)
    found = page.evaluate(_RUN_AXE, {"type": rules.type, "values": list(rules.values)})
    return [f"{rule}: {words}: {', '.join(nodes)}" for rule, words, nodes in found]
