"""The administrators' guide and the reference, read from ``docs/`` and served by the product itself."""
