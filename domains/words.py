"""What is said of domains: why a text is none, what the name servers answered, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from domains.dns.asking import Answer, Problem
from domains.dns.names import BadDomain, NameFault
from domains.dns.tokens import mx_host
from domains.dns.verification import Finding, Seen

NAMES: Mapping[NameFault, Promise] = {
    NameFault.EMPTY: gettext_lazy("Type the domain, for example contoso.com."),
    NameFault.SPACES: gettext_lazy("A domain has no spaces in it. Remove them, or add one domain after the other."),
    NameFault.SEVERAL: gettext_lazy("These are several names. Add one domain after the other."),
    NameFault.SCHEME: gettext_lazy(
        "This is the address of a web page. Leave out what stands before the domain, as in https://."
    ),
    NameFault.PATH: gettext_lazy("A domain ends where a slash, a question mark or a colon begins. Leave out the rest."),
    NameFault.ADDRESS: gettext_lazy("This is a mail address. Type only what stands behind the @."),
    NameFault.TRAILING_DOT: gettext_lazy("Leave out the dot at the end."),
    NameFault.EMPTY_LABEL: gettext_lazy(
        "Two dots follow each other, or a dot stands at the beginning. Between two dots there has to be a name."
    ),
    NameFault.TOO_LONG: gettext_lazy("The name is longer than the 253 characters that the DNS allows."),
    NameFault.LABEL_TOO_LONG: gettext_lazy(
        "A part between two dots is longer than the 63 characters that the DNS allows."
    ),
    NameFault.BAD_CHARACTERS: gettext_lazy(
        "There is a character in it that no domain has. A domain is made of letters, digits, hyphens and dots."
    ),
    NameFault.HYPHEN: gettext_lazy("No part of a domain begins or ends with a hyphen."),
    NameFault.WILDCARD: gettext_lazy("An asterisk stands for many names. Type the domain itself."),
    NameFault.SINGLE_LABEL: gettext_lazy(
        "This is a single name, as inside a network. Mail comes to a domain with a dot in it, such as contoso.com."
    ),
    NameFault.PUBLIC_SUFFIX: gettext_lazy(
        "Under this ending many organizations have their domains, so it cannot be yours. Type your own domain below it."
    ),
    NameFault.UNKNOWN_TOP_LEVEL: gettext_lazy(
        "There are no domains with this ending in the public DNS. Check its spelling."
    ),
    NameFault.INTERNAL: gettext_lazy(
        "This is a name for inside a network: nobody in the public DNS can own it. Type the domain of the mail addresses."
    ),
    NameFault.INFRASTRUCTURE: gettext_lazy(
        "Names under arpa belong to the machinery of the Internet: nobody has mail addresses there."
    ),
    NameFault.IP_ADDRESS: gettext_lazy("This is the IP address of a machine. Type the domain of the mail addresses."),
    NameFault.HOMOGRAPH: gettext_lazy(
        "Letters of different scripts are mixed in it, or look like others, as in a forged name. Type it by hand instead of "
        "copying it."
    ),
    NameFault.INVALID_IDN: gettext_lazy("The international characters in it make no valid domain. Check its spelling."),
}


# By domains.standing.Status.
STATUS_HELP: Mapping[str, Promise] = {
    "not_added": gettext_lazy("Mailboxes have this domain, and nobody has shown yet that it is yours. Add it first."),
    "new": gettext_lazy("The domain is added; the record that proves that it is yours is still to be made."),
    "waiting": gettext_lazy(
        "The name servers do not have the record yet. They are asked again by themselves: every minute at first, every "
        "quarter of an hour later, after three days once a week."
    ),
    "verified": gettext_lazy(
        "The record has been seen, or the domain above it is verified. Batches may have its mailboxes."
    ),
    "gone": gettext_lazy(
        "The domain was verified, and the record is no longer there. It still counts as verified. If the record was taken "
        "away on purpose, all is well; otherwise look whether the domain is still yours."
    ),
}


def fault_in_name(fault: BadDomain) -> str:
    """What is wrong, and what may have been meant."""
    words = str(NAMES[fault.code])
    if not fault.suggestion:
        return words
    return f"{words} " + _("Do you mean %(domain)s?") % {"domain": fault.suggestion}


FINDINGS: Mapping[Finding, Promise] = {
    Finding.NOT_REGISTERED: gettext_lazy(
        "There is no domain %(domain)s in the public DNS. Check its spelling, and that it is registered and has "
        "not expired."
    ),
    Finding.NO_NAME_SERVERS: gettext_lazy(
        "%(domain)s exists, but no name servers are set for it. Set those of your DNS host where the domain is registered."
    ),
    Finding.RESOLVERS_SILENT: gettext_lazy(
        "No resolver answered, so the name servers of %(domain)s could not be found. Let this machine reach them by UDP and "
        "TCP on port 53, or set other resolvers (DNS_RESOLVERS)."
    ),
    Finding.ALL_LAME: gettext_lazy(
        "None of the name servers that the domain points to knows it: %(servers)s. Create the DNS zone there, or correct the "
        "name servers where the domain is registered."
    ),
    Finding.DNSSEC: gettext_lazy(
        "The signatures (DNSSEC) of %(domain)s are not valid, so resolvers refuse its answers. Correct the DS record where "
        "the domain is registered, or switch DNSSEC off there."
    ),
    Finding.MISSING_PREFIX: gettext_lazy(
        "Nearly: at %(name)s stands “%(text)s”. The value has to begin with MS=. Enter exactly %(token)s."
    ),
    Finding.QUOTES_OR_SPACES: gettext_lazy(
        "Nearly: at %(name)s stands “%(text)s”, with quotation marks or spaces in it. Enter exactly %(token)s, with "
        "nothing around it."
    ),
    Finding.WRONG_CASE: gettext_lazy(
        "Nearly: at %(name)s stands “%(text)s”. Capital letters count. Enter exactly %(token)s."
    ),
    Finding.CHANGED: gettext_lazy(
        "Nearly: at %(name)s stands “%(text)s”, which has the right number and something else around it. Enter exactly "
        "%(token)s."
    ),
    Finding.MISTYPED: gettext_lazy(
        "Nearly: at %(name)s stands “%(text)s”, which is cut off or mistyped. Enter exactly %(token)s."
    ),
    Finding.NOT_NEEDED: gettext_lazy("“%(text)s” at %(name)s is not needed any more, and may be removed."),
    Finding.WRONG_HOST: gettext_lazy(
        "The record is there, but under the name %(name)s instead of %(domain)s. Delete it there, and leave the field for "
        "the host empty or enter @, as your DNS host wants it: many add the domain themselves."
    ),
    Finding.FORMER: gettext_lazy(
        "“%(text)s” is the value that %(domain)s had here before it was removed. Replace it by %(token)s."
    ),
    Finding.FOREIGN: gettext_lazy(
        "“%(text)s” is such a record of another system, which Microsoft 365 may have asked for. Leave it, and add a second "
        "record with %(token)s."
    ),
    Finding.SEVERAL_TOKENS: gettext_lazy(
        "There are several records of this kind. That does no harm; those that nobody waits for any more can go."
    ),
    Finding.WRONG_PREFERENCE: gettext_lazy(
        "The MX record %(text)s stands before or among your mail servers, so senders will try it. Give it the preference 32767."
    ),
    Finding.LEFTOVER_MX: gettext_lazy(
        "The MX record %(text)s of a verification is still there. Senders stumble over it: delete it."
    ),
    Finding.APEX_CNAME: gettext_lazy(
        "%(name)s is an alias (CNAME) of %(text)s. Where an alias stands, no other record can. Replace it by A and AAAA "
        "records, or by what your DNS host offers instead."
    ),
    Finding.ONLY_SOME: gettext_lazy(
        "Not all name servers of %(domain)s have the record yet; these have not: %(servers)s. They follow by themselves, "
        "usually within minutes."
    ),
    Finding.ONLY_RESOLVERS: gettext_lazy(
        "Only resolvers still know the record; the name servers of %(domain)s have it no more. Add it again."
    ),
    Finding.NOT_AT_RESOLVERS: gettext_lazy(
        "Some resolvers still have the answer of before: %(servers)s. They forget it by themselves; there is nothing to do."
    ),
    Finding.LAME: gettext_lazy(
        "Some name servers that the domain points to do not know it: %(servers)s. Take them out where the domain is "
        "registered, or create the zone there."
    ),
    Finding.NO_ANSWER: gettext_lazy(
        "Some name servers did not answer in time: %(servers)s. The others count. If it stays so, ask your DNS host."
    ),
    Finding.NO_TCP: gettext_lazy(
        "Some name servers answer over UDP, but not over TCP: %(servers)s. Long answers get lost that way; ask your DNS host."
    ),
    Finding.NO_RECORD: gettext_lazy(
        "The name servers of %(domain)s have no such record. Look whether it has been saved and, where your DNS host has a "
        "button for it, published. A new record takes a few minutes, at times up to an hour."
    ),
}

# What does not keep a domain from being verified, and is worth knowing.
HARMLESS = frozenset(
    {
        Finding.SEVERAL_TOKENS,
        Finding.LEFTOVER_MX,
        Finding.WRONG_PREFERENCE,
        Finding.ONLY_SOME,
        Finding.NOT_AT_RESOLVERS,
        Finding.LAME,
        Finding.NO_ANSWER,
        Finding.NO_TCP,
        Finding.FOREIGN,
        Finding.NOT_NEEDED,
    }
)


# Records that all servers of the domain were asked for.
NEAR = frozenset(
    {
        Finding.MISSING_PREFIX,
        Finding.QUOTES_OR_SPACES,
        Finding.WRONG_CASE,
        Finding.CHANGED,
        Finding.MISTYPED,
        Finding.NOT_NEEDED,
        Finding.FORMER,
        Finding.FOREIGN,
        Finding.LEFTOVER_MX,
    }
)


def finding(seen: Seen, *, domain: str, token: str, by_mx: bool, partly: bool = False) -> str:
    """What was found, and what to do. ``partly``: not all servers give it."""
    facts = {
        "domain": domain,
        "token": mx_host(token) if by_mx else token,
        "name": seen.name or domain,
        "text": seen.text,
        "servers": ", ".join(map(str, seen.servers)),
    }
    words = str(FINDINGS[seen.code]) % facts
    return f"{words} {_only_at(facts)}" if partly and seen.code in NEAR else words


def _only_at(facts: Mapping[str, str]) -> str:
    return _("Only these servers give it: %(servers)s.") % facts


PROBLEMS: Mapping[Problem, Promise] = {
    Problem.TIMEOUT: gettext_lazy("No answer in time"),
    Problem.CONNECTION_REFUSED: gettext_lazy("Nothing listens there"),
    Problem.CLOSED: gettext_lazy("The connection was closed before an answer came"),
    Problem.UNREACHABLE: gettext_lazy("Cannot be reached from here"),
    Problem.MALFORMED: gettext_lazy("What came is no DNS answer"),
    Problem.MISMATCHED: gettext_lazy("Only answers to other questions came"),
    Problem.TRUNCATED: gettext_lazy("The answer is too long for UDP, and TCP does not work"),
    Problem.SERVER_FAILURE: gettext_lazy("The server has a failure (SERVFAIL)"),
    Problem.DNSSEC: gettext_lazy("Refused because of wrong signatures (DNSSEC)"),
    Problem.REFUSED: gettext_lazy("The server refuses to answer (REFUSED)"),
    Problem.NOT_IMPLEMENTED: gettext_lazy("The server does not know such questions (NOTIMP)"),
    Problem.OTHER_RCODE: gettext_lazy("The server answers with an error"),
    Problem.LAME: gettext_lazy("The server does not know the domain"),
    Problem.CNAME_LOOP: gettext_lazy("The aliases lead in a circle"),
}


def answer_words(answer: Answer) -> str:
    """Where an answer has no records: why."""
    if answer.problem:
        return str(PROBLEMS.get(answer.problem, answer.problem))
    return _("There is no such name (NXDOMAIN)") if answer.missing else _("No such record")


def having_words(having: int, answering: int) -> str:
    if not having:
        return ngettext(
            "The name server does not have the record.",
            "None of the %(number)s name servers has the record.",
            answering,
        ) % {"number": answering}
    if having == answering:
        return ngettext(
            "The name server has the record.", "All %(number)s name servers have the record.", answering
        ) % {"number": answering}
    return _("%(having)s of %(number)s name servers have the record.") % {"having": having, "number": answering}
