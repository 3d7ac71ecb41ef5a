"""What is wrong with the way the command was called."""


class UsageError(Exception):
    """The message is a sentence for the person at the command line."""
