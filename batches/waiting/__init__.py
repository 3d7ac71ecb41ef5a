"""Why something that could work does not."""

from batches.waiting.batches import batch_waits, standstill, standstills, waits_briefly
from batches.waiting.users import why

__all__ = ["batch_waits", "standstill", "standstills", "waits_briefly", "why"]
