"""One stream of one channel of a GB/T 28181 device, kept called (docs/design/gateway.md, "Live and recording")."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final, Literal
from uuid import UUID

from custodes.gb28181.media.steps import MediaReport, MediaStep
from custodes.node.gb28181.attempt import Attempt, AttemptOver, StreamWish
from custodes.node.gb28181.calls import CallDesk
from custodes.node.gb28181.place import CallPlace, ChannelUrl, parse_channel_url
from custodes.video.clock import HostClock
from custodes.video.source.address import AddressPolicy, BadUrl
from custodes.video.source.defaults import BARE_GROUND, ConnectionOptions, SourceDefaults
from custodes.video.source.kept import LOGIN_SECONDS, WELL_SECONDS, JumpDetector, KeptSource
from custodes.video.source.rtsp import UNDECODABLE_SECONDS
from custodes.video.source.state import ClockJump, Counters, SourceState, State
from custodes.video.source.tick import Reader
from custodes.video.unit import AccessUnit, SoundFrame
from custodes.video.wire.calls import Setup

CODE: Final = "gb:"
"""Before the step in `SourceState.code`."""
CAME_SECONDS: Final = 0.5
"""Within this a device is called that came back; the channels of one do not all call at the same moment."""
_CALLING: Final[dict[str, State]] = {"not_assigned": "refused", "refused": "refused", "not_stated": "refused"}
"""How a source stands without a call, by step; the others are faults of the way to the device."""
_RECEIVING: Final[dict[str, State]] = {
    MediaStep.NO_CONNECTION: "network",
    MediaStep.REFUSED_SOURCE: "refused",
    MediaStep.NOTHING: "silent",
    MediaStep.OTHER_SSRC: "silent",
    MediaStep.SILENT: "silent",
    MediaStep.RECEIVING: "silent",
}
"""How it stands when packets do not come, or no longer; the others are faults of coding."""


def setup_of(way: ConnectionOptions) -> Setup:
    """How media is to come: ``udp``, or over a connection that the device makes, or we."""
    if way.active:
        return "tcp-active"
    return "udp" if way.transport == "udp" else "tcp-passive"


class GbSource(KeptSource):
    """Has a channel called through the gateway, and again whenever the call ends; see `KeptSource`.

    Its states' `code` names the step that failed, ``gb:no_answer``, ``gb:refused:486``, ``gb:no-ps``. `camera_clock` stays None: devices
    send no sender reports that could be believed.

    Args:
        url: ``gb28181://DEVICE/CHANNEL``.
        stream: which of the channel's.
        place: where the worker takes media in.
        desk: the worker's calls.
    """

    def __init__(
        self,
        camera: UUID,
        url: str,
        way: ConnectionOptions,
        *,
        stream: Literal["main", "sub"],
        place: CallPlace,
        desk: CallDesk,
        reader: Reader,
        policy: AddressPolicy,
        clock: HostClock,
        on_unit: Callable[[AccessUnit], None],
        on_state: Callable[[SourceState], None],
        on_jump: Callable[[ClockJump], None] | None = None,
        silent_seconds: float = 10.0,
        rng: random.Random | None = None,
        ground: SourceDefaults = BARE_GROUND,
        on_sound: Callable[[SoundFrame], None] | None = None,
    ) -> None:
        self._channel_of = camera
        self._stream: Literal["main", "sub"] = stream
        self._place = place
        self._desk = desk
        super().__init__(
            camera,
            url,
            way,
            reader=reader,
            policy=policy,
            clock=clock,
            on_unit=on_unit,
            on_state=on_state,
            on_jump=on_jump,
            silent_seconds=silent_seconds,
            rng=rng,
            ground=ground,
            on_sound=on_sound,
        )

    def _prepare(self) -> None:
        self._attempt: Attempt | None = None
        self._past = Counters()
        self._unit_at: float | None = None
        self._first_unit_at = 0.0
        self._watched = ""
        self._came = False

    @property
    def counters(self) -> Counters:
        """What came in since the source was made."""
        return self._past.plus(self._attempt.counters) if self._attempt is not None else self._past

    def _say_goodbye(self) -> None:
        """`_close` ends the call."""
        self._desk.unwatch(self._watched, self._device_came)
        self._watched = ""

    def _close(self) -> None:
        attempt = self._attempt
        if attempt is not None:
            self._past = self.counters
            self._attempt = None
            attempt.close()

    def _begin(self) -> None:
        try:
            url = parse_channel_url(self._url)
        except BadUrl as error:
            self._fail("refused", str(error), LOGIN_SECONDS)
            return
        if not self._place.address:
            said = "this node does not know the address that devices reach it at; set CUSTODES_NODE_MEDIA_ADDRESS"
            self._fail("refused", said, LOGIN_SECONDS, CODE + "address")
            return
        self._watched, self._came = url.device, False
        self._desk.watch(url.device, self._device_came)
        self.session += 1
        self._past.connections += 1
        self._unit_at = None
        self._rtp_jumps = JumpDetector()
        self._attempt = attempt = Attempt(
            self._wish(url),
            self._place,
            self._desk,
            self._reader,
            rng=self._rng,
            on_unit=self._take_unit,
            on_sound=self._take_sound if self._on_sound is not None else None,
            on_over=self._over,
        )
        self._set_timer(1.0, self._each_second)
        attempt.open()

    def _wish(self, url: ChannelUrl) -> StreamWish:
        udp = self._ground.udp
        reorder = udp.reorder_packets, udp.reorder_seconds
        return StreamWish(self._channel_of, url, self._stream, setup_of(self._way), self._silent_seconds, reorder)

    # Receiving

    def _take_unit(self, unit: AccessUnit) -> None:
        if not self._running:  # stopped by a listener while the rest of what was read is worked off
            return
        now = self._reader.now
        if self._unit_at is None:
            self._first_unit_at = now
        self._unit_at = now
        self._enter("receiving", "", "receiving")
        self._hand_on(unit, now)

    def _take_sound(self, frame: SoundFrame) -> None:
        if self._unit_at is not None:  # nothing to hear before there is something to see
            self._hand_on_sound(frame)

    def _each_second(self) -> None:
        attempt, now = self._attempt, self._reader.now
        if attempt is None:
            return
        self._set_timer(1.0, self._each_second)
        attempt.each_second()
        if attempt is not self._attempt or attempt.answered_at is None:
            return
        self._sound_fault = attempt.taker.sound_fault
        if now - attempt.heard_at > self._silent_seconds:
            report = attempt.report()
            self._fail(_RECEIVING.get(report.step, "codec"), report.detail, code=CODE + report.step)
            return
        last = self._unit_at if self._unit_at is not None else attempt.answered_at
        if now - last > self._silent_seconds:
            report = without_pictures(attempt)
            if now - last > UNDECODABLE_SECONDS:
                self._fail("codec", report.detail, code=CODE + report.step)
            else:
                self._enter("codec", "codec", report.detail, CODE + report.step)
        elif self._unit_at is not None and now - self._first_unit_at > WELL_SECONDS:
            self._backoff.reset()

    # Ending

    def _device_came(self) -> None:
        """The device registered, or the gateway has the channel now: whatever an attempt waits for, it need not."""
        self._came = True
        if self._attempt is None:
            self._call_soon()

    def _call_soon(self) -> None:
        self._came = False
        self._backoff.reset()
        self._set_timer(self._rng.uniform(0.0, CAME_SECONDS), self._begin)

    def _fail(self, state: State, detail: str, least: float = 0.0, code: str = "") -> None:
        """As of `KeptSource`; a device that came back during the attempt is called again at once."""
        super()._fail(state, detail, least, code)
        if self._came and self._running:
            self._call_soon()

    def _over(self, over: AttemptOver) -> None:
        self._fail(_CALLING.get(over.step.partition(":")[0], "network"), over.detail, over.least, CODE + over.step)


def without_pictures(attempt: Attempt) -> MediaReport:
    """Packets come, and no pictures: why."""
    report = attempt.report()
    if attempt.taker.fault:
        return MediaReport(MediaStep.REFUSED_CODING, attempt.taker.fault, report.since)
    if report.step is MediaStep.RECEIVING:
        return MediaReport(MediaStep.NO_KEY, "packets come, but no picture that can be decoded", report.since)
    return report
