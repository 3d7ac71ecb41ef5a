# One image for the web server, the workers and beat: docker-compose.yml says which of them a container is.
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

COPY requirements.lock .
RUN pip install --require-hashes -r requirements.lock

COPY . .
# Django wants settings for collectstatic. These reach no database and are not in the image's environment.
RUN python locale/compile.py locale/*/LC_MESSAGES/django.po \
 && SECRET_KEY=only-to-collect-static-files-while-building \
    ENCRYPTION_KEYS=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= \
    DATABASE_URL=sqlite:////nowhere/db.sqlite3 REDIS_URL=unix:///nowhere/valkey.sock \
    python manage.py collectstatic --noinput \
 && useradd --system --no-create-home --uid 10001 migrationcenter

USER migrationcenter
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--blocking-threads", "32", "--host", "0.0.0.0", "--port", "8000", "migrationcenter.wsgi:application"]
