"""One module or package a kind of store; each keeps the promises of :mod:`mailsync.store`."""
