"""Degrees out of an ONVIF device's positions, where it or its data sheet says what they are (PTZ service §4.8, the schema's PTZNode).

A device's generic space is its full range in parts from -1 to 1, and its spherical one the same range in degrees: whoever names both gives the measure.
Whoever names no spherical space says nothing of degrees: then the register may have the range from the data sheet (decision 0308), else nothing
is guessed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from xml.etree.ElementTree import Element
from xml.sax.saxutils import quoteattr

from custodes.video.onvif.xml import every, first, text
from custodes.video.steering import Bearing

_SPACES = "http://www.onvif.org/ver10/tptz/PanTiltSpaces/"
SPHERICAL = f"{_SPACES}SphericalPositionSpaceDegrees"
GENERIC = f"{_SPACES}PositionGenericSpace"

LEAST, MOST = 10.0, 361.0
"""Degrees from end to end that a pan range of this world has: what is beyond was never degrees."""
SLACK = 0.01
"""Of a range, by which a device's position may lie outside."""
REACH = 2.0
"""Degrees beyond its range to which a device is still pointed: to its end instead."""


@dataclass(frozen=True, slots=True)
class DegreeRange:
    """From `least` to `most`."""

    least: float
    most: float

    @property
    def size(self) -> float:
        """From end to end."""
        return self.most - self.least

    def share(self, value: float) -> float:
        """Where a value lies: 0 to 1."""
        return (value - self.least) / self.size

    def at(self, share: float) -> float:
        """The value there."""
        return self.least + share * self.size


@dataclass(frozen=True, slots=True)
class DegreeScale:
    """How the positions of one device become degrees and back.

    Attributes:
        pan, tilt: its spherical space; pan counts to the right, tilt up.
        x, y: its generic space.
        space: of positions that name none.
    """

    pan: DegreeRange
    tilt: DegreeRange
    x: DegreeRange
    y: DegreeRange
    space: str

    def bearing(self, status: Element) -> Bearing | None:
        """Where it points; None where it does not say so in a space of known degrees. Its zoom has no measure."""
        where = first(status, "Position", "PanTilt")
        x, y = _number(where, "x"), _number(where, "y")
        if where is None or x is None or y is None:
            return None
        space = where.get("space") or self.space
        if space == GENERIC:
            shares = self.x.share(x), self.y.share(y)
            if any(not -SLACK <= share <= 1 + SLACK for share in shares):
                return None
            x, y = self.pan.at(shares[0]), self.tilt.at(shares[1])
        elif space != SPHERICAL:
            return None
        return Bearing(x % 360, -y, None)

    def position(self, there: Bearing) -> str | None:
        """``PanTilt`` of an AbsoluteMove, in the space of its own positions; None where it does not turn that far."""
        pan, tilt = self._reached(there.pan), max(self.tilt.least, min(self.tilt.most, -(there.tilt or 0.0)))
        if pan is None:
            return None
        if self.space == GENERIC:
            pan, tilt = self.x.at(self.pan.share(pan)), self.y.at(self.tilt.share(tilt))
        x, y, space = (quoteattr(words) for words in (f"{pan:.6g}", f"{tilt:.6g}", self.space))
        return f'<PanTilt xmlns="http://www.onvif.org/ver10/schema" x={x} y={y} space={space}/>'

    def _reached(self, pan: float) -> float | None:
        """The same direction within its range."""
        value = pan - 360 * round((pan - self.pan.at(0.5)) / 360)
        if not self.pan.least - REACH <= value <= self.pan.most + REACH:
            return None
        return max(self.pan.least, min(self.pan.most, value))


@dataclass(frozen=True, slots=True)
class DataSheet:
    """How far a device turns from end to end, as somebody read it.

    Attributes:
        pan: degrees; their middle is that of the generic space.
        tilt: from the lowest, the horizon being 0, to the highest.
    """

    pan: float
    tilt: DegreeRange


def degrees_of(node: Element | None, space: str, sheet: DataSheet | None = None) -> DegreeScale | None:
    """What a PTZ node's description says of degrees, or else its data sheet; None for nothing that is one.

    Args:
        space: of the profile's PTZ configuration (DefaultAbsolutePantTiltPositionSpace), empty where it names none.
    """
    spaces = {text(one, "URI"): one for one in every(node, "AbsolutePanTiltPositionSpace")} if node is not None else {}
    pan, tilt = _range(spaces.get(SPHERICAL), "XRange"), _range(spaces.get(SPHERICAL), "YRange")
    if pan is None or tilt is None or not LEAST <= pan.size <= MOST or tilt.size > MOST:
        if sheet is None:
            return None
        pan, tilt = DegreeRange(-sheet.pan / 2, sheet.pan / 2), sheet.tilt
    x, y = _range(spaces.get(GENERIC), "XRange"), _range(spaces.get(GENERIC), "YRange")
    whole = DegreeRange(-1.0, 1.0)
    return DegreeScale(pan, tilt, x or whole, y or whole, space if space in (GENERIC, SPHERICAL) else GENERIC)


def _range(space: Element | None, name: str) -> DegreeRange | None:
    found = first(space, name)
    least, most = _of(found, "Min"), _of(found, "Max")
    return DegreeRange(least, most) if least is not None and most is not None and least < most else None


def _of(element: Element | None, name: str) -> float | None:
    return _finite(text(element, name))


def _number(element: Element | None, name: str) -> float | None:
    return _finite(element.get(name, "")) if element is not None else None


def _finite(words: str) -> float | None:
    try:
        value = float(words)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
