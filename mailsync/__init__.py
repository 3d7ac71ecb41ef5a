"""The engine: copies mailboxes between mail stores and keeps them in step. Knows no Django, no Celery, no clock of its own."""
