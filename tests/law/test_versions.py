"""In time: on each single day from before the city's regulation to the end of 2028 each rule and parameter has exactly one version,
or none, and then its first day is written down in tables/versions.yaml.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from custodes.law.assumptions import AS_SHIPPED
from custodes.law.bad_input import BadInput
from custodes.law.calendar import days as notices
from custodes.law.calendar.days import WorkCalendar, holiday_name_of
from custodes.law.clauses.conflicts import TENSIONS, tensions_of
from custodes.law.clauses.norms import NORMS
from custodes.law.clauses.registry import ALL, holds, in_force, norm_of
from custodes.law.deadlines.counting import before, due, set_term
from custodes.law.deadlines.table import BACKWARD_BY_KIND, BY_KIND, EVERY
from custodes.law.fines.answer import FineOutcome
from custodes.law.fines.assess import assess
from custodes.law.fines.case import Case
from custodes.law.fines.table import ROWS, Respondent
from custodes.law.retention import keeping

FIRST, LAST = date(2024, 4, 30), date(2028, 12, 31)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
WRITTEN: dict[str, dict[str, date]] = yaml.safe_load(
    (Path(__file__).parent / "tables/versions.yaml").read_text(encoding="utf-8")
)
CALENDAR = WorkCalendar()


def check(part: str, names: list[str], versions_on: Callable[[date], Mapping[str, int]]) -> None:
    """On each day each name has one version, or none before the first day that is written down for it."""
    begins = WRITTEN[part]
    assert set(begins) <= set(names)
    for day in DAYS:
        found = versions_on(day)
        for name in names:
            wanted = int(begins.get(name, FIRST) <= day)
            assert found.get(name, 0) == wanted, (name, day)


def test_there_are_as_many_days_as_there_are() -> None:
    assert len(DAYS) == 1707
    assert date(2028, 2, 29) in DAYS


def test_each_norm_has_one_version_a_day() -> None:
    check("规范", [norm.id for norm in NORMS], lambda day: Counter(norm.id for norm in NORMS if norm.holds_on(day)))


def test_no_norm_stands_twice_under_one_title() -> None:
    assert max(Counter(norm.zh for norm in NORMS).values()) == 1


def test_each_clause_has_one_version_a_day_that_of_its_norm() -> None:
    for day in DAYS:
        of_norm = {norm.id: norm.holds_on(day) for norm in NORMS}
        found = Counter(clause.id for clause in ALL if in_force(clause, day))
        for clause in ALL:
            assert found[clause.id] == int(of_norm[norm_of(clause).id]), (clause.id, day)
            assert holds(clause.id, day) is bool(found[clause.id])


def test_each_fine_has_one_version_a_day_and_refuses_conduct_before_it() -> None:
    def versions(day: date) -> Mapping[str, int]:
        return Counter(row.clause for row in ROWS if row.since <= day)

    check("罚款", [row.clause for row in ROWS], versions)


@pytest.mark.parametrize("clause", [row.clause for row in ROWS])
def test_conduct_of_each_day_comes_to_one_outcome_by_versions_of_that_day(clause: str) -> None:
    begins = WRITTEN["罚款"][clause]
    item = int(clause[4]) if clause.startswith("S39") else 1 if clause in ("S38", "N27", "N27.2") else None
    named = "S39" if clause.startswith("S39") else clause
    for day in DAYS:
        case = Case(named, Respondent.UNIT, day, day, day, item=item, place_public=True, n7_system=True)
        if day < date(2024, 5, 1):
            with pytest.raises(BadInput, match="conduct"):
                assess(case)
            continue
        answer = assess(case)
        assert (answer.outcome is FineOutcome.REFUSED) == (day < begins), day
        assert len({one.clause for one in answer.computations}) == len(answer.computations)
        for one in answer.computations:
            assert WRITTEN["罚款"][one.clause] <= day


def test_footage_of_each_day_is_kept_by_each_rule_that_reaches_it_and_by_each_once() -> None:
    terms = {"S32": 30, "N17": 30, "CTL32": 90}
    for day in DAYS:
        rules = Counter(rule.clause for rule in keeping(day, key_target=True).rules)
        # Footage that is there on a rule's first day is reached by it.
        wanted = {
            clause: 1
            for clause, days in terms.items()
            if day + timedelta(days=days) >= WRITTEN["存储"].get(clause, FIRST)
        }
        assert rules == wanted, day


def counted(kind: str, day: date) -> bool:
    """Whether an event of this day has a deadline of this kind; what refuses it names the day's field."""
    try:
        if kind in BACKWARD_BY_KIND:
            before(kind, day, CALENDAR, None, AS_SHIPPED)
        elif BY_KIND[kind].term is None:
            set_term(kind, day, 30, CALENDAR)
        else:
            due(kind, day, CALENDAR)
    except BadInput as error:
        assert error.field in ("from", "removal")  # noqa: PT017  # most days are refused or none is
        return False
    return True


@pytest.mark.parametrize("kind", [one.kind for one in EVERY])
def test_an_event_of_each_day_has_one_deadline_of_each_kind_once_its_norm_holds(kind: str) -> None:
    starts = getattr(BY_KIND.get(kind), "starts", None)
    for day in DAYS:
        # Systems that were there before a norm have their own kinds, which end where the others begin.
        wanted = day <= starts if starts else WRITTEN["期限"].get(kind, FIRST) <= day
        assert counted(kind, day) is wanted, day


def test_filing_has_a_clock_for_every_event_of_every_day() -> None:
    for day in DAYS:
        assert counted("filing", day) or counted("legacy-filing", day)
        assert counted("filing-national", day) or counted("legacy-filing-national", day)


def test_each_tension_stands_from_one_day_on() -> None:
    def versions(day: date) -> Mapping[str, int]:
        return Counter(one.id for one in TENSIONS if one in tensions_of(one.clauses[0], day))

    check("规范冲突", [one.id for one in TENSIONS], versions)


def test_no_tension_is_older_than_the_norms_that_meet_in_it() -> None:
    for tension in TENSIONS:
        assert all(holds(clause, tension.since) for clause in tension.clauses if clause in {one.id for one in ALL})


def test_each_day_is_judged_by_one_notice_of_each_level_at_most() -> None:
    for day in DAYS:
        for level in (notices.NATIONAL, notices.LHASA):
            assert sum((day in one.off) + (day in one.worked) for one in level) <= 1, day
        judged = CALENDAR.judge(day)
        assert judged.day == day
        published = any(one.year == day.year for one in notices.NATIONAL)
        assert judged.provisional or published or holiday_name_of(day) is not None


def test_labour_day_has_its_second_day_off_from_2025_on() -> None:
    for year in range(2024, 2029):
        names = [holiday_name_of(date(year, 5, number)) for number in (1, 2, 3)]
        assert names == (["劳动节", "劳动节", None] if year >= 2025 else ["劳动节", None, None])
