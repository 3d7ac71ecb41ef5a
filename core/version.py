"""Which program this is, for evidence and reports."""

VERSION = "0.1.0"  # as pyproject.toml says
