"""Made-up batches in any number, to see how pages behave in a large organization. Nothing here connects to a server."""
