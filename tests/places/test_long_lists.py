"""The register's lists at any length: the same rows on the same pages, found by the same words, and only one's own."""

from __future__ import annotations

import datetime
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from custodes.people import table
from custodes.places.models import (
    Camera,
    CameraState,
    Filing,
    FilingState,
    Site,
    System,
    SystemRole,
    SystemRoleKind,
    SystemState,
)
from custodes.places.narrowing import sought
from custodes.places.scope import exact_cameras, listed_cameras, visible_cameras, visible_systems
from custodes.places.views import cases, lists
from tests.cast import EVERYBODY

pytestmark = pytest.mark.postgresql

WORDS = (
    "东门",
    "东",
    "门卫",
    "A-12",
    "a-12",
    "2b",
    "立柱",
    "小学",
    "宾馆",
    "不存在的名称",
    "%",
    "_",
    "'",
    "\\",
    "东门 0",
)


@pytest.fixture
def many(stage):
    """Twelve systems in two counties with sixty cameras, whose names come in no order."""
    chance = random.Random(4)
    states = (CameraState.CONNECTED, CameraState.DRAFT, CameraState.RETIRED)
    for number in range(12):
        owner = stage.school if number % 3 else stage.hotel
        place = Site.objects.create(
            name=f"{('小学', '宾馆', '车站')[number % 3]}{number:02}", category=1, address="无",
            division=owner.site.division, unit=owner.unit,
        )  # fmt: skip
        system = System.objects.create(site=place, name=f"系统 {number % 4}", unit=owner.unit, state=SystemState.LEGACY)
        Camera.objects.bulk_create(
            Camera(
                system=system, number=f"A-{each}{chance.choice('2b')}", place=f"立柱，距地 {each} 米", node=stage.node,
                name=f"{chance.choice(('东门', '门卫室', '东侧大门', 'ü 厅'))} {each}", state=chance.choice(states),
            )
            for each in range(5)
        )  # fmt: skip
    return stage


def shown(answer) -> list[str]:
    return [str(camera.pk) for camera, _badge in answer.context["rows"]]


@pytest.mark.parametrize("member", sorted(EVERYBODY))
def test_the_list_walks_over_exactly_the_rows_that_the_person_may_see(many, member):
    person, now = many.cast.members[member].person, timezone.now()
    SystemRole.objects.create(
        system=many.hotel, unit=many.cast.units["a"], role=SystemRoleKind.MAINTAINER, since=datetime.date(2024, 6, 1)
    )
    assert set(listed_cameras(person, now)) == set(visible_cameras(person, now))
    assert list(listed_cameras(person, now).order_by("pk")) == list(visible_cameras(person, now).order_by("pk"))


@pytest.mark.parametrize("counted", [7, 10_000])
@pytest.mark.parametrize("member", ["inspector", "system_admin", "caretaker", "outside_caretaker"])
@pytest.mark.parametrize("sort", ["number", "name", "system__name", "system__unit__name", "state"])
def test_the_pages_hold_each_row_once_and_backwards_the_other_way_round(
    many, client_of, monkeypatch, member, sort, counted
):
    monkeypatch.setattr(lists, "PER_PAGE", 8)
    monkeypatch.setattr(table, "COUNTED", counted)
    mine = visible_cameras(many.cast.members[member].person, timezone.now())
    browser = client_of(member)

    def walk(order):
        found, number = [], 1
        while True:
            answer = browser.get(reverse("places:camera_list"), {"sort": order, "page": number})
            found += shown(answer)
            if not answer.context["page"].has_next():
                return found
            number += 1

    forwards = walk(sort)
    assert sorted(forwards) == sorted(str(row.pk) for row in mine)
    assert walk(f"-{sort}") == forwards[::-1]
    by_key = {str(row.pk): row for row in mine.select_related("system__unit")}
    said = {
        "number": lambda row: row.number,
        "name": lambda row: row.name,
        "state": lambda row: row.state,
        "system__name": lambda row: row.system.name,
        "system__unit__name": lambda row: row.system.unit.name,
    }[sort]
    values = [said(by_key[key]) for key in forwards]
    assert values == sorted(values)


@pytest.mark.parametrize("member", ["inspector", "auditor", "caretaker", "outside_caretaker"])
@pytest.mark.parametrize("word", WORDS)
def test_a_word_finds_what_has_it_and_only_among_ones_own_rows(many, client_of, member, word):
    mine = visible_cameras(many.cast.members[member].person, timezone.now()).select_related("system__site")
    exact = exact_cameras(many.cast.members[member].person, timezone.now()).values_list("pk", flat=True)
    small = word.lower() if word.isascii() else word
    wanted = {
        str(row.pk)
        for row in mine
        if any(
            small in (text.lower() if word.isascii() else text)
            for text in (
                f"{row.number} {row.name} {row.place if row.pk in exact else ''}",
                row.system.name,
                row.system.site.name,
            )
        )
    }
    browser = client_of(member)
    found = set()
    for page in range(1, 4):
        answer = browser.get(reverse("places:camera_list"), {"q": word, "page": page})
        found |= set(shown(answer))
    assert found == wanted


def test_many_systems_that_a_word_names_are_found_as_well_as_few(many, monkeypatch):
    from custodes.places import narrowing

    person = many.cast.inspector.person
    rows = listed_cameras(person, timezone.now())
    few = set(sought(rows, "系统", System.objects.none()))
    monkeypatch.setattr(narrowing, "NAMED", 2)
    assert set(sought(rows, "系统", System.objects.none())) == few
    assert len(few) == 40


def test_a_list_that_was_not_counted_says_more_than_and_where_the_number_is(many, client_of, monkeypatch):
    monkeypatch.setattr(table, "COUNTED", 7)
    monkeypatch.setattr(lists, "PER_PAGE", 8)
    browser = client_of("inspector")
    page = browser.get(reverse("places:camera_list"), {"page": 2}).content.decode()
    assert "超过 7 个点位" in page
    assert "第 2 页，共超过 7 条" in page
    assert f'href="{reverse("places:overview")}">总览' in page
    assert "符合条件的点位超过 7 个" in browser.get(reverse("places:camera_list"), {"q": "立柱"}).content.decode()
    monkeypatch.setattr(table, "COUNTED", 10_000)
    page = browser.get(reverse("places:camera_list"), {"page": 2}).content.decode()
    assert "共 42 个点位" in page
    assert "第 2 / 6 页，共 42 条" in page


@pytest.mark.parametrize(
    ("name", "counted", "more", "exact"),
    [
        ("system_list", 5, "超过 5 个系统", "共 9 个系统"),
        ("filing_list", 1, "超过 1 件", "共 3 件"),
        ("site_list", 5, "第 1 页，共超过 5 条", "第 1 / 2 页，共 9 条"),
    ],
)
def test_no_list_calls_the_bound_of_counting_a_number_of_rows(many, client_of, monkeypatch, name, counted, more, exact):
    now, inspector = timezone.now(), many.cast.inspector.person
    for system in visible_systems(inspector, now).order_by("pk")[:3]:
        Filing.objects.create(
            system=system, kind="initial", state=FilingState.SUBMITTED, submitted_on=now.date(),
            drafted_by=inspector, drafted_at=now,
        )  # fmt: skip
    monkeypatch.setattr(lists, "PER_PAGE", 6)
    monkeypatch.setattr(cases, "PER_PAGE", 2)
    browser = client_of("inspector")
    assert exact in browser.get(reverse(f"places:{name}")).content.decode()
    monkeypatch.setattr(table, "COUNTED", counted)
    page = browser.get(reverse(f"places:{name}")).content.decode()
    assert more in page
    assert exact not in page


def test_a_few_systems_are_offered_and_of_many_only_the_chosen_one(many, client_of, monkeypatch):
    browser = client_of("inspector")
    url = reverse("places:camera_list")
    offered = browser.get(url).context["systems"]
    assert len(offered) == 9
    assert [row.name for row in offered] == sorted(row.name for row in offered)
    monkeypatch.setattr(lists, "SYSTEMS_OFFERED", 8)
    assert 'name="system"' not in browser.get(url).content.decode()
    answer = browser.get(url, {"system": many.school.pk})
    assert answer.context["systems"] == [many.school]
    assert set(shown(answer)) == {str(many.gate.pk), str(many.yard.pk)}
    # Somebody else's is neither named nor a condition.
    answer = browser.get(url, {"system": many.hotel.pk})
    assert answer.context["system"] is None
    assert "大堂" not in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "most"),
    [("camera_list", 9), ("system_list", 8), ("site_list", 8), ("filing_list", 8)],
)
def test_a_list_asks_the_database_a_few_times(many, client_of, name, most):
    browser = client_of("inspector")
    url = reverse(f"places:{name}")
    browser.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(url).status_code == 200
    assert len(asked) <= most, [one["sql"][:90] for one in asked]


def test_the_rooms_stand_in_the_header_twice_and_as_markup(stage, client_of):
    page = client_of("inspector").get(reverse("places:camera_list")).content.decode()
    assert page.count('<nav class="nav"') == 2
    assert "&lt;nav" not in page


@pytest.mark.skipif("connection.vendor != 'postgresql'")
def test_the_index_of_pairs_is_asked_for_words_of_two_characters_and_more(many):
    rows = Camera.objects.order_by()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for word, asked in (("东门", True), ("东门 0", True), ("东", False)):
            sql, values = sought(rows, word, System.objects.none()).values("pk").query.sql_with_params()
            cursor.execute(f"EXPLAIN {sql}", values)
            assert ("camera_by_pairs" in str(cursor.fetchall())) is asked, word
