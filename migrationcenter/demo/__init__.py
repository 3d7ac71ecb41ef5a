"""The demo: two embedded mail servers with invented mail, and a whole migration between them, from one command."""
