"""The product's settings, with what only its demo has."""

from migrationcenter.settings import *  # noqa: F403

ROOT_URLCONF = "migrationcenter.demo.urls"
