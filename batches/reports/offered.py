"""Which reports there are, and in which forms."""

from __future__ import annotations

from collections.abc import Mapping

from batches.reports.errors import ERRORS
from batches.reports.skipped import SKIPPED_ITEMS
from batches.reports.statistics import STATISTICS
from batches.reports.table import Report
from batches.reports.verifications import VERIFICATIONS

# By the names of their URLs.
REPORTS: Mapping[str, Report] = {
    "statistics": STATISTICS,
    "errors": ERRORS,
    "skipped-items": SKIPPED_ITEMS,
    "verifications": VERIFICATIONS,
}
