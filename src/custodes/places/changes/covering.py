"""The filing that says a change: every filing of a system says how it is now, and so covers what was changed before it (N14)."""

from __future__ import annotations

from django.db.models import QuerySet

from custodes.places.changes.workflow import CLAUSES
from custodes.places.lifecycle.stepping import Taken, move
from custodes.places.models import ChangeCase, ChangeState, Filing
from custodes.places.models.change import PICTURED


def hand_in(filing: Filing, taken: Taken) -> None:
    """The filing is handed in: what was changed until then goes with it. In the filing's transaction.

    A draft that was begun before the change and still says the former place does not cover it: what is filed has to be true.
    """
    for case in _of(filing).filter(state=ChangeState.DONE, done_on__lte=taken.on):
        if said_by(filing, case):
            case.filing, case.filed_on = filing, case.filed_on or taken.on
            move(case, "hand_in", _without_papers(taken), filing.system, clauses=CLAUSES)


def take_back(filing: Filing, taken: Taken) -> None:
    """The filing is taken back: its changes are not filed."""
    for case in _of(filing).filter(state=ChangeState.FILING, filing=filing):
        case.filing, case.filed_on = None, None
        move(case, "take_back", _without_papers(taken), filing.system, clauses=CLAUSES)


def receive(filing: Filing, taken: Taken) -> None:
    """Police have taken the filing: its changes are done with."""
    for case in _of(filing).filter(state=ChangeState.FILING, filing=filing):
        move(case, "close", _without_papers(taken), filing.system, clauses=CLAUSES)


def said_by(filing: Filing, case: ChangeCase) -> bool:
    """Whether the filing names each camera where it stands now; of what is not about cameras the unit answers for it (N14)."""
    if case.kind not in PICTURED:
        return True
    told = str(filing.content.get("places", ""))
    return all(row.camera.place in told for row in case.cameras.select_related("camera"))


def _of(filing: Filing) -> QuerySet[ChangeCase]:
    return ChangeCase.objects.select_for_update().filter(system=filing.system_id).order_by("asked_at")


def _without_papers(taken: Taken) -> Taken:
    return Taken(taken.by, taken.at, taken.on, taken.words)
