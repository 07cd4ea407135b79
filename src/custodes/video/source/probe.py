"""Trying a source's address: what comes from there, its first key picture and how fast pictures come, or plainly what failed."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, replace
from typing import Literal

from custodes.video.clock import HostClock
from custodes.video.codec.bitstream import CodecError
from custodes.video.codec.build import codec_parameters
from custodes.video.rtsp.asking import FailureKind
from custodes.video.source.address import (
    RTSP,
    AddressPolicy,
    BadUrl,
    CameraUrl,
    NotAllowed,
    OwnMachine,
    SourceAddress,
    UnknownName,
    is_downgrade,
    parse_camera_url,
    same_host,
)
from custodes.video.source.defaults import BARE_GROUND, ConnectionOptions, ForeignSourcePool, SourceDefaults
from custodes.video.source.foreign.process import Apart, NoFile
from custodes.video.source.foreign.wire import CodedPicture, Message, Parameters, SourceFailure
from custodes.video.source.link import ANY, Loss, SecureLink
from custodes.video.source.rtsp import Dialogue
from custodes.video.source.tick import Reader
from custodes.video.unit import CLOCK_RATE, AccessUnit, Codec, CodecParameters

Failure = Literal[
    "not_allowed", "loopback", "name", "refused", "timeout", "password", "path", "codec", "protocol", "certificate"
]

LOOK_SECONDS = 2.0
"""How long a stream is measured after its first key picture."""


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What a probe found.

    Attributes:
        ok: a key picture came.
        failure: why not: one of `Failure`, or ``gb:`` and a step for a channel of GB/T 28181; None when `ok`.
        detail: one plain sentence for people.
        codec: the codec, None when not reached.
        width, height: pixels.
        frame_rate: frames per second: as the parameter sets state, else as measured.
        bitrate: kbit/s as measured while the probe looked.
        key_unit: the first key picture.
        certificate: SHA-256 of the certificate that was shown, when the failure is ``certificate``.
    """

    ok: bool
    failure: str | None = None
    detail: str = ""
    codec: Codec | None = None
    width: int = 0
    height: int = 0
    frame_rate: float = 0.0
    bitrate: int = 0
    key_unit: AccessUnit | None = None
    certificate: str = ""


class ProbedPictures:
    """The pictures of one look.

    Attributes:
        key: the first key picture, None before it.
    """

    def __init__(self) -> None:
        self.key: AccessUnit | None = None
        self._first_at = 0.0
        self._media: list[int] = []
        self._octets = 0

    def take(self, unit: AccessUnit, now: float) -> None:
        """A picture came at `now` (monotonic seconds)."""
        if self.key is None:
            self.key, self._first_at = unit, now
        else:
            # The first unit begins the span and is left out of the sum; one picture alone tells no rate.
            self._octets += len(unit.data)
        self._media.append(unit.media_time)

    def enough(self, now: float) -> bool:
        """Whether it has been looked at for long enough."""
        return self.key is not None and now - self._first_at >= LOOK_SECONDS

    def result(self) -> ProbeResult:
        """What was seen."""
        key = self.key
        if key is None:
            return ProbeResult(False, "codec", "no key picture came")
        span = max((max(self._media) - min(self._media)) / CLOCK_RATE, 0.0)
        measured = (len(self._media) - 1) / span if span > 0 else 0.0
        return ProbeResult(
            True,
            codec=key.params.codec,
            width=key.params.width,
            height=key.params.height,
            frame_rate=round(key.params.frame_rate or measured, 3),
            bitrate=round(self._octets * 8 / span / 1000) if span > 0 else 0,
            key_unit=key,
        )


_TICK_MS = 10
_MOST_REDIRECTS = 3
_FAILURE_OF: dict[FailureKind, Failure] = {
    "password": "password",
    "path": "path",
    "refused": "refused",
    "codec": "codec",
    "protocol": "protocol",
    "ended": "protocol",
}


async def probe(
    url: str,
    way: ConnectionOptions,
    policy: AddressPolicy,
    clock: HostClock,
    timeout: float = 10.0,
    ground: SourceDefaults = BARE_GROUND,
) -> ProbeResult:
    """Connect to `url`, wait for a key picture, measure for at most `LOOK_SECONDS`, and disconnect.

    Never raises for what the camera or the network does; `timeout` seconds bound the whole.
    """
    if url.partition(":")[0].lower() not in RTSP:
        return await probe_apart(url, way, policy, clock, ground.yard, timeout)
    reader = Reader(clock, _TICK_MS)
    asked = url
    deadline = clock.monotonic() + timeout
    try:
        for _ in range(_MOST_REDIRECTS + 1):
            found = await _target(url, policy, deadline - clock.monotonic())
            if isinstance(found, ProbeResult):
                return found
            attempt = _Attempt(*found, way, ground, reader, same_host(asked, url))
            try:
                while attempt.result is None and not attempt.redirect and clock.monotonic() < deadline:
                    await asyncio.sleep(reader.tick_seconds)
                    reader.tick()
                    attempt.look(reader.now)
            finally:
                attempt.close()
            if not attempt.redirect:
                result = attempt.result or attempt.out_of_time(timeout)
                if result.failure == "certificate":
                    shown = await _certificate(*found, reader, deadline)
                    return replace(result, certificate=shown)
                return result
            if is_downgrade(asked, attempt.redirect):
                return ProbeResult(False, "protocol", "the camera redirects from TLS to a connection in clear")
            url = attempt.redirect
        return ProbeResult(False, "protocol", "the camera redirects again and again")
    finally:
        reader.close()


async def _target(url: str, policy: AddressPolicy, seconds: float) -> tuple[CameraUrl, SourceAddress] | ProbeResult:
    """`url` and its checked address, or the result that says why there is none."""
    try:
        parsed = parse_camera_url(url)
        async with asyncio.timeout(max(seconds, 0.0)):
            return parsed, await asyncio.to_thread(policy.target, parsed.host, parsed.port)
    except BadUrl as error:
        return ProbeResult(False, "protocol", str(error))
    except NotAllowed as error:
        return ProbeResult(False, error.failure, str(error))
    except UnknownName as error:
        return ProbeResult(False, "name", str(error))
    except TimeoutError:
        return ProbeResult(False, "timeout", "the name was not resolved in time")


async def _certificate(url: CameraUrl, target: SourceAddress, reader: Reader, deadline: float) -> str:
    """SHA-256 of the certificate that is shown at `target`, empty when none is; nothing is sent but the handshake."""
    over: list[str] = []
    link = SecureLink(
        *(reader, target, url.host, ANY, None),
        on_open=lambda: over.append("shown"),
        on_data=lambda _data: None,
        on_lost=lambda detail, _how: over.append(detail),
    )
    link.open()
    try:
        while not over and reader.clock.monotonic() < deadline:
            await asyncio.sleep(reader.tick_seconds)
            reader.tick()
    finally:
        link.close()
    return link.certificate


class _Attempt:
    """One connection of a probe."""

    def __init__(
        self,
        url: CameraUrl,
        target: SourceAddress,
        way: ConnectionOptions,
        ground: SourceDefaults,
        reader: Reader,
        basic: bool,
    ) -> None:
        self.result: ProbeResult | None = None
        self._reader = reader
        self._seen = ProbedPictures()
        self._opened = False
        self._dialogue = Dialogue(
            *(url, target, way, ground, reader),
            basic=basic,
            rng=random.Random(),  # noqa: S311 ports and SSRC need no secrecy
            on_unit=self._take_unit,
            on_open=self._open,
            on_step=lambda: None,
            on_lost=self._lost,
        )
        self._client = self._dialogue.client
        self._dialogue.open()

    @property
    def redirect(self) -> str:
        """Where the camera sends us, empty for nowhere."""
        return self._client.redirect

    def look(self, now: float) -> None:
        """Decide whether enough was seen."""
        failure = self._client.failure
        if failure is not None and self.result is None:
            self._settle(ProbeResult(False, _FAILURE_OF[failure.kind], failure.detail))
        elif self._seen.enough(now):
            self._settle(self._seen.result())

    def out_of_time(self, timeout: float) -> ProbeResult:
        """The result when the time is up."""
        if self._seen.key is not None:
            return self._seen.result()
        if not self._opened:
            return ProbeResult(False, "timeout", f"nothing answered within {timeout:g} s")
        video = self._client.depacketizer
        if video is not None and video.tally.packets:
            detail = video.fault or f"pictures come, but no key picture came within {timeout:g} s"
            return ProbeResult(False, "codec", detail, codec=video.codec)
        said = "the camera sent no picture" if self._client.playing else "the camera did not answer"
        return ProbeResult(False, "timeout", f"{said} within {timeout:g} s")

    def close(self) -> None:
        """Say goodbye and let go."""
        self._dialogue.end()

    def _settle(self, result: ProbeResult) -> None:
        if self.result is None:
            self.result = result

    def _take_unit(self, unit: AccessUnit) -> None:
        self._seen.take(unit, self._reader.now)

    def _open(self) -> None:
        self._opened = True

    def _lost(self, detail: str, how: Loss) -> None:
        if self._seen.key is not None:
            self._settle(self._seen.result())
        elif how == "network":
            self._settle(ProbeResult(False, "protocol" if self._opened else "timeout", detail))
        else:
            self._settle(ProbeResult(False, how, detail))


_REFUSALS: dict[type[Exception], Failure] = {
    BadUrl: "protocol",
    NotAllowed: NotAllowed.failure,
    OwnMachine: OwnMachine.failure,
    UnknownName: "name",
    NoFile: "path",
}


async def probe_apart(
    url: str, way: ConnectionOptions, policy: AddressPolicy, clock: HostClock, yard: ForeignSourcePool, timeout: float
) -> ProbeResult:
    """Start a process for `url`, look at what comes, and end it. Never raises for what the source does."""
    reader = Reader(clock, _TICK_MS)
    attempt = _ApartAttempt(reader, yard)
    deadline = clock.monotonic() + timeout
    try:
        attempt.apart.open(url, way, policy)
        while attempt.result is None and not attempt.seen.enough(reader.now) and clock.monotonic() < deadline:
            await asyncio.sleep(reader.tick_seconds)
            reader.tick()
    finally:
        attempt.apart.close()
        reader.close()
    if attempt.result is not None:
        return attempt.result
    if attempt.seen.key is not None:
        return attempt.seen.result()
    said = "no picture came" if attempt.opened else "nothing answered"
    return ProbeResult(False, "timeout", f"{said} within {timeout:g} s")


class _ApartAttempt:
    """One process of a probe."""

    def __init__(self, reader: Reader, yard: ForeignSourcePool) -> None:
        self.result: ProbeResult | None = None
        self.opened = False
        self.seen = ProbedPictures()
        self.apart = Apart(reader, yard, self._take, self._refuse, self._lose)
        self._reader = reader
        self._params: CodecParameters | None = None

    def _take(self, message: Message) -> None:
        self.opened = True
        match message:
            case Parameters():
                try:
                    self._params = codec_parameters(message.codec, message.sets)
                except CodecError as error:
                    self._settle("codec", str(error))
            case CodedPicture() if self._params is not None and (message.key or self.seen.key is not None):
                unit = AccessUnit(message.data, message.key, message.media_time, self._reader.wall_us, self._params)
                self.seen.take(unit, self._reader.now)
            case SourceFailure():
                self._settle("timeout" if message.kind == "network" else message.kind, message.detail)

    def _refuse(self, why: Exception) -> None:
        self._settle(_REFUSALS.get(type(why), "protocol"), str(why))

    def _lose(self, detail: str) -> None:
        self._settle("protocol", detail)

    def _settle(self, failure: Failure, detail: str) -> None:
        if self.result is None:
            self.result = self.seen.result() if self.seen.key is not None else ProbeResult(False, failure, detail)
