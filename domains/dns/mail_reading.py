"""Reads the records that mail needs, at the authoritative servers and at the resolvers."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from domains.dns import spf
from domains.dns.answers import Answer
from domains.dns.asking import Asker
from domains.dns.delegation import Delegation, ask_authoritative, find
from domains.dns.mail import Asked, MailRecords, Question
from domains.dns.names import registrable
from domains.dns.targets import SELECTORS
from domains.dns.verifying import ask_resolvers


def _names(domain: str) -> dict[Question, tuple[str, str]]:
    """What is asked, and of which type."""
    first, second = SELECTORS
    return {
        Question.MX: (domain, "MX"),
        Question.TXT: (domain, "TXT"),
        Question.DKIM_1: (f"{first}._domainkey.{domain}", "TXT"),
        Question.DKIM_2: (f"{second}._domainkey.{domain}", "TXT"),
        Question.DMARC: (f"_dmarc.{domain}", "TXT"),
        Question.AUTODISCOVER: (f"autodiscover.{domain}", "A"),
        Question.AUTODISCOVER_SRV: (f"_autodiscover._tcp.{domain}", "SRV"),
    }


async def read_records(asker: Asker, domain: str) -> MailRecords:
    at, delegation = datetime.now(UTC), await find(asker, domain)
    questions = _names(domain).items()
    asked = await asyncio.gather(
        *(_ask(asker, delegation, question, name, kind) for question, (name, kind) in questions)
    )
    found = MailRecords(domain, at, tuple(asked), delegation=delegation)
    found = await _with_policy_above(asker, found)
    records = tuple(replace(each, answers=tuple(answer.brief() for answer in each.answers)) for each in found.asked)
    return replace(found, asked=records, spf_lookups=await _spf_lookups(asker, found))


async def _ask(asker: Asker, delegation: Delegation, question: Question, name: str, kind: str) -> Asked:
    """Resolvers decide only where no authoritative server answers, as for a name that is delegated further."""
    answers: tuple[Answer, ...] = await ask_authoritative(asker, delegation, name, kind)
    if not any(answer.answered for answer in answers):
        answers += await ask_resolvers(asker, name, [kind])
    return Asked(question, answers)


async def _with_policy_above(asker: Asker, found: MailRecords) -> MailRecords:
    """A domain without a DMARC record has that of the registered domain above it (RFC 7489 section 6.6.3)."""
    above = registrable(found.domain)
    if found.records(Question.DMARC) or above is None or above == found.domain:
        return found
    answer = await asker.resolve(f"_dmarc.{above}", "TXT")
    policy = Asked(Question.DMARC, (answer,)) if answer.records else found.of(Question.DMARC)
    return replace(found, asked=tuple(policy if each.question is Question.DMARC else each for each in found.asked))


async def _spf_lookups(asker: Asker, found: MailRecords) -> int | None:
    texts = spf.of([record.text for record in found.records(Question.TXT)])
    if len(texts) != 1:
        return None

    async def ask(name: str) -> list[str]:
        return [record.text for record in (await asker.resolve_once(name, "TXT")).records]

    return await spf.count_lookups(texts[0], ask)
