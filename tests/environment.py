"""Loaded by pytest before Django: the settings that tests run with."""

import os
import secrets
import tempfile

from cryptography.fernet import Fernet

scratch = tempfile.mkdtemp(prefix="migrationcenter-tests-")
os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
os.environ.setdefault("ENCRYPTION_KEYS", Fernet.generate_key().decode())
os.environ.setdefault("DATABASE_URL", f"sqlite:///{scratch}/db.sqlite3")
os.environ.setdefault("REDIS_URL", f"unix://{scratch}/valkey.sock")
os.environ.setdefault("HTTPS", "no")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "migrationcenter.settings")
