"""Walking through the batch wizard: answers that are right, and drafts that have got somewhere."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from batches.models import BatchDraft
from batches.wizard.file import keep_file
from core.models import Person
from endpoints.models import MigrationEndpoint, SignIn
from tests.batches.examples import make_endpoint

NEW = reverse("batches:wizard-start")
CANARY = "canary-Pa$$w0rd-é"  # a password; a test looks for it where it must not be
STAGED_CSV = (
    f"EmailAddress,Password,ForceChangePassword\npilarp@contoso.com,{CANARY},False\ntobyn@contoso.com,{CANARY},\n"
)
IMAP_CSV = f"EmailAddress,UserName,Password\npilarp@contoso.com,pilar,{CANARY}\n"


def upload(text: str | bytes, name: str = "StagedBatch1.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text, "text/csv")


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def page(draft: BatchDraft, slug: str) -> str:
    return reverse("batches:wizard-step", args=[draft.pk, slug])


def admin_endpoint(name: str, **fields: Any) -> MigrationEndpoint:
    """One that an administrator's account opens everybody's mailbox on."""
    template = {"sign_in": SignIn.TEMPLATE, "user_template": "{user}*{admin}", "admin_user": "migadmin"}
    return make_endpoint(name, **(template | fields))


def make_draft(by: Person, csv: str = "", **fields: Any) -> BatchDraft:
    draft = BatchDraft(by=by, **fields)
    if csv:
        keep_file(draft, csv.encode(), "StagedBatch1.csv")
    draft.save()
    return draft


def ready_draft(by: Person, csv: str = STAGED_CSV, **fields: Any) -> BatchDraft:
    """All answers are given; it only has to be created."""
    given = {"name": "StagedBatch1", "start": "manual", "scheduled": True} | fields
    given["source"] = given.get("source") or admin_endpoint("OLD")
    given["target"] = given.get("target") or make_endpoint("NEW")
    return make_draft(by, csv, **given)
