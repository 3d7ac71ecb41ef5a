"""What all answers together say of the ownership of a domain. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domains.dns.answers import Answer, Problem, Server
from domains.dns.delegation import Delegation, DelegationFault
from domains.dns.near_misses import in_mx, in_txt, stands_before
from domains.dns.tokens import PREFIX, mx_host
from domains.dns.verification import Finding, Seen, Verification

_OF_DELEGATION = {
    DelegationFault.NOT_REGISTERED: Finding.NOT_REGISTERED,
    DelegationFault.NO_NAME_SERVERS: Finding.NO_NAME_SERVERS,
    DelegationFault.RESOLVERS_SILENT: Finding.RESOLVERS_SILENT,
    DelegationFault.ALL_LAME: Finding.ALL_LAME,
    DelegationFault.SILENT: Finding.NO_ANSWER,
}
_TOLD_WHOLE = set(_OF_DELEGATION.values())  # they say why nothing is found
_OWN = {
    Finding.MISSING_PREFIX, Finding.QUOTES_OR_SPACES, Finding.WRONG_CASE, Finding.CHANGED, Finding.FORMER,
    Finding.MISTYPED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that was asked. ``elsewhere``: TXT records of names where the record is put by mistake."""

    domain: str
    token: str
    former: tuple[str, ...]
    delegation: Delegation
    authoritative: tuple[Answer, ...]
    resolvers: tuple[Answer, ...]
    elsewhere: tuple[Answer, ...] = ()

    def texts(self, kind: str) -> Iterator[tuple[Answer, str]]:
        """What authoritative servers give, or what resolvers do where none of those answers."""
        for answer in self._deciding():
            yield from ((answer, record.text) for record in answer.records if answer.kind == kind)

    def _deciding(self) -> tuple[Answer, ...]:
        heard = tuple(answer for answer in self.authoritative if answer.answered)
        return heard or self.resolvers

    def proves(self, answer: Answer) -> bool:
        """What an alias leads to is another's."""
        if answer.aliases:
            return False
        if answer.kind == "TXT":
            return any(record.text == self.token for record in answer.records)
        return any(record.text.endswith(f" {mx_host(self.token)}") for record in answer.records)


def judge(evidence: Evidence, at: datetime) -> Verification:
    answering = {answer.server for answer in evidence.authoritative if answer.answered and answer.kind == "TXT"}
    proving = [answer for answer in evidence.authoritative if answer.answered and evidence.proves(answer)]
    if not answering:
        proving = [answer for answer in evidence.resolvers if evidence.proves(answer)]
    kinds = {answer.kind for answer in proving}
    by = "TXT" if "TXT" in kinds else "MX" if "MX" in kinds else ""
    having = {answer.server for answer in proving if answer.kind == by} & answering
    seen_all = (seen for find in _FINDERS for seen in find(evidence, by, having))
    findings = tuple(_unique(_no_longer(seen_all) if by else seen_all))
    if not by and not any(seen.code in _TOLD_WHOLE | _EXPLAINING for seen in findings):
        findings = (*findings, Seen(Finding.NO_RECORD, name=evidence.domain))
    answers = tuple(answer.brief() for answer in (*evidence.authoritative, *evidence.resolvers, *evidence.elsewhere))
    return Verification(evidence.domain, at, by, len(having), len(answering), findings, answers, evidence.delegation)


def _no_longer(findings: Iterable[Seen]) -> Iterator[Seen]:
    """Once the right record is there, nothing has to be done about those that are nearly it."""
    for seen in findings:
        if seen.code in _OWN:
            yield replace(seen, code=Finding.NOT_NEEDED)
        elif seen.code not in {Finding.FOREIGN, Finding.SEVERAL_TOKENS}:
            yield seen


def _unique(findings: Iterable[Seen]) -> Iterator[Seen]:
    """One of each, with all servers that show it, most telling first."""
    merged: dict[tuple[Finding, str, str], tuple[Server, ...]] = {}
    for seen in findings:
        key = seen.code, seen.name, seen.text
        merged[key] = tuple(dict.fromkeys((*merged.get(key, ()), *seen.servers)))
    order = list(Finding)
    for (code, name, text), servers in sorted(merged.items(), key=lambda item: order.index(item[0][0])):
        yield Seen(code, servers, name, text)


Finder = Callable[[Evidence, str, set[Server]], Iterator[Seen]]


def _delegation(evidence: Evidence, by: str, having: set[Server]) -> Iterator[Seen]:
    servers = evidence.delegation.servers
    if code := _OF_DELEGATION.get(evidence.delegation.fault):
        yield Seen(code, tuple(each.server for each in servers), evidence.domain)
        return
    for each in servers:
        if each.lame:
            yield Seen(Finding.LAME, (each.server,), evidence.domain)
        elif each.problem is Problem.DNSSEC or (each.problem and each.problem is not Problem.UNREACHABLE):
            yield Seen(Finding.NO_ANSWER, (each.server,), evidence.domain)


def _dnssec(evidence: Evidence, by: str, having: set[Server]) -> Iterator[Seen]:
    for answer in evidence.resolvers:
        if answer.problem is Problem.DNSSEC:
            yield Seen(Finding.DNSSEC, (answer.server,), evidence.domain, answer.detail)


def _near(evidence: Evidence, by: str, having: set[Server]) -> Iterator[Seen]:
    tokens = set()
    for answer, text in evidence.texts("TXT"):
        code = in_txt(text, evidence.token, evidence.former)
        if code:
            yield Seen(code, (answer.server,), answer.name, text[:200])
        if code in _OWN or text == evidence.token:
            tokens.add(text)
    if len(tokens) > 1:
        yield Seen(Finding.SEVERAL_TOKENS, (), evidence.domain, ", ".join(sorted(tokens))[:200])


def _mx(evidence: Evidence, by: str, having: set[Server]) -> Iterator[Seen]:
    for answer, text in evidence.texts("MX"):
        if code := in_mx(text, evidence.token, evidence.former):
            yield Seen(code, (answer.server,), answer.name, text)
        elif by == "TXT" and text.endswith(f" {mx_host(evidence.token)}"):
            yield Seen(Finding.LEFTOVER_MX, (answer.server,), answer.name, text)
    for answer in (*evidence.authoritative, *evidence.resolvers):
        texts = [record.text for record in answer.records]
        if answer.kind == "MX" and stands_before(texts, evidence.token):
            ours = next(text for text in texts if text.endswith(mx_host(evidence.token)))
            yield Seen(Finding.WRONG_PREFERENCE, (answer.server,), answer.name, ours)


def _wrong_host(evidence: Evidence, by: str, having: set[Server]) -> Iterator[Seen]:
    number = evidence.token.removeprefix(PREFIX)
    for answer in evidence.elsewhere:
        for record in answer.records:
            if number in record.text and not answer.aliases:
                yield Seen(Finding.WRONG_HOST, (answer.server,), answer.name, record.text[:200])


def _alias(evidence: Evidence, by: str, having: set[Server]) -> Iterator[Seen]:
    for answer in (*evidence.authoritative, *evidence.resolvers):
        if answer.aliases and not by:
            yield Seen(Finding.APEX_CNAME, (answer.server,), answer.name, answer.aliases[0].text)


def _spread(evidence: Evidence, by: str, having: set[Server]) -> Iterator[Seen]:
    """Who has it already, and who has it still."""
    heard = [answer for answer in evidence.authoritative if answer.answered and answer.kind == (by or "TXT")]
    at_resolvers = [each for each in evidence.resolvers if each.answered and each.kind == (by or "TXT")]
    if by and heard:
        missing = tuple(dict.fromkeys(each.server for each in heard if each.server not in having))
        if missing:
            yield Seen(Finding.ONLY_SOME, missing, evidence.domain)
        behind = tuple(each.server for each in at_resolvers if not evidence.proves(each))
        if behind:
            yield Seen(Finding.NOT_AT_RESOLVERS, behind, evidence.domain)
    if not by:
        still = tuple(each.server for each in evidence.resolvers if evidence.proves(each))
        if still:
            yield Seen(Finding.ONLY_RESOLVERS, still, evidence.domain)


def _transport(evidence: Evidence, by: str, having: set[Server]) -> Iterator[Seen]:
    asked: dict[Server, dict[str, bool]] = {}
    for answer in evidence.authoritative:
        if answer.kind == "TXT":
            asked.setdefault(answer.server, {})[answer.transport] = answer.answered
    for server, answered in asked.items():
        if answered.get("udp") and answered.get("tcp") is False:
            yield Seen(Finding.NO_TCP, (server,), evidence.domain)


_FINDERS: Sequence[Finder] = (_delegation, _dnssec, _near, _mx, _wrong_host, _alias, _spread, _transport)
# These say by themselves why the record is not found.
_EXPLAINING = _OWN | {Finding.WRONG_HOST, Finding.APEX_CNAME, Finding.ONLY_RESOLVERS}
