"""What the workers have of a hold's span, added up from their answers; as it was when they answered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from custodes.access.models import Hold
from custodes.places.models import Camera


@dataclass(frozen=True, slots=True)
class Found:
    """Of one camera, in microseconds; all of them 0 and `answered` false while no worker has answered."""

    camera: Camera
    answered: bool
    there_us: int = 0
    deleted_us: int = 0
    never_us: int = 0
    ahead_us: int = 0


def found_of(hold: Hold, seen: Collection[UUID]) -> list[Found]:
    """Each camera of the hold that the reader may see, by name.

    Where a camera has footage on two nodes, what one has the other never recorded: what is there and what was deleted adds up.
    """
    reports: dict[str, list[dict[str, int]]] = {}
    for delivery in hold.deliveries.all():
        for one in delivery.report:
            reports.setdefault(str(one["camera"]), []).append(one)
    lines = []
    for camera in hold.cameras.select_related("system__unit").order_by("name", "pk"):
        if camera.pk not in seen:
            continue
        told = reports.get(str(camera.pk), [])
        lines.append(
            Found(
                camera,
                bool(told),
                sum(int(one["there_us"]) for one in told),
                sum(int(one["deleted_us"]) for one in told),
                min((int(one["never_us"]) for one in told), default=0),
                min((int(one["ahead_us"]) for one in told), default=0),
            )
        )
    return lines
