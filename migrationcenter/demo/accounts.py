"""What the demo and the process of its mail servers tell each other. Without pymap: only that process needs it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Accounts:
    """Who may sign in to a server."""

    passwords: Mapping[str, str] = field(repr=False)  # by address
    administrator: str = ""
    administrator_password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Ready:
    """Where the servers listen, and how many messages the old one held at first, by address."""

    source_port: int
    target_port: int
    messages: dict[str, int]


def accounts_json(source: Accounts, target: Accounts) -> str:
    """What the process reads. Keep it where nobody else can read it."""
    return json.dumps({"source": asdict(source), "target": asdict(target)})


def read_accounts(path: Path) -> tuple[Accounts, Accounts]:
    """Those of the source and those of the target."""
    stored: dict[str, dict[str, Any]] = json.loads(path.read_text())
    return Accounts(**stored["source"]), Accounts(**stored["target"])
