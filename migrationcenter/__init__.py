"""Wiring only: settings, URLs, Celery, WSGI, the command line and the demo."""

from migrationcenter.celery import app as celery_app

__all__ = ["celery_app"]
