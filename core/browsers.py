"""The name of a browser, from what it says of itself."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

# In this order: each also names those below it, to be served what these are served.
BROWSERS = (
    ("Edge", re.compile(r"\bEdg(?:e|A|iOS)?/(\d+)")),
    ("Opera", re.compile(r"\bOPR/(\d+)")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/(\d+)")),
    ("Chrome", re.compile(r"\b(?:Chrome|CriOS)/(\d+)")),
    ("Safari", re.compile(r"\bVersion/(\d+).*\bSafari/")),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_name(said: str) -> str:
    """``Firefox 140 on Linux``, or all that it ``said`` where browser or system is none that is known here."""
    browsers = (f"{name} {found[1]}" for name, pattern in BROWSERS if (found := pattern.search(said)))
    systems = (system for sign, system in SYSTEMS if sign in said)
    browser, system = next(browsers, ""), next(systems, "")
    return _("%(browser)s on %(system)s") % {"browser": browser, "system": system} if browser and system else said
