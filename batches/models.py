"""The migrations: batches, their users, and everything that is known of each mailbox."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower, StrIndex, Substr
from django.utils.translation import gettext_lazy as _

from batches.states import Decision, UserStatus
from core.fields import EncryptedTextField
from core.models import Person
from endpoints.models import MigrationEndpoint


class MigrationType(models.TextChoices):
    STAGED = "staged", _("Staged migration")
    IMAP = "imap", _("IMAP migration")

    @property
    def password_side(self) -> str:
        """Whose passwords its CSV files hold: in a staged batch those of the new mailboxes, in an IMAP one of the old."""
        return "target" if self == MigrationType.STAGED else "source"


class BatchSettings(models.Model):
    """What the wizard asks and the batch keeps."""

    name = models.CharField(_("name"), max_length=64)
    type = models.CharField(_("migration type"), max_length=20, choices=MigrationType, default=MigrationType.STAGED)
    start_after = models.DateTimeField(_("start after"), null=True, blank=True)
    allow_incremental_syncs = models.BooleanField(_("keep in step after the first sync"), default=True)
    notification_emails = models.JSONField(_("report recipients"), default=list, blank=True)
    report_interval_hours = models.PositiveSmallIntegerField(_("hours between reports"), default=24)  # 0: only the last
    csv_name = models.CharField(max_length=255, blank=True)
    # Which messages are migrated.
    include_folders = models.JSONField(
        default=list, blank=True
    )  # patterns of mailsync.selection; none means all folders
    exclude_folders = models.JSONField(default=list, blank=True)
    skip_deleted_items = models.BooleanField(default=False)
    skip_junk = models.BooleanField(default=False)
    skip_marked_deleted = models.BooleanField(default=False)
    received_from = models.DateField(null=True, blank=True)  # the first day that counts
    received_until = models.DateField(null=True, blank=True)  # the last one
    fast_lane_days = models.PositiveSmallIntegerField(null=True, blank=True)
    # What is done about messages that do not arrive; a limit of None is none.
    bad_item_limit = models.PositiveIntegerField(null=True, blank=True, default=10)
    large_item_limit = models.PositiveIntegerField(null=True, blank=True)
    repair_refused = models.BooleanField(default=False)

    class Meta:
        abstract = True


class MigrationBatch(BatchSettings):
    """A named set of users moved together. ``decision`` is what a person wants; what it shows is in ``states``."""

    source = models.ForeignKey(
        MigrationEndpoint, on_delete=models.PROTECT, related_name="batches_from", verbose_name=_("source endpoint")
    )
    target = models.ForeignKey(
        MigrationEndpoint, on_delete=models.PROTECT, related_name="batches_to", verbose_name=_("target endpoint")
    )
    decision = models.CharField(max_length=20, choices=Decision, default=Decision.CREATED)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True, db_index=True)  # off the list; history, reports and evidence stay
    # Sign-ins refused in a row since the batch was started: accounts lock, so after a few it stops by itself.
    sign_in_failures = models.PositiveIntegerField(default=0)
    signed_in_at = models.DateTimeField(null=True)  # the last one that worked since the batch was started
    attention = models.CharField(max_length=40, blank=True)  # why it stopped by itself, as a code

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(deleted_at__isnull=True), name="batch_name_in_use_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MigrationUser(models.Model):
    """One mailbox pair of a batch, and its status.

    Work is due when ``due_at`` has passed and the batch is started; whoever works holds the lease. ``items_synced`` is
    the sum of its folders' ``copied_count``, ``octets_synced`` what went over the wire in all passes; the totals are the
    source's own figures and may be estimates. Passwords are kept while syncs need them, that is until the batch or the
    user is deleted.
    """

    batch = models.ForeignKey(MigrationBatch, on_delete=models.CASCADE, related_name="users")
    position = models.PositiveIntegerField()  # line of the CSV file: the order of work
    address = models.CharField(max_length=254, db_index=True)
    # What is searched by, whatever capitals somebody types.
    address_lower = models.GeneratedField(
        expression=Lower("address"), output_field=models.CharField(max_length=254), db_persist=True, db_index=True
    )
    domain = models.GeneratedField(  # of the address, in lower case
        expression=Lower(Substr("address", StrIndex("address", models.Value("@")) + 1)),
        output_field=models.CharField(max_length=254),
        db_persist=True,
    )
    user_name = models.CharField(max_length=254, blank=True)  # on the source, where it is not the address
    source_password = EncryptedTextField(blank=True)
    target_password = EncryptedTextField(blank=True)
    force_change_password = models.BooleanField(null=True)

    status = models.CharField(max_length=20, choices=UserStatus, default=UserStatus.QUEUED)
    status_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    nudged_at = models.DateTimeField(null=True)  # when the queue was last told; None once a worker has taken it up
    lease = models.CharField(max_length=32, blank=True)  # token of the worker that has it
    lease_until = models.DateTimeField(null=True)
    extra_pairs = models.PositiveSmallIntegerField(default=0)  # connection pairs beyond the first, of who has the lease
    retries = models.PositiveIntegerField(default=0)  # in a row, without anything copied in between
    wait_code = models.CharField(max_length=40, blank=True)  # why it waits although it could work
    wait_side = models.CharField(max_length=10, blank=True)
    wait_asked = models.BooleanField(default=False)  # that server named the time
    wait_words = models.TextField(blank=True)

    error_code = models.CharField(max_length=40, blank=True)
    error_side = models.CharField(max_length=10, blank=True)
    error_words = models.TextField(blank=True)
    error_at = models.DateTimeField(null=True)

    items_total = models.PositiveIntegerField(default=0)
    items_synced = models.PositiveIntegerField(default=0)
    items_skipped = models.PositiveIntegerField(default=0)
    octets_total = models.PositiveBigIntegerField(default=0)
    octets_synced = models.PositiveBigIntegerField(default=0)
    active_seconds = models.FloatField(default=0)  # spent copying: octets_synced / active_seconds is the migration rate
    fast_lane_at = models.DateTimeField(null=True)  # its newest mail was on the target, where that comes first
    first_synced_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True)  # when it came here from another batch
    last_synced_at = models.DateTimeField(null=True)  # the last pass that ended well
    last_new_items_at = models.DateTimeField(null=True)  # the last pass that brought something new
    # Patterns of the batch, one a line, that no folder of this mailbox fits, as its last look at the source found.
    unmatched_folders = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["batch", "address"], name="address_once_in_a_batch")]
        indexes: ClassVar = [
            models.Index(fields=["batch", "status", "domain"]),  # all that counts mailboxes reads nothing else
            models.Index(fields=["due_at"]),
            models.Index(fields=["batch", "due_at", "position"]),  # who of a batch comes next
            models.Index(fields=["lease_until"]),
            models.Index(
                fields=["batch", "lease_until"],
                name="user_at_work",
                condition=models.Q(lease_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.address


class FolderSync(models.Model):
    """The journal of one folder of one user: ``mailsync.journal.FolderRecord`` as columns."""

    user = models.ForeignKey(MigrationUser, on_delete=models.CASCADE, related_name="folders")
    source = models.JSONField()  # path, one string a level
    source_key = models.CharField(max_length=64)  # SHA-256 of the path: unique whatever its length
    target = models.JSONField()
    source_uidvalidity = models.BigIntegerField(default=0)
    target_uidvalidity = models.BigIntegerField(default=0)
    adopt_from = models.BigIntegerField(default=1)
    copied = models.TextField(blank=True)  # UidMap
    copied_count = models.PositiveIntegerField(default=0)
    skipped = models.TextField(blank=True)  # UidSet
    flags = models.JSONField(default=dict)  # FlagIndex
    state = models.JSONField(null=True)  # FolderState
    excluded = models.TextField(blank=True)  # UidSet
    deleted = models.TextField(blank=True)  # UidSet
    selection = models.CharField(max_length=100, blank=True)
    repaired = models.TextField(blank=True)  # UidSet
    reselected = models.BooleanField(default=False)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "source_key"], name="folder_once_a_user")]


class SkippedItem(models.Model):
    """A message that was left behind, or had to be changed to arrive, and why."""

    user = models.ForeignKey(MigrationUser, on_delete=models.CASCADE, related_name="skipped_items")
    folder = models.TextField()  # the path, its levels joined by "/"
    folder_key = models.CharField(max_length=64)  # as FolderSync.source_key
    uid = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    reason = models.TextField()  # the server's words
    subject = models.TextField(blank=True)
    date = models.DateTimeField(null=True)
    size = models.PositiveBigIntegerField(default=0)
    is_kept = models.BooleanField(default=False)  # all of the original is in ``pieces``
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["folder", "uid"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "folder_key", "uid"], name="skipped_once")]


class QuarantinedPiece(models.Model):
    """A part of the original of a skipped item, encrypted."""

    item = models.ForeignKey(SkippedItem, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["item", "number"], name="piece_once")]


class StatusChange(models.Model):
    """One move of a user's status: its timeline."""

    user = models.ForeignKey(MigrationUser, on_delete=models.CASCADE, related_name="status_changes")
    old = models.CharField(max_length=20, choices=UserStatus, blank=True)
    new = models.CharField(max_length=20, choices=UserStatus)
    at = models.DateTimeField()
    reason = models.CharField(max_length=40, blank=True)  # a code: stop, retry, error codes of mailsync ...
    words = models.TextField(blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["at", "id"]


class LogLine(models.Model):
    """One line of a user's report: what happened when. A bounded number is kept."""

    user = models.ForeignKey(MigrationUser, on_delete=models.CASCADE, related_name="log")
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        ordering: ClassVar = ["at", "id"]


class Verification(models.Model):
    """Both mailboxes of a user compared message by message: asked for, under way, or ended with a result or an error.

    ``rows`` is the evidence of the last one that ended well, as CSV, gzip; of those before only ``result`` is kept.
    """

    user = models.ForeignKey(MigrationUser, on_delete=models.CASCADE, related_name="verifications")
    asked_at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    lease = models.CharField(max_length=32, blank=True)  # token of the worker that has it
    lease_until = models.DateTimeField(null=True)
    messages_read = models.PositiveIntegerField(default=0)  # of both mailboxes together
    ended_at = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=40, blank=True)
    error_side = models.CharField(max_length=10, blank=True)
    error_words = models.TextField(blank=True)
    result = models.JSONField(null=True)  # ``mailsync.evidence.summary``
    is_proven = models.GeneratedField(  # every message accounted for; None without a result
        expression=models.Case(
            models.When(result__ok=True, then=models.Value(True)),
            models.When(result__ok=False, then=models.Value(False)),
        ),
        output_field=models.BooleanField(null=True),
        db_persist=True,
    )
    rows = models.BinaryField(null=True)

    class Meta:
        ordering: ClassVar = ["-asked_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(ended_at__isnull=True), name="one_verification_at_a_time"
            ),
        ]
        # Few differ, and the overview asks for them again and again.
        indexes: ClassVar = [
            models.Index(fields=["user"], condition=models.Q(is_proven=False), name="verification_that_differs"),
        ]


class UploadedFile(models.Model):
    """A CSV file that users of a batch came from, as it was uploaded but without its passwords."""

    batch = models.ForeignKey(MigrationBatch, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField()

    class Meta:
        ordering: ClassVar = ["at", "id"]


class ThroughputSample(models.Model):
    """What was copied for a batch within a minute; of days past, within the hour that begins at ``minute``."""

    batch = models.ForeignKey(MigrationBatch, on_delete=models.CASCADE, related_name="samples")
    minute = models.DateTimeField(db_index=True)
    items = models.PositiveIntegerField(default=0)
    octets = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["batch", "minute"], name="one_sample_a_minute")]


class ChecklistTick(models.Model):
    """Somebody's word that a task of the checklist is done which the system can not see."""

    task = models.CharField(max_length=40, unique=True)  # its key in ``overview.checklist``
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True)


class StartMode(models.TextChoices):
    MANUAL = "manual", _("Manually start the batch later")
    NOW = "now", _("Automatically start the batch")
    LATER = "later", _("Start the batch automatically after time")


class BatchDraft(BatchSettings):
    """A batch that somebody is describing in the wizard: it survives leaving and coming back.

    With ``adds_to`` it is no batch to be, but a file with more users for that one.
    """

    source = models.ForeignKey(MigrationEndpoint, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    target = models.ForeignKey(MigrationEndpoint, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    csv = EncryptedTextField(blank=True)  # base64 of the file as uploaded: it holds passwords
    allow_unknown_columns = models.BooleanField(_("Allow unknown columns in the CSV file"), default=False)
    columns = models.JSONField(
        default=dict, blank=True
    )  # whose values which column of the file holds, where it says not
    mailbox_count = models.PositiveIntegerField(default=0)  # rows of the file; 0 as long as anything is wrong with it
    start = models.CharField(max_length=10, choices=StartMode, default=StartMode.NOW)
    scheduled = models.BooleanField(default=False)  # somebody has answered when it starts and who gets reports
    adds_to = models.ForeignKey(MigrationBatch, on_delete=models.CASCADE, null=True, related_name="+")
    # Its failed users, as far as they are in the file, come out of this batch.
    takes_from = models.ForeignKey(MigrationBatch, on_delete=models.SET_NULL, null=True, related_name="+")
    pre_check = models.JSONField(default=dict, blank=True)  # what came of trying the first mailbox on both sides
    by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)
