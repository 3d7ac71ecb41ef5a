"""Many domains side by side."""

from __future__ import annotations

import threading

import pytest

from domains.dns import checking
from domains.dns.asking import Asker, Network, Server
from domains.dns.checking import Checked, FindServers, ReadMail, Request, Verify, WatchMx, check, watch_mx
from domains.dns.delegation import Delegation
from domains.dns.mail import MailRecords
from domains.dns.mx import Observation
from domains.dns.mx_watching import look
from domains.dns.verification import Verification
from tests.servers.internet import Internet

TOKEN = "MS=ms48213377219034456612"


def test_every_kind_of_question_gets_its_outcome(internet: Internet) -> None:
    name = internet.domain().name
    requests: list[Request] = [Verify(name, TOKEN), ReadMail(name), WatchMx(name), FindServers(name)]
    found = {type(checked.request): type(checked.outcome) for checked in check(requests, internet.network())}
    assert found == {Verify: Verification, ReadMail: MailRecords, WatchMx: Observation, FindServers: Delegation}


def test_a_dead_name_server_delays_nobody_else(internet: Internet) -> None:
    """The dead one has half a minute, and all others are done while it is still waited for."""
    dead, good = internet.domain("void").name, [internet.domain().name for _ in range(4)]
    requests = [WatchMx(name) for name in (dead, *good * 10)]
    results = check(requests, internet.network(timeout=30, resolvers=["registry", "resolver"]))
    ready = [next(results) for _ in range(40)]
    assert {checked.request.domain for checked in ready} == set(good)
    results.close()


def test_a_silent_host_of_many_domains_is_given_up_for_all_of_them(internet: Internet) -> None:
    dead = internet.domain("void").name
    requests = [WatchMx(f"sub{number}.{dead}") for number in range(30)]
    outcomes = [checked.outcome for checked in check(requests, internet.network(timeout=3.0))]
    assert len(outcomes) == 30
    details = {
        answer.detail for outcome in outcomes if isinstance(outcome, Observation) for answer in outcome.authoritative
    }
    assert details == {"", "timeout", "silent to all questions before"}


def test_who_stops_reading_stops_the_asking(internet: Internet) -> None:
    dead, good = internet.domain("void").name, internet.domain().name
    results = check([WatchMx(dead), WatchMx(good)], internet.network(timeout=60))
    assert next(results).request.domain == good
    results.close()
    assert "dns" not in {thread.name for thread in threading.enumerate()}


def test_no_time_at_all_is_an_answer_too(internet: Internet) -> None:
    name = internet.domain().name
    network = internet.network()
    (checked,) = check([WatchMx(name)], type(network)(network.resolvers, network.port, 10.0, 0.0))
    assert isinstance(checked.outcome, Observation)
    assert [answer.detail for answer in checked.outcome.resolvers] == ["no time was left"]


def test_a_fault_of_our_own_is_raised_after_everybody_elses_results(
    internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = internet.domain().name, internet.domain().name

    async def broken(asker: Asker, domain: str) -> Observation:
        if domain == bad:
            raise ZeroDivisionError
        return await look(asker, domain)

    monkeypatch.setattr(checking, "look", broken)
    results: list[Checked] = []
    with pytest.raises(ZeroDivisionError):
        results.extend(check([WatchMx(bad), WatchMx(good)], internet.network()))
    assert results == [] or [checked.request.domain for checked in results] == [good]


def test_a_resolver_of_ipv6_is_not_asked_where_that_is_switched_off(internet: Internet) -> None:
    network = Network((Server("six", "::1", internet.port),), internet.port, ipv6=False)
    found = watch_mx(internet.domain().name, network)
    assert [answer.detail for answer in found.resolvers] == ["IPv6 is switched off"]


def test_a_name_that_can_not_be_asked_for_is_an_answer_too(internet: Internet) -> None:
    found = watch_mx("contoso..com", internet.network())
    assert [(answer.hosts, answer.detail) for answer in found.resolvers] == [(None, "A DNS label is empty.")]
