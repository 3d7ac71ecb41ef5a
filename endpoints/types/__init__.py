"""What each type of endpoint speaks: one module a type, listed in ``endpoints.connect.TYPES``."""
