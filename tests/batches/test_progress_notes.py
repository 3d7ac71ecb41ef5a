"""What the report and the figures of a user take from what the engine tells."""

from __future__ import annotations

import pytest

from batches.progress import Progress
from mailsync.events import Adopted, Copied, FolderRenamed, SourceRenamed
from tests.batches.examples import NOON, make_batch, make_user


@pytest.mark.django_db
def test_folders_that_got_another_name_are_in_the_report() -> None:
    user = make_user(make_batch())
    progress = Progress(user, lambda: NOON, lambda: 0.0)
    progress.take_in(FolderRenamed(("a*",), ("a_",), "a*: NO Invalid mailbox name"))
    progress.take_in(SourceRenamed(("Work",), ("Projects", "Work"), ("Work",)))
    progress.write_lines()
    assert list(user.log.values_list("text", flat=True)) == [
        "The target refused the name of a folder, which is a_ there: a*: NO Invalid mailbox name",
        "Folder Work is called Projects/Work now; its copy stays Work.",
    ]


@pytest.mark.django_db
def test_what_was_on_the_target_already_counts_as_migrated_and_not_as_throughput() -> None:
    progress = Progress(make_user(make_batch(), octets_synced=1000), lambda: NOON, lambda: 0.0)
    progress.take_in(Adopted(("INBOX",), 3, 300))
    progress.take_in(Copied(("INBOX",), 1, 50))
    assert progress.figures()["octets_synced"] == 1350
    assert progress.copied == 1
