"""The start page: the checklist of the migration, its figures, and what needs attention."""
