"""Whose unit a person is of decides whose approver confirms their posts, accounts and resets: a move takes two."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.people import accounts, confirming, posts, waiting_changes
from custodes.people.entrusting import EntrustmentRefused
from custodes.people.independence import independent
from custodes.people.models import (
    Account,
    Entrustment,
    EntrustmentKind,
    EntrustmentState,
    Person,
    Post,
    PostKind,
    RecordOutbox,
    Unit,
)
from custodes.people.viewer import Viewer
from custodes.upkeep.alarms.conditions import people
from custodes.upkeep.alarms.evaluating import SourceWatch
from custodes.upkeep.alarms.words import title, where_to_look
from custodes.upkeep.models import Alarm
from tests.cast import SINCE, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
Clients = Callable[[str], Client]
DAY = datetime.timedelta(days=1)


def _approver(name: str, unit: Unit) -> Person:
    person = Person.objects.create(name=name, unit=unit)
    Post.objects.create(person=person, unit=unit, kind=PostKind.APPROVER, valid_from=SINCE)
    return person


def _typed(person: Person, unit: Unit, **more: str) -> dict[str, object]:
    return {"name": person.name, "unit": unit.pk, "work_number": person.work_number} | more


def _unit_of(person: Person) -> Unit:
    return Person.objects.select_related("unit").get(pk=person.pk).unit


def _asked(cast: Cast, person: Person, unit: Unit) -> Entrustment:
    person = Person.objects.get(pk=person.pk)
    person.unit = unit
    row = waiting_changes.save_person(person, by=cast.security_admin.person, at=timezone.now())
    assert row is not None
    return row


def test_one_security_administrator_moves_nobody_to_an_accomplices_unit(cast: Cast, client_of: Clients) -> None:
    """The attack: moved to the hotel, somebody of the school has posts and passwords confirmed by the hotel's approver."""
    attacker, person, school, hotel = (
        client_of("security_admin"),
        cast.bystander.person,
        cast.units["a"],
        cast.units["b"],
    )
    accomplice, now = _approver("同伙", hotel), timezone.now()
    page = reverse("people:person_edit", args=[person.uuid])
    answer = attacker.post(page, _typed(person, hotel, name="周涛涛", work_number="060001"), follow=True)
    posts.assign(person, hotel, PostKind.DUTY_OFFICER, by=cast.security_admin.person, at=now)
    with pytest.raises(EntrustmentRefused, match="该人员所在单位的审批人确认"):
        confirming.confirm(Entrustment.objects.get(kind="post"), by=accomplice, at=timezone.now())

    # Only the unit waits, and the page says so.
    person.refresh_from_db()
    assert (person.name, person.work_number, person.unit) == ("周涛涛", "060001", school)
    row = Entrustment.objects.get(kind=EntrustmentKind.MOVE)
    assert row.about == "所在单位由“城关区第一小学”变更为“堆龙宾馆”"
    shown = answer.content.decode()
    assert "须由审计管理员，或者该人员现所在单位及其上级单位的审批人确认" in shown
    assert shown.count(row.about) == 1, "the person's page says what waits"

    # Nor by a second try, by closing the account meanwhile, or by confirming it.
    again = attacker.post(page, _typed(person, cast.units["court"], name="又名")).content.decode()
    assert "该人员已有一项所在单位的变更待确认，请等待确认，或者由提出人先撤回" in again
    person.refresh_from_db()
    assert (person.name, person.unit) == ("周涛涛", school), "nothing is saved of what is refused"
    with pytest.raises(IntegrityError), transaction.atomic():
        Entrustment.objects.filter(pk=row.pk).update(unit=hotel)
    confirm = reverse("people:entrustment_confirm", args=[row.uuid])
    assert attacker.post(confirm).status_code == 403
    with pytest.raises(EntrustmentRefused, match="拟调入单位"):
        confirming.confirm(row, by=accomplice, at=timezone.now())

    # It lies before those who may confirm it, and is an alarm of those who audit.
    leads = client_of("approver")
    assert row.about in leads.get(reverse("people:entrustment_list")).content.decode()
    assert "待确认：变更所在单位，周涛涛" in leads.get(reverse("home")).content.decode()
    watch = SourceWatch([people.ENTRUSTED])
    watch.round(timezone.now())
    alarm = Alarm.objects.get(kind="person.moved")
    assert title(alarm) == f"变更人员所在单位：周涛涛 · {row.about}"
    to = where_to_look(alarm, Viewer(cast.auditor.account, timezone.now()))
    assert to == ("打开授权事项", row.get_absolute_url())

    # Who leads where the person is lets them go; from then on the new unit's approver confirms.
    leads.post(confirm)
    assert _unit_of(person) == hotel
    told = [one.record for one in RecordOutbox.objects.all() if one.record.get("object_id") == str(person.uuid)]
    [moved] = [record for record in told if "unit" in record["changes"]]
    assert (moved["type"], moved["by"]) == ("config.changed", str(cast.approver.person.uuid))
    assert moved["changes"] == {"unit": [school.pk, hotel.pk]}
    confirming.confirm(Entrustment.objects.get(kind="post"), by=accomplice, at=timezone.now())


def _expired(cast: Cast, person: Person) -> None:
    kind = PostKind.DUTY_OFFICER
    Post.objects.create(
        person=person, unit=person.unit, kind=kind, valid_from=SINCE, valid_until=timezone.now() - DAY
    )  # fmt: skip


def _ended(cast: Cast, person: Person) -> None:
    Post.objects.create(
        person=person, unit=person.unit, kind=PostKind.CLERK, valid_from=SINCE, ended_at=timezone.now()
    )  # fmt: skip


def _holds(cast: Cast, person: Person) -> None:
    Post.objects.create(person=person, unit=person.unit, kind=PostKind.DUTY_OFFICER, valid_from=SINCE)


def _is_to_hold(cast: Cast, person: Person) -> None:
    kind = PostKind.DUTY_OFFICER
    Post.objects.create(person=person, unit=person.unit, kind=kind, valid_from=timezone.now() + DAY)


def _signs_in(cast: Cast, person: Person) -> None:
    accounts.open_account(person, "gesang", by=None, at=timezone.now())


def _was_closed(cast: Cast, person: Person) -> None:
    """One closes an account, and opens it again, alone: it would be a way round."""
    _signs_in(cast, person)
    accounts.close_account(Account.objects.get(person=person), by=cast.security_admin.person, at=timezone.now())


def _waits(cast: Cast, person: Person) -> None:
    accounts.open_account(person, "gesang", by=cast.security_admin.person, at=timezone.now())


def _was_withdrawn(cast: Cast, person: Person) -> None:
    _waits(cast, person)
    confirming.withdraw(Entrustment.objects.get(kind="account"), by=cast.security_admin.person, at=timezone.now())


@pytest.mark.parametrize(
    ("has", "waits"),
    [
        (lambda _cast, _person: None, False),
        (_expired, False),
        (_ended, False),
        (_was_withdrawn, False),
        (_holds, True),
        (_is_to_hold, True),
        (_signs_in, True),
        (_was_closed, True),
        (_waits, True),
    ],
)
def test_a_move_waits_where_something_rests_on_the_person(
    cast: Cast, client_of: Clients, has: Callable[[Cast, Person], None], waits: bool
) -> None:
    person = Person.objects.create(name="格桑", unit=cast.units["a"])
    has(cast, person)
    page = reverse("people:person_edit", args=[person.uuid])
    client_of("security_admin").post(page, _typed(person, cast.units["b"]))
    assert (_unit_of(person) == cast.units["a"]) is waits
    assert Entrustment.objects.filter(kind=EntrustmentKind.MOVE, person=person).exists() is waits


def test_who_confirms_a_move(cast: Cast) -> None:
    """The audit, or the line of the unit that the person leaves; never the new unit's, the person moved, or whoever asked or was made."""
    school, hotel, asker, now = cast.units["a"], cast.units["b"], cast.security_admin.person, timezone.now()
    school.parent = Unit.objects.create(name="教育局", kind="education", division=school.division)
    school.save()
    above, new = _approver("局审批", school.parent), _approver("新单位审批", hotel)
    beside, made = _approver("别处审批", cast.units["court"]), _approver("新任审批", school)
    Entrustment.objects.create(
        kind=EntrustmentKind.POST, person=made, made_by=asker, made_at=now, state=EntrustmentState.CONFIRMED
    )
    row = _asked(cast, cast.approver.person, hotel)
    assert row.person == cast.approver.person, "the school's own approver is moved"
    who = {
        cast.auditor.person: "",
        above: "",
        new: "拟调入单位",
        beside: "现所在单位",
        cast.approver.person: "给自己",
        made: r"S33\.1",
        asker: "现所在单位",
        cast.system_admin.person: "现所在单位",
        cast.operator.person: "现所在单位",
    }
    for person, why in who.items():
        refused = _refusal_or_move(row, person, now)
        assert re.search(why, refused) if why else not refused, (person.name, refused)

    # It makes nobody, but whom one has moved is not the one who confirms what the same one asks for next.
    confirming.confirm(row, by=above, at=now)
    assert _unit_of(row.person) == hotel
    assert not independent(asker, row.person, now)
    assert independent(asker, cast.operator.person, now)


def _refusal_or_move(row: Entrustment, by: Person, at: datetime.datetime) -> str:
    """Why they can't confirm it; empty where they have moved the person, which is undone again."""
    before = transaction.savepoint()
    try:
        confirming.confirm(row, by=by, at=at)
        assert _unit_of(row.person).pk == row.wanted["unit_id"]
    except EntrustmentRefused as refusal:
        return str(refusal)
    finally:
        transaction.savepoint_rollback(before)
    return ""


def test_what_is_refused_taken_back_or_not_possible_any_more_moves_nobody(cast: Cast, client_of: Clients) -> None:
    person, hotel, asker = cast.bystander.person, cast.units["b"], cast.security_admin.person
    confirming.withdraw(_asked(cast, person, hotel), by=asker, at=timezone.now())
    confirming.refuse(_asked(cast, person, hotel), "没有调令", by=cast.approver.person, at=timezone.now())
    assert _unit_of(person) == cast.units["a"]
    Person.objects.filter(pk=person.pk).update(work_number="060001")
    row = _asked(cast, person, hotel)
    Person.objects.filter(pk=cast.outsider.person.pk).update(work_number="060001")
    answer = client_of("auditor").post(reverse("people:entrustment_confirm", args=[row.uuid]))
    assert (answer.status_code, "本单位已有人员使用该号码" in answer.content.decode()) == (409, True)
    assert _unit_of(person) == cast.units["a"]
