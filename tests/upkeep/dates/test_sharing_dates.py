"""What waits and what falls on a day in joining systems: for the office, for the unit that is asked, for nobody else."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from custodes.law.duties.finding import LegalTerms
from custodes.places.models import Camera, CameraState
from custodes.sharing.models import Verb
from custodes.upkeep.dates import sharingdates
from custodes.upkeep.dates.dated import DateStage
from custodes.upkeep.dates.reach import DateRole, dates_of, standing_of
from custodes.upkeep.dates.recipients import Recipients
from custodes.upkeep.dates.round import tellings
from custodes.upkeep.dates.sorts import What
from custodes.upkeep.dates.worklist import worklist_of
from tests.sharing import grants as granting
from tests.sharing import joining
from tests.sharing import requests as cooperating
from tests.sharing.stage import NEED, examined, in_force, second, taken

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def waits(person):
    found = worklist_of(person, timezone.now(), LegalTerms()).waiting
    return {(one.what, one.late) for one in found if one.what in {"link", "link_grant", "cooperation"}}


def dates(person):
    found = dates_of(person, timezone.now(), LegalTerms())
    return [one for one in found if one.what in {What.COOPERATION, What.LINK_TEST}]


def ask(cast, late=False):
    at = timezone.now() - (20 if late else 0) * DAY
    due = timezone.localdate(at) + 5 * DAY
    return cooperating.ask(
        cast.units["county"], cast.units["a"], NEED, "接入", due, taken(cast.inspector.person, at=at)
    )


def test_a_cooperation_request_waits_for_the_unit_and_late_for_the_office_too(cast, stage):
    row = ask(cast)
    assert waits(cast.caretaker.person) == {("cooperation", False)}
    assert waits(cast.inspector.person) == set()
    assert waits(cast.outside_caretaker.person) == set()
    cooperating.withdraw(row, taken(cast.inspector.person, "重发"))
    row = ask(cast, late=True)
    assert waits(cast.caretaker.person) == waits(cast.inspector.person) == {("cooperation", True)}
    cooperating.decline(row, "设备已报废", taken(cast.caretaker.person))
    assert waits(cast.caretaker.person) == set()
    assert waits(cast.inspector.person) == {("cooperation", False)}, "the office decides what comes of it"


def test_its_last_day_is_in_the_units_calendar_and_told_to_it(cast, stage):
    row = ask(cast)
    (one,) = dates(cast.caretaker.person)
    assert (one.what, one.day, one.clause) == (What.COOPERATION, row.due, "S24")
    assert standing_of(cast.caretaker.person, timezone.now()).part(one) is DateRole.ACTS
    assert dates(cast.outside_caretaker.person) == dates(cast.operator.person) == []
    at = timezone.now()
    told = list(tellings(sharingdates.everything(LegalTerms()), Recipients(at), row.due))
    assert [one.recipient.person for one in told] == [cast.caretaker.person]
    assert told[0].reminder.stage in DateStage


def test_a_link_waits_for_the_office_and_its_test_is_a_date(cast, stage):
    link = examined(cast)
    joining.set_test_day(link, timezone.localdate() + 3 * DAY, taken(cast.inspector.person))
    assert waits(cast.inspector.person) == {("link", False)}
    assert waits(cast.system_admin.person) == set(), "the county's is not the city's"
    (one,) = dates(cast.inspector.person)
    assert (one.what, one.clause) == (What.LINK_TEST, "S22")
    joining.refuse(link, taken(cast.inspector.person, "不再需要"))
    assert dates(cast.inspector.person) == []
    of_unit = joining.ask_system(stage.school, "治安防控需要", taken(cast.caretaker.person))
    joining.examine(of_unit, timezone.localdate() + 3 * DAY, taken(cast.inspector.person))
    (one,) = dates(cast.inspector.person)
    assert one.clause == "S24", "the link's own"


def test_a_grant_waits_for_another_than_who_proposed_it(cast, stage):
    Camera.objects.update(state=CameraState.CONNECTED)
    other = second(cast).person
    link, today = in_force(cast, other), timezone.localdate()
    granting.propose(link, Verb.LIVE, taken(cast.inspector.person, NEED), from_on=today, until_on=today)
    assert waits(cast.inspector.person) == set()
    assert waits(other) == {("link_grant", False)}


def test_of_many_the_one_that_has_a_day_is_among_the_first(cast, stage):
    cooperating.decline(ask(cast), "设备已报废", taken(cast.caretaker.person))
    link = examined(cast)
    joining.set_test_day(link, timezone.localdate() + 3 * DAY, taken(cast.inspector.person))
    found = worklist_of(cast.inspector.person, timezone.now(), LegalTerms(), most=1).waiting
    assert [one.what for one in found] == ["link"]
    assert found.count == 2
