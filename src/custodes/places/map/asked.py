"""What is asked of the map: a window and conditions. What can't be read counts as not asked for, as on the lists.

Where no map lies underneath, the counties' seats of Lhasa are names to find one's way by, to a hundredth of a degree. They are common
knowledge and no base data. No outline is drawn: outlines of divisions may be shown to the public only from a reviewed map (审图号), and the
program has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from custodes.people.models import Division
from custodes.places.geometry import MICRO, MapBox
from custodes.places.models import CameraState, SiteCategory, SystemState

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


SHOWS = ("all", "cameras", "gaps")
FILINGS = ("late", "due")


@dataclass(frozen=True)
class Conditions:
    """Which rows are wanted; empty means all.

    Attributes:
        show: cameras, places without a system, or both.
        state: of the camera. While none is asked for, cameras out of use and forbidden ones are not drawn.
        life: state of the system.
        category: item of S9, 1 to 14; 0 for all.
        division: key of a division, with everything under it; 0 for all.
        filing: ``late`` or ``due``.
    """

    show: str = "all"
    state: str = ""
    life: str = ""
    category: int = 0
    division: int = 0
    filing: str = ""

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Conditions:
        """From an address's query or a body of JSON."""
        category = _number(said.get("category"))
        return cls(
            show=_one_of(said.get("show"), SHOWS) or "all",
            state=_one_of(said.get("state"), CameraState.values),
            life=_one_of(said.get("life"), SystemState.values),
            category=category if category in SiteCategory.values else 0,
            division=_number(said.get("division")),
            filing=_one_of(said.get("filing"), FILINGS),
        )

    @property
    def of_cameras(self) -> bool:
        """Whether something is asked that only a camera or its system can have."""
        return bool(self.state or self.life or self.filing)


@dataclass(frozen=True)
class Window:
    """A window of the map, and how finely it is drawn.

    Attributes:
        box: in micro-degrees.
        cell: edge of a cell in which rows are counted together, micro-degrees; a power of two, so that cells stay where they are
            when the window is moved.
    """

    box: MapBox
    cell: int = field(init=False)

    #: Cells across a window, twelve at most: far enough apart for their numbers to be read.
    ACROSS: ClassVar[int] = 12

    def __post_init__(self) -> None:
        wide = max(self.box.east - self.box.west, self.box.north - self.box.south, 1)
        object.__setattr__(self, "cell", 1 << max(6, (wide // self.ACROSS).bit_length()))

    @classmethod
    def read(cls, said: object) -> Window | None:
        """From ``[west, south, east, north]`` in degrees; None when it is none."""
        if not isinstance(said, list) or len(said) != 4:
            return None
        if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in said):
            return None
        try:
            west, south, east, north = (float(one) for one in said)
        except OverflowError:  # a whole number may have any length
            return None
        # NaN compares with nothing, so that it falls out here too.
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            return None
        return cls(MapBox(*(round(one * MICRO) for one in (west, south, east, north))))

    @property
    def metres_matter(self) -> bool:
        """Whether it is narrow enough that fields of view can be made out: about five kilometres."""
        return self.box.east - self.box.west <= 50_000


def _one_of(value: object, known: Any) -> str:
    return value if isinstance(value, str) and value in known else ""


def _number(value: object) -> int:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
