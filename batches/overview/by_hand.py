"""What a person does outside the product, step by step."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

PREPARE = (
    _("Switch IMAP on at the old server for every mailbox that moves."),
    _("Make an account that may open all of them, with full access; or have each person's password for the CSV file."),
    _(
        "Let the server show a certificate of a trusted authority. One of your own authority, or one certificate alone, can "
        "be trusted at the endpoint."
    ),
    _("Let this machine through the firewall to both servers: port 993 for TLS, 143 for STARTTLS."),
    _("On Exchange, switch off Unified Messaging for these mailboxes; switch it on again when they have moved."),
)
CREATE_USERS = (
    _(
        "Set up directory synchronization, so that each on-premises user comes into being at the new system; for Microsoft "
        "365 that is Microsoft Entra Connect. Without a directory, create the mailboxes there yourself."
    ),
    _("Use the same primary address as in the CSV file."),
    _("In Microsoft 365, assign licences within 30 days after the users have been created."),
    _("Open one of the new mailboxes, to see that signing in works."),
)
CONVERT = (
    _("Tell the people of a batch that is synced when they change over, and how."),
    _(
        "In Exchange, convert their old mailboxes to mail-enabled users, with the scripts that Microsoft offers for your "
        "version. Addresses and target address are kept by them."
    ),
    _("On other servers, forward new mail of these mailboxes to the new ones, and let nobody sign in to the old ones."),
    _("Let mail programs and phones connect to the new mailbox."),
)
REPEAT = (
    _("Make a CSV file of the next group of mailboxes."),
    _("Make a batch of it. Batches may run one after the other or at the same time."),
    _("Lead the people of each batch to their new mailboxes before the next one follows."),
)
LIMIT_DELAYS = (
    _("Find the MX records of each domain that moves, at your DNS provider."),
    _("Set the lifetime (TTL) of all of them to 3600 seconds or less."),
    _("Do it well before the MX change: at least as long before as the lifetime has been until now."),
    _("Raise it again some days after the change."),
)
ROUTE_MAIL = (
    _("See that all batches are synced, and sync them once more with Sync now."),
    _("Change the MX records of each domain to those of the new system; it names them where the domain was added."),
    _("Wait 72 hours: some systems go on delivering to the old address for as long. The batches bring that mail over."),
    _("See that new mail arrives in the new mailboxes only."),
)
FINISH = (
    _("In Microsoft 365, see that everybody has a licence: without one, a mailbox is disabled after 30 days."),
    _(
        "Make the Autodiscover record: a CNAME with the name autodiscover in each domain, to autodiscover.outlook.com for "
        "Microsoft 365, so that mail programs find the new mailbox."
    ),
    _("Download the reports and the evidence of the verification, and keep them."),
    _("Switch Unified Messaging on again for those who had it."),
    _("Decommission the old servers when nothing is delivered to them any more. For Exchange, ask Microsoft first."),
)
