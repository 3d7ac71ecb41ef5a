"""What is wrong with the way the command was called."""

USAGE = 3  # the exit code


class UsageError(Exception):
    """The message is a sentence for the person at the command line."""
