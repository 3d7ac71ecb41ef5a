"""What can be wrong with a CSV file, as sentences: where, what, and what to do about it.

The sentences that administrators know from the Exchange admin center are kept as they are. A sentence never repeats a
cell that was found wrong: when columns have slipped, that cell may be a password. What may be shown is in ``value``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MAX_EXCERPT = 60


@dataclass(frozen=True, slots=True)
class CsvProblem:
    """``line`` is None where the file as a whole is meant, ``column`` "" where the row or the file is.

    ``value`` is an excerpt of the cell, of at most 61 characters, and "" where it could be a password or a part of one.
    """

    line: int | None
    column: str
    code: str
    message: str
    value: str = ""
    withheld: bool = False  # there is a value, and it could be a password or a part of one
    corrected: bool = False  # the corrected file does not have it any more


def problem(code: str, line: int | None = None, column: str = "", value: str = "", **facts: object) -> CsvProblem:
    """``facts`` fill the places of the sentence that belongs to ``code``."""
    excerpt = shorten(value)
    filled = SENTENCES[code] % {"line": line, "column": column, "value": excerpt, **facts}
    return CsvProblem(line, column, code, str(filled), excerpt)


def shorten(value: str) -> str:
    """``value`` fit for a page: one line, nothing invisible, at most 61 characters."""
    visible = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in value[: MAX_EXCERPT + 1])
    return visible if len(visible) <= MAX_EXCERPT else visible[:MAX_EXCERPT] + "…"


_OF_THE_FILE: dict[str, Any] = {
    "empty_file": _(
        "The CSV file is empty. Choose one with the column names on its first line and one mailbox per line."
    ),
    "file_too_large": _(
        "The CSV file is larger than %(limit)s MB. Please divide the file into two or more files and submit them "
        "separately."
    ),
    "excel_workbook": _(
        "This is an Excel workbook, not a CSV file. Open it in Excel, choose File > Save As and the type "
        "“CSV UTF-8 (Comma delimited)”, and upload the new file."
    ),
    "opendocument_spreadsheet": _(
        "This is an OpenDocument spreadsheet, not a CSV file. Open it, choose Save As and the type “Text CSV” with "
        "character set UTF-8 and a comma as field delimiter, and upload the new file."
    ),
    "word_document": _(
        "This is a word processor's document, not a CSV file. Put the list into a spreadsheet, save it as "
        "“CSV UTF-8 (Comma delimited)”, and upload the new file."
    ),
    "pdf_document": _("This is a PDF document, not a CSV file. Upload the list that it was made from, saved as CSV."),
    "compressed_file": _("This is a compressed file, not a CSV file. Extract it, and upload the CSV file in it."),
    "web_page": _(
        "This is a web page or an XML file, not a CSV file, whatever its name says. Open it in Excel, choose "
        "File > Save As and the type “CSV UTF-8 (Comma delimited)”, and upload the new file."
    ),
    "not_text": _("This file holds no readable text. Save the list as “CSV UTF-8 (Comma delimited)” and upload that."),
    "whole_line_quoted": _(
        "Every line of this file is one single value between quotation marks, so no column can be found. Open the file "
        "in a text editor and remove the quotation marks at the beginning and the end of each line."
    ),
    "too_many_rows": _(
        "The CSV file contains more than %(limit)s rows. Please divide the file into two or more files and submit them "
        "separately."
    ),
    "no_rows": _(
        "The CSV file contains column names, but no mailboxes. Add one line per mailbox and re-submit the file."
    ),
}

_OF_THE_HEADER: dict[str, Any] = {
    "header_missing": _(
        "Line %(line)s holds data instead of column names. Put a line with the column names above it, for example "
        "“%(example)s”."
    ),
    "too_many_columns": _(
        "Line %(line)s has more than %(limit)s columns. Look whether the line breaks of the file were lost, and keep only "
        "the columns that describe a mailbox."
    ),
    "column_missing": _(
        'Column "%(column)s" is missing from the CSV file. The import process can\'t continue because this column is '
        "required. Please edit the CSV file and re-submit it."
    ),
    "column_repeated": _(
        'Column "%(column)s" occurs more than once on line %(line)s. Keep one of them, and remove the other with its '
        "values."
    ),
    "column_misspelt": _(
        'Column "%(value)s" is unknown. Did you mean "%(column)s"? Correct the name on line %(line)s and re-submit the '
        "file."
    ),
    "column_unknown": _(
        'Column "%(value)s" is unknown: a file of this type has the columns %(columns)s. Remove the column, or tick '
        "“Allow unknown columns in the CSV file” to have it ignored."
    ),
    "column_unnamed": _(
        "Column %(number)s has no name on line %(line)s. Give it a name, or remove the column with its values."
    ),
}

_OF_A_ROW: dict[str, Any] = {
    "quote_unclosed": _(
        "Row %(line)s has an opening quotation mark and no closing one. Close it, and write a quotation mark that "
        'belongs to a value twice: "".'
    ),
    "quote_misplaced": _(
        "Row %(line)s has text right after a closing quotation mark. Put the whole value between quotation marks, and "
        'write a quotation mark that belongs to it twice: "".'
    ),
    "wrong_number_of_columns": _(
        "Row %(line)s has the wrong number of columns. Expected number: %(expected)s. Actual number: %(actual)s. Please "
        "edit this row and re-submit the file. A value with a comma in it needs quotation marks around it; an empty "
        "value keeps its comma."
    ),
    "trailing_commas": _(
        "Row %(line)s has empty columns at its end (%(number)s too many). Delete the empty columns to the right of the "
        "list in the spreadsheet, or the commas at the end of the line, and re-submit the file."
    ),
    "columns_swapped": _(
        "Row %(line)s has an address where the password should be, and none in EmailAddress. Put the values of this row "
        "into the order of the column names."
    ),
    "nul_character": _(
        "Row %(line)s contains NUL characters: the file is damaged or was saved in an unusual encoding. Save it as "
        "“CSV UTF-8 (Comma delimited)” and re-submit it."
    ),
    "duplicate_address": _(
        'The address "%(value)s" on line %(line)s is already on line %(first)s. Remove one of the two rows.'
    ),
    "domain_not_verified": _(
        'The domain of "%(value)s" on line %(line)s, %(domain)s, is not verified. Verify it under Domains, then check the file '
        "again, or remove the row."
    ),
    "user_in_other_batch": _(
        'The user "%(value)s" is already included in migration batch "%(batch)s." Please remove the user from any other '
        "batch and try again."
    ),
}

_OF_A_CELL: dict[str, Any] = {
    "address_missing": _("Row %(line)s has no address in EmailAddress. Enter the address of the mailbox."),
    "address_decorated": _(
        "EmailAddress on line %(line)s holds more than an address. Write only the address itself, like "
        "anna@contoso.com, without a name, brackets, quotation marks or a prefix."
    ),
    "address_no_at": _("The address on line %(line)s has no @. Write it like anna@contoso.com."),
    "address_several_at": _(
        "The address on line %(line)s has more than one @. Write one address per row, like anna@contoso.com."
    ),
    "address_blank": _("The address on line %(line)s has a space in it. Remove the space."),
    "address_not_ascii": _(
        "The address on line %(line)s contains “%(character)s” (%(codepoint)s), which mail servers do not take in an "
        "address. Enter the address as it is in the directory, with plain letters."
    ),
    "address_too_long": _(
        "The address on line %(line)s is longer than %(limit)s characters, the most that mail servers take. Correct it."
    ),
    "address_local_part": _(
        "The part before the @ of the address on line %(line)s is not valid. It may hold letters, digits and single "
        "dots between them, and at most 64 characters."
    ),
    "address_domain": _(
        "The part after the @ of the address on line %(line)s is not a domain. Write it like contoso.com: letters, "
        "digits, hyphens, and dots between them."
    ),
    "user_name_missing": _(
        "Row %(line)s has no UserName. Enter the name that the source knows this user by, or the administrator's form "
        "of it."
    ),
    "password_missing": _("Row %(line)s has no password. Enter the password that belongs to the UserName of this row."),
    # Left out of account, it would copy the administrator's own mailbox into each user's.
    "user_root_unsupported": _(
        "UserRoot on line %(line)s names a mailbox in a virtual shared folder, which can't be opened yet. Give a UserName "
        "and a Password that open the mailbox itself, and leave UserRoot empty."
    ),
    "blanks_around": _(
        "%(column)s on line %(line)s begins or ends with a space, which the server would take as a part of it. Remove "
        "the space."
    ),
    "too_long": _("%(column)s on line %(line)s is longer than %(limit)s characters. Enter a shorter value."),
    "not_true_or_false": _(
        "ForceChangePassword on line %(line)s is neither True nor False. Write one of them, or leave it empty."
    ),
    "formula": _(
        "%(column)s on line %(line)s looks like a spreadsheet formula. Replace it by its result: in the spreadsheet, "
        "copy the column and paste it as values."
    ),
    "spreadsheet_error": _(
        "%(column)s on line %(line)s is an error value that the spreadsheet left there. Format the column as text, "
        "enter the value again, and save the file again."
    ),
    "control_character": _(
        "%(column)s on line %(line)s contains a line break or another invisible control character. Enter the value "
        "again."
    ),
    "unreadable_character": _(
        "%(column)s on line %(line)s contains characters that could not be read. Save the file as “CSV UTF-8 (Comma "
        "delimited)” and check that value."
    ),
}

SENTENCES: Mapping[str, Any] = {**_OF_THE_FILE, **_OF_THE_HEADER, **_OF_A_ROW, **_OF_A_CELL}

DELIMITER_NAMES: Mapping[str, str | Promise] = {
    ",": _("commas"),
    ";": _("semicolons"),
    "\t": _("tabs"),
    "|": _("vertical bars"),
}
