from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

import mailsync
from endpoints.words import SENTENCES, sentence
from mailsync import errors

ENGINE = Path(mailsync.__file__).parent
WITH_A_CODE = {"Retry", "Stop", "Reject", "CertificateRefused", "Refused", "Skipped"}


def codes_raised() -> Iterator[str]:
    """The first argument of every error that the engine makes, and every ``code=`` and ``kind=`` that is a text."""
    for path in ENGINE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WITH_A_CODE:
                first = node.args[:1] if node.func.id not in {"Refused", "Skipped"} else []
                named = [keyword.value for keyword in node.keywords if keyword.arg in {"code", "kind"}]
                yield from (value for value in map(text_of, [*first, *named]) if value)


def text_of(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def codes_documented() -> set[str]:
    """The codes that the docstrings of the errors list."""
    documented: set[str] = {"sign_in_failed"}
    for kind in (errors.Retry, errors.Reject, errors.Stop):
        listed = re.search(r"Codes: ([a-z_,\s]+)\.", kind.__doc__ or "")
        assert listed, kind
        documented |= {code.strip() for code in listed[1].split(",")}
    return documented


def test_every_code_of_the_engine_has_a_sentence() -> None:
    used = set(codes_raised()) - {"folder_missing"}  # the sync makes the folder and goes on: nobody hears of it
    assert used
    assert used | codes_documented() <= set(SENTENCES)


@pytest.mark.parametrize("code", [*SENTENCES, "something_new"])
@pytest.mark.parametrize("side", ["", "source", "target"])
@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_sentence_names_the_server_and_promises_no_internal_error(code: str, side: str, language: str) -> None:
    with translation.override(language):
        text = sentence(code, side=side, server="imap.contoso.com")
    assert "imap.contoso.com" in text
    assert text[0].isupper()
    assert text.endswith(".")
    assert "nternal error" not in text
    assert "%" not in text


def test_the_side_says_which_server_it_was() -> None:
    assert sentence("hung_up", side="source").startswith("The source server ended")
    assert sentence("hung_up", side="target", server="imap.contoso.com").startswith(
        "The target server imap.contoso.com"
    )
    assert sentence("hung_up").startswith("The server ended")


def test_a_refused_sign_in_says_whose_and_what_to_check() -> None:
    text = sentence("sign_in_failed", server="imap.contoso.com", user="pilarp@contoso.com*migadmin")
    assert "pilarp@contoso.com*migadmin" in text
    assert "app password" in text
    assert "IMAP" in text
