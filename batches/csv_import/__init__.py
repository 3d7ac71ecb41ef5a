"""Reads the CSV file of a migration batch: either every row is fit to be migrated, or everything wrong with it is told.

Bytes become text (``encoding``), text becomes records (``records``, ``sheet``), the first record becomes columns
(``columns``), the others become rows (``rows``); ``reading`` does all that in order. What is wrong is said in
``problems``, what is only worth knowing in ``notices``, what can be put right without a person is in ``correction``.
"""

from batches.csv_import.columns import Choice, CsvType
from batches.csv_import.problems import CsvProblem
from batches.csv_import.reading import CsvResult, DomainRule, Taken, read_csv
from batches.csv_import.rows import CsvRow
from batches.csv_import.sample import sample_csv

__all__ = ["Choice", "CsvProblem", "CsvResult", "CsvRow", "CsvType", "DomainRule", "Taken", "read_csv", "sample_csv"]
