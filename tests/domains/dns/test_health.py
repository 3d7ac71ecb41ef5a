"""What is right with the mail records of a domain at each phase of its migration, and the exact record to set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pytest

from domains.dns.answers import Answer, Problem, Record, Server
from domains.dns.checking import read_mail
from domains.dns.health import Health, Kind, Phase, Reason, RecordHealth, assess
from domains.dns.kept import from_json, to_json
from domains.dns.mail import Asked, MailRecords, Question
from domains.dns.records import ExactRecord
from domains.dns.targets import Target, microsoft_365
from tests.servers.internet import Internet

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NS = Server("ns1.contoso.com", "192.0.2.1")
MICROSOFT = microsoft_365("contoso.com", "contoso")
OUTLOOK, SOURCE = "contoso-com.mail.protection.outlook.com", "mail.contoso.com"
INCLUDE = "include:spf.protection.outlook.com"
DKIM = {
    question: f"{selector}-contoso-com._domainkey.contoso.onmicrosoft.com"
    for question, selector in ((Question.DKIM_1, "selector1"), (Question.DKIM_2, "selector2"))
}
BEFORE, LOWERED, CHANGED, MOVED, OVER = Phase


def records(
    texts: Mapping[Question, Sequence[str]],
    *,
    aliases: Mapping[Question, str] | None = None,
    ttl: int = 3600,
    lookups: int = 1,
) -> MailRecords:
    """As one server tells them; all other questions get the answer that there is nothing."""
    asked = tuple(
        Asked(
            question,
            (
                Answer(
                    NS, "udp", "", "", NOW, "NOERROR", True,
                    tuple(Record(text, ttl) for text in texts.get(question, ())),
                    tuple(Record(alias, ttl) for known, alias in (aliases or {}).items() if known is question),
                ),
            ),
        )
        for question in Question
    )  # fmt: skip
    return MailRecords("contoso.com", NOW, asked, lookups)


def of(kind: Kind, found: MailRecords, phase: Phase, target: Target = MICROSOFT) -> RecordHealth:
    return next(each for each in assess(found, target, [SOURCE], phase) if each.kind is kind)


@pytest.mark.parametrize(
    ("hosts", "ttl", "phase", "health", "reason"),
    [
        ([f"10 {SOURCE}"], 86400, BEFORE, Health.ADVICE, Reason.MX_TTL_HIGH),
        ([f"10 {SOURCE}"], 3600, BEFORE, Health.LATER, Reason.MX_SOURCE),
        ([f"10 {SOURCE}"], 7200, LOWERED, Health.ADVICE, Reason.MX_TTL_HIGH),
        ([f"0 {OUTLOOK}"], 3600, BEFORE, Health.ADVICE, Reason.MX_TARGET_EARLY),
        (["10 filter.example"], 3600, BEFORE, Health.ADVICE, Reason.MX_ELSEWHERE),
        ([f"10 {SOURCE}", f"0 {OUTLOOK}"], 86400, BEFORE, Health.WRONG, Reason.MX_MIXED),
        ([], 0, BEFORE, Health.WRONG, Reason.MX_MISSING),
        (["0 ."], 60, CHANGED, Health.WRONG, Reason.MX_REFUSES),
        ([f"10 {SOURCE}"], 60, CHANGED, Health.WRONG, Reason.MX_SOURCE_STILL),
        ([f"10 {SOURCE}", f"0 {OUTLOOK}"], 60, CHANGED, Health.WRONG, Reason.MX_MIXED),
        (["10 filter.example"], 60, CHANGED, Health.WRONG, Reason.MX_ELSEWHERE),
        ([f"0 {OUTLOOK}"], 60, CHANGED, Health.RIGHT, Reason.MX_TARGET),
        ([f"0 {OUTLOOK}", "32767 ms1.msv1.invalid"], 60, CHANGED, Health.ADVICE, Reason.MX_LEFTOVER),
        ([f"0 {OUTLOOK}"], 300, MOVED, Health.RIGHT, Reason.MX_TARGET),
        ([f"0 {OUTLOOK}"], 300, OVER, Health.ADVICE, Reason.MX_TTL_LOW),
        ([f"0 {OUTLOOK}"], 3600, MOVED, Health.RIGHT, Reason.MX_TARGET),
    ],
)
def test_mx(hosts: list[str], ttl: int, phase: Phase, health: Health, reason: Reason) -> None:
    found = of(Kind.MX, records({Question.MX: hosts}, ttl=ttl), phase)
    assert (found.health, found.reason) == (health, reason)


def test_before_the_change_the_mx_stays_with_a_short_life_and_the_new_one_is_told() -> None:
    found = of(Kind.MX, records({Question.MX: [f"10 {SOURCE}", "20 backup.contoso.com"]}, ttl=86400), BEFORE)
    assert [str(each) for each in found.expected] == [
        f"contoso.com. 3600 IN MX 10 {SOURCE}.",
        "contoso.com. 3600 IN MX 20 backup.contoso.com.",
    ]
    assert [str(each) for each in found.later] == [f"contoso.com. 3600 IN MX 0 {OUTLOOK}."]
    assert found.figure == 86400


@pytest.mark.parametrize("hosts", [[f"10 {SOURCE}", f"0 {OUTLOOK}"], ["10 filter.example"], ["10 10.0.0.1"]])
@pytest.mark.parametrize("phase", [BEFORE, CHANGED])
def test_what_is_half_changed_or_leads_astray_is_to_be_the_target_alone(hosts: list[str], phase: Phase) -> None:
    found = of(Kind.MX, records({Question.MX: hosts}), phase)
    assert found.expected == (ExactRecord("MX", "contoso.com", OUTLOOK, 3600, 0),)
    assert [record.text for record in found.remove] == [hosts[0]]
    assert not found.later


def test_an_address_is_no_mail_server() -> None:
    found = of(Kind.MX, records({Question.MX: ["10 10.0.0.1", f"0 {OUTLOOK}"]}), CHANGED)
    assert (found.health, found.reason) == (Health.WRONG, Reason.MX_ADDRESS)


@pytest.mark.parametrize(
    ("kind", "question"), [(Kind.MX, Question.MX), (Kind.SPF, Question.TXT), (Kind.DMARC, Question.DMARC)]
)
def test_beside_an_alias_no_record_is_advised(kind: Kind, question: Question) -> None:
    found = of(kind, records({}, aliases={question: "other.example"}), CHANGED)
    assert (found.reason, found.expected, found.later) == (Reason.BESIDE_ALIAS, (), ())


def test_at_the_change_all_other_mx_records_have_to_go() -> None:
    found = of(Kind.MX, records({Question.MX: [f"0 {OUTLOOK}", f"10 {SOURCE}"]}), CHANGED)
    assert found.expected == (ExactRecord("MX", "contoso.com", OUTLOOK, 3600, 0),)
    assert [record.text for record in found.remove] == [f"10 {SOURCE}"]


@pytest.mark.parametrize(
    ("texts", "phase", "health", "reason", "value"),
    [
        ([], BEFORE, Health.ADVICE, Reason.SPF_MISSING, f"v=spf1 mx {INCLUDE} ~all"),
        ([], LOWERED, Health.WRONG, Reason.SPF_MISSING, f"v=spf1 mx {INCLUDE} ~all"),
        ([], MOVED, Health.WRONG, Reason.SPF_MISSING, f"v=spf1 {INCLUDE} -all"),
        (["v=spf1 a ip4:192.0.2.7 -all"], BEFORE, Health.LATER, Reason.SPF_INCLUDE_MISSING, f"v=spf1 a ip4:192.0.2.7 {INCLUDE} -all"),
        (["v=spf1 a ~all"], CHANGED, Health.WRONG, Reason.SPF_INCLUDE_MISSING, f"v=spf1 a {INCLUDE} ~all"),
        ([f"v=spf1 {INCLUDE} -all"], CHANGED, Health.RIGHT, Reason.RIGHT, f"v=spf1 {INCLUDE} -all"),
        (["v=spf1 mx ~all", f"V=SPF1 {INCLUDE} -all"], BEFORE, Health.WRONG, Reason.SPF_SEVERAL, f"v=spf1 mx {INCLUDE} -all"),
        (["v=spf1 ipv4:192.0.2.1 -all"], BEFORE, Health.WRONG, Reason.SPF_UNREADABLE, f"v=spf1 ipv4:192.0.2.1 {INCLUDE} -all"),
        (["v=spf1 redirect=spf.example"], CHANGED, Health.WRONG, Reason.SPF_INCLUDE_MISSING, f"v=spf1 {INCLUDE} redirect=spf.example"),
    ],
)  # fmt: skip
def test_spf(texts: list[str], phase: Phase, health: Health, reason: Reason, value: str) -> None:
    found = of(Kind.SPF, records({Question.TXT: ["something else", *texts]}), phase)
    assert (found.health, found.reason) == (health, reason)
    assert [record.text for record in found.found] == texts
    assert [each.value for each in (*found.expected, *found.later)] == [value]


def test_spf_that_asks_too_much_is_told_with_its_number() -> None:
    found = of(Kind.SPF, records({Question.TXT: [f"v=spf1 {INCLUDE} -all"]}, lookups=11), CHANGED)
    assert (found.reason, found.figure) == (Reason.SPF_LOOKUPS, 11)


@pytest.mark.parametrize(
    ("aliases", "texts", "phase", "health", "reason"),
    [
        ({}, {}, BEFORE, Health.LATER, Reason.DKIM_MISSING),
        ({}, {}, CHANGED, Health.ADVICE, Reason.DKIM_MISSING),
        (DKIM, {}, CHANGED, Health.RIGHT, Reason.RIGHT),
        ({Question.DKIM_1: DKIM[Question.DKIM_1]}, {}, CHANGED, Health.ADVICE, Reason.DKIM_OTHER),
        ({}, {Question.DKIM_1: ["v=DKIM1; p=abc"]}, CHANGED, Health.ADVICE, Reason.DKIM_OTHER),
        ({question: host.replace("contoso.onmicrosoft.com", "contoso.n-v1.dkim.mail.microsoft") for question, host in DKIM.items()}, {}, CHANGED, Health.RIGHT, Reason.RIGHT),
    ],
)  # fmt: skip
def test_dkim(
    aliases: Mapping[Question, str],
    texts: Mapping[Question, Sequence[str]],
    phase: Phase,
    health: Health,
    reason: Reason,
) -> None:
    found = of(Kind.DKIM, records(texts, aliases=aliases), phase)
    assert (found.health, found.reason) == (health, reason)
    assert {each.value for each in (*found.expected, *found.later)} == set(DKIM.values())


@pytest.mark.parametrize(
    ("texts", "phase", "health", "reason"),
    [
        ([], BEFORE, Health.ADVICE, Reason.DMARC_MISSING),
        (["v=DMARC1; p=none"], BEFORE, Health.RIGHT, Reason.RIGHT),
        (["v=DMARC1; p=none"], MOVED, Health.ADVICE, Reason.DMARC_NONE),
        (["v=DMARC1; p=reject; rua=mailto:d@contoso.com"], MOVED, Health.RIGHT, Reason.RIGHT),
        (["v=DMARC1; p=maybe"], BEFORE, Health.WRONG, Reason.DMARC_UNREADABLE),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], BEFORE, Health.WRONG, Reason.DMARC_SEVERAL),
    ],
)
def test_dmarc(texts: list[str], phase: Phase, health: Health, reason: Reason) -> None:
    found = of(Kind.DMARC, records({Question.DMARC: texts}), phase)
    assert (found.health, found.reason) == (health, reason)


@pytest.mark.parametrize(
    ("aliases", "texts", "phase", "health", "reason"),
    [
        ({}, {}, BEFORE, Health.LATER, Reason.AUTODISCOVER_MISSING),
        ({}, {Question.AUTODISCOVER: ["192.0.2.5"]}, CHANGED, Health.LATER, Reason.AUTODISCOVER_SOURCE),
        ({Question.AUTODISCOVER: "autodiscover.outlook.com"}, {}, CHANGED, Health.WRONG, Reason.AUTODISCOVER_EARLY),
        ({Question.AUTODISCOVER: "autodiscover.outlook.com"}, {}, MOVED, Health.RIGHT, Reason.RIGHT),
        ({}, {Question.AUTODISCOVER_SRV: ["0 0 443 autodiscover.outlook.com"]}, MOVED, Health.RIGHT, Reason.RIGHT),
        ({Question.AUTODISCOVER: "owa.contoso.com"}, {}, MOVED, Health.WRONG, Reason.AUTODISCOVER_STILL),
        ({}, {Question.AUTODISCOVER: ["192.0.2.5"]}, MOVED, Health.WRONG, Reason.AUTODISCOVER_ADDRESS),
        ({}, {}, MOVED, Health.WRONG, Reason.AUTODISCOVER_MISSING),
    ],
)
def test_autodiscover(
    aliases: Mapping[Question, str],
    texts: Mapping[Question, Sequence[str]],
    phase: Phase,
    health: Health,
    reason: Reason,
) -> None:
    found = of(Kind.AUTODISCOVER, records(texts, aliases=aliases), phase)
    assert (found.health, found.reason) == (health, reason)
    exact = [str(each) for each in (*found.expected, *found.later)]
    assert exact == ["autodiscover.contoso.com. 3600 IN CNAME autodiscover.outlook.com."]


def test_what_a_target_has_no_value_for_is_not_checked() -> None:
    own = Target(("mx.target.example",))
    found = {each.kind: each for each in assess(records({Question.TXT: ["v=spf1 mx -all"]}), own, [], MOVED)}
    for kind in (Kind.DKIM, Kind.AUTODISCOVER, Kind.SPF):
        assert (found[kind].health, found[kind].reason) == (Health.UNJUDGED, Reason.NOT_CHECKED)


def test_silence_is_no_missing_record() -> None:
    silent = Answer(NS, "udp", "", "", NOW, problem=Problem.TIMEOUT)
    found = MailRecords("contoso.com", NOW, tuple(Asked(question, (silent,)) for question in Question))
    assert {each.health for each in assess(found, MICROSOFT, [], CHANGED)} == {Health.UNKNOWN}


def test_servers_that_disagree_are_told_where_all_else_is_right() -> None:
    found = records({Question.MX: [f"0 {OUTLOOK}"]})
    other = Answer(NS, "udp", "", "", NOW, "NOERROR", True, (Record(f"10 {SOURCE}", 3600),))
    asked = tuple(
        Asked(each.question, (*each.answers, other)) if each.question is Question.MX else each for each in found.asked
    )
    health = of(Kind.MX, MailRecords("contoso.com", NOW, asked), CHANGED)
    assert (health.health, health.reason) == (Health.ADVICE, Reason.SERVERS_DISAGREE)


def test_records_are_read_at_the_authoritative_servers_with_their_ttl(internet: Internet) -> None:
    domain = internet.domain()
    domain.txt("v=spf1 include:_spf -all".replace("_spf", f"_spf.{domain}"))
    domain.txt("v=spf1 a mx include:deeper.example ip4:192.0.2.1 -all", host="_spf")
    domain.txt("v=DMARC1; p=none", host="_dmarc")
    domain.set("CNAME", "autodiscover.outlook.com.", host="autodiscover", ttl=900)
    domain.set("SRV", "0 0 443 owa.contoso.com.", host="_autodiscover._tcp")
    dashed = domain.name.replace(".", "-")
    for selector in ("selector1", "selector2"):
        domain.set("CNAME", f"{selector}-{dashed}._domainkey.contoso.onmicrosoft.com.", host=f"{selector}._domainkey")
    domain.spread()
    found = read_mail(domain.name, internet.network())
    assert from_json(MailRecords, to_json(found)) == found
    assert found.records(Question.MX) == (Record(f"10 mail.{domain}", 7200),)
    assert found.alias(Question.AUTODISCOVER) == Record("autodiscover.outlook.com", 900)
    assert found.records(Question.AUTODISCOVER_SRV) == (Record("0 0 443 owa.contoso.com", 3600),)
    assert found.spf_lookups == 4
    assert [len(each.answers) for each in found.asked] == [2] * 7
    reasons = [each.reason for each in assess(found, microsoft_365(domain.name), [f"mail.{domain}"], BEFORE)]
    assert reasons == [
        Reason.MX_TTL_HIGH, Reason.SPF_INCLUDE_MISSING, Reason.RIGHT, Reason.RIGHT, Reason.AUTODISCOVER_EARLY,
    ]  # fmt: skip


def test_a_domain_below_another_has_its_dmarc_policy(internet: Internet) -> None:
    domain = internet.domain()
    domain.txt("v=DMARC1; p=reject", host="_dmarc")
    found = read_mail(f"mail.{domain}", internet.network())
    assert [record.text for record in found.records(Question.DMARC)] == ["v=DMARC1; p=reject"]


def test_resolvers_tell_what_authoritative_servers_do_not(internet: Internet) -> None:
    """As where a name below the domain is delegated to others."""
    domain = internet.domain("nobody")
    domain.name_servers("nobody")
    found = read_mail(domain.name, internet.network())
    assert found.records(Question.MX) == (Record(f"10 mail.{domain}", 7200),)
