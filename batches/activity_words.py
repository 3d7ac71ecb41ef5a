"""What people do with batches, in words for the Activity page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from batches.models import StartMode

SENTENCES = {
    "download report": _("Downloaded the report %(thing)s"),
    "download evidence": _("Downloaded the evidence %(thing)s"),
    "download CSV file": _("Downloaded the CSV file %(thing)s"),
    "download diagnostics": _("Downloaded the diagnostics"),
    "create batch": _("Created the batch %(thing)s"),
    "try first mailbox": _("Tried whether the mailbox %(thing)s opens, before creating a batch"),
    "start batch": _("Started the batch %(thing)s"),
    "stop batch": _("Stopped the batch %(thing)s"),
    "delete batch": _("Deleted the batch %(thing)s"),
    "sync batch now": _("Started a sync of the batch %(thing)s"),
    "retry failed users": _("Retried the failed mailboxes of the batch %(thing)s"),
    "change settings of batch": _("Changed the settings of the batch %(thing)s"),
    "verify batch": _("Asked to verify the batch %(thing)s"),
    "stop user": _("Stopped the mailbox %(thing)s"),
    "resume user": _("Resumed the mailbox %(thing)s"),
    "sync user now": _("Started a sync of the mailbox %(thing)s"),
    "delete user": _("Deleted the mailbox %(thing)s from its batch"),
    "verify user": _("Asked to verify the mailbox %(thing)s"),
    "retry skipped item": _("Retried a skipped item of the mailbox %(thing)s"),
    "download skipped item": _("Downloaded a skipped item of the mailbox %(thing)s"),
    "give new passwords": _("Gave mailboxes of the batch %(thing)s new passwords"),
    "give new user names": _("Gave mailboxes of the batch %(thing)s other user names"),
    "hand over failed users": _("Made a batch of the failed mailboxes of %(thing)s"),
    "add users": _("Added mailboxes to the batch %(thing)s"),
    "move users": _("Moved mailboxes out of the batch %(thing)s"),
    "resume users": _("Resumed selected mailboxes of the batch %(thing)s"),
    "stop users": _("Stopped selected mailboxes of the batch %(thing)s"),
    "sync now users": _("Started a sync of selected mailboxes of the batch %(thing)s"),
    "delete users": _("Deleted selected mailboxes from the batch %(thing)s"),
    "verify users": _("Asked to verify selected mailboxes of the batch %(thing)s"),
    "stop verifying user": _("Stopped the verification of the mailbox %(thing)s"),
    "stop verifying batch": _("Stopped the verifications of the batch %(thing)s"),
    "tick task": _("Ticked the task of the checklist: %(thing)s"),
    "untick task": _("Unticked the task of the checklist: %(thing)s"),
}
# What is recorded as a code, by the detail that it stands in.
GATES = {
    "routed": _("the MX change is not done"),
    "synced_since": _("not all mailboxes were synced after it"),
    "silent": _("new messages were seen at the source"),
    "copied": _("not every mailbox has its first copy"),
}
BY_HAND = {
    "on_new_mailboxes": _("everybody works in the new mailbox"),
    "converted": _("the old mailboxes were converted"),
    "forwarding": _("forwarding was tried"),
}
SIDES = {"source": _("Source"), "target": _("Target")}
VALUES = {
    "reason": {"sign_in_failures": _("Sign-ins were refused")},
    "gate": {"mail_routed": _("Mail goes to the new system"), "only_forwarding": _("Old mailboxes only forward")},
    "against": {**GATES, **BY_HAND},
    "confirmed": {**GATES, **BY_HAND},
    "side": SIDES,
    "start": dict(StartMode.choices),
}
DETAILS = {
    "gate": _("Deleted because"),
    "confirmed": _("Confirmed"),
    "against": _("Against it"),
    "addresses": _("Addresses"),
    "already_there": _("In the batch already"),
    "into": _("Into the batch"),
    "uid": _("Number of the message in its folder"),
    "note": _("Note"),
    "ticked_by": _("Ticked by"),
    "ticked_at": _("Ticked at"),
    "users": _("Mailboxes"),
    "mailboxes": _("Mailboxes"),
    "batch": _("Batch"),
    "folder": _("Folder"),
    "start": _("Start"),
    "status": _("Status"),
    "synced": _("Synced items"),
    "skipped": _("Skipped items"),
    "reason": _("Reason"),
    "side": _("Side"),
    "source": _("Source"),
    "target": _("Target"),
    "allow_incremental_syncs": _("Keep mailboxes in step after the first sync"),
    "include_folders": _("Only these folders"),
    "exclude_folders": _("Leave out these folders"),
    "received_from": _("Received on or after"),
    "received_until": _("Received on or before"),
    "skip_deleted_items": _("Leave out Deleted Items"),
    "skip_junk": _("Leave out Junk Email"),
    "skip_marked_deleted": _("Leave out messages that are marked as deleted"),
    "repair_refused": _("Repair messages that the target refuses"),
    "fast_lane_days": _("Newest mail first: days"),
    "bad_item_limit": _("Bad item limit"),
    "large_item_limit": _("Large item limit"),
}
