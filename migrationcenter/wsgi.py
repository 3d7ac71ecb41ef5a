"""The web application for a WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

from core.uploads import UploadLimit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "migrationcenter.settings")

application = UploadLimit(get_wsgi_application())
