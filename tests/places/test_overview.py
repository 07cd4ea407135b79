"""The overview: a division's figures, each the number of rows of the list to which it leads, for whoever may see them."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from custodes.cases.models import CaseStep
from custodes.law.duties.finding import LegalTerms
from custodes.places.filing.clocks import clocks_of, due, unfiled
from custodes.places.filing.clocks import late as late_of
from custodes.places.models import Camera, CameraState, Site, System, SystemState
from tests.places.life import rows as life
from tests.places.stage import Stage

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
Clients = Callable[[str], Client]
OVERVIEW = "places:overview"
DAY = datetime.timedelta(days=1)


def stand(stage: Stage, name: str, state: SystemState, category: int = 9, **days: int) -> System:
    """A system in a state, whose steps were so many days ago."""
    site = Site.objects.create(
        name=name, category=category, address="无", division=stage.school.site.division, unit=stage.school.unit
    )
    system = System.objects.create(site=site, name=name, unit=stage.school.unit, state=state)
    for event, ago in days.items():
        at = timezone.now() - ago * DAY
        CaseStep.objects.create(
            kind="places.system", about=system.pk, seq=CaseStep.objects.count() + 1, case_id=system.pk, event=event, after=state,
            on=timezone.localdate(at), by=stage.cast.caretaker.person, at=at,
        )  # fmt: skip
    return system


def stage_of_all(stage: Stage) -> None:
    stand(stage, "拟建", SystemState.PROPOSED)
    stand(stage, "刚验收", SystemState.ACCEPTED, accept=3)
    stand(stage, "早验收", SystemState.ACCEPTED, accept=60)
    stand(stage, "刚用", SystemState.IN_USE, category=13, accept=20, put_in_use=5)
    stand(stage, "早用", SystemState.IN_USE, accept=90, put_in_use=80)
    stand(stage, "已拆", SystemState.REMOVED, accept=300)
    Site.objects.create(
        name="加油站", category=7, address="西郊", division=stage.school.site.division, unit=stage.school.unit
    )
    life.make(stage, timezone.now())


@pytest.mark.parametrize("member", ["caretaker", "inspector", "system_admin", "operator", "auditor"])
def test_each_figure_is_the_number_of_rows_behind_it(stage: Stage, client_of: Clients, member: str) -> None:
    stage_of_all(stage)
    client = client_of(member)
    page = client.get(reverse(OVERVIEW)).context
    figures = [
        *page["headlines"],
        *page["total"],
        *page["states"],
        *(one for _row, figures in page["rows"] for one in figures),
        *(one for _category, figures in page["categories"] for one in figures),
    ]
    linked = {(one["href"], one["value"]) for one in figures if one["href"]}
    assert len(linked) > 10
    for href, value in linked:
        listed = client.get(unescape(href))
        assert listed.context["page"].paginator.count == value, href


def test_what_is_due_and_late_is_what_the_law_says_of_each_system(stage: Stage) -> None:
    stage_of_all(stage)
    today, terms = timezone.localdate(), LegalTerms()
    late = {row.name for row in late_of(System.objects.all(), today, terms)}
    running = {row.name for row in due(System.objects.all(), today, terms)}
    for system in unfiled(System.objects.all()):
        clocks = [clock for clock in clocks_of(system, today, terms) if clock.open]
        over = any(clock.finding.due is not None and clock.finding.due < today for clock in clocks)
        assert (system.name in late) is over, system
        assert (system.name in running) is (bool(clocks) and not over), system
    assert {"早验收", "早用"} <= late
    assert {"刚验收", "刚用"} <= running


@pytest.mark.parametrize("days", range(25, 36))
def test_the_last_day_of_being_in_time_is_the_laws(stage: Stage, days: int) -> None:
    system = stand(stage, "系统", SystemState.ACCEPTED, accept=days)
    today, terms = timezone.localdate(), LegalTerms()
    (clock,) = clocks_of(system, today, terms)
    assert clock.finding.due is not None
    found = late_of(System.objects.filter(pk=system.pk), today, terms).exists()
    assert found is (clock.finding.due < today)


def test_a_countys_police_see_their_county_alone(stage: Stage, client_of: Clients) -> None:
    client = client_of("inspector")
    page = client.get(reverse(OVERVIEW)).context
    assert page["division"].code == "540102"
    assert client.get(reverse(OVERVIEW), {"division": "540103"}).status_code == 404
    assert client.get(reverse(OVERVIEW), {"division": "540100"}).status_code == 404
    assert {one.code for one in page["among"]} == {
        one.code for one in page["among"] if one.path.startswith(page["division"].path)
    }


def test_the_citys_police_see_every_county_and_their_sum(stage: Stage, client_of: Clients) -> None:
    page = client_of("system_admin").get(reverse(OVERVIEW)).context
    assert page["division"].code == "540100"
    by = {row.division.code: row.counts["systems"] for row, _figures in page["rows"]}
    assert by == {"540102": 1, "540103": 1}
    assert page["headlines"][0]["value"] == 2


def test_a_units_people_see_their_own_rows_and_no_others_counts(stage: Stage, client_of: Clients) -> None:
    stand(stage, "另一个", SystemState.PROPOSED)
    page = client_of("outside_caretaker").get(reverse(OVERVIEW)).context
    assert page["division"].code == "540103"
    assert page["headlines"][0]["value"] == 1
    assert client_of("outside_caretaker").get(reverse(OVERVIEW), {"division": "540102"}).status_code == 404


def test_who_sees_nothing_is_told_so(stage: Stage, client_of: Clients) -> None:
    Site.objects.filter(unit=stage.cast.units["b"]).update(
        unit=stage.cast.units["a"], division=stage.school.site.division
    )
    System.objects.filter(pk=stage.hotel.pk).update(unit=stage.cast.units["a"])
    page = client_of("outside_caretaker").get(reverse(OVERVIEW))
    assert "没有可以查看的登记" in page.content.decode()


def test_the_number_of_questions_does_not_grow_with_the_rows(stage: Stage, client_of: Clients) -> None:
    client = client_of("system_admin")

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse(OVERVIEW)).status_code == 200
        return len(asked)

    stand(stage, "一", SystemState.IN_USE, accept=10, put_in_use=5)
    queries()
    few = queries()
    for number in range(12):
        system = stand(stage, f"系统 {number}", SystemState.IN_USE, category=number + 1, accept=10 + number)
        Camera.objects.create(
            system=system, number=f"X{number}", name="点位", place="无", node=stage.node, state=CameraState.CONNECTED
        )
    assert queries() == few
    assert few < 60
