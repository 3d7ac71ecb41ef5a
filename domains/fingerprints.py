"""What makes two looks at the DNS differ: the answers, but neither their times nor what is left of a lifetime in a cache."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import singledispatch
from typing import Any

from domains.dns.asking import Answer
from domains.dns.mail import MailRecords
from domains.dns.mx import Observation
from domains.dns.verification import Verification


def fingerprint(outcome: Verification | Observation | MailRecords) -> str:
    """Of 64 characters, the same for outcomes that tell people the same."""
    return hashlib.sha256(json.dumps(_essence(outcome)).encode()).hexdigest()


@singledispatch
def _essence(outcome: Any) -> list[Any]:
    raise TypeError(type(outcome))


@_essence.register
def _(outcome: Verification) -> list[Any]:
    findings = sorted([seen.code, seen.name, seen.text, sorted(map(str, seen.servers))] for seen in outcome.findings)
    return [outcome.by, outcome.having, outcome.answering, findings, _of_answers(outcome.answers)]


@_essence.register
def _(outcome: Observation) -> list[Any]:
    authoritative = sorted([each.server, sorted(each.hosts or ["-"]), each.ttl] for each in outcome.authoritative)
    return [authoritative, sorted([each.server, sorted(each.hosts or ["-"])] for each in outcome.resolvers)]


@_essence.register
def _(outcome: MailRecords) -> list[Any]:
    return [[asked.question, _of_answers(asked.answers)] for asked in outcome.asked]


def _of_answers(answers: Iterable[Answer]) -> list[Any]:
    return sorted(
        [str(answer.server), answer.name, answer.kind, answer.rcode, answer.problem, _records(answer)]
        for answer in answers
    )


def _records(answer: Answer) -> list[Any]:
    """The servers of a zone tell a record's lifetime; caches count it down."""
    return sorted([record.text, record.ttl if answer.authoritative else 0] for record in answer.records)
