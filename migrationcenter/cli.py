"""The command ``migrationcenter``: the demo, or any of Django's management commands."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Exits with the command's own code."""
    if sys.argv[1:2] == ["demo"]:
        from migrationcenter.demo.command import run

        sys.exit(run(sys.argv[2:]))
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "migrationcenter.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
