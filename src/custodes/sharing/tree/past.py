"""What hung in a tree at a moment that is over: the lines of its steps, one after the other. Reads alone."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from custodes.sharing.models import Link, TreeChange

CAMERAS = ("tree_put", "tree_out")
CHUNK = 20
"""Parts that are read at once."""


def hung_at(link: Link, at: datetime) -> dict[UUID, tuple[str, str]]:
    """Camera → its id for the upper and that of its organisation, behind the last step that was taken until then.

    Whether the link was in force then, and whether S20 closed one of them, its other steps and the register's history say.
    """
    found: dict[UUID, tuple[str, str]] = {}
    rows = TreeChange.objects.filter(step__link=link, step__event__in=CAMERAS, step__at__lte=at)
    for lines in rows.order_by("step__revision", "part").values_list("lines", flat=True).iterator(CHUNK):
        for camera, channel, node in lines:
            if node:
                found[UUID(camera)] = (channel, node)
            else:
                found.pop(UUID(camera), None)
    return found
