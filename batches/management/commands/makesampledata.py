"""Fills the database with made-up batches, to see how the pages behave in a large organization."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from batches.models import MigrationBatch
from batches.sample.organization import make_organization


class Command(BaseCommand):
    help = "Fills the database with made-up batches and mailboxes on a server that does not exist."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--batches", type=int, default=500)
        parser.add_argument("--users", type=int, default=200_000, help="mailboxes of all batches together")
        parser.add_argument("--force", action="store_true", help="even where there are batches already")

    def handle(self, *_args: Any, batches: int, users: int, force: bool, **_options: Any) -> None:
        if batches < 1 or users < batches:
            raise CommandError("There must be a batch at least, and a mailbox in each.")
        if MigrationBatch.objects.exists() and not force:
            raise CommandError(
                "There are batches already. Made-up ones beside real ones confuse people: --force makes them."
            )
        make_organization(batches=batches, users=users, now=timezone.now())
        self.stdout.write(f"{batches} batches with {users} mailboxes.")
