"""Whether an organization owns a domain: it can put a record there that only this installation knows beforehand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domains.dns.answers import Answer, Server
from domains.dns.delegation import Delegation


class Finding(StrEnum):
    """What was seen on the way, most telling first; each is a sentence on the page."""

    NOT_REGISTERED = "not_registered"
    NO_NAME_SERVERS = "no_name_servers"
    RESOLVERS_SILENT = "resolvers_silent"
    ALL_LAME = "all_lame"
    DNSSEC = "dnssec"  # resolvers reject the zone's signatures
    MISSING_PREFIX = "missing_prefix"  # ms123 instead of MS=ms123
    QUOTES_OR_SPACES = "quotes_or_spaces"
    WRONG_CASE = "wrong_case"
    CHANGED = "changed"  # the right digits with something else around them
    MISTYPED = "mistyped"  # cut off, or a character or two are wrong
    WRONG_HOST = "wrong_host"  # contoso.com.contoso.com, www.contoso.com, the token as a host
    FORMER = "former"  # a token given for this domain before
    FOREIGN = "foreign"  # an MS= token that is none of ours
    SEVERAL_TOKENS = "several_tokens"
    NOT_NEEDED = "not_needed"  # one of these, now that the right record is there
    WRONG_PREFERENCE = "wrong_preference"  # the verification MX, before or among the mail servers
    LEFTOVER_MX = "leftover_mx"  # a verification MX of another token, or of this one though the TXT is there
    APEX_CNAME = "apex_cname"  # the domain is an alias: nothing else may stand there
    ONLY_SOME = "only_some"  # servers do not all have it yet
    ONLY_RESOLVERS = "only_resolvers"  # the authoritative servers have it no more
    NOT_AT_RESOLVERS = "not_at_resolvers"  # they still have the answer from before in their caches
    LAME = "lame"  # some of the servers
    NO_ANSWER = "no_answer"  # some of the servers
    NO_TCP = "no_tcp"  # a server answers over UDP alone
    NO_RECORD = "no_record"  # nothing like it is there


@dataclass(frozen=True, slots=True)
class Seen:
    """One finding. ``text`` is what was found, verbatim; ``name`` where."""

    code: Finding
    servers: tuple[Server, ...] = ()
    name: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """``by`` is "TXT", "MX" or empty; ``having`` of ``answering`` authoritative servers (addresses) have the record.

    One authoritative server is enough: whoever writes there owns the domain, and the others follow. Resolvers decide
    only where no authoritative server can be reached from here.
    """

    domain: str
    at: datetime
    by: str = ""
    having: int = 0
    answering: int = 0
    findings: tuple[Seen, ...] = ()
    answers: tuple[Answer, ...] = field(default=(), repr=False)  # of all servers, authoritative ones first
    delegation: Delegation | None = field(default=None, repr=False)

    @property
    def verified(self) -> bool:
        return bool(self.by)
