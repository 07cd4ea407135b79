"""The story's disk: too small for what is written to it, with two cameras that grew, and a new disk that waits to be added.

What is written today is real; of the two weeks before only the sizes are told, and nothing was owed then.
"""

from __future__ import annotations

import datetime
from pathlib import Path

from custodes.places.models import Camera, Node
from custodes.upkeep.models import HourRollup

NEW_DISK = "new-disk"
GROWN = {"大昭寺广场东口": 1.62, "河滨公园步道": 1.24}
"""How many times what it was a camera writes since a week ago: somebody raised the bit rate."""
DAILY = 4_600_000_000
"""Bytes a day of a camera of the story."""


def lay_out_disk(roots: Path) -> None:
    """The folder of the new disk, below the one in which volumes may be added."""
    (roots / NEW_DISK).mkdir(parents=True, exist_ok=True)


def tell_growth(node: Node, at: datetime.datetime) -> None:
    """Sizes of the two weeks before the story begins."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    rows = []
    for camera in Camera.objects.filter(node=node, record=True):
        for back in range(1, 14 * 24):
            size = DAILY // 24 * (GROWN.get(camera.name, 1.0) if back <= 7 * 24 else 1.0)
            rows.append(
                HourRollup(
                    camera=camera, hour=hour - datetime.timedelta(hours=back), recorded_us=0, owed_us=0, roots="",
                    worker=0, received_at=at, bytes=round(size),
                )
            )  # fmt: skip
    HourRollup.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
