"""What people can do to batches and their users.

Each command is one transaction that leaves an audit entry, tells the queue once it is committed, and raises NotNow with
a sentence for the person when the state does not allow it.
"""

from batches.services.adding import add_users, new_rows, release_failed
from batches.services.batch import delete_batch, retry_failed, start_batch, stop_batch, sync_now
from batches.services.bulk import Outcome, command_users, refusals
from batches.services.creation import addresses_in_use, create_batch
from batches.services.domains import domain_rule
from batches.services.moving import destinations, move_to_batch
from batches.services.passwords import Correction, correct_sign_ins, corrections
from batches.services.permitted import NotNow, allowed_commands, allowed_user_commands
from batches.services.settings import (
    CHANGED_MEANWHILE,
    begins_later,
    change_settings,
    is_worked_on,
    settings_mark,
)
from batches.services.user import delete_user, resume_user, retry_item, stop_user, sync_user_now
from batches.services.verification import (
    stop_verifying_batch,
    stop_verifying_user,
    verify_batch,
    verify_user,
    verify_users,
)

__all__ = [
    "CHANGED_MEANWHILE",
    "Correction",
    "NotNow",
    "Outcome",
    "add_users",
    "addresses_in_use",
    "allowed_commands",
    "allowed_user_commands",
    "begins_later",
    "change_settings",
    "command_users",
    "correct_sign_ins",
    "corrections",
    "create_batch",
    "delete_batch",
    "delete_user",
    "destinations",
    "domain_rule",
    "is_worked_on",
    "move_to_batch",
    "new_rows",
    "refusals",
    "release_failed",
    "resume_user",
    "retry_failed",
    "retry_item",
    "settings_mark",
    "start_batch",
    "stop_batch",
    "stop_user",
    "stop_verifying_batch",
    "stop_verifying_user",
    "sync_now",
    "sync_user_now",
    "verify_batch",
    "verify_user",
    "verify_users",
]
