"""The one work list tells everything that anybody has to do in the register: walked through kind by kind, each with its reader."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.utils import timezone

from custodes.cases.models import CaseStep
from custodes.law.duties.finding import LegalTerms
from custodes.places.changes.clock import finding_of
from custodes.places.drafts import keeping
from custodes.places.models import (
    ChangeCase,
    Draft,
    DraftKind,
    Filing,
    FilingState,
    Removal,
    RemovalGround,
    RemovalState,
    System,
    SystemRole,
    SystemRoleKind,
    SystemState,
)
from custodes.places.upgrades.case import due_of
from custodes.upkeep.dates import sources
from custodes.upkeep.dates.worklist import WorklistGroup, group_of, worklist_of
from tests.places.changes import cases
from tests.places.life import filings as filing
from tests.places.life import removals as removal
from tests.places.life.test_added import add, in_use
from tests.places.life.test_filing import accepted
from tests.places.stage import Stage
from tests.places.upgrades import orders
from tests.upkeep.dates.told import Told, told

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
TODAY = cases.days(0)


def of(stage: Stage, member: str, *groups: str) -> list[Told]:
    """Lines but for what cameras lack, of which `test_added` tells; of all groups in which the member acts where none is named."""
    person = stage.cast.members[member].person
    found = told(person, timezone.now(), LegalTerms(), frozenset(groups) or None)
    return [one for one in found if not one.label.startswith("补齐")]


def planned(stage: Stage, ahead: int, reported: int | None = None) -> Removal:
    """A removal of the yard's camera in so many days, reported so many days ago."""
    by, now = stage.cast.caretaker.person, timezone.now()
    row = removal.plan(
        stage.school, removal.Wanted((stage.yard,), RemovalGround.CITY_WORKS, "操场改建", TODAY + 40 * DAY), by, now
    )
    Removal.objects.filter(pk=row.pk).update(planned=TODAY + ahead * DAY)
    if reported is not None:
        Removal.objects.filter(pk=row.pk).update(state=RemovalState.REPORTED, reported_on=TODAY - reported * DAY)
    return Removal.objects.get(pk=row.pk)


def draft(stage: Stage, kind: DraftKind, days_ago: int = 0) -> Draft:
    """One that the school's caretaker has begun."""
    by, at = stage.cast.caretaker.person, timezone.now() - days_ago * DAY
    return Draft.objects.create(
        kind=kind, system=stage.school, by=by, begun_at=at, changed_by=by, changed_at=at, reached="unit"
    )


def returned(stage: Stage) -> Filing:
    """The school's filing, sent back."""
    police = stage.cast.inspector.person
    return filing.send_back(cases.submitted(stage), cases.taken(police, words="缺少平面图"))


def allowed(stage: Stage, ahead: int | None) -> ChangeCase:
    """A change that was approved, planned for so many days from today."""
    cases.filed(stage)
    case = cases.approved(stage)
    ChangeCase.objects.filter(pk=case.pk).update(planned=None if ahead is None else TODAY + ahead * DAY)
    return case


@dataclass(frozen=True)
class Kind:
    """One kind of work: how it comes about, who is told, in which group, with which words."""

    make: Callable[[Stage], object]
    member: str
    group: str
    label: str
    late: bool = False


def undated(stage: Stage) -> None:
    """Changed, nobody knows when."""
    cases.filed(stage)
    ChangeCase.objects.filter(pk=cases.done(stage).pk).update(done_on=None)


def lapsed(stage: Stage) -> None:
    """A draft that nobody went on with."""
    row = draft(stage, DraftKind.REMOVAL)
    Draft.objects.filter(pk=row.pk).update(lapsed_at=timezone.now())


def changed_long_ago(stage: Stage) -> None:
    """A change that was never filed."""
    cases.filed(stage)
    ChangeCase.objects.filter(pk=cases.done(stage).pk).update(done_on=TODAY - 200 * DAY)


def filed_then(make: Callable[[Stage], object]) -> Callable[[Stage], None]:
    """The same, of a system that is filed: so that its filing tells nothing."""

    def made(stage: Stage) -> None:
        cases.filed(stage)
        make(stage)

    return made


def ending(stage: Stage) -> None:
    """Its last day is the next one that is worked: a day off would move it, beyond the week perhaps."""
    today, calendar = timezone.localdate(), LegalTerms().calendar
    left = next(left for left in range(1, 30) if calendar.is_working(today + left * DAY))
    orders.ordered(stage, 60 - left, 60)


KINDS = {
    "take a filing": Kind(cases.submitted, "inspector", "waiting", "待接收的备案"),
    "read a report": Kind(lambda stage: planned(stage, 20, 0), "inspector", "waiting", "待收悉的拆除报告"),
    "mend a filing": Kind(returned, "caretaker", "waiting", "备案退回补正"),
    "file, from before": Kind(lambda stage: None, "caretaker", "late", "办理备案", True),
    "file, in time": Kind(lambda stage: accepted(stage, 20), "caretaker", "due", "办理备案"),
    "file, begun": Kind(lambda stage: draft(stage, DraftKind.FILING), "caretaker", "late", "继续填写备案", True),
    "go on with a draft": Kind(
        lambda stage: draft(stage, DraftKind.REMOVAL), "caretaker", "waiting", "继续填写拆除报告"
    ),
    "a draft that lapsed": Kind(lapsed, "caretaker", "waiting", "草稿已失效"),
    "report a removal": Kind(lambda stage: planned(stage, 30), "caretaker", "due", "报告拆除"),
    "report it late": Kind(lambda stage: planned(stage, 10), "caretaker", "late", "报告拆除", True),
    "say that it is removed": Kind(lambda stage: planned(stage, 0, 16), "caretaker", "waiting", "登记已拆除"),
    "decide a change": Kind(cases.requested, "approver", "waiting", "待审批的变更"),
    "settle what was found": Kind(cases.found, "caretaker", "waiting", "擅自改变，待处理", True),
    "the same, police": Kind(cases.found, "inspector", "waiting", "擅自改变，待处理", True),
    "the same, approver": Kind(cases.found, "approver", "waiting", "擅自改变，待处理", True),
    "carry out a change": Kind(lambda stage: allowed(stage, None), "caretaker", "waiting", "实施变更并登记"),
    "carry it out today": Kind(lambda stage: allowed(stage, 0), "caretaker", "waiting", "实施变更并登记"),
    "its day has passed": Kind(lambda stage: allowed(stage, -1), "caretaker", "waiting", "实施变更并登记", True),
    "its day comes": Kind(lambda stage: allowed(stage, 1), "caretaker", "expected", "拟实施变更"),
    "file a change": Kind(filed_then(cases.done), "caretaker", "due", "办理变更备案"),
    "file it late": Kind(changed_long_ago, "caretaker", "late", "办理变更备案", True),
    "file it, day unknown": Kind(undated, "caretaker", "waiting", "办理变更备案"),
    "plan an upgrade": Kind(filed_then(orders.ordered), "caretaker", "expected", "报升级改造方案"),
    "finish it late": Kind(lambda stage: orders.ordered(stage, 60, 30), "caretaker", "late", "报升级改造方案", True),
    "its term ends": Kind(ending, "inspector", "waiting", "升级改造期限将满"),
    "its term is over": Kind(
        lambda stage: orders.ordered(stage, 90, 60), "inspector", "supervised", "报升级改造方案", True
    ),
    "look again": Kind(orders.reported, "inspector", "waiting", "待复查的升级改造"),
}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_each_kind_is_told_to_its_reader_and_to_no_other_unit(stage: Stage, kind: Kind) -> None:
    kind.make(stage)
    (one,) = [one for one in of(stage, kind.member, kind.group) if one.label.startswith(f"{kind.label}：")]
    assert stage.school.name in one.label
    assert one.late is kind.late
    groups = (*WorklistGroup, "waiting")
    for member in ("outside_caretaker", "outsider", "officer", "bystander", "security_admin"):
        assert not [line for line in of(stage, member, *groups) if stage.school.name in line.label], member


def test_what_cameras_lack_has_the_units_own_day(stage: Stage) -> None:
    in_use(stage)
    add(stage, timezone.now() - 40 * DAY)
    person = stage.cast.caretaker.person
    (one,) = [
        one for one in told(person, timezone.now(), LegalTerms()) if one.label.startswith("补齐点位的标志和采集范围：")
    ]
    assert one.late
    assert one.due is not None
    assert one.href.endswith("#owed")


@pytest.mark.parametrize(("left", "asked"), [(8, False), (7, True), (0, True), (-1, False)])
def test_police_see_a_term_a_week_before_its_end(stage: Stage, left: int, asked: bool) -> None:
    order = orders.ordered(stage, 30, 60)
    at = timezone.now() + ((due_of(order, LegalTerms()) - TODAY).days - left) * DAY
    lines = told(stage.cast.inspector.person, at, LegalTerms())
    assert any(one.label.startswith("升级改造期限将满") for one in lines) is asked
    late = told(stage.cast.inspector.person, at, LegalTerms(), frozenset({"supervised"}))
    assert any(one.label.startswith("报升级改造方案") for one in late) is (left < 0)


def test_a_filing_that_is_begun_leads_to_its_draft_and_is_one_line(stage: Stage) -> None:
    row = draft(stage, DraftKind.FILING)
    (one,) = of(stage, "caretaker")
    assert one.href == row.get_absolute_url()


def test_a_draft_says_when_it_lapses_in_its_last_week(stage: Stage) -> None:
    row = draft(stage, DraftKind.REMOVAL)
    until = timezone.localdate(keeping.lapses_at(row))
    for left, due in ((8, None), (7, until), (0, until)):
        lines = told(stage.cast.caretaker.person, timezone.now() + ((until - TODAY).days - left) * DAY, LegalTerms())
        (one,) = [one for one in lines if one.label.startswith("继续填写拆除")]
        assert one.due == due, left


@pytest.mark.parametrize("role", [SystemRoleKind.BUILDER, SystemRoleKind.MANAGER])
def test_who_builds_or_runs_a_system_for_another_is_told_too(stage: Stage, role: SystemRoleKind) -> None:
    planned(stage, 30)
    unit = stage.cast.outside_caretaker.person.unit
    assert not [one for one in of(stage, "outside_caretaker") if one.label.startswith("报告拆除")]
    SystemRole.objects.create(system=stage.school, role=role, unit=unit, since=TODAY - 400 * DAY)
    assert [one.group for one in of(stage, "outside_caretaker") if one.label.startswith("报告拆除")] == ["due"]


def test_a_police_administrator_carries_a_divisions_removals_on_and_files_for_nobody(stage: Stage) -> None:
    planned(stage, 30)
    lines = of(stage, "system_admin")
    assert [one.label.split("：")[0] for one in lines] == ["报告拆除", "拟拆除"]


class TestThousandsOfFilings:
    """The database counts and orders; the law counts one by one. Both come to the same."""

    @pytest.fixture
    def built(self, stage: Stage) -> Stage:
        """Systems that were accepted, or put in use without one, on every one of many days."""
        by, site = stage.cast.caretaker.person, stage.school.site
        for number, ago in enumerate((*range(20, 45), 1, 200, 390)):
            used = number % 3 == 0
            state = SystemState.IN_USE if used else SystemState.ACCEPTED
            row = System.objects.create(site=site, name=f"系统 {ago}", unit=stage.school.unit, state=state)
            event = "put_in_use" if used else "accept"
            CaseStep.objects.create(
                kind="places.system", about=row.pk, seq=CaseStep.objects.count() + 1, case_id=row.pk, event=event, after=state,
                on=TODAY - ago * DAY, by=by, at=timezone.now() - ago * DAY,
            )  # fmt: skip
        return stage

    @pytest.mark.parametrize("on", [0, 3, 9, 29, 31])
    def test_each_stands_where_the_law_puts_it(self, built: Stage, on: int) -> None:
        at, terms = timezone.now() + on * DAY, LegalTerms()
        today = timezone.localdate(at)
        one_by_one: dict[str, set[str]] = {}
        for one in sources.filings(System.objects.filter(unit=built.school.unit), today, terms):
            one_by_one.setdefault(str(group_of(one, today)), set()).add(one.subject)
        work = worklist_of(built.cast.caretaker.person, at, terms)
        for group, some in (("late", work.late), ("due", work.due), ("expected", work.expected)):
            assert {one.subject for one in some if one.what == "filing"} == one_by_one.get(group, set()), group
        police = worklist_of(built.cast.inspector.person, at, terms)
        assert police.supervised.count == len(one_by_one["late"])

    def test_the_first_are_the_most_pressing_and_all_are_counted(self, built: Stage) -> None:
        person, at, terms = built.cast.caretaker.person, timezone.now(), LegalTerms()
        every = worklist_of(person, at, terms, most=1000).late
        first = worklist_of(person, at, terms, most=4).late
        assert first.count == every.count == len(every.rows) > 4
        assert [one.subject for one in first] == [one.subject for one in every.rows[:4]]

    def test_what_is_handed_in_is_gone(self, built: Stage) -> None:
        person, at = built.cast.caretaker.person, timezone.now()
        before = worklist_of(person, at, LegalTerms()).late
        for one in before.rows[:2]:
            Filing.objects.create(
                system_id=one.subject, kind="initial", state=FilingState.SUBMITTED, submitted_on=TODAY,
                drafted_by=person, drafted_at=at,
            )  # fmt: skip
        assert worklist_of(person, at, LegalTerms()).late.count == before.count - 2

    def test_a_month_asks_for_its_own_days_alone(self, built: Stage) -> None:
        terms, systems = LegalTerms(), System.objects.filter(unit=built.school.unit)
        every = list(sources.filings(systems, TODAY, terms))
        span = (TODAY, TODAY + 12 * DAY)
        within = {one.subject for one in sources.filings(systems, TODAY, terms, span)}
        assert within == {one.subject for one in every if span[0] <= one.day <= span[1]}
        assert within


def test_a_change_of_a_known_day_is_a_date_with_the_laws_day(stage: Stage) -> None:
    cases.filed(stage)
    case = cases.done(stage)
    finding = finding_of(case, TODAY, LegalTerms())
    (one,) = [one for one in of(stage, "caretaker") if one.label.startswith("办理变更备案")]
    assert finding is not None
    assert one.due == finding.due
