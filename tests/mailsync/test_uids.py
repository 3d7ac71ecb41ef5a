"""Sets and maps of UIDs behave like Python's own sets and dicts, only smaller."""

from __future__ import annotations

from copy import deepcopy
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailsync.flag_index import FlagIndex
from mailsync.uids import UidMap, UidSet, runs

UID = st.integers(1, 60)
SETS = st.sets(UID)
PAIRS = st.lists(st.tuples(UID, st.integers(1, 60)))
FLAGS = st.frozensets(st.sampled_from(["\\Seen", "\\Flagged", "$Label1"]))


@given(SETS)
def test_a_set_holds_what_was_put_in_and_survives_text(uids: set[int]) -> None:
    made = UidSet(uids)
    assert list(made) == sorted(uids)
    assert len(made) == len(uids)
    assert bool(made) is bool(uids)
    assert (made.first, made.last) == (min(uids, default=0), max(uids, default=0))
    assert UidSet.parse(str(made)) == made
    assert hash(UidSet.parse(str(made))) == hash(made)


@given(SETS)
def test_ranges_are_sorted_apart_and_as_few_as_can_be(uids: set[int]) -> None:
    ranges = UidSet(uids).ranges
    assert all(first <= last for first, last in ranges)
    assert all(later[0] > earlier[1] + 1 for earlier, later in pairwise(ranges))


@given(SETS, SETS)
def test_sets_are_joined_subtracted_and_intersected(one: set[int], other: set[int]) -> None:
    assert list(UidSet(one) | UidSet(other)) == sorted(one | other)
    assert list(UidSet(one) - UidSet(other)) == sorted(one - other)
    assert list(UidSet(one) & UidSet(other)) == sorted(one & other)


@given(SETS, st.lists(UID))
def test_uids_are_added_in_any_order(uids: set[int], more: list[int]) -> None:
    made = UidSet(uids)
    for uid in more:
        made.add(uid)
    assert list(made) == sorted(uids | set(more))
    assert all((uid in made) is (uid in uids or uid in more) for uid in range(62))


@given(st.lists(st.tuples(UID, UID)))
def test_ranges_may_overlap_and_run_backwards(ranges: list[tuple[int, int]]) -> None:
    expected = {uid for pair in ranges for uid in range(min(pair), max(pair) + 1)}
    assert list(UidSet.of_ranges(ranges)) == sorted(expected)


@given(SETS, UID)
def test_a_set_is_cut_at_a_uid(uids: set[int], first: int) -> None:
    assert list(UidSet(uids).from_uid(first)) == sorted(uid for uid in uids if uid >= first)


@given(SETS, st.integers(1, 9))
def test_slices_are_full_in_order_and_complete(uids: set[int], most: int) -> None:
    slices = list(UidSet(uids).slices(most))
    assert [uid for part in slices for uid in part] == sorted(uids)
    assert all(len(part) == most for part in slices[:-1])
    assert all(0 < len(part) <= most for part in slices)


@given(SETS)
def test_a_copy_of_a_set_is_independent(uids: set[int]) -> None:
    made = UidSet(uids)
    made.copy().add(100)
    assert 100 not in made


@pytest.mark.parametrize("text", ["*", "1:*", "one", "1;2", "1:2:3"])
def test_other_text_is_no_set(text: str) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        UidSet.parse(text)


def test_a_big_mailbox_is_a_few_ranges() -> None:
    assert str(UidSet(range(1, 200_001)) - UidSet([77, 78])) == "1:76,79:200000"


@given(PAIRS)
def test_a_map_holds_what_was_put_in_and_survives_text(pairs: list[tuple[int, int]]) -> None:
    made = UidMap()
    for source, target in pairs:
        made.add(source, target)
    expected = dict(pairs)
    assert dict(made.items()) == expected
    assert [source for source, _ in made.items()] == sorted(expected)
    assert len(made) == len(expected)
    assert all(made.get(uid) == expected.get(uid) for uid in range(62))
    assert list(made.sources) == sorted(expected)
    assert set(made.targets) == set(expected.values())
    assert UidMap.parse(str(made)) == made.copy()


@given(PAIRS, UID)
def test_a_pair_is_discarded_from_a_map(pairs: list[tuple[int, int]], uid: int) -> None:
    made = UidMap()
    for source, target in pairs:
        made.add(source, target)
    made.discard(uid)
    assert dict(made.items()) == {source: target for source, target in dict(pairs).items() if source != uid}


def test_a_map_of_messages_copied_in_order_is_one_run() -> None:
    made = UidMap()
    for uid in range(1, 200_001):
        made.add(uid, uid + 500)
    assert str(made) == "1:200000=501"


@given(st.dictionaries(UID, FLAGS), SETS)
def test_a_flag_index_knows_the_flags_of_each_uid(flags: dict[int, frozenset[str]], dropped: set[int]) -> None:
    made = FlagIndex()
    for uid in flags:
        made.set(uid, flags[uid])
    made.discard(UidSet(dropped))
    expected = {uid: kept for uid, kept in flags.items() if uid not in dropped}
    assert {uid: made.get(uid) for uid in range(1, 61) if made.get(uid) is not None} == expected
    assert {uid for _, uids in made.items() for uid in uids} == set(expected)
    assert FlagIndex.of_dict(made.as_dict()) == made.copy()


@given(SETS, st.lists(st.tuples(UID, UID), max_size=4))
def test_ranges_are_taken_out_of_a_set(uids: set[int], ends: list[tuple[int, int]]) -> None:
    made = UidSet(uids)
    for pair in ends:
        first, last = min(pair), max(pair)
        made.discard_range(first, last)
        uids -= set(range(first, last + 1))
    assert made == UidSet(uids)


@given(st.lists(st.tuples(SETS, FLAGS), max_size=4), st.booleans())
def test_many_are_set_like_one_by_one(groups: list[tuple[set[int], frozenset[str]]], ascending: bool) -> None:
    flags = {uid: kept for uids, kept in groups for uid in uids}
    order = sorted(flags, reverse=not ascending)
    at_once, one_by_one = FlagIndex(), FlagIndex()
    for half in (order[::2], order[1::2]):
        at_once.set_each(half, [flags[uid] for uid in half])
        for uid in half:
            one_by_one.set(uid, flags[uid])
    assert at_once == one_by_one


@given(st.permutations(range(1, 13)))
def test_a_map_is_one_run_in_whatever_order_it_was_filled(uids: list[int]) -> None:
    made = UidMap()
    for uid in uids:
        made.add(uid, uid + 500)
    assert str(made) == "1:12=501"


@given(st.permutations([(1, 4), (5, 5), (6, 9), (12, 20)]), st.integers(0, 3))
def test_runs_are_added_to_a_map_in_any_order(runs: list[tuple[int, int]], gap: int) -> None:
    made, expected = UidMap(), dict[int, int]()
    for first, last in runs:
        shift = 100 + (gap if first > 5 else 0)
        made.add_run(first, last, first + shift)
        expected |= {uid: uid + shift for uid in range(first, last + 1)}
    assert dict(made.items()) == expected
    assert made == UidMap.parse(str(made))


@given(st.lists(st.tuples(UID, UID), max_size=30, unique_by=lambda pair: pair[0]))
def test_runs_hold_the_same_pairs(pairs: list[tuple[int, int]]) -> None:
    found = list(runs([source for source, _ in pairs], [target for _, target in pairs]))
    assert [(first + step, start + step) for first, last, start in found for step in range(last - first + 1)] == pairs


def test_messages_copied_in_order_are_one_run() -> None:
    assert list(runs(range(1, 101), range(501, 601))) == [(1, 100, 501)]


@given(SETS, st.dictionaries(UID, UID))
def test_what_was_stored_is_the_same_when_it_is_needed(chosen: set[int], pairs: dict[int, int]) -> None:
    places = UidMap()
    for source, target in sorted(pairs.items()):
        places.add(source, target)
    flags = FlagIndex()
    for uid in sorted(chosen):
        flags.set(uid, frozenset({"\\Seen"}))
    assert list(UidSet.stored(str(UidSet(chosen)))) == sorted(chosen)
    assert UidMap.stored(str(places)) == places
    assert FlagIndex.of_dict(flags.as_dict()) == flags


@pytest.mark.parametrize("stored", [UidSet.stored("1:3"), UidMap.stored("1:3=7")])
def test_a_stored_one_has_no_more_attributes_than_any_other(stored: UidSet | UidMap) -> None:
    assert not hasattr(stored, "__len_hint__")
    assert deepcopy(stored) == stored


def test_a_failing_test_shows_what_it_holds() -> None:
    places, flags = UidMap(), FlagIndex()
    places.add_run(1, 3, 7)
    flags.set(4, frozenset({"\\Seen"}))
    assert repr(UidSet([1, 2, 3, 5])) == "UidSet('1:3,5')"
    assert repr(places) == "UidMap.parse('1:3=7')"
    assert repr(flags) == "FlagIndex({'\\\\Seen': '4'})"


def test_the_end_of_a_range_is_told_of_the_uids_in_it() -> None:
    uids = UidSet([3, 4, 5, 9])
    assert [uids.end_of_range(uid) for uid in (2, 3, 5, 6, 9, 10)] == [0, 5, 5, 0, 9, 0]
