"""Sign-in by OpenID Connect: whom the provider says somebody is, checked, and who that is here.

mozilla-django-oidc speaks the protocol; it leaves out what it calls the audience, and we leave out its users.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import jwt
import requests
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.utils import import_from_settings
from mozilla_django_oidc.views import OIDCAuthenticationRequestView

logger = logging.getLogger(__name__)

TIMEOUT = 10  # seconds that the provider may take for each answer
FRESH_FOR = 3600  # seconds until the provider is asked anew where its pages are
CALLBACK = "core:openid-callback"


class Refused(Exception):
    """Nobody is signed in. Its text is a sentence for people: why not."""


@dataclass(frozen=True, slots=True)
class Provider:
    """What its discovery document says (OpenID Connect Discovery 1.0 section 4)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    jwks_uri: str


def is_configured() -> bool:
    return bool(settings.OIDC_ISSUER and settings.OIDC_CLIENT_ID)


def shown(request: HttpRequest) -> dict[str, str]:
    """What is set up, for administrators to read; the address that the provider has to know is told in any case."""
    return {
        "name": settings.OIDC_NAME if is_configured() else "",
        "issuer": settings.OIDC_ISSUER,
        "client_id": settings.OIDC_CLIENT_ID,
        "role_claim": settings.OIDC_ROLE_CLAIM,
        "redirect_uri": request.build_absolute_uri(reverse(CALLBACK)),
    }


def provider() -> Provider:
    """The organization's provider, asked every hour. Raises Refused where it can not be used."""
    try:
        return _discover(settings.OIDC_ISSUER, hour=int(time.time() // FRESH_FOR))
    except (requests.RequestException, ValueError, KeyError) as error:
        logger.error("The OpenID provider %s can not be used: %s", settings.OIDC_ISSUER, error)
        raise Refused(
            _("%(name)s does not answer as it should. Try again later, or sign in with a password.")
            % {"name": settings.OIDC_NAME}
        ) from error


@lru_cache(maxsize=2)
def _discover(issuer: str, hour: int) -> Provider:
    """``hour`` only makes it forget what it found in an earlier one."""
    url = issuer.rstrip("/") + "/.well-known/openid-configuration"
    answer = requests.get(url, timeout=TIMEOUT)
    answer.raise_for_status()
    document = answer.json()
    found = Provider(**{name: str(document[name]) for name in Provider.__dataclass_fields__})
    if found.issuer != issuer:
        raise ValueError(f"its discovery document is that of {found.issuer}")
    return found


def _setting(name: str, *default: Any) -> Any:
    """What the library asks Django's settings for."""
    known = provider()
    ours = {
        "OIDC_OP_AUTHORIZATION_ENDPOINT": known.authorization_endpoint,
        "OIDC_OP_TOKEN_ENDPOINT": known.token_endpoint,
        "OIDC_OP_USER_ENDPOINT": known.userinfo_endpoint,
        "OIDC_OP_JWKS_ENDPOINT": known.jwks_uri,
        "OIDC_RP_CLIENT_ID": settings.OIDC_CLIENT_ID,
        "OIDC_RP_CLIENT_SECRET": settings.OIDC_CLIENT_SECRET,
        "OIDC_RP_SIGN_ALGO": "RS256",  # the one that every provider has to know
        "OIDC_RP_SCOPES": "openid email profile",
        "OIDC_USE_PKCE": True,
        "OIDC_TIMEOUT": TIMEOUT,
        "OIDC_AUTHENTICATION_CALLBACK_URL": CALLBACK,
    }
    return ours[name] if name in ours else import_from_settings(name, *default)


class RequestView(OIDCAuthenticationRequestView):  # type: ignore[misc]
    """Leads to the provider, with a state, a nonce and a code challenge of this session."""

    get_settings = staticmethod(_setting)


class _Client(OIDCAuthenticationBackend):  # type: ignore[misc]
    """Fetches and verifies what the provider says."""

    get_settings = staticmethod(_setting)

    def claims(self, request: HttpRequest, code: str, *, nonce: str, verifier: str) -> dict[str, Any]:
        answer = self.get_token(
            {
                "client_id": self.OIDC_RP_CLIENT_ID,
                "client_secret": self.OIDC_RP_CLIENT_SECRET,
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": request.build_absolute_uri(reverse(CALLBACK)),
                "code_verifier": verifier,
            }
        )
        token = self.verify_token(answer["id_token"], nonce=nonce)
        _check(token)
        about = self.get_userinfo(answer["access_token"], answer["id_token"], token)
        if about["sub"] != token["sub"]:
            raise SuspiciousOperation("the user info is about somebody else")
        return cast("dict[str, Any]", token | about)


def _check(token: dict[str, Any]) -> None:
    """What the library leaves out (OpenID Connect Core 1.0 section 3.1.3.7); it has checked signature, nonce and expiry."""
    audience = token["aud"] if isinstance(token["aud"], list) else [token["aud"]]
    if token["iss"] != provider().issuer:
        raise SuspiciousOperation(f"the token is from {token['iss']}")
    if settings.OIDC_CLIENT_ID not in audience or token.get("azp", settings.OIDC_CLIENT_ID) != settings.OIDC_CLIENT_ID:
        raise SuspiciousOperation(f"the token is for {audience}")
    if not token["sub"] or not token["exp"]:
        raise SuspiciousOperation("the token says neither for whom nor until when")


def claims_of(request: HttpRequest, code: str, *, nonce: str, verifier: str) -> dict[str, Any]:
    """What the provider says about whoever came back with ``code``. Raises Refused where that can not be trusted."""
    try:
        return _Client().claims(request, code, nonce=nonce, verifier=verifier)
    except requests.RequestException as error:
        logger.error("The OpenID provider does not answer: %s", type(error).__name__)
        sentence = _("%(name)s did not tell who you are. Try again.")
    except (SuspiciousOperation, jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
        logger.error("The answer of the OpenID provider can not be trusted: %s", error)
        sentence = _(
            "What %(name)s says about you cannot be trusted, so nobody is signed in. An administrator sees why in the log of the web server."
        )
    raise Refused(sentence % {"name": settings.OIDC_NAME})
