"""The engine on its own: a command that copies one mailbox, or a list of them, and one that verifies the result."""
