"""The engine's error codes as sentences: what happened, and what to do."""

FITS = "the address fits the port: imaps:// is usually 993, imap:// and imap+starttls:// 143"
SENTENCES = {
    "connection_refused": "Nothing answers at this port of the {side} server. Check host and port.",
    "unknown_host": "There is no {side} server of this name. Check the spelling.",
    "timeout": f"The {{side}} server does not answer. Check firewalls, and that {FITS}.",
    "hung_up": "The {side} server closed the connection. Run the same command again: it goes on where it was. "
    f"If it never lets you in, check that {FITS}.",
    "throttled": "The {side} server asks for patience. Run the same command later.",
    "unavailable": "The {side} server can not serve this mailbox now. Run the same command later.",
    "protocol_error": "The {side} server said something that is not IMAP as we know it.",
    "too_many_connections": "The {side} server has too many connections open. Lower --parallel or --connections, or run it later.",
    "sign_in_failed": "The {side} server does not accept this user name and password.",
    "over_quota": "The target mailbox is full. Raise its quota, then run the same command again.",
    "mailbox_missing": "There is no such mailbox on the {side} server.",
    "permission_denied": "The {side} server does not let this user in here.",
    "certificate_untrusted": "The certificate of the {side} server is not the one, or not from an authority, that is trusted "
    "here. Compare the fingerprint below with the server's own. If it is the same, give it as --{side}-pin, or its authority "
    "as --{side}-ca.",
    "certificate_expired": "The certificate of the {side} server is not valid now: it has expired, or is not valid yet. "
    "Renew it at the server, or give --{side}-pin.",
    "certificate_name": "The certificate of the {side} server is for another host name. Use the name that is in the "
    "certificate, or give --{side}-pin.",
    "tls_failed": f"No encrypted connection to the {{side}} server came about. Check that {FITS}.",
    "plaintext_refused": "The {side} server wants encryption before the sign-in. Use imaps:// or imap+starttls://.",
    "no_mechanism": "The {side} server offers no way to sign in that we know.",
    "not_imap": f"What answers at this port of the {{side}} server is not IMAP. Check that {FITS}.",
    "folder_refused": "The target server will not have this folder, neither under its own name nor under a plainer one. "
    "The folders that it took were copied. Rename the folder on the source, then run the same command again.",
    "different": "The target differs from the source in ways that nothing explains.",
    "journal": "The journal can not be used.",
    "file": "A file can not be read or written. Check that it may be, and that its disk is not full; then run the same command "
    "again.",
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
