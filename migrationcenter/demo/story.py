"""What happens in the demo: an administrator describes two servers and a batch, and the batch moves its mailboxes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NoReturn

from django.utils import timezone

from batches import services
from batches.counting import status_of
from batches.csv_import import read_csv
from batches.models import BatchDraft, MigrationBatch, MigrationType, MigrationUser, StartMode
from batches.states import BatchStatus, UserStatus
from core.models import MailTarget, Person, Role
from core.organization import change, stored_settings
from endpoints.models import EndpointDraft, MigrationEndpoint, SignIn, Trust
from endpoints.services import create_endpoint, make_default_target, test_endpoint
from migrationcenter.demo.accounts import HOST
from migrationcenter.demo.contoso import FIRST_WAVE, SECOND_WAVE, new_password
from migrationcenter.demo.dns.records import NEW_AUTODISCOVER, NEW_MAIL_HOST, NEW_SPF
from migrationcenter.demo.evidence import check
from migrationcenter.demo.progress import Progress, ProgressLine
from migrationcenter.demo.supervisor import Demo

BATCH = "StagedBatch1"
STEP = 0.3  # seconds between two looks at the batch
MOVING = frozenset({BatchStatus.STARTING, BatchStatus.SYNCING, BatchStatus.INCREMENTAL_SYNCING, BatchStatus.STOPPING})
MOVED = frozenset({BatchStatus.SYNCED, BatchStatus.SYNCED_WITH_ERRORS, BatchStatus.INCREMENTAL_SYNCING})


def tell(demo: Demo, *, stay: bool) -> int:
    """From two servers to a synced batch. The exit code: 0 if every message is accounted for."""
    passwords = _create_people()
    demo.wait_for_web()
    _introduce(demo, passwords)
    administrator = Person.objects.get(role=Role.ADMINISTRATOR)
    _decide(administrator)
    batch = _create_batch(demo, administrator)
    _follow(batch, demo)
    if stay:
        _stay(batch, demo)
    demo.quiet()
    _sync_again(batch, demo, administrator)
    return check(batch)


def _create_people() -> dict[str, str]:
    """One person for each role, named after it. Returns their passwords."""
    passwords = {role: new_password() for role in Role.values}
    for role, password in passwords.items():
        Person.objects.create_user(username=role, password=password, role=role, email=f"{role}@contoso.com")
    return passwords


def _introduce(demo: Demo, passwords: Mapping[str, str]) -> None:
    """Print where to look and how to sign in."""
    messages = demo.servers.messages
    total = f"{len(messages)} mailboxes, {sum(messages.values()):,} messages"
    print(f"Old mail server: {HOST}:{demo.servers.source_port}, {total}")
    print(f"New mail server: {HOST}:{demo.servers.target_port}, empty mailboxes")
    print(
        f"DNS of contoso.com: its control panel is {demo.url}demo/dns/, its name servers answer at {HOST}:{demo.dns_port}"
    )
    print(f"\nLook at {demo.url} and sign in as")
    print(*(f"  {role:15}{password}" for role, password in passwords.items()), sep="\n", end="\n\n")


def _decide(by: Person) -> None:
    """The batch starts at once; who looks at the demo verifies its domain afterwards, and turns its mail to Fabrikam."""
    row = stored_settings()
    decided = {
        "verified_domains_only": False,
        "mail_target": MailTarget.OWN,
        "target_mx_hosts": [NEW_MAIL_HOST],
        "target_spf_include": NEW_SPF,
        "target_autodiscover_host": NEW_AUTODISCOVER,
    }
    changes = {name: (getattr(row, name), value) for name, value in decided.items()}
    for name, value in decided.items():
        setattr(row, name, value)
    change(row, changes, by=by)


def _create_batch(demo: Demo, by: Person) -> MigrationBatch:
    source, target = _create_endpoints(demo, by)
    demo.files.write("StagedBatch2.csv", demo.contoso.csv(SECOND_WAVE))
    content = demo.contoso.csv(FIRST_WAVE)
    name = demo.files.write(f"{BATCH}.csv", content).name
    result = read_csv(
        content.encode(), migration_type="staged", allow_unknown_columns=False, taken=services.addresses_in_use
    )
    settings = BatchDraft(name=BATCH, type=MigrationType.STAGED, source=source, target=target, csv_name=name, by=by)
    settings.repair_refused = True
    settings.notification_emails = [by.email, Person.objects.get(role=Role.MANAGER).email]
    return services.create_batch(by=by, settings=settings, rows=result.rows, start=StartMode.NOW)


def _create_endpoints(demo: Demo, by: Person) -> tuple[MigrationEndpoint, MigrationEndpoint]:
    somebody = FIRST_WAVE[0].address
    source = EndpointDraft(
        name="Old mail server",
        port=demo.servers.source_port,
        sign_in=SignIn.TEMPLATE,
        user_template="{user}*{admin}",
        admin_user=demo.contoso.source.administrator,
        admin_password=demo.contoso.source.administrator_password,
        test_mailbox=somebody,
    )
    target = EndpointDraft(
        name="New mail server",
        port=demo.servers.target_port,
        test_mailbox=somebody,
        test_password=demo.contoso.target.passwords[somebody],
    )
    old, new = (_create_endpoint(draft, demo, by) for draft in (source, target))
    make_default_target(new, by=by)
    return old, new


def _create_endpoint(draft: EndpointDraft, demo: Demo, by: Person) -> MigrationEndpoint:
    draft.server, draft.trust, draft.ca_pem, draft.by = HOST, Trust.CA, demo.contoso.certificates.authority, by
    endpoint = create_endpoint(draft, by=by)
    result = test_endpoint(endpoint, by=by)
    print(f"Endpoint {endpoint}: {'answers' if result.passed else f'{result.code} {result.words}'}")
    return endpoint


def _follow(batch: MigrationBatch, demo: Demo) -> None:
    """Show the progress until the batch is at rest: synced, failed, or stopped or deleted by somebody in the browser."""
    print(f"{batch} moves {batch.users.count()} mailboxes:")
    line = ProgressLine()
    _look_until(lambda: _status(batch) not in MOVING, demo, lambda: line.show(_progress(batch, demo)))
    line.end(_progress(batch, demo))
    print(f"{batch} is {_status(batch).label}.")


def _look_until(done: Callable[[], bool], demo: Demo, show: Callable[[], None]) -> None:
    while not done():
        demo.children.check()
        show()
        time.sleep(STEP)


def _status(batch: MigrationBatch) -> BatchStatus:
    try:
        batch.refresh_from_db()
    except MigrationBatch.DoesNotExist:
        return BatchStatus.REMOVING
    return status_of(batch, timezone.now())


def _progress(batch: MigrationBatch, demo: Demo) -> Progress:
    users = list(batch.users.all())
    return Progress(
        mailboxes=sum(user.status == UserStatus.SYNCED for user in users),
        mailboxes_total=len(users),
        messages=sum(user.items_synced for user in users),
        skipped=sum(user.items_skipped for user in users),
        messages_total=sum(_messages(user, demo) for user in users),
        octets=sum(user.octets_synced for user in users),
    )


def _messages(user: MigrationUser, demo: Demo) -> int:
    """In the mailbox as it was counted last, or as it was at first; what has arrived since is copied too."""
    counted = user.items_total or demo.servers.messages.get(user.address, 0)
    return max(counted, user.items_synced + user.items_skipped)


def _sync_again(batch: MigrationBatch, demo: Demo, by: Person) -> None:
    """Carry over what arrived at the old server in the meantime: an incremental sync of all that have synced."""
    synced = batch.users.filter(status=UserStatus.SYNCED)
    if not synced:
        return
    print("An incremental sync brings what has arrived in the meantime.")
    since = timezone.now()
    services.sync_now(batch, by=by)
    _look_until(lambda: not _behind(batch, since), demo, lambda: None)


def _behind(batch: MigrationBatch, since: datetime) -> bool:
    """Whether a mailbox that can be synced has not been, since then."""
    users = batch.users.exclude(status__in=(UserStatus.FAILED, UserStatus.STOPPED))
    return users.filter(last_synced_at__lt=since).exists() or users.exclude(status=UserStatus.SYNCED).exists()


def _stay(batch: MigrationBatch, demo: Demo) -> NoReturn:
    folder = demo.files.folder
    print(
        "\nNew mail keeps arriving at the old server. An incremental sync brings it over every three minutes; Sync now at once.\n"
        f"{len(SECOND_WAVE)} more mailboxes wait for a second batch: {folder / 'StagedBatch2.csv'}\n"
        f"Logs: {folder / 'log'}. Ctrl-C ends everything."
    )
    while True:
        _wait_until_moved_on(batch, demo)
        _follow(batch, demo)


def _wait_until_moved_on(batch: MigrationBatch, demo: Demo) -> None:
    """Until a batch that was stopped, or of which a mailbox failed, is resumed by somebody in the browser."""
    demo.children.wait_until(lambda: _status(batch) not in MOVED, pause=1)
    demo.children.wait_until(lambda: _status(batch) in MOVING, pause=STEP)
