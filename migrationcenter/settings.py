"""Django's settings. What the environment decides is listed in :mod:`migrationcenter.environment`."""

from datetime import timedelta
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from migrationcenter import environment

try:
    env = environment.read()
except ImproperlyConfigured as fault:
    # Whoever starts the program needs these lines, and not the way through the program to them.
    raise SystemExit(str(fault)) from None
SETTINGS_WITHOUT_SECRETS = environment.shown()
BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = env["SECRET_KEY"]
ENCRYPTION_KEYS = env["ENCRYPTION_KEYS"]
DEBUG = env["DEBUG"]
ALLOWED_HOSTS = env["ALLOWED_HOSTS"]
CSRF_TRUSTED_ORIGINS = env["CSRF_TRUSTED_ORIGINS"]
ORGANIZATION = env["ORGANIZATION"]

INSTALLED_APPS = [
    "core",
    "endpoints",
    "domains",
    "batches",
    "notifications",
    "django_htmx",
    "template_partials",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "core.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "core.preferences.PreferencesMiddleware",
    "core.second_step.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.live.LivePagesMiddleware",
]

ROOT_URLCONF = "migrationcenter.urls"
WSGI_APPLICATION = "migrationcenter.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.http.page_context",
            ],
        },
    },
]

DATABASES = {"default": env["DATABASE_URL"]}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "core.Person"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = int(timedelta(days=7).total_seconds())
LOGIN_URL = "core:sign-in"
OIDC_ISSUER, OIDC_NAME = env["OIDC_ISSUER"], env["OIDC_NAME"]
OIDC_CLIENT_ID, OIDC_CLIENT_SECRET = env["OIDC_CLIENT_ID"], env["OIDC_CLIENT_SECRET"]
OIDC_ROLE_CLAIM, OIDC_ROLES, OIDC_NEW_PEOPLE = env["OIDC_ROLE_CLAIM"], env["OIDC_ROLES"], env["OIDC_NEW_PEOPLE"]
LOGIN_REDIRECT_URL = "core:home"

LANGUAGE_CODE = env["LANGUAGE_CODE"]
LANGUAGES = [("en", _("English")), ("nl", _("Dutch"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "core.formats"
TIME_ZONE = env["TIME_ZONE"]
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static", ("docs", BASE_DIR / "docs" / "images")]
STATIC_ROOT = BASE_DIR / "staticfiles"
WHITENOISE_USE_FINDERS = True

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = env["HTTPS"]
# Monitoring and container health checks ask inside, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if env["HTTPS"] else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env["TRUST_PROXY"] else None
TRUST_PROXY = env["TRUST_PROXY"]
X_FRAME_OPTIONS = "DENY"
# What is typed into a form is small, and waits in the session when it is refused. A CSV file of 50,000 rows, which does
# not count as typed, has at most 10 MB.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

INCREMENTAL_SYNC_HOURS = env["INCREMENTAL_SYNC_HOURS"]
SYNC_SLICE = timedelta(seconds=env["SYNC_SLICE_SECONDS"])
LEASE = timedelta(seconds=env["LEASE_SECONDS"])

DNS_RESOLVERS, DNS_PORT = env["DNS_RESOLVERS"], env["DNS_PORT"]

SITE_URL = env["SITE_URL"]
EMAIL_HOST = env["EMAIL_URL"]["EMAIL_HOST"]
EMAIL_PORT = env["EMAIL_URL"]["EMAIL_PORT"]
EMAIL_HOST_USER = env["EMAIL_URL"]["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = env["EMAIL_URL"]["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = env["EMAIL_URL"].get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = env["EMAIL_URL"].get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env["EMAIL_FROM"]

CELERY_BROKER_URL = env["REDIS_URL"]
CELERY_BROKER_TRANSPORT = "migrationcenter.broker:Transport"
# Acknowledged when work on it begins: a nudge that a lost worker had is given again when its lease has run out.
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker, however long
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True  # only those acknowledged late: none
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 3,
    "socket_timeout": 5,
    # Who presses a button does not wait for a broker that is gone: one more try, then the next reconcile finds the work.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.2,
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "reconcile": {
        "task": "batches.tasks.reconcile",
        "schedule": env["RECONCILE_SECONDS"],
        # A tick that nobody could take in time is worth nothing: the next one does its work.
        "options": {"expires": 3 * env["RECONCILE_SECONDS"]},
    },
    **{
        name: {"task": f"notifications.tasks.{name}", "schedule": 15, "options": {"expires": 15}}
        for name in ("look", "send_mails", "call_webhooks")
    },
    "check-domains": {
        "task": "domains.tasks.check_domains",
        "schedule": 15,
        "options": {"expires": 15},
    },
    # Every hour, so that a beat that is restarted each night finds the time; what it does costs nothing when it is done.
    "wipe-expired": {
        "task": "batches.tasks.wipe_expired",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"refusals": {"()": "core.recent_log.Refusals"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "recent": {"class": "core.recent_log.RecentLog", "formatter": "line"},
    },
    "root": {"handlers": ["console", "recent"], "level": env["LOG_LEVEL"]},
    "loggers": {
        "kombu": {"level": "WARNING"},
        "celery": {"level": "WARNING"},
        "django.request": {"filters": ["refusals"]},
    },
}
