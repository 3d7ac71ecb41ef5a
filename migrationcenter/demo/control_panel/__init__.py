"""Plays the web page of the organization's DNS host: a person adds, changes and deletes records there. Only in the demo."""
