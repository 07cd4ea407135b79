"""A unit lets itself in: what the public page takes and tells, what the police of the division do, and what lapses."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.people import applying
from custodes.people.applying import ApplicationRefused, file_application, look_up
from custodes.people.models import (
    Account,
    ApplicationState,
    Paper,
    Person,
    Post,
    PostKind,
    RecordOutbox,
    Unit,
    UnitApplication,
    UnitKind,
)
from custodes.people.papers import store
from custodes.people.papers.serving import serve, serve_thumbnail
from custodes.settings import get_settings
from tests.cast import SINCE, Cast
from tests.people.applications import PASSWORD, USCC, apply, facts
from tests.people.papers.samples import docx, pdf, picture, upload

AT = datetime.datetime(2026, 6, 1, 4, tzinfo=datetime.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
Clerks = dict[str, Person]


@pytest.fixture(autouse=True)
def _papers(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(get_settings()), "papers_folder", property(lambda self: tmp_path / "papers"))


@pytest.fixture
def clerks(cast: Cast) -> Clerks:
    """A clerk of 城关区's police, one of 堆龙德庆区's, one of the city's, and one whose unit is no police."""
    b = Unit.objects.create(name="堆龙德庆区公安分局", kind=UnitKind.PUBLIC_SECURITY, division=cast.units["b"].division)
    made = {}
    for name, unit in (
        ("own", cast.units["county"]),
        ("other", b),
        ("city", cast.units["city"]),
        ("school", cast.units["a"]),
    ):
        person = Person.objects.create(name=f"受理员{name}", unit=unit)
        Account.objects.create(username=f"clerk_{name}", person=person)
        Post.objects.create(person=person, unit=unit, kind=PostKind.CLERK, valid_from=SINCE)
        made[name] = person
    return made


def opened(row: UnitApplication, person: Person) -> None:
    """The letter, by this person."""
    assert row.letter is not None
    serve(row.letter, by=person, at=timezone.now(), about=f"people.unitapplication:{row.uuid}")


def browser(person: Person | None = None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(Account.objects.get(person=person))
    return client


def sent(cast: Cast, **changes: Any) -> dict[str, Any]:
    said = facts(cast.units["a"].division)
    data = {name: getattr(said, name) for name in said.__dataclass_fields__ if name != "password"}
    data |= {"division": said.division.pk, "password1": PASSWORD, "password2": PASSWORD, "letter": upload(pdf())}
    return data | changes


def test_a_unit_applies_is_confirmed_and_signs_in_with_its_own_password(cast: Cast, clerks: Clerks) -> None:
    public = browser()
    page = public.post(reverse("people:unit_apply"), sent(cast), follow=True).content.decode()
    row = UnitApplication.objects.get()
    assert row.receipt in page
    assert row.letter is not None
    assert row.letter.sha256 in page
    assert not Unit.objects.filter(uscc=USCC).exists()
    assert not Account.objects.filter(username="najin").exists()
    assert PASSWORD not in str(list(RecordOutbox.objects.values_list("record", flat=True)))

    clerk = browser(clerks["own"])
    assert "纳金路幼儿园" in clerk.get(reverse("home")).content.decode()
    assert "纳金路幼儿园" in clerk.get(reverse("people:application_list")).content.decode()
    assert clerk.get(reverse("people:application_letter", args=[row.uuid])).content == pdf()
    read = RecordOutbox.objects.get(type="paper.read").record
    assert (read["person"], read["about"]) == (str(clerks["own"].uuid), f"people.unitapplication:{row.uuid}")
    confirm = reverse("people:application_confirm", args=[row.uuid])
    assert "error-summary" in clerk.post(confirm, {"username": "najin"}).content.decode()
    assert not Unit.objects.filter(uscc=USCC).exists()
    clerk.post(confirm, {"username": "najin", "seen": "on"})

    unit = Unit.objects.get(uscc=USCC)
    account = Account.objects.get(username="najin")
    assert (unit.name, unit.division, unit.phone) == ("纳金路幼儿园", cast.units["a"].division, "0891-6321100")
    assert account.check_password(PASSWORD)
    assert not account.must_change_password
    assert account.person.unit == unit
    assert list(account.person.posts.values_list("kind", "unit")) == [("caretaker", unit.pk)]
    row.refresh_from_db()
    assert (row.state, row.password, row.unit, row.decided_by) == ("confirmed", "", unit, clerks["own"])
    objects = {
        record["object"]
        for record in RecordOutbox.objects.filter(type="config.changed").values_list("record", flat=True)
    }
    assert objects == {
        "people.unitapplication",
        "people.unit",
        "people.person",
        "people.account",
        "people.post",
        "people.entrustment",
    }
    page = public.post(
        reverse("people:unit_apply_state"), {"receipt": row.receipt, "phone": "08916321100"}
    ).content.decode()
    assert "najin" in page
    with pytest.raises(ApplicationRefused, match="已经办理"):
        applying.confirm(row, "other", by=clerks["own"], at=timezone.now())


@pytest.mark.parametrize("looked", ["not at all", "small", "another"])
def test_a_tick_that_the_letter_was_opened_is_not_taken_before_it_was(cast: Cast, clerks: Clerks, looked: str) -> None:
    browser().post(reverse("people:unit_apply"), sent(cast, letter=upload(picture(), "授权书.png")))
    row = UnitApplication.objects.get()
    assert row.letter is not None
    if looked == "small":
        serve_thumbnail(row.letter, by=clerks["own"], at=timezone.now())
    if looked == "another":
        opened(row, clerks["other"])
    clerk, confirm = browser(clerks["own"]), reverse("people:application_confirm", args=[row.uuid])
    assert "还没有打开授权书" in clerk.post(confirm, {"username": "najin", "seen": "on"}).content.decode()
    assert not Unit.objects.filter(uscc=USCC).exists()
    clerk.get(reverse("people:application_letter", args=[row.uuid]))
    clerk.post(confirm, {"username": "najin", "seen": "on"})
    assert Unit.objects.filter(uscc=USCC).exists()


@pytest.mark.parametrize("who", ["other", "school"])
def test_anothers_application_does_not_exist(cast: Cast, clerks: Clerks, who: str) -> None:
    row = apply(cast.units["a"].division, at=timezone.now())
    client = browser(clerks[who])
    assert row.name not in client.get(reverse("people:application_list")).content.decode()
    for name in ("detail", "letter", "picture"):
        assert client.get(reverse(f"people:application_{name}", args=[row.uuid])).status_code == 404
    for name, data in (("confirm", {"username": "x", "seen": "on"}), ("return", {"words": "x"})):
        assert client.post(reverse(f"people:application_{name}", args=[row.uuid]), data).status_code == 404
    assert UnitApplication.objects.get().state == ApplicationState.WAITING


def test_the_citys_police_stand_over_the_county(cast: Cast, clerks: Clerks) -> None:
    row = apply(cast.units["a"].division, at=timezone.now())
    assert browser(clerks["city"]).get(reverse("people:application_detail", args=[row.uuid])).status_code == 200


def test_nobody_without_the_post_enters(cast: Cast, client_of: Callable[[str], Client]) -> None:
    row = apply(cast.units["a"].division, at=timezone.now())
    for member in ("inspector", "system_admin", "security_admin", "caretaker", "bystander"):
        client = client_of(member)
        assert client.get(reverse("people:application_list")).status_code == 403
        assert client.get(reverse("people:application_letter", args=[row.uuid])).status_code == 403


def test_it_is_returned_with_words_that_the_applicant_sees(cast: Cast, clerks: Clerks) -> None:
    row = apply(cast.units["a"].division, at=timezone.now())
    clerk = browser(clerks["own"])
    clerk.post(reverse("people:application_return", args=[row.uuid]), {"words": "授权书没有盖章"})
    row.refresh_from_db()
    assert (row.state, row.password) == ("returned", "")
    data = {"receipt": f" {row.receipt.lower()} ", "phone": "0891 632 1100"}
    page = browser().post(reverse("people:unit_apply_state"), data).content.decode()
    assert "授权书没有盖章" in page
    with pytest.raises(ApplicationRefused):
        applying.confirm(row, "najin", by=clerks["own"], at=timezone.now())


def test_a_code_that_is_registered_gets_told_what_to_do_and_not_whose_it_is(cast: Cast) -> None:
    Unit.objects.filter(pk=cast.units["b"].pk).update(uscc=USCC)
    page = browser().post(reverse("people:unit_apply"), sent(cast, uscc="9135 0100 m000 100y 43")).content.decode()
    assert "已经登记" in page
    assert "窗口" in page
    assert cast.units["b"].name not in page
    assert not UnitApplication.objects.exists()
    assert not Paper.objects.exists()
    with pytest.raises(ApplicationRefused, match="已经登记"):
        apply(cast.units["a"].division, at=AT)


def test_a_user_name_that_is_taken_shows_only_to_the_police(cast: Cast, clerks: Clerks) -> None:
    page = browser().post(reverse("people:unit_apply"), sent(cast, username="Operator"), follow=True).content.decode()
    row = UnitApplication.objects.get()
    assert row.receipt in page
    clerk = browser(clerks["own"])
    confirm = reverse("people:application_confirm", args=[row.uuid])
    opened(row, clerks["own"])
    page = clerk.post(confirm, {"username": "Operator", "seen": "on"}).content.decode()
    assert "换一个用户名" in page
    assert not Unit.objects.filter(uscc=USCC).exists()
    assert not Person.objects.filter(name="格桑").exists()
    clerk.post(confirm, {"username": "najin2", "seen": "on"})
    assert Account.objects.get(username="najin2").check_password(PASSWORD)


@pytest.mark.parametrize(
    "changes",
    [
        {"uscc": "9135O100M000100Y43"},
        {"kind": UnitKind.PUBLIC_SECURITY},
        {"division": "1"},
        {"phone": "12"},
        {"password2": "something-Else-1"},
        {"password1": "najin", "password2": "najin"},
        {"name": "幼\u202e儿园"},
        {"username": "a b"},
        {"letter": ""},
    ],
)
def test_what_does_not_hold_is_refused_and_nothing_is_kept(cast: Cast, changes: dict[str, Any]) -> None:
    page = browser().post(reverse("people:unit_apply"), sent(cast, **changes)).content.decode()
    assert "error-summary" in page
    assert not UnitApplication.objects.exists()
    assert not Paper.objects.exists()


def test_a_letter_is_a_scan_of_limited_size(cast: Cast) -> None:
    page = (
        browser().post(reverse("people:unit_apply"), sent(cast, letter=upload(docx(), "授权书.docx"))).content.decode()
    )
    assert "不接受" in page
    large = upload(pdf(b"%" + b"x" * get_settings().application_letter_bytes))
    assert "MB 的上限" in browser().post(reverse("people:unit_apply"), sent(cast, letter=large)).content.decode()
    assert not Paper.objects.exists()


def test_the_page_wants_its_token_and_counts_what_an_address_sends(cast: Cast, settings: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(reverse("people:unit_apply"), sent(cast)).status_code == 403
    settings.ACCOUNT_RATE_LIMITS = {"unit_apply": "2/h/ip", "unit_apply_state": "2/h/ip"}
    client = browser()
    for name, data in (("unit_apply", {}), ("unit_apply_state", {"receipt": "DW1", "phone": "1"})):
        answers = [client.post(reverse(f"people:{name}"), data).status_code for _ in range(3)]
        assert answers == [200, 200, 429]


def test_too_many_that_wait_close_the_page_and_not_the_counter(
    cast: Cast, clerks: Clerks, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = get_settings().model_copy(update={"applications_waiting": 1})
    monkeypatch.setattr("custodes.people.applying.get_settings", lambda: few)
    apply(cast.units["a"].division, at=AT)
    with pytest.raises(ApplicationRefused, match="窗口"):
        apply(cast.units["a"].division, at=AT, name="另一所")
    assert apply(cast.units["a"].division, at=AT, by=clerks["own"], name="再一所").filed_by == clerks["own"]


def test_receipt_and_telephone_are_asked_for_together_and_guesses_are_locked(cast: Cast) -> None:
    row = apply(cast.units["a"].division, at=AT)
    assert look_up(row.receipt, "（0891）6321100", AT) == row
    said = set()
    for receipt, phone in ((row.receipt, "0891-6321101"), ("DW20260601-AAAAAAAA", row.phone)):
        with pytest.raises(ApplicationRefused) as refusal:
            look_up(receipt, phone, AT)
        said.add(str(refusal.value))
    assert len(said) == 1
    for _ in range(get_settings().login_attempts):
        with pytest.raises(ApplicationRefused):
            look_up(row.receipt, "0891-6321101", AT)
    with pytest.raises(ApplicationRefused, match="查询次数过多"):
        look_up(row.receipt, row.phone, AT)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("state", ["waiting", "returned"])
def test_what_nobody_confirms_lapses_and_its_letter_and_hash_are_gone(cast: Cast, clerks: Clerks, state: str) -> None:
    row = apply(cast.units["a"].division, at=AT)
    if state == "returned":
        applying.give_back(row, "没有盖章", by=clerks["own"], at=AT)
    assert row.letter is not None
    path = store.path_of(row.letter.sha256)
    os.utime(path, (AT.timestamp(), AT.timestamp()))
    last = AT + datetime.timedelta(days=get_settings().application_days)
    assert applying.sweep(last - datetime.timedelta(seconds=1)) == 0
    assert applying.sweep(last) == 1
    row.refresh_from_db()
    assert (row.state, row.letter, row.password) == ("lapsed", None, "")
    assert not path.exists()
    assert not Paper.objects.exists()
    kinds = list(RecordOutbox.objects.order_by("created_at").values_list("type", flat=True))
    assert "paper.removed" in kinds
    assert applying.sweep(last) == 0
    with pytest.raises(ApplicationRefused):
        applying.confirm(row, "najin", by=clerks["own"], at=last)


def test_a_lapsed_application_is_not_confirmed_before_the_sweep_comes_by(cast: Cast, clerks: Clerks) -> None:
    row = apply(cast.units["a"].division, at=AT)
    with pytest.raises(ApplicationRefused, match="逾期失效"):
        applying.confirm(row, "najin", by=clerks["own"], at=row.lapses_at)
    assert not Unit.objects.filter(uscc=USCC).exists()


def test_the_counter_files_on_behalf_by_name_and_hands_out_a_one_time_password(cast: Cast, clerks: Clerks) -> None:
    clerk = browser(clerks["own"])
    data = {name: value for name, value in sent(cast).items() if not name.startswith("password")}
    elsewhere = clerk.post(reverse("people:application_add"), {**data, "division": cast.units["b"].division.pk})
    assert "error-summary" in elsewhere.content.decode()
    page = clerk.post(
        reverse("people:application_add"), {**data, "letter": upload(picture(), "授权书.png")}, follow=True
    ).content.decode()
    row = UnitApplication.objects.get()
    assert row.filed_by == clerks["own"]
    assert f"窗口代为登记：{clerks['own'].name}" in page
    small = clerk.get(reverse("people:application_picture", args=[row.uuid]))
    assert small.headers["Content-Type"] == "image/png"
    page = clerk.post(
        reverse("people:application_confirm", args=[row.uuid]), {"username": "najin", "seen": "on"}
    ).content.decode()
    password = page.split('class="secret">')[1].split("<")[0]
    account = Account.objects.get(username="najin")
    assert account.check_password(password)
    assert account.must_change_password


def test_two_applications_with_one_code_are_shown_beside_each_other_and_one_becomes_the_unit(
    cast: Cast, clerks: Clerks
) -> None:
    first = apply(cast.units["a"].division, at=timezone.now())
    second = apply(
        cast.units["a"].division, at=timezone.now(), name="冒名的幼儿园", applicant="冒名者", username="fake"
    )
    clerk = browser(clerks["own"])
    assert "冒名者" in clerk.get(reverse("people:application_detail", args=[first.uuid])).content.decode()
    for row in (first, second):
        opened(row, clerks["own"])
    applying.confirm(first, "najin", by=clerks["own"], at=timezone.now())
    with pytest.raises(ApplicationRefused, match="已经登记"):
        applying.confirm(second, "fake", by=clerks["own"], at=timezone.now())
    assert not Account.objects.filter(username="fake").exists()


def test_a_name_that_the_division_has_is_told_to_the_police(cast: Cast, clerks: Clerks) -> None:
    row = file_application(facts(cast.units["a"].division, name=cast.units["a"].name), upload(pdf()), by=None, at=AT)
    opened(row, clerks["own"])
    with pytest.raises(ApplicationRefused, match="同名单位"):
        applying.confirm(row, "najin", by=clerks["own"], at=AT)
