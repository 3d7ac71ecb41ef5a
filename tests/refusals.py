"""Forms that send somebody back."""

from __future__ import annotations

from typing import Any

from django.test import Client


def refused(client: Client, path: str, data: dict[str, Any] | None = None) -> Any:
    """The page that shows what was wrong with ``data``; it must be one that Back and Reload can show again."""
    answer = client.post(path, data or {})
    assert (answer.status_code, "refused=" in answer["Location"]) == (303, True)
    assert answer["Location"].startswith(path.partition("?")[0])
    return client.get(answer["Location"])
