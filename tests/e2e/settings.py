"""The settings of the tests for web servers of stories: with the page that plays the DNS host."""

from tests.settings import *  # noqa: F403

ROOT_URLCONF = "migrationcenter.demo.urls"
