"""An administrator of a unit or a county never gets, or gives, more than that unit or county."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.people import accounts, posts
from custodes.people.models import Account, Division, Person, Post, PostKind, Unit, UnitKind
from tests.cast import SINCE, TOTP, TOTP_SECRET, Cast
from tests.patience import PATIENCE

pytestmark = pytest.mark.postgresql

SignIn = Callable[[str], Client]


def _appoint(cast: Cast, member: str, unit: str, kind: str) -> Client:
    """A browser of a member who now holds this post alone."""
    who = cast.members[member]
    Post.objects.filter(person=who.person).delete()
    Post.objects.create(person=who.person, unit=cast.units[unit], kind=kind, valid_from=SINCE)
    TOTP.activate(who.account, TOTP_SECRET)
    browser = Client()
    browser.force_login(who.account)
    return browser


def _division(code: str) -> int:
    return Division.objects.get(code=code).pk


def _unit_form(unit: Unit, **changes: object) -> dict[str, object]:
    form = {
        "name": unit.name,
        "kind": unit.kind,
        "division": unit.division_id,
        "parent": unit.parent_id or "",
        "uscc": unit.uscc,
    }
    return form | changes


@pytest.mark.parametrize("change", [{"kind": UnitKind.PUBLIC_SECURITY}, {"division": "540100"}])
def test_a_units_own_administrator_does_not_make_it_police_or_move_it_up(cast: Cast, change: dict[str, str]) -> None:
    browser = _appoint(cast, "bystander", "a", PostKind.SYSTEM_ADMIN)
    unit = cast.units["a"]
    if "division" in change:
        change = {"division": str(_division(change["division"]))}
    answer = browser.post(reverse("people:unit_edit", args=[unit.uuid]), _unit_form(unit, **change))
    assert answer.status_code == 200
    unit.refresh_from_db()
    assert (unit.kind, unit.division.code) == (UnitKind.INSTITUTION, "540102")


def test_a_units_own_administrator_still_changes_its_name(cast: Cast) -> None:
    browser = _appoint(cast, "bystander", "a", PostKind.SYSTEM_ADMIN)
    unit = cast.units["a"]
    browser.post(reverse("people:unit_edit", args=[unit.uuid]), _unit_form(unit, name="城关区第一完全小学"))
    unit.refresh_from_db()
    assert unit.name == "城关区第一完全小学"


@pytest.mark.parametrize(
    ("division", "kind", "made"),
    [
        ("540102", UnitKind.INSTITUTION, True),
        ("540102", UnitKind.PUBLIC_SECURITY, False),
        ("540100", UnitKind.INSTITUTION, False),
    ],
)
def test_a_sub_unit_reaches_no_further_than_its_parent(cast: Cast, division: str, kind: str, made: bool) -> None:
    browser = _appoint(cast, "bystander", "a", PostKind.SYSTEM_ADMIN)
    form = {
        "name": "保卫科",
        "kind": kind,
        "division": _division(division),
        "parent": cast.units["a"].pk,
        "uscc": "",
    }
    browser.post(reverse("people:unit_add"), form)
    assert Unit.objects.filter(name="保卫科").exists() == made


def test_a_countys_administrator_makes_no_police_unit_of_the_city(cast: Cast) -> None:
    browser = _appoint(cast, "bystander", "county", PostKind.SYSTEM_ADMIN)
    form = {
        "name": "督察队",
        "kind": UnitKind.PUBLIC_SECURITY,
        "division": _division("540100"),
        "parent": cast.units["county"].pk,
        "uscc": "",
    }
    browser.post(reverse("people:unit_add"), form)
    assert not Unit.objects.filter(name="督察队").exists()


@pytest.mark.parametrize(("kind", "given"), [(PostKind.INSPECTOR, False), (PostKind.DUTY_OFFICER, True)])
def test_a_units_own_administrator_appoints_nobody_who_sees_the_county(cast: Cast, kind: str, given: bool) -> None:
    browser = _appoint(cast, "bystander", "a", PostKind.SECURITY_ADMIN)
    person = cast.caretaker.person
    browser.post(
        reverse("people:post_assign", args=[person.uuid]), {"kind": kind, "unit": cast.units["a"].pk, "note": ""}
    )
    assert Post.objects.filter(person=person, kind=kind).exists() == given


@pytest.mark.parametrize("action", ["account_reset", "account_close", "account_reopen", "account_unlock"])
def test_the_account_of_somebody_with_a_post_elsewhere_is_not_for_the_units_administrator(
    cast: Cast, action: str
) -> None:
    """The inspector of the county also stands duty at the school: the school must not get the inspector's password."""
    browser = _appoint(cast, "bystander", "a", PostKind.SECURITY_ADMIN)
    inspector = cast.inspector
    Post.objects.create(person=inspector.person, unit=cast.units["a"], kind=PostKind.DUTY_OFFICER, valid_from=SINCE)
    before = Account.objects.get(pk=inspector.account.pk).password
    assert browser.post(reverse(f"people:{action}", args=[inspector.person.uuid])).status_code == 404
    after = Account.objects.get(pk=inspector.account.pk)
    assert (after.password, after.is_active) == (before, True)


def test_a_person_of_another_unit_is_not_moved_into_ones_own(cast: Cast) -> None:
    browser = _appoint(cast, "bystander", "a", PostKind.SECURITY_ADMIN)
    person = cast.inspector.person
    Post.objects.create(person=person, unit=cast.units["a"], kind=PostKind.DUTY_OFFICER, valid_from=SINCE)
    url = reverse("people:person_edit", args=[person.uuid])
    assert browser.post(url, {"name": person.name, "unit": cast.units["a"].pk}).status_code == 404
    assert Person.objects.get(pk=person.pk).unit == cast.units["county"]


def test_the_citys_administrator_resets_an_account_of_the_county(cast: Cast, client_of: SignIn) -> None:
    answer = client_of("security_admin").post(reverse("people:account_reset", args=[cast.inspector.person.uuid]))
    assert answer.status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["posts", "accounts", "both"])
def test_two_security_administrators_who_end_each_other_at_once_leave_one(cast: Cast, way: str) -> None:
    first, second = cast.security_admin, cast.bystander
    other = Post.objects.create(
        person=second.person, unit=cast.units["city"], kind=PostKind.SECURITY_ADMIN, valid_from=SINCE
    )
    at = timezone.now()
    assert first.post is not None
    ends = {
        "posts": [
            lambda: posts.end(other, by=first.person, at=at),
            lambda: posts.end(first.post, by=second.person, at=at),
        ],
        "accounts": [
            lambda: accounts.close_account(second.account, by=first.person, at=at),
            lambda: accounts.close_account(first.account, by=second.person, at=at),
        ],
        "both": [
            lambda: posts.end(other, by=first.person, at=at),
            lambda: accounts.close_account(first.account, by=second.person, at=at),
        ],
    }[way]
    gate = threading.Barrier(2)
    refused: list[Exception] = []

    def run(act: Callable[[], object]) -> None:
        try:
            gate.wait(PATIENCE)
            act()
        except (posts.PostRefused, accounts.AccountRefused) as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in ends]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    left = Post.objects.valid(at + datetime.timedelta(seconds=1)).filter(
        kind=PostKind.SECURITY_ADMIN, person__account__is_active=True
    )
    assert (left.count(), len(refused)) == (1, 1)
