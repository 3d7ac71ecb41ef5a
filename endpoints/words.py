"""The engine's error codes as sentences: what happened, at which server, and what to do about it.

What the server itself said belongs beside the sentence, verbatim.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SENTENCES: Mapping[str, Promise] = {
    # It may work later.
    "connection_refused": gettext_lazy(
        "%(server)s refused the connection. Check the port (993 for TLS, 143 for STARTTLS), whether the IMAP service is "
        "running, and whether a firewall lets this machine through."
    ),
    "unknown_host": gettext_lazy(
        "%(server)s was not found: the name does not exist in the DNS that this machine asks. Check its spelling."
    ),
    "timeout": gettext_lazy(
        "%(server)s did not answer in time. Check the server name, the port, and that the encryption fits the port (TLS: "
        "993, STARTTLS: 143); often a firewall in between drops the connection, or the server is overloaded."
    ),
    "hung_up": gettext_lazy(
        "%(server)s ended the connection in the middle. If it happens again, look in the server's log for the reason, and "
        "check that the encryption fits the port."
    ),
    "throttled": gettext_lazy(
        "%(server)s asks to go slower. Nothing has to be done; fewer concurrent migrations at the endpoint, or a higher "
        "limit at the server, make it rarer."
    ),
    "unavailable": gettext_lazy(
        "%(server)s says that it cannot do this now. It often passes; if it does not, look at the server's own status."
    ),
    "too_many_connections": gettext_lazy(
        "%(server)s allows no more connections. Lower the endpoint's maximum concurrent migrations, or raise the "
        "server's limit of connections per user and per address."
    ),
    "protocol_error": gettext_lazy(
        "%(server)s gave an answer that is not IMAP as the standard has it. Check that nothing in between, such as a "
        "proxy or a virus scanner, changes the traffic."
    ),
    # One message stays behind.
    "refused": gettext_lazy(
        "%(server)s did not accept this message. It stays on the source; the reason is the server's."
    ),
    "too_large": gettext_lazy(
        "The message is larger than %(server)s accepts. Raise the server's limit and sync again, or hand it over in "
        "another way."
    ),
    "unreadable": gettext_lazy(
        "%(server)s could not hand out this message. It may be damaged there: try to open it in a mail program."
    ),
    # A person has to act.
    "sign_in_failed": gettext_lazy(
        "%(server)s refused the sign-in of %(user)s. Check that the mailbox exists there, the password and the form of "
        "the user name (the full address, or only the part before the @), whether IMAP is switched on for the account, "
        "and whether the server wants an app password. It is not tried again by itself, so that no account gets locked."
    ),
    "password_missing": gettext_lazy(
        "The password for %(user)s at %(server)s is not kept any more, as the Settings page demands, or was never given. "
        "Type it at the endpoint where an administrator's account signs in; else upload the mailbox again with its password."
    ),
    "over_quota": gettext_lazy(
        "The mailbox on %(server)s is full. Raise its quota, then start it again: it goes on where it stopped."
    ),
    "mailbox_missing": gettext_lazy(
        "%(server)s has no mailbox for %(user)s, or no longer. Check the address, and that the mailbox has been created."
    ),
    "permission_denied": gettext_lazy(
        "%(server)s does not let the account do this. Give the administrator's account full access to the mailbox."
    ),
    "certificate_untrusted": gettext_lazy(
        "The certificate of %(server)s is not trusted here: no authority that is known here has signed it, or it is another "
        "than the one you chose to trust. Give the certificate of your own authority, or trust exactly this certificate "
        "after you have compared its fingerprint."
    ),
    "certificate_expired": gettext_lazy(
        "The certificate of %(server)s has expired. Renew it at the server, or trust exactly this certificate after you "
        "have compared its fingerprint."
    ),
    "certificate_name": gettext_lazy(
        "The certificate of %(server)s is for another name. Use the server name that is in the certificate, or trust "
        "exactly this certificate after you have compared its fingerprint."
    ),
    "tls_failed": gettext_lazy(
        "No encrypted connection could be made to %(server)s. Check that the encryption fits the port (TLS: 993, STARTTLS: "
        "143), and that the server speaks TLS 1.2 or later."
    ),
    "plaintext_refused": gettext_lazy(
        "%(server)s accepts no password over a connection that is not encrypted. Choose TLS or STARTTLS."
    ),
    "no_mechanism": gettext_lazy(
        "%(server)s offers no way to sign in that is supported here. Signing in with an authorization identity needs "
        "AUTH=PLAIN; switch it on at the server, or choose another way to sign in."
    ),
    "not_imap": gettext_lazy(
        "What answers at %(server)s is not an IMAP server. Check the server name, the port, and that the encryption fits "
        "the port (TLS: 993, STARTTLS: 143)."
    ),
    "folder_refused": gettext_lazy(
        "%(server)s does not accept the name of a folder. Rename the folder on the source, then start the mailbox again."
    ),
}

UNKNOWN = gettext_lazy("%(server)s did not do what was asked. Its own words say why.")


def sentence(code: str, *, side: str = "", **names: str) -> str:
    """What ``code`` of :mod:`mailsync.errors` means and what to do, in the reader's language.

    ``side`` is "source", "target" or empty; ``names`` may hold ``server`` (a host name or an endpoint's) and ``user``.
    """
    words = {"server": _server(side, names.get("server", "")), "user": names.get("user") or _("this account")}
    return capfirst(str(SENTENCES.get(code, UNKNOWN)) % words)


def _server(side: str, name: str) -> str:
    known = {"source": _("the source server"), "target": _("the target server")}.get(side, _("the server"))
    return f"{known} {name}" if name else known
