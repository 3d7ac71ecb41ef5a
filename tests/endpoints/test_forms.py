from __future__ import annotations

from datetime import time

import pytest
from django.forms.models import model_to_dict

from core.models import Person
from endpoints.forms import AccountForm, ConnectionForm, EndpointForm, GeneralForm
from endpoints.models import EndpointDraft
from endpoints.server_names import plain
from endpoints.settings_form import SettingsForm
from tests.endpoints.samples import CANARY, make_endpoint
from tests.servers.certificates import make_ca

ACCOUNT = {
    "test_mailbox": "pilarp@contoso.com",
    "sign_in": "template",
    "user_template": "{user}*{admin}",
    "admin_user": "migadmin",
    "admin_password": CANARY,
}
SERVER = {"server": "imap.contoso.com", "security": "tls", "port": "", "trust": "system"}
GENERAL = {"name": "EXCH-SRV-01", "max_concurrent_migrations": "", "max_concurrent_incremental_syncs": ""}


def account(**changes: str) -> SettingsForm:
    return AccountForm({**ACCOUNT, **changes}, instance=EndpointDraft())


def connection(**changes: str) -> SettingsForm:
    return ConnectionForm({**SERVER, **changes}, instance=EndpointDraft())


def general(**changes: str) -> SettingsForm:
    return GeneralForm({**GENERAL, **changes}, instance=EndpointDraft())


def test_a_complete_account_is_accepted() -> None:
    form = account()
    assert form.is_valid(), form.errors
    assert form.cleaned_data["admin_password"] == CANARY


@pytest.mark.parametrize("missing", ["test_mailbox", "user_template", "admin_user", "admin_password"])
def test_what_is_missing_of_the_account_is_asked_for(missing: str) -> None:
    form = account(**{missing: ""})
    assert list(form.errors) == [missing]


def test_blanks_that_belong_to_a_password_stay() -> None:
    form = account(admin_password=" a b ")
    assert form.is_valid()
    assert form.cleaned_data["admin_password"] == " a b "


def test_credentials_without_a_use_are_forgotten() -> None:
    form = account(sign_in="user", test_password="x")
    assert form.is_valid(), form.errors
    assert form.changes() == {"test_mailbox": "pilarp@contoso.com", "test_password": "x"}
    assert (form.cleaned_data["admin_user"], form.cleaned_data["admin_password"]) == ("", "")
    assert form.cleaned_data["user_template"] == "{user}*{admin}"
    form = account(test_password="x")
    assert form.is_valid()
    assert form.cleaned_data["test_password"] == ""


@pytest.mark.parametrize(
    ("security", "port", "expected"),
    [("tls", "", 993), ("starttls", "", 143), ("none", "", 143), ("tls", "1993", 1993), ("starttls", "143", 143)],
)
def test_a_blank_port_is_that_of_the_encryption(security: str, port: str, expected: int) -> None:
    form = connection(security=security, port=port)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["port"] == expected


def test_the_port_follows_the_encryption_unless_somebody_wrote_another() -> None:
    for before, after in ((993, 143), (1993, 1993)):
        draft = EndpointDraft(server="imap.contoso.com", port=before)
        form = ConnectionForm({**SERVER, "security": "starttls", "port": str(before)}, instance=draft)
        assert form.is_valid(), form.errors
        assert form.cleaned_data["port"] == after


@pytest.mark.parametrize("port", ["0", "65536", "-1", "imap"])
def test_a_port_that_does_not_exist_is_refused(port: str) -> None:
    assert list(connection(port=port).errors) == ["port"]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("imap.contoso.com", "imap.contoso.com"),
        (" IMAP.Contoso.com. ", "imap.contoso.com"),
        ("localhost", "localhost"),
        ("192.0.2.7", "192.0.2.7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("2001:db8::7", "2001:db8::7"),
        ("münchen.contoso.com", "münchen.contoso.com"),
    ],
)
def test_a_server_name_is_accepted_as_people_type_it(typed: str, name: str) -> None:
    assert plain(typed) == name


@pytest.mark.parametrize(
    "typed",
    ["", "imaps://imap.contoso.com", "imap.contoso.com:993", "a b", "-a.com", "a..com", "256.1.1.1", "a/b", "x" * 254],
)
def test_what_is_no_server_name_is_explained(typed: str) -> None:
    assert list(connection(server=typed).errors) == ["server"]


def test_an_authority_of_our_own_has_to_be_given_as_a_certificate() -> None:
    ca = make_ca()
    assert list(connection(trust="ca").errors) == ["ca_pem"]
    assert list(connection(trust="ca", ca_pem="nonsense").errors) == ["ca_pem"]
    assert connection(trust="ca", ca_pem=ca.pem).is_valid()
    with_key = connection(trust="ca", ca_pem=ca.pem + ca.key_pem)
    assert "private key" in str(with_key.errors["ca_pem"])


def test_a_pinned_certificate_has_to_be_given_by_its_fingerprint() -> None:
    assert list(connection(trust="pinned").errors) == ["pinned_sha256"]
    assert list(connection(trust="pinned", pinned_sha256="ab").errors) == ["pinned_sha256"]
    form = connection(trust="pinned", pinned_sha256=":".join(["AB"] * 32))
    assert form.is_valid()
    assert form.cleaned_data["pinned_sha256"] == "ab" * 32


def test_without_encryption_there_is_no_certificate_to_check() -> None:
    form = connection(security="none", trust="pinned")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["trust"] == "system"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("migrations", "syncs", "expected"),
    [("", "", (20, 10)), ("5", "", (5, 5)), ("100", "100", (100, 100)), ("", "20", (20, 20)), ("1", "1", (1, 1))],
)
def test_blank_limits_are_the_defaults(migrations: str, syncs: str, expected: tuple[int, int]) -> None:
    form = general(max_concurrent_migrations=migrations, max_concurrent_incremental_syncs=syncs)
    assert form.is_valid(), form.errors
    found = form.cleaned_data
    assert (found["max_concurrent_migrations"], found["max_concurrent_incremental_syncs"]) == expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("migrations", "syncs", "field"),
    [
        ("0", "", "max_concurrent_migrations"),
        ("101", "", "max_concurrent_migrations"),
        ("20", "0", "max_concurrent_incremental_syncs"),
        ("20", "21", "max_concurrent_incremental_syncs"),
        ("", "21", "max_concurrent_incremental_syncs"),
        ("many", "", "max_concurrent_migrations"),
    ],
)
def test_limits_that_can_not_be_are_refused_where_they_stand(migrations: str, syncs: str, field: str) -> None:
    form = general(max_concurrent_migrations=migrations, max_concurrent_incremental_syncs=syncs)
    assert list(form.errors) == [field]


@pytest.mark.django_db
def test_a_name_is_given_once() -> None:
    make_endpoint("EXCH-SRV-01")
    assert list(general(name="exch-srv-01").errors) == ["name"]
    assert list(general(name="").errors) == ["name"]


@pytest.mark.django_db
class TestChanging:
    def form(self, **changes: str) -> SettingsForm:
        endpoint = make_endpoint(server="imap.contoso.com", port=993)
        kept = {name: value for name, value in model_to_dict(endpoint).items() if value is not None}
        return EndpointForm({**kept, "admin_password": "", "test_password": "", **changes}, instance=endpoint)

    def test_a_blank_password_is_the_one_that_is_kept(self) -> None:
        form = self.form(max_concurrent_migrations="30")
        assert form.is_valid(), form.errors
        assert form.changes() == {"max_concurrent_migrations": 30}

    def test_its_own_name_is_no_other_endpoint_s(self) -> None:
        assert self.form(name="exch-srv-01").is_valid()

    @pytest.mark.parametrize("change", [{"server": "imap.fabrikam.com"}, {"port": "1993"}, {"security": "none"}])
    def test_a_kept_password_goes_to_no_other_server(self, change: dict[str, str]) -> None:
        form = self.form(**change)
        assert list(form.errors) == ["admin_password"]

    def test_a_password_that_is_typed_again_may_go_to_another_server(self) -> None:
        form = self.form(server="imap.fabrikam.com", admin_password="new")
        assert form.is_valid(), form.errors
        assert form.changes() == {"server": "imap.fabrikam.com", "admin_password": "new"}

    def test_a_kept_password_is_never_in_the_page(self) -> None:
        assert CANARY not in self.form().as_p()


def test_every_label_belongs_to_somebody(administrator: Person) -> None:
    for form in (AccountForm(instance=EndpointDraft(by=administrator)), ConnectionForm(), GeneralForm()):
        assert all(field.label for field in form)


@pytest.mark.django_db
def test_limits_of_speed_and_hours_may_all_be_left_out() -> None:
    form = general()
    assert form.is_valid(), form.errors
    optional = ("max_messages_per_second", "max_kilobytes_per_second", "hours_from", "hours_until")
    assert [form.cleaned_data[name] for name in optional] == [None] * 4
    assert form.cleaned_data["whole_days"] == ""
    assert form.changes().keys() == {"name"}


@pytest.mark.django_db
def test_limits_of_speed_and_hours_are_taken() -> None:
    night = {"hours_from": "19:00", "hours_until": "00:00", "whole_days": ["7", "6"]}
    form = GeneralForm({**GENERAL, **night, "max_messages_per_second": "5", "compress": "on"}, instance=EndpointDraft())
    assert form.is_valid(), form.errors
    assert (form.cleaned_data["hours_until"], form.cleaned_data["whole_days"]) == (time(0), "67")
    assert form.save(commit=False).whole_days == "67"
    assert form.cleaned_data["compress"] is True


@pytest.mark.django_db
def test_days_that_were_chosen_before_are_ticked_and_no_change() -> None:
    draft = EndpointDraft(hours_from=time(19), hours_until=time(7), whole_days="67")
    form = GeneralForm(instance=draft)
    assert form["whole_days"].value() == ["6", "7"]
    assert 'value="6" id="id_whole_days_5" checked' in str(form["whole_days"])
    same = {**GENERAL, "hours_from": "19:00", "hours_until": "07:00", "whole_days": ["6", "7"]}
    changed = GeneralForm(same, instance=draft)
    assert changed.is_valid(), changed.errors
    assert not {"hours_from", "hours_until", "whole_days"} & (changed.changes().keys() | set(changed.changed_data))


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"hours_from": "19:00"}, "hours_until"),
        ({"hours_until": "00:00"}, "hours_from"),
        ({"hours_from": "07:00", "hours_until": "07:00"}, "hours_until"),
        ({"hours_from": "evening", "hours_until": "07:00"}, "hours_from"),
        ({"whole_days": ["6"]}, "hours_from"),
        ({"hours_from": "19:00", "hours_until": "07:00", "whole_days": ["8"]}, "whole_days"),
        ({"max_messages_per_second": "0"}, "max_messages_per_second"),
        ({"max_kilobytes_per_second": "-1"}, "max_kilobytes_per_second"),
    ],
)
@pytest.mark.django_db
def test_limits_that_make_no_sense_are_refused(given: dict[str, object], wrong: str) -> None:
    form = GeneralForm({**GENERAL, **given}, instance=EndpointDraft())
    assert list(form.errors) == [wrong]


@pytest.mark.django_db
class TestBounds:
    @pytest.mark.parametrize("number", ["-1", "0", "9223372036854775807", "100001", "1.5", "many"])
    def test_a_rate_out_of_bounds_gets_a_sentence(self, number: str) -> None:
        form = general(max_messages_per_second=number)
        assert form.errors["max_messages_per_second"] == ["Type a whole number from 1 to 100,000, or leave this blank."]

    def test_lowering_the_first_limit_takes_the_second_along_as_long_as_nobody_touches_it(self) -> None:
        form = general(max_concurrent_migrations="3", max_concurrent_incremental_syncs="10")
        assert not form.errors
        assert form.cleaned_data["max_concurrent_incremental_syncs"] == 3

    def test_the_hours_name_the_clock_that_they_are_on(self) -> None:
        assert "organization's time zone, UTC" in str(GeneralForm().fields["hours_from"].help_text)
