"""``python -m mailsync``: copy and verify mailboxes from the command line."""

import sys

from mailsync.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
