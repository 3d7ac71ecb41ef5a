"""Templates name static files that exist."""

from __future__ import annotations

import re

import pytest
from django.contrib.staticfiles import finders

from tests.architecture.tree import ROOT

NAMED = re.compile(r"""{% static ["']([^"']+)["'] %}""")
TEMPLATES = [(path, NAMED.findall(path.read_text())) for path in sorted((ROOT / "templates").rglob("*.html"))]


@pytest.mark.parametrize(
    ("template", "file"),
    [(str(path.relative_to(ROOT)), file) for path, files in TEMPLATES for file in files],
)
def test_a_static_file_that_a_template_names_is_there(template: str, file: str) -> None:
    assert finders.find(file), f"{template} names {file}"
