"""``python -m mailsync``: copy and verify mailboxes from the command line."""

import sys

from mailsync.cli.main import main

sys.exit(main())
