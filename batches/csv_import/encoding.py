"""From the bytes of an uploaded file to text: which encoding it is in, and whether it is text at all."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

# UTF-32 stands first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_MAGIC = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "excel_workbook"),  # compound file: Excel 97-2003
    (b"%PDF", "pdf_document"),
    (b"\x1f\x8b", "compressed_file"),
    (b"7z\xbc\xaf\x27\x1c", "compressed_file"),
    (b"Rar!", "compressed_file"),
    (b"{\\rtf", "word_document"),
    (b"SQLite format 3", "not_text"),
)
_ZIP = b"PK\x03\x04"
_ZIP_CONTENT = (
    (b"xl/", "excel_workbook"),
    (b"opendocument.spreadsheet", "opendocument_spreadsheet"),
    (b"word/", "word_document"),
)
_MARKUP = ("<!doctype", "<html", "<?xml", "<table", "<head", "<meta")
_SAMPLE = 4096
REPLACEMENT = "\ufffd"  # stands where bytes could not be decoded


@dataclass(frozen=True, slots=True)
class Decoded:
    """``text`` without a byte order mark; ``encoding`` as people call it: UTF-8, UTF-16, UTF-32 or Windows-1252."""

    text: str
    encoding: str


def kind_of_binary(data: bytes) -> str:
    """Which other kind of file ``data`` is (excel_workbook, opendocument_spreadsheet, word_document, pdf_document,
    compressed_file, not_text), or "" when it may be text."""
    if data.startswith(_ZIP):
        return next((kind for content, kind in _ZIP_CONTENT if content in data), "compressed_file")
    return next((kind for magic, kind in _MAGIC if data.startswith(magic)), "")


def kind_of_text(text: str) -> str:
    """ "web_page" for HTML or XML, "not_text" for what is mostly control characters, otherwise ""."""
    if text.lstrip()[:16].lower().startswith(_MARKUP):
        return "web_page"
    sample = text[:_SAMPLE]
    unprintable = sum(character < " " and character not in "\t\r\n" for character in sample)
    return "not_text" if unprintable * 10 > len(sample) else ""


def decode(data: bytes) -> Decoded:
    """Never fails: bytes that mean nothing in the encoding become U+FFFD."""
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return Decoded(data[len(mark) :].decode(codec, "replace"), name)
    if codec := _unmarked_utf16(data):
        return Decoded(data.decode(codec, "replace"), "UTF-16")
    return _decode_unmarked(data)


def _unmarked_utf16(data: bytes) -> str:
    """Column names are ASCII, so in UTF-16 every second byte of the first line is zero, and none of the others."""
    first = data[:24]
    even, odd = first[0::2], first[1::2]
    if odd and odd.count(0) == len(odd) and not even.count(0):
        return "utf-16-le"
    if odd and even.count(0) == len(even) and not odd.count(0):
        return "utf-16-be"
    return ""


def _decode_unmarked(data: bytes) -> Decoded:
    text = data.decode("utf-8", "replace")
    damaged = text.count(REPLACEMENT)
    intact = sum(not character.isascii() for character in text) - damaged if damaged else 0
    if intact >= damaged:
        return Decoded(text, "UTF-8")
    return Decoded(data.decode("cp1252", "replace"), "Windows-1252")
