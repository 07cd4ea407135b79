"""Where sound belongs on the time of the pictures: two RTP clocks that share nothing but the camera's wall clock.

Sender reports of both streams say it exactly (RFC 3550 §6.4.1). Before they come, and where a camera's reports are not to
be believed, the earliest arrivals say it: neither picture nor sound comes before it was made.
"""

from __future__ import annotations

from custodes.video.sound.frame import CLOCK_RATE

_STEP_TICKS = 4050
"""45 ms: what ear and eye do not notice (ITU-R BT.1359). Less than that moves nothing."""
_INCREDIBLE_TICKS = 2 * CLOCK_RATE
"""Reports that put sound further than this from where it arrives are not believed."""
_LEAK = 4096
"""The earliest arrival is forgotten by this part of the difference at each look, so that slow drift is followed."""


class _Arrivals:
    """How late one stream is at the least: arrival less media time, 90 kHz ticks."""

    __slots__ = ("least",)

    def __init__(self) -> None:
        self.least: int | None = None

    def see(self, media_time: int, wall_us: int) -> bool:
        """A piece of `media_time` came at `wall_us`; True when the stream's clock has jumped."""
        late = wall_us * 9 // 100 - media_time
        least = self.least
        if least is None or late < least:
            self.least = late
        else:
            self.least = least + (late - least) // _LEAK
        jumped = least is not None and abs(late - least) > _INCREDIBLE_TICKS
        if jumped:
            self.least = late
        return jumped


class Placing:
    """Places the sound of one session.

    Args:
        rate: ticks a second of the sound's RTP clock.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._pictures = _Arrivals()
        self._sounds = _Arrivals()
        self._picture_report: tuple[int, int] | None = None  # camera's wall clock (µs), media time (ticks)
        self._sound_report: tuple[int, int] | None = None
        self._offset: int | None = None

    def see_picture(self, media_time: int, wall_us: int) -> None:
        """A picture of `media_time` came at `wall_us`."""
        if self._pictures.see(media_time, wall_us):
            self._picture_report = None

    def picture_report(self, camera_us: int, media_time: int) -> None:
        """By a sender report the camera's wall clock was `camera_us` at `media_time`."""
        self._picture_report = camera_us, media_time

    def sound_report(self, camera_us: int, rtp_time: int) -> None:
        """By a sender report the camera's wall clock was `camera_us` at the sound's `rtp_time` (unwrapped)."""
        self._sound_report = camera_us, self._ticks(rtp_time)

    def place(self, rtp_time: int, wall_us: int) -> int | None:
        """Media time of the sound of `rtp_time` (unwrapped) that came at `wall_us`; None before there was a picture."""
        ticks = self._ticks(rtp_time)
        if self._sounds.see(ticks, wall_us):
            self._sound_report = self._offset = None
        by_arrival = self._by_arrival()
        if by_arrival is None:
            return None
        wanted = self._by_report()
        if wanted is None or abs(wanted - by_arrival) > _INCREDIBLE_TICKS:
            wanted = by_arrival
        if self._offset is None or abs(wanted - self._offset) > _STEP_TICKS:
            self._offset = wanted
        return ticks + self._offset

    def _by_arrival(self) -> int | None:
        pictures, sounds = self._pictures.least, self._sounds.least
        return None if pictures is None or sounds is None else sounds - pictures

    def _by_report(self) -> int | None:
        if self._picture_report is None or self._sound_report is None:
            return None
        (picture_us, media_time), (sound_us, ticks) = self._picture_report, self._sound_report
        return media_time - ticks + (sound_us - picture_us) * 9 // 100

    def _ticks(self, rtp_time: int) -> int:
        return rtp_time * CLOCK_RATE // self._rate
