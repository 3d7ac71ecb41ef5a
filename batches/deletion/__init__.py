"""When a batch may be deleted: what the article and its PowerShell companion demand, as far as it can be seen from here."""
