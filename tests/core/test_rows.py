"""What rows of lists draw is kept, and still each row's own."""

from __future__ import annotations

from django.utils import translation
from django.utils.safestring import SafeString

from core.templatetags.grid import percentage_synced, row_link, select_row


def test_what_is_markup_in_one_row_is_text_in_another() -> None:
    words = "a<wbr>b"
    assert ">a<wbr>b</a>" in row_link("batch", 1, SafeString(words), "/batches/1/", 0)
    assert ">a&lt;wbr&gt;b</a>" in row_link("batch", 1, words, "/batches/1/", 0)


def test_only_the_row_whose_details_are_shown_is_the_current_one() -> None:
    assert ['aria-current="true"' in row_link("user", key, "a", "/", 2) for key in (1, 2, 3)] == [False, True, False]
    assert "aria-current" not in row_link("user", 1, "a", "/", "")


def test_each_language_has_its_own_words() -> None:
    drawn = {}
    for language in ("en", "nl"):
        with translation.override(language):
            drawn[language] = (select_row(7, "Sales"), percentage_synced(50, "Sales"))
    assert 'aria-label="Select Sales"' in drawn["en"][0]
    assert len({*drawn["en"], *drawn["nl"]}) == 4


def test_a_name_cannot_leave_its_attribute() -> None:
    assert 'aria-label="Select &quot;&gt;&lt;b&gt;"' in select_row(7, '"><b>')
