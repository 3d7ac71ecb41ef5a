"""The engine's error codes as sentences: what happened, and what to do."""

SENTENCES = {
    "connection_refused": "Nothing answers at this port of the {side} server. Check host and port.",
    "unknown_host": "There is no {side} server of this name. Check the spelling.",
    "timeout": "The {side} server does not answer. Check host, port and firewalls.",
    "hung_up": "The {side} server closed the connection. Run the same command again: it goes on where it was.",
    "throttled": "The {side} server asks for patience. Run the same command later.",
    "unavailable": "The {side} server can not serve this mailbox now. Run the same command later.",
    "protocol_error": "The {side} server said something that is not IMAP as we know it.",
    "too_many_connections": "The {side} server has too many connections open. Lower --parallel or --connections, or run it later.",
    "sign_in_failed": "The {side} server does not accept this user name and password.",
    "over_quota": "The target mailbox is full. Raise its quota, then run the same command again.",
    "mailbox_missing": "There is no such mailbox on the {side} server.",
    "permission_denied": "The {side} server does not let this user in here.",
    "certificate_untrusted": "The certificate of the {side} server is not signed by a known authority. "
    "Give --{side}-ca, or --{side}-pin.",
    "certificate_expired": "The certificate of the {side} server has expired.",
    "certificate_name": "The certificate of the {side} server is for another host name.",
    "tls_failed": "No encrypted connection to the {side} server came about.",
    "plaintext_refused": "The {side} server wants encryption before the sign-in. Use imaps:// or imap+starttls://.",
    "no_mechanism": "The {side} server offers no way to sign in that we know.",
    "not_imap": "What answers at this port of the {side} server is not IMAP.",
    "folder_refused": "The target server will not have this folder. All other folders were copied.",
    "different": "The target differs from the source in ways that nothing explains.",
    "journal": "The journal can not be used.",
    "internal_error": "Mailsync has made a mistake, which is written above. Run the same command again: it goes on where it was. "
    "If that does not help, report what is written above.",
}


UNITS = ("KB", "MB", "GB", "TB")


def sentence(code: str, side: str) -> str:
    """Empty for a code without a sentence."""
    return SENTENCES.get(code, "").format(side=side)


def happening(code: str, side: str, words: str) -> str:
    """What happened, without what to do, and in brackets the words of the server; no full stop."""
    what = sentence(code, side).partition(". ")[0].rstrip(".") or code
    return plain(f"{what} ({words})" if words else what)


def plain(text: str) -> str:
    """Without control characters, whatever the servers sent."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def size(octets: float) -> str:
    """``120.9 KB``: 1 KB is 1,024 bytes, as on the pages of the product."""
    if octets < 1024:
        return f"{octets:,.0f} bytes"
    power = next((power for power in range(1, len(UNITS)) if octets < 1024 ** (power + 1)), len(UNITS))
    return f"{octets / 1024**power:,.1f} {UNITS[power - 1]}"


def exact_size(octets: int) -> str:
    """``120.9 KB (123,843 bytes)``."""
    return size(octets) if octets < 1024 else f"{size(octets)} ({octets:,} bytes)"
