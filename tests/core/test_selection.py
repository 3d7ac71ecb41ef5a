"""What a page understands of the rows that somebody ticked."""

from __future__ import annotations

from django.http import QueryDict

from core.selection import Selection


def test_rows_are_named_one_by_one_or_together() -> None:
    assert Selection.of(QueryDict("selected=1&selected=2,3")).keys == {1, 2, 3}


def test_what_is_no_row_is_passed_over() -> None:
    assert Selection.of(QueryDict(f"selected=&selected=-4&selected=x,²,{'9' * 40}")).keys == frozenset()


def test_all_that_match_are_told_by_the_filter_of_the_list() -> None:
    selection = Selection.of(QueryDict("everything=1&filter=q%3Dsales%26status%3Dfailed"))
    assert selection.everything
    assert selection.query.dict() == {"q": "sales", "status": "failed"}
