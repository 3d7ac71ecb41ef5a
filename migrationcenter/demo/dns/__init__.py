"""The name servers of the demo: a primary, a secondary that follows, a caching resolver, and a zone that a person edits."""
