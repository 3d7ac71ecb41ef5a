"""Where each folder goes."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsync.folders import map_folders, same_name
from mailsync.model import INBOX, Folder, FolderState, Path

STATE = FolderState(1, 1, 0)
CAFE = "Café"
CAFE_DECOMPOSED = unicodedata.normalize("NFD", CAFE)


def folder(*path: str, use: str = "") -> Folder:
    return Folder(path, use, STATE)


def listing(*paths: Path) -> list[Folder]:
    return [folder(*path) for path in paths]


def test_folders_keep_their_place_and_name() -> None:
    paths = [INBOX, ("Sent",), ("Sent", "2009"), ("Ünïcode", "日本語", "a/b.c")]
    assert map_folders(listing(*paths), listing(INBOX), {}) == {path: path for path in paths}


def test_the_inbox_is_the_inbox_even_if_the_target_lists_none() -> None:
    assert map_folders(listing(INBOX), [], {}) == {INBOX: INBOX}


def test_special_folders_go_to_the_special_folders_of_the_target_and_take_their_subfolders_along() -> None:
    source = [folder("Sent", use="\\Sent"), folder("Sent", "2009"), folder("Bin", use="\\Trash")]
    target = [folder("Sent Items", use="\\Sent"), folder("Sent")]
    assert map_folders(source, target, {}) == {
        ("Sent",): ("Sent Items",),
        ("Sent", "2009"): ("Sent Items", "2009"),
        ("Bin",): ("Bin",),
    }


def test_a_folder_named_like_the_special_one_is_not_mixed_with_it() -> None:
    source = [folder("Sent", use="\\Sent"), folder("Sent Items")]
    target = [folder("Sent Items", use="\\Sent")]
    assert map_folders(source, target, {}) == {("Sent",): ("Sent Items",), ("Sent Items",): ("Sent Items (2)",)}


def test_only_one_of_several_sent_folders_takes_the_special_place() -> None:
    source = [folder("A", use="\\Sent"), folder("B", use="\\Sent")]
    assert map_folders(source, [folder("Sent", use="\\Sent")], {}) == {("A",): ("Sent",), ("B",): ("B",)}


def test_names_that_differ_only_in_case_or_composition_are_kept_apart() -> None:
    source = listing(("Trash",), ("trash",), ("trash", "old"), (CAFE,), (CAFE_DECOMPOSED,))
    mapping = map_folders(source, [], {})
    assert mapping == {
        ("Trash",): ("Trash",),
        ("trash",): ("trash (2)",),
        ("trash", "old"): ("trash (2)", "old"),
        (CAFE_DECOMPOSED,): (CAFE_DECOMPOSED,),
        (CAFE,): (f"{CAFE} (2)",),
    }


def test_an_existing_folder_that_differs_only_in_case_or_composition_is_used() -> None:
    source = listing(("Trash",), (CAFE,))
    assert map_folders(source, listing(("trash",), (CAFE_DECOMPOSED,)), {}) == {
        ("Trash",): ("trash",),
        (CAFE,): (CAFE_DECOMPOSED,),
    }


def test_an_exact_match_goes_before_a_similar_one() -> None:
    source = listing(("TRASH",), ("trash",))
    assert map_folders(source, listing(("trash",)), {}) == {("trash",): ("trash",), ("TRASH",): ("TRASH (2)",)}


def test_what_earlier_runs_chose_stays() -> None:
    source = [folder("Sent", use="\\Sent"), folder("Sent", "2009"), folder("Old")]
    known: dict[Path, Path] = {("Sent",): ("Verzonden",), ("Old",): ("Sent",)}
    assert map_folders(source, [folder("Sent Items", use="\\Sent"), folder("Sent")], known) == {
        ("Sent",): ("Verzonden",),
        ("Sent", "2009"): ("Verzonden", "2009"),
        ("Old",): ("Sent",),
    }


def test_folders_that_can_not_hold_messages_are_left_out_but_their_children_come_along() -> None:
    source = [Folder(("Top",)), folder("Top", "Below")]
    assert map_folders(source, [], {}) == {("Top", "Below"): ("Top", "Below")}


NAMES = st.sampled_from(["a", "A", "b", CAFE, CAFE_DECOMPOSED, "a (2)", "Sent"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(tuple)
USES = st.sampled_from(["", "", "\\Sent", "\\Trash"])
LISTINGS = st.dictionaries(PATHS, USES, max_size=10)


def folders(listing: dict[Path, str]) -> list[Folder]:
    return [Folder(path, use, STATE) for path, use in listing.items()]


@given(LISTINGS, LISTINGS)
def test_every_folder_has_a_place_of_its_own(source: dict[Path, str], target: dict[Path, str]) -> None:
    mapping = map_folders(folders(source), folders(target), {})
    assert mapping.keys() == source.keys()
    assert len(set(mapping.values())) == len(mapping)
    made = [path for path in mapping.values() if path not in target]
    others = [path for path in mapping.values() if path in target]
    assert len({same_name(path) for path in made}) == len(made)
    assert not {same_name(path) for path in made} & {same_name(path) for path in others}


@given(LISTINGS, LISTINGS, st.randoms())
def test_the_order_of_the_listings_does_not_matter(source: dict[Path, str], target: dict[Path, str], random) -> None:  # type: ignore[no-untyped-def]
    before = map_folders(folders(source), folders(target), {})
    shuffled_source, shuffled_target = folders(source), folders(target)
    random.shuffle(shuffled_source)
    random.shuffle(shuffled_target)
    assert map_folders(shuffled_source, shuffled_target, {}) == before


@given(LISTINGS, LISTINGS)
def test_the_next_run_chooses_the_same(source: dict[Path, str], target: dict[Path, str]) -> None:
    first = map_folders(folders(source), folders(target), {})
    made = target | dict.fromkeys(first.values(), "")
    assert map_folders(folders(source), folders(made), first) == first


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Straße", "STRASSE"),
        (CAFE, CAFE_DECOMPOSED.upper()),
        ("İ", "i̇"),
        ("a/b", "a.B"),
        ("Q1\\2", "q1_2"),
    ],
)
def test_names_that_some_server_takes_for_one_are_the_same(one: str, other: str) -> None:
    assert same_name((one,)) == same_name((other,))
