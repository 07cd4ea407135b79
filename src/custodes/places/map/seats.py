"""Where the counties' seats of Lhasa are, to a hundredth of a degree: names to find one's way by where no map lies underneath.

They are common knowledge and no base data. No outline is drawn: outlines of divisions may be shown to the public only from a
reviewed map (审图号), and the program has none.
"""

from __future__ import annotations

from typing import Any

from custodes.people.models import Division

#: Code of the division to degrees east and north.
_SEATS = {
    "540102": (91.14, 29.65),
    "540103": (91.00, 29.65),
    "540104": (91.35, 29.67),
    "540121": (91.26, 29.90),
    "540122": (91.10, 30.47),
    "540123": (90.16, 29.43),
    "540124": (90.74, 29.35),
    "540127": (91.73, 29.83),
}


def seats() -> list[dict[str, Any]]:
    """Names in the language of the page, with their place."""
    rows = Division.objects.filter(code__in=_SEATS)
    return [{"name": row.name, "at": list(_SEATS[row.code])} for row in rows]
