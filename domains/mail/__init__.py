"""The mail records of a domain on its pages: their health, the lifetime of the MX records, and how far the MX change is."""
