"""A duty look may name a case or an event, and is held against it (decision 0287)."""

from __future__ import annotations

import datetime

import pytest

from custodes.access.looks import matters
from custodes.access.looks.review import passing
from custodes.access.looks.review.showing import shown
from custodes.access.models import FindingKind, LookFinding
from tests.access.holding import BEGINS, place


@pytest.mark.clause("S7")
def test_a_duty_look_outside_of_the_case_that_it_names_is_found(platform, noon):
    stage, lead = platform.stage, platform.stage.cast.lead.person
    case = place(stage, number="公（治）〔2026〕12号")
    name = matters.named(lead, noon, " 公（治）〔2026〕12号 ")
    assert name == f"hold:{case.pk}"
    at = {"who": lead, "asked_at": noon, "ended_at": noon, "live": False, "purpose": "核对纠纷经过", "matter": name}
    hour = datetime.timedelta(hours=1)
    platform.look(**at, index=810, span_from=BEGINS, span_to=BEGINS + hour)
    platform.look(**at, index=811, span_from=BEGINS, span_to=BEGINS + hour, cameras=[stage.yard])
    platform.look(**at, index=812, span_from=BEGINS + 5 * hour, span_to=BEGINS + 6 * hour)
    platform.look(**(at | {"matter": ""}), index=813, span_from=BEGINS - 99 * hour, span_to=BEGINS - 98 * hour)
    other = place(stage, number="公（治）〔2026〕15号")
    at["matter"] = matters.named(lead, noon, "公（治）〔2026〕15号")
    assert at["matter"] == f"hold:{other.pk}"
    platform.look(**at, index=814, span_from=BEGINS, span_to=BEGINS + hour)
    platform.look(**at, index=815, span_from=BEGINS + 7 * hour, span_to=BEGINS + 8 * hour)
    passing.go_through(noon, {})
    found = LookFinding.objects.get(kind=FindingKind.OFF_MATTER)
    assert (found.person, found.facts["leaves"], found.facts["figure"]) == (lead, [811, 812, 815], 3)
    assert found.facts["matter"] == "公（治）〔2026〕12号、公（治）〔2026〕15号", "each that something lies outside of"
    [told] = shown([found], lead, noon)
    assert told.told == "3 次查看超出所填案件、事件 公（治）〔2026〕12号、公（治）〔2026〕15号 的点位或者时段"


def test_a_matter_is_found_by_its_number_by_who_may_see_it_alone(platform):
    place(platform.stage, number="公（治）〔2026〕12号")
    row = platform.granted(way="copy", security_organ=False)
    assert matters.named(platform.officer.person, platform.at, "公（治）〔2026〕12号") == ""
    # A request is looked at under the request itself, and its hold names it and no matter.
    assert matters.named(platform.approver.person, platform.at, row.letter_number) == ""
    assert matters.named(platform.approver.person, platform.at, row.number) == ""
    assert matters.matters_of(["hold:00000000-0000-0000-0000-000000000000"]) == {}
