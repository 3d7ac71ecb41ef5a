"""The files that people download: tables of one batch or of all, the report of a user, a bundle for who is to help.

They are read row by row and never held in memory. Their words are English whoever reads them, because they are evidence
and other programs read them; times are in UTC. What was deleted is in them: history stays.
"""
