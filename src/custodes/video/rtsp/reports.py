"""The receiver reports of one session (RFC 3550 §6.4.2): what was lost, in all and since the report before."""

from __future__ import annotations

from custodes.video.rtp import rtcp
from custodes.video.rtp.tally import Tally


class Reports:
    """Writes our reports about a camera.

    Args:
        ssrc: ours.
        name: our CNAME.

    Attributes:
        last: the camera's last sender report, None before the first.
    """

    def __init__(self, ssrc: int, name: str) -> None:
        self.last: rtcp.SenderReport | None = None
        self._ssrc = ssrc
        self._name = name
        self._last_at = 0.0
        self._lost = self._expected = 0

    def note(self, report: rtcp.SenderReport, now: float) -> None:
        """A sender report came at `now` (monotonic seconds)."""
        self.last, self._last_at = report, now

    def write(self, tally: Tally, about: int, now: float) -> bytes:
        """A report about source `about` at `now` (monotonic seconds), as a compound packet."""
        expected = tally.packets + tally.lost
        asked, lost = expected - self._expected, tally.lost - self._lost
        self._expected, self._lost = expected, tally.lost
        fraction = lost * 256 // asked if asked else 0
        return rtcp.receiver_report(
            self._ssrc, about, tally.lost, tally.highest, fraction, self.last, now - self._last_at, self._name
        )
