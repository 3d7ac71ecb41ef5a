"""The product's settings, with what only its demo has."""

import os

from migrationcenter.settings import *  # noqa: F403

ROOT_URLCONF = "migrationcenter.demo.urls"
DEMO_ZONE = os.environ["DEMO_ZONE"]  # the zone file that the control panel writes
