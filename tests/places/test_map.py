"""The map of the register: windows and conditions; what nobody may learn from it (R9, S20, S30.1, S33.1)."""

from __future__ import annotations

import datetime
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from custodes.cases.models import CaseStep
from custodes.law.assumptions import Assumptions
from custodes.law.duties.finding import DutyStatus, LegalTerms
from custodes.people.models import Division
from custodes.places.filing.clocks import clocks_of
from custodes.places.map import answer as answers
from custodes.places.map import cells
from custodes.places.map.asked import Conditions, Window
from custodes.places.map.rows import standing
from custodes.places.models import (
    Camera,
    CameraState,
    Filing,
    FilingKind,
    FilingState,
    Site,
    System,
    SystemRole,
    SystemRoleKind,
    SystemState,
)

pytestmark = pytest.mark.postgresql

HERE = (91.1172, 29.6578)
AROUND = [91.10, 29.64, 91.13, 29.67]
SEEN, BLIND, FOREIGN = (
    ("caretaker", "inspector", "system_admin"),
    ("operator", "lead", "approver", "auditor"),
    "outsider",
)


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    """Nothing is held from one question to the next, nor from one test to another."""
    monkeypatch.setattr(cells, "_held", None)
    monkeypatch.setattr(cells, "LONGEST", datetime.timedelta(0))


def put(camera, east=0.0, north=0.0, **more):
    """Put a camera so many degrees from here."""
    camera.longitude, camera.latitude = f"{HERE[0] + east:.6f}", f"{HERE[1] + north:.6f}"
    for name, value in more.items():
        setattr(camera, name, value)
    camera.save()


@pytest.fixture
def placed(stage):
    """The school's two cameras with one field, the hotel's on the same spot; a place of each unit that lacks a system."""
    put(stage.gate, azimuth="45", angle="90", reach=60)
    put(stage.yard, 0.001)
    put(stage.lobby)
    for unit in ("a", "b"):
        Site.objects.create(
            name=f"缺口{unit}", category=7, address="无", division=stage.school.site.division, unit=stage.cast.units[unit],
            longitude="91.118", latitude="29.658",
        )  # fmt: skip
    return stage


def ask(browser, box=AROUND, **conditions):
    said = json.dumps({"box": box, **conditions})
    found = browser.post(reverse("places:map_window"), said, "application/json")
    assert found.status_code == 200, found.content
    told = found.json()
    told["cameras"] = [row | told["systems"][row["of"]] for row in told["cameras"]]
    told["moving"] = [row | told["systems"][row["of"]] for row in told["moving"]]
    return told


def names(found):
    return sorted(row["name"] for row in (*found["cameras"], *found["gaps"]))


def test_a_window_holds_who_stands_in_it_with_words_links_and_field(placed, client_of):
    found = ask(client_of("caretaker"))
    assert names(found) == ["操场", "校门", "缺口a"]
    gate = next(row for row in found["cameras"] if row["name"] == "校门")
    assert gate["at"] == [91.1172, 29.6578]
    assert gate["stateWord"] == "已接入"
    assert gate["href"] == placed.gate.get_absolute_url()
    assert gate["systemHref"] == placed.school.get_absolute_url()
    assert gate["field"][0] == gate["field"][-1]
    assert ask(client_of("caretaker"), [91.2, 29.6, 91.3, 29.7])["total"] == 0
    wide = ask(client_of("caretaker"), [90, 29, 92, 30])["cameras"]
    assert [row["field"] for row in wide] == [None, None]


def test_without_a_window_everything_is_told_and_where_it_is(placed, client_of):
    found = ask(client_of("caretaker"), None)
    west, south, east, north = found["extent"]
    assert west < HERE[0] < east
    assert south < HERE[1] < north
    assert names(found) == ["操场", "校门", "缺口a"]
    empty = ask(client_of("caretaker"), None, category=1)
    assert (empty["extent"], empty["total"], empty["gapTotal"]) == (None, 0, 0)


@pytest.mark.parametrize("single", [300, 0])
def test_whoever_reads_no_position_gets_neither_place_nor_number(placed, client_of, monkeypatch, single):
    monkeypatch.setattr(answers, "SINGLE", single)
    for member in (*BLIND, FOREIGN):
        for box in (AROUND, None):
            found = ask(client_of(member), box)
            assert found["total"] == found["gapTotal"] == 0, member
            assert not any(
                found[key] for key in ("extent", "cells", "cameras", "divisions", "gaps", "gapCells") if key in found
            )


@pytest.mark.parametrize("member", ["officer", "security_admin", "bystander"])
def test_who_does_not_see_the_register_opens_neither_page_nor_window(placed, client_of, member):
    browser = client_of(member)
    assert browser.get(reverse("places:map")).status_code == 403
    said = json.dumps({"box": AROUND})
    assert browser.post(reverse("places:map_window"), said, "application/json").status_code == 403


@pytest.mark.parametrize("single", [300, 0])
def test_somebody_elses_rows_are_neither_shown_nor_counted(placed, client_of, monkeypatch, single):
    monkeypatch.setattr(answers, "SINGLE", single)
    for member, cameras, gaps in (
        ("caretaker", 2, 1), ("outside_caretaker", 1, 1), ("inspector", 2, 2), ("system_admin", 3, 2)
    ):  # fmt: skip
        found = ask(client_of(member))
        assert (found["total"], found["gapTotal"]) == (cameras, gaps), member
        assert sum(count for _x, _y, count, _late in found["cells"]) == (0 if single else cameras)
        assert sum(row["count"] for row in found["divisions"]) == (0 if single else cameras)
    assert "大堂" not in json.dumps(ask(client_of("caretaker")), ensure_ascii=False)


def test_a_contractor_sees_what_it_tends_and_no_longer_than_it_does(placed, client_of):
    role = SystemRole.objects.create(
        system=placed.school, unit=placed.cast.units["b"], role=SystemRoleKind.MAINTAINER,
        since=timezone.localdate() - datetime.timedelta(days=2),
    )  # fmt: skip
    assert ask(client_of("outside_caretaker"))["total"] == 3
    role.until = timezone.localdate() - datetime.timedelta(days=1)
    role.save()
    assert ask(client_of("outside_caretaker"))["total"] == 1


def test_the_page_itself_bears_no_position_and_says_why_there_is_no_map(placed, client_of):
    for member in (*SEEN, *BLIND):
        page = client_of(member).get(reverse("places:map")).content.decode()
        assert "91.117" not in page, member
        assert "29.657" not in page, member
        assert ("data-register-map" in page) is (member in SEEN), member
        assert ("您的岗位不查看点位的位置" in page) is (member in BLIND), member
        assert "style=" not in page


def test_nothing_classified_is_drawn_anywhere(placed, client_of):
    System.objects.filter(pk=placed.school.pk).update(classified=True)
    found = ask(client_of("inspector"))
    assert names(found) == ["缺口a", "缺口b"]
    assert ask(client_of("inspector"), None)["extent"][0] == pytest.approx(91.116), "of the gaps alone, with its margin"
    # A place whose only system is classified is no gap either, whatever state that system is in.
    gap = Site.objects.get(name="缺口a")
    System.objects.create(site=gap, name="秘", unit=gap.unit, classified=True, state=SystemState.DESIGNED)
    assert names(ask(client_of("inspector"))) == ["缺口b"]


def test_conditions_narrow_what_is_shown(placed, client_of):
    browser = client_of("inspector")
    Camera.objects.filter(pk=placed.yard.pk).update(state=CameraState.RETIRED)
    assert names(ask(browser)) == ["校门", "缺口a", "缺口b"]
    assert names(ask(browser, state="retired")) == ["操场"]
    assert names(ask(browser, show="cameras")) == ["校门"]
    assert names(ask(browser, show="gaps")) == ["缺口a", "缺口b"]
    assert names(ask(browser, category="7")) == ["缺口a", "缺口b"]
    assert names(ask(browser, life="in_use")) == []
    assert names(ask(browser, life="legacy_in_use")) == ["校门"]
    divisions = {row.code: row.pk for row in Division.objects.all()}
    assert names(ask(browser, division=divisions["540103"])) == []
    assert len(names(ask(browser, division=divisions["540100"]))) == 3, "a city holds its counties"
    assert names(ask(browser, division=999999)) == []


def test_a_filing_condition_follows_the_clocks(placed, client_of):
    browser = client_of("inspector")
    assert {row["filing"] for row in ask(browser)["cameras"]} == {"late"}, "carried over, and never filed"
    assert ask(browser, filing="late")["total"] == 2
    file(placed.school, placed.cast.caretaker.person)
    assert ask(browser, filing="late")["total"] == 0
    assert {row["filing"] for row in ask(browser)["cameras"]} == {""}


def file(system, by, state=FilingState.SUBMITTED, kind=FilingKind.INITIAL):
    now = timezone.now()
    Filing.objects.create(
        system=system, kind=kind, state=state, drafted_by=by, drafted_at=now, submitted_on=timezone.localdate(now)
    )


def test_late_and_due_say_of_many_what_the_clocks_say_of_one(stage):
    """Systems with every kind of beginning, on several days, filed and not."""
    by, unit, site = stage.cast.caretaker.person, stage.cast.units["a"], stage.school.site
    for number, (state, filed) in enumerate(
        (state, filed)
        for state in (SystemState.LEGACY, SystemState.ACCEPTED, SystemState.IN_USE, SystemState.TRIAL)
        for filed in (None, FilingState.FILED, FilingState.RETURNED, FilingState.WITHDRAWN, "change")
    ):
        for ago in (3, 29, 31, 95, 700):
            day = timezone.localdate() - datetime.timedelta(days=ago)
            legacy = state == SystemState.LEGACY
            row = System.objects.create(
                site=site,
                name=f"{number}-{ago}",
                unit=unit,
                state=state,
                built_on=datetime.date(2010, 1, 1) + datetime.timedelta(ago * 9) if legacy and ago > 90 else None,
            )
            events = {SystemState.ACCEPTED: ["accept"], SystemState.IN_USE: ["accept", "put_in_use"]}.get(state, [])
            for event in events:
                CaseStep.objects.create(
                    kind="places.system", about=row.pk, seq=CaseStep.objects.count() + 1, case_id=row.pk, event=event, after=state, on=day, by=by,
                    at=timezone.now(),
                )  # fmt: skip
            if filed == "change":
                file(row, by, FilingState.FILED, FilingKind.CHANGE)
            elif filed:
                file(row, by, filed)
    today = timezone.localdate()
    for day in (today, today + datetime.timedelta(days=40), datetime.date(2024, 6, 15), datetime.date(2025, 5, 1)):
        stands = standing(day, Assumptions())
        late = set(System.objects.filter(stands.late).values_list("name", flat=True))
        due = set(System.objects.filter(stands.due).values_list("name", flat=True))
        # What came later than the day is no question on it: neither steps nor filings.
        later = (
            set()
            if day >= today
            else {
                row.name
                for row in System.objects.all()
                if CaseStep.objects.filter(case_id=row.pk).exists() or row.filings.exists()
            }
        )
        told: dict[str, set[str]] = {"late": set(), "due": set()}
        for row in System.objects.exclude(name__in=later):
            found = {clock.finding.status for clock in clocks_of(row, day, LegalTerms()) if not clock.filed}
            if DutyStatus.LATE in found:
                told["late"].add(row.name)
            elif DutyStatus.DUE in found:
                told["due"].add(row.name)
        late, due = late - later, due - later
        assert (late, due) == (told["late"], told["due"]), day
        assert day != today or (late and due), "both kinds are among them"


def test_many_are_counted_in_cells_and_by_division(placed, client_of, monkeypatch):
    monkeypatch.setattr(answers, "SINGLE", 1)
    found = ask(client_of("system_admin"), [91.0, 29.5, 91.4, 29.8])
    assert found["cameras"] == found["gaps"] == []
    assert [(cell[2], cell[3]) for cell in found["cells"]] == [(3, 3)]
    assert abs(found["cells"][0][0] - 91.1175) < 0.001
    assert {row["name"]: row["count"] for row in found["divisions"]} == {"城关区": 2, "堆龙德庆区": 1}
    assert [cell[2] for cell in found["gapCells"]] == [2]


def test_a_doubled_number_of_rows_asks_no_more_questions(placed, client_of):
    browser = client_of("caretaker")

    def questions():
        with CaptureQueriesContext(connection) as asked:
            ask(browser)
        return len(asked)

    questions()
    before = questions()
    for number in range(20):
        camera = Camera(system=placed.school, node=placed.node, number=f"X{number}", name=f"加{number}", place="无")
        put(camera, number / 10000)
    assert questions() == before


def test_a_window_reads_the_posts_of_who_asks_once(placed, client_of):
    browser = client_of("inspector")
    with CaptureQueriesContext(connection) as asked:
        ask(browser, None)
    assert sum('FROM "people_post"' in one["sql"] for one in asked) == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"box": 1}', b'{"box": [1,2,3]}', b'{"box": [91,29,90,30]}', b'{"box": [0,0,0,NaN]}',
     b'{"box": [-1000,0,0,1]}', b'{"box": ["a",0,0,1]}', b'{"box": [true,0,2,3]}', b'{"box":' + b"[" * 990, b" " * 2000 + b"{}"],
)  # fmt: skip
def test_what_is_no_window_is_refused(stage, client_of, body):
    answer = client_of("caretaker").post(reverse("places:map_window"), body, "application/json")
    assert answer.status_code == 400


def test_a_window_is_asked_for_in_no_address(stage, client_of):
    assert client_of("caretaker").get(reverse("places:map_window")).status_code == 405
    answer = client_of("caretaker").post(reverse("places:map_window"), "{}", "application/json")
    assert "no-store" in answer.headers["Cache-Control"]


def test_conditions_that_mean_nothing_count_as_none():
    said = {"show": "x", "state": ["draft"], "life": 3, "category": "15", "division": "1e3", "filing": None}
    assert Conditions.read(said) == Conditions()
    assert Conditions.read({"category": "14", "division": 7}) == Conditions(category=14, division=7)


def test_cells_stay_where_they_are_when_the_window_moves():
    first, second = Window.read([91.0, 29.0, 91.5, 29.4]), Window.read([91.013, 29.007, 91.513, 29.407])
    assert first is not None
    assert second is not None
    assert first.cell == second.cell
    assert first.cell & (first.cell - 1) == 0, "a power of two: cells of the next zoom hold whole ones of this"
