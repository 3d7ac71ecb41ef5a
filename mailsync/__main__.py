"""``python -m mailsync``: copy and verify mailboxes from the command line."""

import gc
import sys

gc.disable()  # while all that stays until the end is imported: looking through it for garbage is a sixth of the start

from mailsync.cli.main import main  # noqa: E402

sys.exit(main())
