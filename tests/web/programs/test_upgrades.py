"""Orders to upgrade that a program answers for the unit; police order, look again and refer at the page (S16.2c)."""

from __future__ import annotations

from typing import Any

import pytest

from custodes.cases.models import CasePaper
from custodes.places.models import UpgradeOrder, UpgradePaperSort, UpgradeState
from custodes.places.models.cases import OPEN_UPGRADES
from tests.places.stage import Stage
from tests.places.upgrades import orders
from tests.web.programs.writing import STRANGERS, Make, day, document, on, refused, tag

pytestmark = pytest.mark.django_db
_U = UpgradeState
#: Event → the states from which it may be taken, and where it leads.
EVENTS = {
    "plan": ({_U.ORDERED, _U.FAILED, _U.REFERRED}, _U.PLANNED),
    "report": ({_U.ORDERED, _U.PLANNED, _U.FAILED, _U.REFERRED}, _U.REPORTED),
}


def _in(stage: Stage, state: UpgradeState) -> UpgradeOrder:
    row = orders.ordered(stage)
    UpgradeOrder.objects.filter(pk=row.pk).update(state=state)
    return UpgradeOrder.objects.get(pk=row.pk)


@pytest.mark.parametrize("state", list(UpgradeState))
@pytest.mark.parametrize("event", sorted(EVENTS))
def test_a_step_is_taken_from_its_states_and_from_no_other(
    event: str, state: UpgradeState, stage: Stage, program_of: Make
) -> None:
    row, caller = orders.ordered(stage), program_of("caretaker")
    for kind in (UpgradePaperSort.PLAN, UpgradePaperSort.DONE):
        orders.with_paper(row, stage, kind)
    UpgradeOrder.objects.filter(pk=row.pk).update(state=state)
    path, (states, leads) = f"/upgrades/{row.pk}", EVENTS[event]
    read = caller.get(path)
    answer = caller("post", f"{path}/{event}", {"words": "更换三台摄像机"}, **tag(read))
    if state in states:
        assert (answer.status_code, answer.json()["state"]) == (200, leads), answer.content
        assert caller("post", f"{path}/{event}", {}, **tag(read)).status_code == 412
    else:
        refused(answer)
        assert UpgradeOrder.objects.get().state == state


@pytest.mark.parametrize("state", list(UpgradeState))
def test_papers_are_added_while_it_is_open_and_the_units_own_alone(
    state: UpgradeState, stage: Stage, program_of: Make
) -> None:
    row, caller = _in(stage, state), program_of("caretaker")
    path, held = f"/upgrades/{row.pk}", CasePaper.objects.filter(case_id=row.pk).count()
    read = caller.get(path)
    for kind in ("check", "recheck"):
        refused(caller("post", f"{path}/papers", {"kind": kind, "paper": document(caller)}, **tag(read)), 422)
    answer = caller("post", f"{path}/papers", {"kind": "plan", "paper": document(caller)}, **tag(read))
    if state in OPEN_UPGRADES:
        assert answer.status_code == 200, answer.content
        assert caller.get(f"/papers/{answer.json()['papers'][-1]['paper']}").status_code == 200
    else:
        refused(answer)
    assert CasePaper.objects.filter(case_id=row.pk).count() == held + (state in OPEN_UPGRADES)


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_without_its_paper_and_on_a_wrong_day_it_is_refused_by_the_clause(
    event: str, stage: Stage, program_of: Make
) -> None:
    row, caller = _in(stage, _U.ORDERED), program_of("caretaker")
    path = f"/upgrades/{row.pk}"
    assert refused(caller("post", f"{path}/{event}", {}, **tag(caller.get(path)))) == ["S16.2c"]
    early: dict[str, Any] = {"on": day(-400)}
    assert refused(caller("post", f"{path}/{event}", early, **tag(caller.get(path)))) == ["S16.2c", "S16.2c"]
    assert refused(caller("post", f"{path}/{event}", {"on": day(1)}, **tag(caller.get(path))), 422)


@pytest.mark.parametrize("member", STRANGERS)
def test_nobody_elses_order_is_answered_not_by_who_issued_it_either(
    member: str, stage: Stage, program_of: Make
) -> None:
    row, caller = _in(stage, _U.ORDERED), program_of(member)
    for event in (*EVENTS, "papers", "refer", "revoke", "recheck"):
        answer = caller("post", f"/upgrades/{row.pk}/{event}", {"words": "因故"}, **on(1))
        assert answer.status_code in (403, 404, 422), event
    assert UpgradeOrder.objects.get().state == _U.ORDERED
