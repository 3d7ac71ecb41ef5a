"""The wizards, filled in as people do: by the words beside the fields."""

from __future__ import annotations

from collections.abc import Iterable

from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.visitor import Visitor
from tests.servers.dovecot import MASTER_PASSWORD, MASTER_USER

TEMPLATE = "An administrator's account, named together with the user"


def begin_endpoint(visitor: Visitor, mailbox: str) -> None:
    """Up to the account."""
    visitor.go("endpoints:list")
    visitor.page.get_by_role("link", name="New migration endpoint").first.click()
    visitor.press("Next")
    visitor.page.get_by_label("Test mailbox", exact=False).first.fill(mailbox)


def name_administrator(page: Page, password: str = MASTER_PASSWORD) -> None:
    page.get_by_label(TEMPLATE).check()
    page.get_by_label("User name").fill("{user}*{admin}")
    page.get_by_role("textbox", name="Administrator's account").fill(MASTER_USER)
    page.get_by_label("Administrator's password").fill(password)


def name_server(page: Page, port: int, security: str) -> None:
    page.get_by_label("Server", exact=False).first.fill("127.0.0.1")
    page.get_by_label("Encryption").select_option(security)
    page.get_by_label("Port").fill(str(port))


def finish_endpoint(visitor: Visitor, name: str) -> None:
    """General information, once the test has passed."""
    expect(visitor.page.get_by_role("heading", name="General information", level=1)).to_be_visible()
    visitor.page.get_by_label("Name").fill(name)
    visitor.press("Create endpoint")
    expect(visitor.page.get_by_role("heading", name=f"{name} has been created")).to_be_visible()


def csv_file(name: str, header: str, rows: Iterable[str]) -> FilePayload:
    text = "\r\n".join([header, *rows, ""])
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode()}


def begin_batch(visitor: Visitor, kind: str) -> None:
    """Up to the file."""
    visitor.go("batches:list")
    visitor.page.get_by_role("link", name="New migration batch").first.click()
    visitor.page.get_by_label(kind).check()
    visitor.press("Next")


def upload(visitor: Visitor, file: FilePayload) -> None:
    visitor.page.get_by_label("CSV file", exact=True).set_input_files(file)
    visitor.press("Upload and check")


def describe_batch(visitor: Visitor, file: FilePayload, source: str, target: str) -> None:
    """From the file to the answers; the batch gets the name of its file and is started by hand."""
    page = visitor.page
    upload(visitor, file)
    expect(page.get_by_text("to migrate")).to_be_visible()
    visitor.press("Next")
    page.get_by_label("Source endpoint").select_option(label=f"{source} (127.0.0.1)")
    page.get_by_label("Target endpoint").select_option(label=f"{target} (127.0.0.1)")
    visitor.press("Next")
    visitor.press("Next")
    page.get_by_label("Manually start the batch later").check()
    visitor.press("Next")
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
