"""How Celery speaks with the broker: as kombu does with Redis and Valkey, without giving messages back."""

from __future__ import annotations

from kombu.transport import redis


class Channel(redis.Channel):
    """Gives nothing back when it is closed.

    kombu returns what is not acknowledged to the queue. When the connection is lost, that fails where nobody catches it, and
    the worker ends. A nudge that is lost is repeated with the next beat, so there is nothing to give back.
    """

    do_restore = False


class Transport(redis.Transport):
    Channel = Channel
