"""The product's settings, with what only tests want."""

import os
from pathlib import Path

from migrationcenter.settings import *  # noqa: F403
from migrationcenter.settings import DATABASES

SCRATCH = Path(os.environ["TEST_SCRATCH"])

# The real hash is slow by intention; a test of the sign-in page need not wait for it.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_ROOT = SCRATCH / "static"
STATIC_ROOT.mkdir(exist_ok=True)

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as people have it: workers, web servers and threads of tests share it.
    DATABASES["default"]["TEST"] = {"NAME": str(SCRATCH / "test.sqlite3")}
