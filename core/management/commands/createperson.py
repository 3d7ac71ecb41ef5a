"""Makes a person who may sign in, with a role."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from core.models import Person, Role


class Command(BaseCommand):
    help = "Makes a person who may sign in. The password is asked for, or taken from PERSON_PASSWORD."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the name to sign in with")
        parser.add_argument("--role", choices=Role.values, default=Role.HELPDESK)
        parser.add_argument("--email", default="", help="where reports are sent")

    def handle(self, *_args: Any, name: str, role: str, email: str, **_options: Any) -> None:
        person = Person(username=name, role=role, email=email)
        password = os.environ.get("PERSON_PASSWORD") or getpass(f"Password for {name}: ")
        try:
            validate_password(password, person)
            person.set_password(password)
            person.full_clean()
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from None
        person.save()
        self.stdout.write(f"{name} can sign in as {role}.")
