"""Files that people and programs really produce, and what is wrong with each of them."""

from __future__ import annotations

import gzip
from dataclasses import dataclass

from batches.csv_import import CsvType

STAGED = b"EmailAddress,Password,ForceChangePassword\r\n"
IMAP = b"EmailAddress,UserName,Password,UserRoot\r\n"
ANNA = b"anna@contoso.com,Pa$$w0rd,False\r\n"


@dataclass(frozen=True)
class Damage:
    """``problems`` are (code, line, column) in the order of the file."""

    what: str
    data: bytes
    problems: tuple[tuple[str, int | None, str], ...]
    type: CsvType = "staged"


def of_file(what: str, data: bytes, code: str) -> Damage:
    return Damage(what, data, ((code, None, ""),))


def of_header(what: str, header: bytes, *problems: tuple[str, int | None, str], rows: bytes = ANNA) -> Damage:
    return Damage(what, header + b"\r\n" + rows, problems)


def of_row(what: str, row: bytes, code: str, column: str = "", *, type: CsvType = "staged") -> Damage:
    """A file whose second row, on line 3, is the damaged one."""
    good = ANNA if type == "staged" else b"anna@contoso.com,anna,secret,\r\n"
    header = STAGED if type == "staged" else IMAP
    return Damage(what, header + good + row + b"\r\n", ((code, 3, column),), type)


def of_address(what: str, address: bytes, code: str) -> Damage:
    return of_row(what, address + b",Pa$$w0rd,False", code, "EmailAddress")


FILES = [
    of_file("nothing in it", b"", "empty_file"),
    of_file("a byte order mark and nothing else", b"\xef\xbb\xbf", "empty_file"),
    of_file("blank lines only", b"\r\n  \r\n\t\r\n", "empty_file"),
    of_file("commas and quotation marks only", b',,\r\n"",\r\n', "empty_file"),
    of_file("column names without rows", STAGED, "no_rows"),
    of_file("more than 10 MB", STAGED + ANNA * 320_000, "file_too_large"),
    of_file("an Excel workbook", b"PK\x03\x04\x14\0\x06\0[Content_Types].xml xl/workbook.xml", "excel_workbook"),
    of_file("an Excel 97 workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "excel_workbook"),
    of_file(
        "an OpenDocument spreadsheet",
        b"PK\x03\x04\x14\0mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
        "opendocument_spreadsheet",
    ),
    of_file("a Word document", b"PK\x03\x04\x14\0word/document.xml", "word_document"),
    of_file("a rich text document", b"{\\rtf1\\ansi EmailAddress}", "word_document"),
    of_file("a zip archive", b"PK\x03\x04\x14\0users.csv", "compressed_file"),
    of_file("a gzip file", gzip.compress(STAGED + ANNA), "compressed_file"),
    of_file("a PDF document", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "pdf_document"),
    of_file("a web page", b"\xef\xbb\xbf<!DOCTYPE html><html><table>", "web_page"),
    of_file("an XML spreadsheet", b'<?xml version="1.0"?>\n<Workbook>', "web_page"),
    of_file("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06", "not_text"),
    of_file(
        "every line quoted as a whole",
        b'"EmailAddress,Password"\r\n"anna@contoso.com,""Pa,$$w0rd"""\r\n',
        "whole_line_quoted",
    ),
    of_file(
        "2,001 rows",
        b"EmailAddress\n" + b"".join(b"u%d@contoso.com\n" % i for i in range(2001)),
        "too_many_rows",
    ),
    Damage(
        "50,001 rows",
        b"EmailAddress,UserName,Password\n" + b"".join(b"u%d@contoso.com,u%d,x\n" % (i, i) for i in range(50_001)),
        (("too_many_rows", None, ""),),
        "imap",
    ),
]

HEADERS = [
    of_header(
        "the required column missing",
        b"Password,ForceChangePassword",
        ("column_missing", 1, "EmailAddress"),
        rows=b"Pa$$w0rd,True\n",
    ),
    Damage(
        "two required columns missing",
        b"EmailAddress\nanna@contoso.com\n",
        (("column_missing", 1, "UserName"), ("column_missing", 1, "Password")),
        "imap",
    ),
    of_header("no column names", b"bert@contoso.com,Pa$$w0rd,True", ("header_missing", 1, "")),
    of_header("line breaks lost", (STAGED + ANNA * 200).replace(b"\r\n", b","), ("too_many_columns", 1, "")),
    of_header("a column twice", b"EmailAddress,Password,password", ("column_repeated", 1, "password")),
    of_header("an unknown column", b"EmailAddress,Password,Department", ("column_unknown", 1, "")),
    of_header("a misspelt column", b"EmailAddress,Pasword,ForceChangePassword", ("column_misspelt", 1, "Password")),
    of_header(
        "a required column misspelt",
        b"E-mail Address,Password,ForceChangePassword",
        ("column_missing", 1, "EmailAddress"),
        ("column_misspelt", 1, "EmailAddress"),
    ),
    of_header("a Dutch column name", b"EmailAddress,Wachtwoord", ("column_misspelt", 1, "Password"), rows=b"a@b.nl,\n"),
    of_header("a column without name", b"EmailAddress,,Password", ("column_unnamed", 1, ""), rows=b"a@b.nl,,\n"),
    of_header(
        "empty columns at the right",
        b"EmailAddress,Password,,",
        ("trailing_commas", 1, ""),
        rows=b"a@contoso.com,,,\nb@contoso.com,,,\n",
    ),
    of_header("an open quotation mark in the header", b'"EmailAddress,Password', ("quote_unclosed", 1, "")),
    Damage(
        "a column of another migration type",
        b"EmailAddress,UserName\nanna@contoso.com,anna\n",
        (("column_unknown", 1, ""),),
    ),
]

ROWS = [
    of_row("too few values", b"bert@contoso.com,Pa$$w0rd", "wrong_number_of_columns"),
    of_row("too many values", b"bert@contoso.com,Pa,$$w0rd,False", "wrong_number_of_columns"),
    of_row("commas at the end", b"bert@contoso.com,Pa$$w0rd,False,,", "trailing_commas"),
    of_row("an open quotation mark", b'bert@contoso.com,"Pa$$w0rd,False', "quote_unclosed"),
    of_row("text after a closing quotation mark", b'bert@contoso.com,"Pa$$"w0rd,False', "quote_misplaced"),
    of_row("NUL characters", b"bert@contoso.com,Pa$$\0w0rd,False", "nul_character"),
    of_row("values in the wrong order", b"Pa$$w0rd,bert@contoso.com,False", "columns_swapped"),
    of_row("a password of 257", b"bert@contoso.com," + b"x" * 257 + b",", "too_long", "Password"),
    of_row("a password over two lines", b'bert@contoso.com,"Pa$$\nw0rd",False', "control_character", "Password"),
    of_row("a password that Excel calculated", b"bert@contoso.com,#NAAM?,False", "spreadsheet_error", "Password"),
    of_row("neither True nor False", b"bert@contoso.com,Pa$$w0rd,maybe", "not_true_or_false", "ForceChangePassword"),
    of_row("True in Dutch", b"bert@contoso.com,Pa$$w0rd,WAAR", "not_true_or_false", "ForceChangePassword"),
    of_row("the same address again", b"ANNA@Contoso.com,Pa$$w0rd,False", "duplicate_address", "EmailAddress"),
    of_row("no UserName", b"bert@contoso.com,,secret,", "user_name_missing", "UserName", type="imap"),
    of_row("no password", b"bert@contoso.com,bert,,", "password_missing", "Password", type="imap"),
    of_row("a blank before the UserName", b"bert@contoso.com, bert,secret,", "blanks_around", "UserName", type="imap"),
    of_row(
        "a no-break space after it", b"bert@contoso.com,bert\xc2\xa0,secret,", "blanks_around", "UserName", type="imap"
    ),
    of_row("a UserName of 255", b"bert@contoso.com," + b"u" * 255 + b",secret,", "too_long", "UserName", type="imap"),
    of_row("a UserRoot", b"bert@contoso.com,adm,secret,/users/bert", "user_root_unsupported", "UserRoot", type="imap"),
    of_row("a formula as UserName", b"bert@contoso.com,=A2&B2,secret,", "formula", "UserName", type="imap"),
    of_row("a formula as UserRoot", b"bert@contoso.com,adm,secret,@SUM(A1)", "formula", "UserRoot", type="imap"),
    of_row(
        "a bell in the UserName", b"bert@contoso.com,be\x07rt,secret,", "control_character", "UserName", type="imap"
    ),
    of_row(
        "a byte that is no UTF-8",
        b"bert@contoso.com,b\xc3\xa9rt\xff,secret,",
        "unreadable_character",
        "UserName",
        type="imap",
    ),
]

ADDRESSES = [
    of_address("no address", b"", "address_missing"),
    of_address("an address without @", b"bert.contoso.com", "address_no_at"),
    of_address("an address with two @", b"bert@fabrikam@contoso.com", "address_several_at"),
    of_address("two addresses", b"bert@contoso.com;anna@contoso.com", "address_several_at"),
    of_address("a space in the address", b"bert b@contoso.com", "address_blank"),
    of_address("a name before the address", b"Bert <bert@contoso.com>", "address_decorated"),
    of_address("an address as Exchange exports it", b"SMTP:bert@contoso.com", "address_decorated"),
    of_address("an accent in the address", "bért@contoso.com".encode(), "address_not_ascii"),
    of_address("an invisible character", "bert\u200b@contoso.com".encode(), "address_not_ascii"),
    of_address("no domain", b"bert@", "address_domain"),
    of_address("a domain without dot", b"bert@localhost", "address_domain"),
    of_address("a domain with two dots", b"bert@contoso..com", "address_domain"),
    of_address("a domain with an underscore", b"bert@con_toso.com", "address_domain"),
    of_address("a domain that begins with a hyphen", b"bert@-contoso.com", "address_domain"),
    of_address("a server's number for a domain", b"bert@192.0.2.1", "address_domain"),
    of_address("nothing before the @", b"@contoso.com", "address_local_part"),
    of_address("a dot before the @", b"bert.@contoso.com", "address_local_part"),
    of_address("65 characters before the @", b"b" * 65 + b"@contoso.com", "address_local_part"),
    of_address("an address of 255 characters", b"b@" + b"contoso." * 31 + b"comco", "address_too_long"),
    of_address("a formula as address", b"=LOWER(A2)", "formula"),
    of_address("a formula that starts a program", b"=cmd|'/c calc'!A1", "formula"),
    of_address("an error value as address", b"#REF!", "spreadsheet_error"),
]

DAMAGE = [*FILES, *HEADERS, *ROWS, *ADDRESSES]
