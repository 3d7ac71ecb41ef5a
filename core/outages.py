"""What is answered when a page could not be built."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views.defaults import server_error

RETRY_AFTER_SECONDS = 10


def broken(request: HttpRequest) -> HttpResponse:
    """503 when the database failed, else 500; Django calls it while it handles the exception."""
    if not isinstance(sys.exception(), (OperationalError, InterfaceError)):
        return server_error(request)
    page = loader.render_to_string("503.html")  # without the request: whose name it would show stands in the database
    return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
