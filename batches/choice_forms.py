"""What people say about which messages are migrated, and how many may stay behind: in the wizard, and later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from batches.choice import FIRST_DAY, LAST_DAY, fault_in_folder
from batches.models import BatchDraft, MigrationBatch
from core.numbers import WholeNumberField

FIELDS = (
    *("include_folders", "exclude_folders", "received_from", "received_until"),
    *("skip_deleted_items", "skip_junk", "skip_marked_deleted", "fast_lane_days"),
    *("bad_item_limit", "large_item_limit", "repair_refused"),
)
MOST_FOLDERS = 200

WRONG: Mapping[str, Promise] = {
    "empty_name": gettext_lazy("“%(folder)s”: a folder in it has no name. Write it like Projects/2009 or Projects/*."),
    "wildcard": gettext_lazy(
        "“%(folder)s”: a * stands alone at the end, as in Projects/*, and nowhere else. Write \\* for a folder with that "
        "sign in its name."
    ),
    "well_known": gettext_lazy(
        "“%(folder)s”: there is no well-known folder of this name. Write for instance #Inbox#, #SentItems# or "
        "#JunkEmail#, and \\#Name\\# for a folder with these signs in its name."
    ),
}


class FoldersField(forms.CharField):
    """Patterns, one a line; a list when cleaned."""

    widget = forms.Textarea({"rows": 3, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        lines = list(dict.fromkeys(filter(None, (line.strip() for line in super().clean(value).splitlines()))))
        if len(lines) > MOST_FOLDERS:
            raise forms.ValidationError(_("At most %(number)s folders.") % {"number": MOST_FOLDERS})
        for line in lines:
            _check(line)
        return lines

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


def _check(line: str) -> None:
    if code := fault_in_folder(line):
        raise forms.ValidationError(str(WRONG[code]) % {"folder": line})


def _day() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


def _within_reach(day: date | None) -> date | None:
    if day and not FIRST_DAY <= day <= LAST_DAY:
        years = {"first": FIRST_DAY.year, "last": LAST_DAY.year}
        raise forms.ValidationError(_("A day between the years %(first)s and %(last)s, or none.") % years)
    return day


class ChoiceForm(forms.ModelForm):  # type: ignore[type-arg]
    """``ModelForm`` of whatever has a batch's settings."""

    explained_by = ("batch-schedule", "batch-messages", "batch-limits", "batch-servers")

    include_folders = FoldersField(
        label=gettext_lazy("Only these folders"),
        required=False,
        help_text=gettext_lazy(
            "One per line; blank means all. Projects/* is a folder with everything below it, #Inbox# or #SentItems# a "
            "well-known one in any language."
        ),
    )
    exclude_folders = FoldersField(
        label=gettext_lazy("Leave out these folders"), required=False, help_text=gettext_lazy("Written the same way.")
    )
    fast_lane_days = WholeNumberField(
        label=gettext_lazy("Newest mail first: days"),
        required=False,
        least=1,
        most=3650,
        help_text=gettext_lazy(
            "The mail of this many days before the batch starts, in Inbox and Sent Items, is copied for all "
            "mailboxes before anybody's history. Blank: each mailbox in one go."
        ),
    )
    bad_item_limit = WholeNumberField(
        label=gettext_lazy("Bad item limit"),
        required=False,
        least=0,
        most=2_147_483_647,
        help_text=gettext_lazy(
            "How many messages of a mailbox may be refused or unreadable before it counts as failed. Blank: no limit."
        ),
    )
    large_item_limit = WholeNumberField(
        label=gettext_lazy("Large item limit"),
        required=False,
        least=0,
        most=2_147_483_647,
        help_text=gettext_lazy(
            "How many messages of a mailbox may be too large for the target before it counts as failed. Blank: "
            "no limit."
        ),
    )

    class Meta:
        model: ClassVar[type[BatchDraft | MigrationBatch]] = MigrationBatch
        fields: ClassVar[tuple[str, ...]] = FIELDS
        labels: ClassVar = {
            "received_from": gettext_lazy("Received on or after"),
            "received_until": gettext_lazy("Received on or before"),
            "skip_deleted_items": gettext_lazy("Leave out Deleted Items"),
            "skip_junk": gettext_lazy("Leave out Junk Email"),
            "skip_marked_deleted": gettext_lazy("Leave out messages that are marked as deleted"),
            "repair_refused": gettext_lazy("Repair messages that the target refuses"),
        }
        help_texts: ClassVar = {
            "repair_refused": gettext_lazy(
                "Faults such as NUL characters or over-long lines are mended in what the target refused, and nowhere else. "
                "Each repair is listed, and the original kept."
            )
        }
        widgets: ClassVar = {"received_from": _day(), "received_until": _day()}

    def clean_received_from(self) -> date | None:
        return _within_reach(self.cleaned_data["received_from"])

    def clean_received_until(self) -> date | None:
        return _within_reach(self.cleaned_data["received_until"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("received_from"), data.get("received_until")
        if first and last and last < first:
            self.add_error("received_until", _("This is before the first day: no message would be migrated."))
        return data
