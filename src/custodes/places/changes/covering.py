"""The filing that says a change: every filing of a system says how it is now, and so covers what was changed before it (N14)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import QuerySet

from custodes.cases.step import StepInput
from custodes.cases.taking import inside
from custodes.people.lawful import terms
from custodes.places.changes.case import CHANGE
from custodes.places.filing.spots import spot_of
from custodes.places.models import Camera, CameraState, ChangeCase, ChangeState, Filing
from custodes.places.models.change import PICTURED

_BETWEEN = re.compile(r"[\s,;:、|]+")


@dataclass(frozen=True, slots=True)
class UncoveredChange:
    """A change that was made, and the cameras of it of which an answer does not say where they stand now (N14)."""

    case: ChangeCase
    cameras: tuple[Camera, ...]


def hand_in(filing: Filing, step: StepInput) -> None:
    """The filing is handed in: what was changed until then goes with it. In the filing's transaction.

    A draft that was begun before the change and still says the former place does not cover it: what is filed has to be true.
    """
    for case in _of(filing).filter(state=ChangeState.DONE, done_on__lte=step.on):
        if said_by(filing, case):
            inside(CHANGE, case, "hand_in", replace(_bare(step), data={"filing": filing}), terms())


def take_back(filing: Filing, step: StepInput) -> None:
    """The filing is taken back: its changes are not filed."""
    for case in _of(filing).filter(state=ChangeState.FILING, filing=filing):
        inside(CHANGE, case, "take_back", _bare(step), terms())


def receive(filing: Filing, step: StepInput) -> None:
    """Police have taken the filing: its changes are done with."""
    for case in _of(filing).filter(state=ChangeState.FILING, filing=filing):
        inside(CHANGE, case, "close", _bare(step), terms())


def said_by(filing: Filing, case: ChangeCase) -> bool:
    """Whether the filing names each camera where it stands now; of what is not about cameras the unit answers for it (N14)."""
    return not _missing(case, str(filing.content.get("places", "")))


def unsaid(cases: Iterable[ChangeCase], told: str) -> tuple[UncoveredChange, ...]:
    """Those of the changes that a filing with this answer about its cameras would not cover (N14)."""
    found = ((case, _missing(case, told)) for case in cases)
    return tuple(UncoveredChange(case, cameras) for case, cameras in found if cameras)


def _missing(case: ChangeCase, told: str) -> tuple[Camera, ...]:
    if case.kind not in PICTURED:
        return ()
    # A filing does not name what is out of use (`filing.spots`): a camera that was moved and retired since is not asked for.
    rows = case.cameras.exclude(camera__state=CameraState.RETIRED).select_related("camera")
    lines = [plain_line(spot_of(line).words) for line in told.splitlines()]
    return tuple(row.camera for row in rows if not any(_says(line, row.camera) for line in lines))


def _says(line: str, camera: Camera) -> bool:
    """Whether a line is this camera's and says its place, the whole of it: the same words may stand in another's line, or in a longer
    place. The name is passed over: whoever files may call it otherwise."""
    number, name, place = (plain_line(text) for text in (camera.number, camera.name, camera.place))
    if line.startswith(f"{number} {name} "):
        return line == f"{number} {name} {place}"
    return line.startswith(f"{number} ") and line.endswith(f" {place}")


def plain_line(text: str) -> str:
    """Without what hands and programs write differently: widths, spaces and the marks between parts."""
    return " ".join(_BETWEEN.split(unicodedata.normalize("NFKC", text))).strip()


def _of(filing: Filing) -> QuerySet[ChangeCase]:
    return ChangeCase.objects.select_for_update().filter(system=filing.system_id).order_by("asked_at")


def _bare(step: StepInput) -> StepInput:
    """The filing's own papers and program are told of the filing."""
    return StepInput(step.by, step.at, step.on, step.words)
