"""The work list: each post sees its own, others' rows are not there, and what is late, due, waiting and to come stand apart."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Credential, CredentialKind
from custodes.places.changes.clock import finding_of, removal_finding
from custodes.places.models import FilingKind, FilingState, Removal, RemovalGround, RemovalState, System, SystemState
from custodes.places.upgrades.case import due_of
from custodes.upkeep.dates.dated import Dated
from custodes.upkeep.dates.lines import line_of
from custodes.upkeep.dates.reach import dates_of
from custodes.upkeep.dates.sorts import What
from custodes.upkeep.dates.worklist import worklist_of
from tests.places.changes.cases import done, filed
from tests.places.life import removals as removal
from tests.places.life import rows as life
from tests.places.life.test_filing import accepted
from tests.places.stage import Stage

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def _whats(rows: object) -> set[str]:
    return {one.what for one in rows}  # type: ignore[attr-defined]


def test_a_filing_that_is_due_is_the_units_and_a_late_one_is_seen_by_the_police(stage: Stage) -> None:
    accepted(stage, 20)
    now, cast = timezone.now(), stage.cast
    mine = worklist_of(cast.caretaker.person, now, LegalTerms())
    assert [one.name for one in mine.due] == [stage.school.name]
    assert not mine.late
    later = now + 40 * DAY
    assert [one.name for one in worklist_of(cast.caretaker.person, later, LegalTerms()).late] == [stage.school.name]
    police = worklist_of(cast.inspector.person, later, LegalTerms())
    assert [one.name for one in police.supervised] == [stage.school.name]
    assert not police.late


def test_somebody_elses_dates_are_not_there(stage: Stage) -> None:
    accepted(stage, 20)
    life_names = {stage.school.name, stage.school.site.name}
    for member in ("outside_caretaker", "outsider", "bystander", "officer", "security_admin"):
        person = stage.cast.members[member].person
        shown = dates_of(person, timezone.now(), LegalTerms())
        assert not life_names & {one.name for one in shown}, member


def test_what_was_handed_in_waits_for_the_police_and_no_longer_for_the_unit(stage: Stage) -> None:
    now = timezone.now()
    life.make(stage, now)
    mine = worklist_of(stage.cast.caretaker.person, now, LegalTerms())
    assert What.FILING not in _whats([*mine.late, *mine.due])
    assert What.REMOVAL_FROM in _whats(mine.expected)
    police = worklist_of(stage.cast.inspector.person, now, LegalTerms())
    assert {one.what for one in police.waiting} >= {"take"}


def test_changes_and_orders_have_their_days_and_wait_for_whoever_decides(stage: Stage) -> None:
    now = timezone.now()
    life.make(stage, now)
    unit = dates_of(stage.cast.caretaker.person, now, LegalTerms())
    order = stage.school.upgrades.get()
    assert [(one.day, one.clause) for one in unit if one.what == "upgrade"] == [(due_of(order, LegalTerms()), "S16.2c")]
    late = worklist_of(stage.cast.inspector.person, now + 70 * DAY, LegalTerms())
    assert "upgrade" in _whats(late.supervised)
    waits = worklist_of(stage.cast.approver.person, now, LegalTerms()).waiting
    case = stage.school.changes.get()
    assert case.get_absolute_url() in {one.href for one in waits}
    assert case.get_absolute_url() not in {
        one.href for one in worklist_of(stage.cast.caretaker.person, now, LegalTerms()).waiting
    }


def test_a_change_that_was_made_has_to_be_filed_by_a_day(stage: Stage) -> None:
    filed(stage)
    case = done(stage)
    now, today = timezone.now(), timezone.localdate()
    finding = finding_of(case, today, LegalTerms())
    assert finding is not None
    rows = [one for one in dates_of(stage.cast.caretaker.person, now, LegalTerms()) if one.what is What.CHANGE_FILING]
    assert [(one.day, one.subject) for one in rows] == [(finding.due, str(case.pk))]
    assert not [
        one
        for one in dates_of(stage.cast.outside_caretaker.person, now, LegalTerms())
        if one.what is What.CHANGE_FILING
    ]


def test_a_change_has_no_day_before_anything_is_filed_and_none_when_the_system_is_gone(stage: Stage) -> None:
    def has_day() -> bool:
        dates = dates_of(stage.cast.caretaker.person, timezone.now(), LegalTerms())
        return any(one.what is What.CHANGE_FILING for one in dates)

    done(stage)
    assert not has_day()
    first = stage.school.filings.create(
        kind=FilingKind.LEGACY, state=FilingState.FILED, drafted_by=stage.cast.caretaker.person,
        drafted_at=timezone.now(),
    )  # fmt: skip
    assert has_day()
    System.objects.filter(pk=first.system_id).update(state=SystemState.REMOVED)
    assert not has_day()


def test_a_removal_has_to_be_reported_before_a_day_and_then_waits_for_another(stage: Stage) -> None:
    now, by = timezone.now(), stage.cast.caretaker.person
    wanted = removal.Wanted((stage.yard,), RemovalGround.CITY_WORKS, "操场改建", now.date() + 30 * DAY)
    row = removal.plan(stage.school, wanted, by, now)
    days = {one.what: one.day for one in dates_of(by, now, LegalTerms()) if one.subject == str(row.pk)}
    assert days[What.REMOVAL_REPORT] == removal.latest_report(row, LegalTerms()).latest
    assert days[What.REMOVAL_PLANNED] == wanted.planned


def test_a_training_that_ends_is_the_persons_own_and_the_units(stage: Stage) -> None:
    now, cast = timezone.now(), stage.cast
    Credential.objects.create(
        person=cast.operator.person,
        kind=CredentialKind.SKILLS,
        issued=timezone.localdate(now) - 300 * DAY,
        valid_until=timezone.localdate(now) + 5 * DAY,
        at=now,
    )
    for member, seen in (("operator", True), ("caretaker", True), ("outsider", False), ("outside_caretaker", False)):
        due = worklist_of(cast.members[member].person, now, LegalTerms()).due
        assert (What.TRAINING in _whats(due)) is seen, member
        # Who may not open the personnel file is led to their own page.
        links = {one.href for one in due if one.what is What.TRAINING}
        assert all((href == reverse("people:profile")) == (member == "operator") for href in links), member


def test_the_list_costs_few_queries_however_many_systems_there_are(
    stage: Stage, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    System.objects.bulk_create(
        System(site=stage.school.site, name=f"系统 {each}", unit=stage.school.unit, state=SystemState.LEGACY)
        for each in range(300)
    )
    with django_assert_max_num_queries(60):  # type: ignore[attr-defined]
        work = worklist_of(stage.cast.caretaker.person, timezone.now(), LegalTerms())
    assert work.late.count == 301


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_say_it_to_who_may_see_it_and_to_nobody_else(
    stage: Stage, client_of: Callable[[str], Client], language: str
) -> None:
    system = accepted(stage, 45)
    stage.cast.caretaker.account.language = stage.cast.outsider.account.language = language
    stage.cast.caretaker.account.save()
    stage.cast.outsider.account.save()
    due = dates_of(stage.cast.caretaker.person, timezone.now(), LegalTerms())[0].day
    for name, query in (("upkeep:dates", ""), ("upkeep:date_calendar", f"?month={due:%Y-%m}")):
        url = reverse(name) + query
        mine = client_of("caretaker").get(url)
        assert mine.status_code == 200
        assert system.name in mine.content.decode()
        other = client_of("outsider").get(url).content.decode()
        assert system.name not in other
        assert str(system.pk) not in other


@pytest.mark.parametrize("month", ["", "2026-13", "0001-01", "9999-12", "x", "2026-02-03", "2026-02"])
def test_any_month_that_is_asked_for_is_answered(stage: Stage, client_of: Callable[[str], Client], month: str) -> None:
    assert client_of("caretaker").get(reverse("upkeep:date_calendar"), {"month": month}).status_code == 200


@pytest.mark.parametrize(
    ("what", "begins", "ends", "state"),
    [
        (What.INTERRUPTION, -3, -2, "off"),
        (What.INTERRUPTION, -1, 0, "info"),
        (What.INTERRUPTION, -1, 2, "info"),
        (What.INTERRUPTION, 0, 0, "attention"),
        (What.FILING, -1, -1, "danger"),
        (What.FILING, 3, 3, "attention"),
        (What.FILING, 20, 20, "info"),
        (What.REMOVAL_FROM, -5, -5, "fine"),
        (What.REMOVAL_FROM, 5, 5, "neutral"),
    ],
)
def test_a_badge_says_late_running_over_or_how_long(what: What, begins: int, ends: int, state: str) -> None:
    today = datetime.date(2026, 11, 26)
    one = Dated(what, "s", today + begins * DAY, today + ends * DAY, "n", "", "/")
    assert line_of(one, today).state == state


def removed(stage: Stage, day: datetime.date, *, whole: bool = False) -> Removal:
    """A removal of the yard's camera, or of all of the school's, that was carried out on the day."""
    row = Removal.objects.create(
        system=stage.school, whole=whole, ground=RemovalGround.OTHER, why="操场改建", planned=day,
        state=RemovalState.REMOVED, drafted_by=stage.cast.caretaker.person, drafted_at=timezone.now(), removed_on=day,
    )  # fmt: skip
    row.cameras.add(stage.yard)
    return row


def filed_on(stage: Stage, day: datetime.date | None, kind: FilingKind, state: FilingState = FilingState.FILED) -> None:
    by = stage.cast.caretaker.person
    stage.school.filings.create(
        kind=kind, state=state, drafted_by=by, drafted_at=timezone.now(), submitted_on=day, receipt=str(kind)
    )


@pytest.mark.parametrize("filed_before", [datetime.timedelta(30), None])
def test_cameras_removed_from_a_filed_system_are_a_change_that_has_to_be_filed(
    stage: Stage, filed_before: datetime.timedelta | None
) -> None:
    now, terms, day = timezone.now(), LegalTerms(), timezone.localdate() - 3 * DAY
    filed_on(stage, day - filed_before if filed_before else None, FilingKind.INITIAL)
    row = removed(stage, day)
    last = removal_finding(row, day, terms).due
    assert last is not None
    dates = dates_of(stage.cast.caretaker.person, now, terms)
    [one] = [one for one in dates if one.what is What.CHANGE_FILING]
    assert (one.day, one.subject, one.clause, one.note) == (last, str(row.pk), "N14", "已拆除点位 1 个")
    assert not [one for one in dates_of(stage.cast.outside_caretaker.person, now, terms) if one.subject == str(row.pk)]

    def stands(at: datetime.date) -> tuple[bool, bool, bool]:
        moment = datetime.datetime.combine(at, datetime.time(12), timezone.get_current_timezone())
        mine = worklist_of(stage.cast.caretaker.person, moment, terms)
        theirs = worklist_of(stage.cast.inspector.person, moment, terms)
        return tuple(What.CHANGE_FILING in _whats(group) for group in (mine.due, mine.late, theirs.supervised))  # type: ignore[return-value]

    assert stands(last) == (True, False, False), "the last day is in time"
    assert stands(last + DAY) == (False, True, True)


@pytest.mark.parametrize(
    ("ago", "kind", "state", "owed"),
    [
        (0, FilingKind.CHANGE, FilingState.SUBMITTED, False),
        (2, FilingKind.CHANGE, FilingState.RETURNED, False),
        (3, FilingKind.CHANGE, FilingState.FILED, False),
        (4, FilingKind.CHANGE, FilingState.FILED, True),
        (0, FilingKind.CHANGE, FilingState.DRAFT, True),
    ],
)
def test_a_filing_since_the_removal_tells_of_it(
    stage: Stage, ago: int, kind: FilingKind, state: FilingState, owed: bool
) -> None:
    today = timezone.localdate()
    filed_on(stage, today - 60 * DAY, FilingKind.INITIAL)
    removed(stage, today - 3 * DAY)
    filed_on(stage, today - ago * DAY, kind, state)
    dates = dates_of(stage.cast.caretaker.person, timezone.now(), LegalTerms())
    assert (What.CHANGE_FILING in _whats(dates)) is owed


def test_no_change_is_owed_of_what_was_never_filed_or_is_gone_as_a_whole(stage: Stage) -> None:
    def owed() -> bool:
        return What.CHANGE_FILING in _whats(dates_of(stage.cast.caretaker.person, timezone.now(), LegalTerms()))

    today = timezone.localdate()
    row = removed(stage, today - 3 * DAY)
    assert not owed(), "the first filing has its own clock"
    filed_on(stage, today - 60 * DAY, FilingKind.INITIAL)
    assert owed()
    Removal.objects.filter(pk=row.pk).update(whole=True)
    assert not owed()
