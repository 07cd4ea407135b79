"""Focus and iris by hand (ONVIF Imaging service), where a device has them."""

from __future__ import annotations

from xml.sax.saxutils import escape

from custodes.video.onvif.client import OnvifClient, OnvifFailure
from custodes.video.onvif.xml import first, number, text

IMAGING = 'xmlns="http://www.onvif.org/ver20/imaging/wsdl"'
_SCHEMA = 'xmlns="http://www.onvif.org/ver10/schema"'
IRIS_STEP = 0.05
"""Share of the iris's range by which one command opens or closes it: it has no speed of its own."""


class Imaging:
    """The lens of one video source."""

    def __init__(self, client: OnvifClient, path: str, source: str) -> None:
        self._client = client
        self._path = path
        self._source = f"<VideoSourceToken>{escape(source)}</VideoSourceToken>"
        self._focus = (-1.0, 1.0)
        self._iris: tuple[float, float] | None = None

    async def offers(self) -> tuple[bool, bool]:
        """Whether focus and iris can be set by hand. A device that does not say is not asked again."""
        try:
            moves = await self._client.call(self._path, f"<GetMoveOptions {IMAGING}>{self._source}</GetMoveOptions>")
            speeds = first(moves, "Continuous", "Speed")
        except OnvifFailure:
            speeds = None
        if speeds is not None:
            self._focus = (_signed(text(speeds, "Min"), -1.0), _signed(text(speeds, "Max"), 1.0))
        try:
            options = await self._client.call(self._path, f"<GetOptions {IMAGING}>{self._source}</GetOptions>")
            iris = first(options, "Exposure", "Iris")
        except OnvifFailure:
            iris = None
        if iris is not None and text(iris, "Max"):
            self._iris = (_signed(text(iris, "Min"), 0.0), _signed(text(iris, "Max"), 0.0))
        return speeds is not None, self._iris is not None and self._iris[0] < self._iris[1]

    async def move(self, focus: int, iris: int) -> None:
        """Focus at a speed and open or close the iris by a step, per cent each; 0 leaves as it is.

        Raises:
            OnvifFailure.
        """
        if focus:
            limit = self._focus[1] if focus > 0 else -self._focus[0]
            move = f"<Continuous {_SCHEMA}><Speed>{focus / 100 * abs(limit):g}</Speed></Continuous>"
            await self._client.call(self._path, f"<Move {IMAGING}>{self._source}<Focus>{move}</Focus></Move>")
        if iris and self._iris is not None:
            await self._turn_iris(iris, *self._iris)

    async def _turn_iris(self, iris: int, least: float, most: float) -> None:
        now = await self._client.call(self._path, f"<GetImagingSettings {IMAGING}>{self._source}</GetImagingSettings>")
        at = first(now, "Exposure", "Iris")
        step = (most - least) * IRIS_STEP * iris / 100
        wanted = min(max((number(at) if at is not None and at.text else least) + step, least), most)
        settings = f"<ImagingSettings><Exposure {_SCHEMA}><Mode>MANUAL</Mode><Iris>{wanted:g}</Iris></Exposure></ImagingSettings>"
        await self._client.call(
            self._path, f"<SetImagingSettings {IMAGING}>{self._source}{settings}</SetImagingSettings>"
        )

    async def stop(self) -> None:
        """Leave the focus where it is.

        Raises:
            OnvifFailure.
        """
        await self._client.call(self._path, f"<Stop {IMAGING}>{self._source}</Stop>")


def _signed(words: str, otherwise: float) -> float:
    try:
        value = float(words)
    except ValueError:
        return otherwise
    return value if abs(value) <= 1e6 else otherwise
