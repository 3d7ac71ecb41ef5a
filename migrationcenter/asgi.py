"""The web application for an ASGI server."""

import os

from django.core.asgi import get_asgi_application

from core.uploads import UploadLimit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "migrationcenter.settings")

application = UploadLimit(get_asgi_application())
