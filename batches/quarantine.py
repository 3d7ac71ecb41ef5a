"""Originals of messages that did not arrive as they were, kept in the database: encrypted like all other secrets, and
gone with their item, their user or their batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db import transaction

from batches.journal import keep_item
from batches.leases import Lease, hold
from batches.models import QuarantinedPiece, SkippedItem
from core.fields import cipher
from mailsync.model import Skipped

PIECE = 256 * 1024  # octets
LARGEST = 50 * 1024 * 1024  # octets of a message that is kept; larger ones are only listed


class DatabaseQuarantine:
    """``mailsync.remedies.Quarantine`` for who holds the lease. Raises LeaseLost."""

    def __init__(self, lease: Lease) -> None:
        self._lease = lease

    def keep(self, item: Skipped, chunks: Iterable[bytes | memoryview]) -> None:
        """Piece by piece, each a transaction of its own: a message may take long to come. Cut off, it is not ``is_kept``."""
        if item.size > LARGEST:
            return
        with transaction.atomic():
            hold(self._lease)
            row = keep_item(self._lease.user_id, item)
            row.pieces.all().delete()
        for number, piece in enumerate(_pieces(chunks)):
            with transaction.atomic():
                hold(self._lease)
                QuarantinedPiece.objects.create(item=row, number=number, data=cipher().encrypt(piece))
        SkippedItem.objects.filter(pk=row.pk).update(is_kept=True)


def original(item: SkippedItem) -> Iterator[bytes]:
    """The message as it was at the source, to the octet."""
    for piece in item.pieces.order_by("number").iterator(4):
        yield cipher().decrypt(bytes(piece.data))


def _pieces(chunks: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    held = bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) >= PIECE:
            yield bytes(held[:PIECE])
            del held[:PIECE]
    if held:
        yield bytes(held)
