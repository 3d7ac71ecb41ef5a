"""The MX change as it is told from what servers answer over time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains.dns.kept import from_json, to_json
from domains.dns.mx import WAIT, MxAnswer, MxState, Observation, Setback, Stage, Standing, observe, stage
from domains.dns.routes import Route, route
from domains.dns.targets import Target, microsoft_365

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
TARGET = Target(("mx.target.example",))
SOURCE = ["mail.contoso.com"]
OLD, NEW = ("10 mail.contoso.com",), ("0 mx.target.example",)
MIXED, ELSEWHERE = (*NEW, *OLD), ("10 filter.example",)
ORDER = list(Stage)

Answer = tuple[tuple[str, ...] | None, int]


def look(at: datetime, servers: Sequence[Answer], resolvers: Sequence[Answer] = ()) -> Observation:
    named = [MxAnswer(f"ns{number} (192.0.2.{number})", *each) for number, each in enumerate(servers)]
    asked = [MxAnswer(f"resolver{number} (192.0.2.1{number})", *each) for number, each in enumerate(resolvers)]
    return Observation(at, tuple(named), tuple(asked))


class Story:
    """Looks at moments after START."""

    def __init__(self) -> None:
        self.state = MxState()

    def look(self, after: timedelta, servers: Sequence[Answer], resolvers: Sequence[Answer] = ()) -> Standing:
        self.state = observe(self.state, look(START + after, servers, resolvers), TARGET, SOURCE)
        assert from_json(MxState, to_json(self.state)) == self.state
        return self.stage(after)

    def stage(self, after: timedelta) -> Standing:
        return stage(self.state, START + after)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def test_a_change_goes_through_all_stages() -> None:
    story = Story()
    assert story.look(minutes(0), [(OLD, 86400)] * 2, [(OLD, 80000)]).stage is Stage.NOT_STARTED
    lowered = story.look(minutes(5), [(OLD, 3600)] * 2, [(OLD, 79000)])
    assert (lowered.stage, lowered.low_since) == (Stage.TTL_LOWERED, START + minutes(5))
    assert lowered.caches_low_at == START + minutes(5) + hours(24)
    changing = story.look(hours(30), [(NEW, 3600), (OLD, 3600)], [(OLD, 3000)])
    assert (changing.stage, changing.changed, changing.servers) == (Stage.CHANGING, 1, 2)
    assert (changing.old, changing.old_in_caches) == (("ns1 (192.0.2.1)",), ("resolver0 (192.0.2.10)",))
    spreading = story.look(hours(31), [(NEW, 3600)] * 2, [(OLD, 600)])
    assert (spreading.stage, spreading.old_in_caches) == (Stage.SPREADING, ("resolver0 (192.0.2.10)",))
    spreading = story.look(hours(31.5), [(NEW, 3600)] * 2, [(NEW, 3600)])
    assert (spreading.stage, spreading.settles_at) == (Stage.SPREADING, START + hours(32))
    assert story.stage(hours(32)).stage is Stage.SETTLED
    waiting = story.look(hours(33), [(NEW, 3600)] * 2, [(NEW, 3000)])
    assert (waiting.stage, waiting.last_old_at) == (Stage.WAITING, START + hours(31.5))
    assert waiting.safe_at == START + hours(32) + WAIT  # a cache may have had the old answer until then
    assert story.look(hours(103.5), [(NEW, 3600)] * 2).stage is Stage.WAITING
    assert story.look(hours(104), [(NEW, 3600)] * 2).stage is Stage.SAFE


def test_a_new_record_with_a_low_ttl_does_not_mean_that_the_old_one_had_it() -> None:
    story = Story()
    story.look(minutes(0), [(OLD, 86400)])
    assert not story.look(minutes(5), [(NEW, 3600)]).was_low
    lowered = Story()
    assert lowered.look(minutes(0), [(OLD, 3600)]).was_low
    assert lowered.look(minutes(5), [(NEW, 86400)]).was_low


def test_time_alone_makes_nothing_safe() -> None:
    story = Story()
    story.look(minutes(0), [(OLD, 60)])
    story.look(minutes(5), [(NEW, 60)])
    story.look(minutes(10), [(NEW, 60)])
    assert story.stage(hours(200)).stage is Stage.WAITING
    assert story.look(hours(200), [(NEW, 60)]).stage is Stage.SAFE


def test_a_silent_server_neither_proves_nor_disproves() -> None:
    story = Story()
    assert story.look(minutes(0), [(OLD, 60), (None, 0)]).servers == 1
    assert story.look(minutes(5), [(NEW, 60), (None, 0)]).stage is Stage.SPREADING
    assert story.look(minutes(10), [(NEW, 60), (None, 0)]).stage is Stage.WAITING
    assert story.look(hours(73), [(None, 0), (None, 0)]).stage is Stage.WAITING
    safe = story.look(hours(74), [(NEW, 60), (None, 0)])
    assert (safe.stage, safe.silent) == (Stage.SAFE, ())


def test_a_server_that_fell_silent_with_the_old_answer_keeps_it() -> None:
    story = Story()
    story.look(minutes(0), [(OLD, 60), (OLD, 60)])
    held = story.look(hours(100), [(NEW, 60), (None, 0)])
    assert (held.stage, held.changed, held.servers) == (Stage.CHANGING, 1, 2)
    assert held.silent == ("ns1 (192.0.2.1)",)
    assert story.look(hours(101), [(NEW, 60)]).stage is Stage.SPREADING  # it is delegated to no more


def test_a_resolver_that_fell_silent_holds_the_old_answer_until_that_dies() -> None:
    story = Story()
    story.look(minutes(0), [(OLD, 600)], [(OLD, 600)])
    assert story.look(minutes(5), [(NEW, 600)], [(None, 0)]).old_in_caches == ("resolver0 (192.0.2.10)",)
    assert story.look(minutes(16), [(NEW, 600)], [(None, 0)]).stage is Stage.WAITING


def test_when_nobody_can_be_asked_what_was_known_stays() -> None:
    story = Story()
    story.look(minutes(0), [(OLD, 60), (OLD, 60)])
    story.look(minutes(5), [(NEW, 60), (OLD, 60)])
    held = story.look(minutes(10), [])
    assert (held.stage, held.changed, held.servers, len(held.silent)) == (Stage.CHANGING, 1, 2, 2)


def test_an_old_look_changes_nothing() -> None:
    story = Story()
    story.look(minutes(10), [(NEW, 60)])
    known = story.state
    story.look(minutes(5), [(OLD, 60)])
    assert story.state == known


@pytest.mark.parametrize(
    ("answer", "setback"),
    [(OLD, Setback.TURNED_BACK), (MIXED, Setback.TURNED_BACK), ((), Setback.NOWHERE)],
)
def test_a_step_back_is_told_and_counts_anew(answer: tuple[str, ...], setback: Setback) -> None:
    story = Story()
    story.look(minutes(0), [(OLD, 60)] * 2)
    story.look(minutes(5), [(NEW, 60)] * 2)
    assert story.look(hours(80), [(NEW, 60)] * 2).stage is Stage.SAFE
    back = story.look(hours(81), [(NEW, 60), (answer, 60)])
    assert (back.stage, back.setback) == (Stage.CHANGING, setback)
    story.look(hours(82), [(NEW, 60)] * 2)
    assert story.look(hours(153), [(NEW, 60)] * 2).stage is Stage.WAITING
    assert story.look(hours(154.1), [(NEW, 60)] * 2).stage is Stage.SAFE


def test_the_source_beside_the_target_and_a_third_host_are_told() -> None:
    story = Story()
    assert story.look(minutes(0), [(MIXED, 60)]).setback is Setback.MIXED
    assert story.look(minutes(1), [(ELSEWHERE, 60)]).setback is Setback.ELSEWHERE


def test_a_ttl_that_is_raised_before_the_change_is_told() -> None:
    story = Story()
    story.look(minutes(0), [(OLD, 300)])
    raised = story.look(minutes(5), [(OLD, 86400)])
    assert (raised.stage, raised.setback) == (Stage.NOT_STARTED, Setback.TTL_RAISED)


def test_raising_the_ttl_after_the_change_is_as_it_should_be() -> None:
    story = Story()
    story.look(minutes(0), [(OLD, 300)])
    story.look(minutes(5), [(NEW, 300)])
    story.look(minutes(15), [(NEW, 86400)])
    assert story.look(hours(80), [(NEW, 86400)]) == story.stage(hours(80))
    assert (story.stage(hours(80)).stage, story.stage(hours(80)).setback) == (Stage.SAFE, Setback.NONE)


def test_resolvers_stand_in_where_no_authoritative_server_can_be_reached() -> None:
    story = Story()
    assert story.look(minutes(0), [(None, 0)], [(OLD, 60)]).stage is Stage.NOT_STARTED
    assert story.look(minutes(5), [(None, 0)], [(NEW, 60)]).stage is Stage.WAITING
    assert story.look(hours(80), [(None, 0)], [(NEW, 60)]).stage is Stage.SAFE


def test_a_domain_that_is_added_after_its_change_waits_from_the_first_look() -> None:
    story = Story()
    first = story.look(minutes(0), [(NEW, 3600)], [(NEW, 60)])
    assert (first.stage, first.safe_at, first.old_seen) == (Stage.SPREADING, START + hours(1) + WAIT, False)


def test_the_end_of_the_wait_does_not_move_while_a_cache_still_gives_the_old_answer() -> None:
    story = Story()
    story.look(minutes(0), [(OLD, 3600)], [(OLD, 3600)])
    ends = [story.look(minutes(5 + n), [(NEW, 3600)], [(OLD, 3300 - 60 * n)]).safe_at for n in range(3)]
    assert set(ends) == {START + minutes(65) + WAIT}


def test_what_a_ttl_was_before_the_first_look_is_not_known() -> None:
    story = Story()
    first = story.look(minutes(0), [(OLD, 300)], [(OLD, 300)])
    assert (first.former_known, first.caches_low_at) == (False, START + hours(24))
    assert story.stage(hours(23)).low_everywhere(START + hours(23)) is False
    assert story.stage(hours(24)).low_everywhere(START + hours(24)) is True


def test_a_resolver_with_more_left_than_is_given_shows_that_caches_have_the_former_ttl() -> None:
    story = Story()
    found = story.look(minutes(0), [(OLD, 300)], [(OLD, 172800)])
    assert (found.former_known, found.caches_low_at) == (False, START + hours(48))


def test_an_mx_that_is_changed_before_caches_forgot_its_former_ttl_is_early() -> None:
    story = Story()
    story.look(minutes(0), [(OLD, 86400)])
    story.look(minutes(5), [(OLD, 300)])
    early = story.look(minutes(10), [(NEW, 300)])
    assert (early.turned_early, early.settles_at) == (True, START + minutes(5) + hours(24))


def test_a_domain_without_mx_has_no_ttl_that_is_low() -> None:
    found = Story().look(minutes(0), [((), 0)] * 2)
    assert (found.stage, found.ttl, found.low_since, found.has_mx) == (Stage.NOT_STARTED, None, None, False)


def test_a_name_that_only_resolvers_deny_has_lost_no_mx_record() -> None:
    assert Story().look(minutes(0), [], [((), 0)]).setback is Setback.NONE


def test_the_record_that_proves_ownership_lowers_no_ttl_on_purpose() -> None:
    story = Story()
    story.look(minutes(0), [(OLD, 86400)])
    assert story.look(minutes(5), [((*OLD, "32767 ms1.msv1.invalid"), 3600)]).stage is Stage.NOT_STARTED
    assert story.look(minutes(10), [(OLD, 3600)]).stage is Stage.TTL_LOWERED


def test_an_address_that_is_not_found_just_now_is_not_forgotten() -> None:
    story = Story()
    story.look(minutes(0), [(OLD, 60), (OLD, 60)])
    gone = Observation(
        START + minutes(5), (MxAnswer("ns0 (192.0.2.0)", NEW, 60), MxAnswer("ns1", None, detail="no address")), ()
    )
    story.state = observe(story.state, gone, TARGET, SOURCE)
    assert (story.stage(minutes(5)).stage, story.stage(minutes(5)).servers) == (Stage.CHANGING, 2)


@pytest.mark.parametrize(
    ("hosts", "source_hosts", "expected"),
    [
        (["0 contoso-com.mail.protection.outlook.com"], SOURCE, Route.TARGET),
        (["0 contoso-com.a-v1.mx.microsoft"], SOURCE, Route.TARGET),
        (["0 contoso-com.mail.protection.outlook.com", "32767 ms1.msv1.invalid"], SOURCE, Route.TARGET),
        (["0 fabrikam-com.mail.protection.outlook.com"], SOURCE, Route.ELSEWHERE),
        (["10 mail.contoso.com"], SOURCE, Route.SOURCE),
        (["10 mail.contoso.com", "20 filter.example"], SOURCE, Route.ELSEWHERE),
        (["10 filter.example"], [], Route.SOURCE),
        (["10 mail.contoso.com", "0 contoso-com.mail.protection.outlook.com"], SOURCE, Route.MIXED),
        (["32767 ms1.msv1.invalid"], SOURCE, Route.NOWHERE),
        (["0 ."], SOURCE, Route.NOWHERE),
        ([], SOURCE, Route.NOWHERE),
    ],
)
def test_where_mail_goes(hosts: list[str], source_hosts: list[str], expected: Route) -> None:
    assert route(hosts, microsoft_365("contoso.com"), source_hosts) is expected


answers = st.tuples(
    st.sampled_from([OLD, NEW, MIXED, ELSEWHERE, (), None]), st.sampled_from([1, 60, 3600, 86400, 604800])
)
looks = st.lists(
    st.tuples(
        st.timedeltas(timedelta(seconds=1), timedelta(hours=40)),
        st.lists(answers, min_size=2, max_size=2),
        st.lists(answers, min_size=1, max_size=2),
    ),
    min_size=1,
    max_size=12,
)
quiet = st.lists(st.timedeltas(timedelta(minutes=1), timedelta(hours=30)), min_size=1, max_size=8)


@given(looks)
def test_never_safe_before_72_hours_after_the_last_old_answer(
    story: list[tuple[timedelta, list[Answer], list[Answer]]],
) -> None:
    state, now, last_old = MxState(), START, None
    for after, servers, resolvers in story:
        now += after
        state = observe(state, look(now, servers, resolvers), TARGET, SOURCE)
        if any(hosts not in {None, NEW} for hosts, _ in [*servers, *resolvers]):
            last_old = now
        if stage(state, now).stage is Stage.SAFE:
            assert last_old is None or now - last_old >= WAIT
            assert state.last_old_at
            assert now - state.last_old_at >= WAIT


@given(looks, quiet)
def test_without_old_answers_it_only_goes_forward(
    story: list[tuple[timedelta, list[Answer], list[Answer]]], gaps: list[timedelta]
) -> None:
    state, now = MxState(), START
    for after, servers, resolvers in story:
        now += after
        state = observe(state, look(now, servers, resolvers), TARGET, SOURCE)
    now += timedelta(minutes=1)
    state = observe(state, look(now, [(NEW, 60)] * 2, [(NEW, 60)] * 2), TARGET, SOURCE)
    reached = [stage(state, now)]
    for gap in gaps:
        reached.append(stage(state, now + gap / 2))
        now += gap
        state = observe(state, look(now, [(NEW, 60), (None, 0)], [(NEW, 60)] * 2), TARGET, SOURCE)
        reached.append(stage(state, now))
    places = [ORDER.index(each.stage) for each in reached]
    assert places == sorted(places)
    assert places[0] >= ORDER.index(Stage.SPREADING)
    assert len({each.safe_at for each in reached}) == 1
