"""The documentation says what the product is: statuses, errors and links are compared with the code."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from batches.reports.offered import REPORTS
from batches.reports.table import Report
from batches.states import BatchStatus, UserStatus
from batches.words import OUR_ERRORS
from domains.standing import Status as DomainStatus
from endpoints.words import SENTENCES
from mailsync.cli.orders import read_order
from mailsync.cli.usage import USAGE
from mailsync.cli.work import EXIT_CODES
from mailsync.quarantine import file_name
from notifications.models import Kind

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


@pytest.mark.parametrize("status", [*UserStatus, *BatchStatus, *DomainStatus], ids=str)
def test_every_status_is_explained(status: UserStatus | BatchStatus | DomainStatus) -> None:
    page = (ROOT / "docs/reference/statuses.md").read_text()
    assert f"| {status.label} | `{status.value}` |" in page


@pytest.mark.parametrize("report", REPORTS.values(), ids=lambda report: report.file)
def test_every_column_of_every_report_is_explained_in_its_order(report: Report) -> None:
    page = (ROOT / "docs/reference/reports.md").read_text()
    section = page.partition(f"## {report.file}\n")[2].partition("\n## ")[0]
    assert re.findall(r"^\| (\w+) \| \S", section, flags=re.MULTILINE) == ["column", *report.columns]
    assert all(f".{ending}" in section.partition("|")[0] for ending in report.endings)


@pytest.mark.parametrize("kind", Kind, ids=str)
def test_every_event_that_a_webhook_tells_is_explained(kind: Kind) -> None:
    assert f"\n| `{kind}` | " in (ROOT / "docs/reference/webhooks.md").read_text()


def test_every_error_of_the_engine_is_explained() -> None:
    documented = (ROOT / "docs/reference/errors.md").read_text()
    errors = (ROOT / "mailsync/errors.py").read_text()
    codes = {code for listed in re.findall(r"Codes: ([^.]+)\.", errors) for code in re.findall(r"[a-z_]+", listed)}
    assert len(codes) > 15
    assert [code for code in sorted(codes) if f"`{code}`" not in documented] == []


def test_every_option_and_exit_status_of_mailsync_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs/reference/mailsync.md").read_text()
    with pytest.raises(SystemExit):
        read_order(["copy", "--help"], {})
    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out))
    assert {"--journal", "--source-pin", "--target-ca"} < options
    documented = "".join(line for line in page.splitlines() if line.startswith("| `--"))
    assert [option for option in sorted(options) if not re.search(rf"`{option}[ `]", documented)] == []
    assert [code for code in {USAGE, *EXIT_CODES.values()} if f"\n| {code} | " not in page] == []


def test_names_of_files_are_as_the_reference_has_them() -> None:
    page = (ROOT / "docs/reference/mailsync.md").read_text().partition("## Names of files")[2]
    examples = re.findall(r"^\| `(.+)` \| `(.+)` \|$", page, re.MULTILINE)
    assert len(examples) > 3
    assert {on_server: file_name(on_server) for on_server, _ in examples} == dict(examples)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("code", [*SENTENCES, *OUR_ERRORS])
def test_every_error_has_the_same_sentence_on_the_page_and_in_the_reference(code: str) -> None:
    with translation.override("en"):
        said = str({**SENTENCES, **OUR_ERRORS}[code])
    expected = said % {"server": "*SERVER*", "user": "*USER*"} if code in SENTENCES else said
    assert f"| `{code}` | {expected} |" in (ROOT / "docs/reference/errors.md").read_text()
