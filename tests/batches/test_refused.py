"""Messages that a server refuses: counted against the batch's limits, kept, tried again on request."""
