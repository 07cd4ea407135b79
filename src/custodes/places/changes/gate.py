"""What the register says of a camera in use is not changed by an edit alone: an approved change, a correction, or an incident (S34(7))."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from custodes.places.fields import names
from custodes.places.models import (
    USED,
    Camera,
    CameraState,
    ChangeCase,
    ChangeKind,
    ChangeState,
    SystemState,
)

#: Position, field, direction and device: what S34(7) calls 位置、功能和摄像头指向方位, as the register holds it.
HELD = names(lambda field: field.needs_leave)
#: Systems whose cameras stand as they were accepted.
GUARDED = (SystemState.ACCEPTED, *USED)
#: What leave for a change covers: what is moved or replaced looks elsewhere too, but leave to turn is none to move.
COVERED = {
    kind: frozenset(names(lambda field, kind=kind: kind in field.needs_leave))  # type: ignore[misc]
    for kind in (ChangeKind.MOVE, ChangeKind.TURN, ChangeKind.REPLACE)
}


class Why(StrEnum):
    """Why the register of a camera in use is to say something else, where no approved change covers it."""

    CORRECTION = "correction"
    """The camera stands as it stood: the entry was wrong or not exact."""
    FOUND = "found"
    """It was changed already, without leave: the truth goes in, as an incident."""
    REPAIR = "repair"
    """Another device in the same place: maintenance (decision 0197). Nobody chooses it; taking over an address is it."""


@dataclass(frozen=True, slots=True)
class GateBasis:
    """What was said for it.

    Attributes:
        words: the reason of a correction; what is known of an incident.
        on: the day of an incident, as far as it is known.
    """

    why: Why
    words: str
    on: date


class ChangeWanted(Exception):
    """The fields may not be changed so; the text says what to do instead."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        super().__init__(
            _(
                "该点位在用，安装位置、采集范围、指向和设备不得擅自改变（第三十四条第七项）。"
                "请先办理变更；现场没有改变、只是登记有误的，按更正登记；已经擅自改变的，按擅自改变登记。"
            )
        )
        self.fields = fields


def guarded(camera: Camera) -> bool:
    """Whether it stands as it was accepted, or is in use since before the regulation; out of use for a repair it still stands there."""
    return camera.state in (CameraState.CONNECTED, CameraState.RETIRED) and camera.system.state in GUARDED


def held_of(camera: Camera) -> dict[str, Any]:
    """What the register says of it, as JSON has it; what is empty is left out."""
    values = {name: getattr(camera, name) for name in HELD}
    return {name: _plain(value) for name, value in values.items() if value not in (None, "")}


def touched(before: Camera, after: Camera, fields: Iterable[str] = HELD) -> tuple[str, ...]:
    """Fields that said something and would say something else. To fill in what was empty changes nothing that stood there; but no preset
    says that a camera that turns goes back to its own home."""
    return tuple(
        name
        for name in fields
        if name in HELD and _said(before, name) and _plain(getattr(before, name)) != _plain(getattr(after, name))
    )


def covered(camera: Camera, fields: Iterable[str]) -> bool:
    """Whether each field lies under an approved change of this camera that is not carried out yet, or an incident waits for its truth."""
    cases = ChangeCase.objects.filter(cameras__camera=camera)
    if cases.filter(state=ChangeState.FOUND).exists():
        return True
    kinds = cases.filter(state=ChangeState.APPROVED).values_list("kind", flat=True)
    under = frozenset[str]().union(*(COVERED.get(ChangeKind(kind), frozenset()) for kind in kinds))
    return set(fields) <= under


def check(before: Camera, after: Camera, fields: Iterable[str], basis: GateBasis | None) -> tuple[str, ...]:
    """What an edit would change that only a case, a correction or an incident may; empty for nothing.

    Raises:
        ChangeWanted: none of the three covers it.
    """
    if not guarded(before):
        return ()
    found = touched(before, after, fields)
    if found and basis is None and not covered(before, found):
        raise ChangeWanted(found)
    return found


def _said(camera: Camera, name: str) -> bool:
    return getattr(camera, name) not in (None, "") or (name == "home_preset" and camera.onvif_port is not None)


def _plain(value: Any) -> Any:
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value
