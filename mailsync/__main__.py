"""``python -m mailsync``: copy and verify mailboxes from the command line."""

import gc
import sys

gc.set_threshold(100_000)  # looking for garbage among all that is imported, and stays, is a sixth of the start

from mailsync.cli.main import main  # noqa: E402

sys.exit(main())
