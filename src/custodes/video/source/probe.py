"""Trying a camera's address: what comes from there, or plainly what failed."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from typing import Literal

from custodes.video.clock import Clock
from custodes.video.rtsp.client import Client, FailureKind
from custodes.video.source.address import (
    AddressPolicy,
    BadUrl,
    NotAllowed,
    Target,
    UnknownName,
    parse_camera_url,
    same_host,
)
from custodes.video.source.link import Link
from custodes.video.source.tick import Reader
from custodes.video.unit import AccessUnit, Codec

Failure = Literal["not_allowed", "name", "refused", "timeout", "password", "path", "codec", "protocol"]

LOOK_SECONDS = 2.0
"""How long the stream is measured after its first key picture."""
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


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What a probe found.

    Attributes:
        ok: a key picture came.
        failure: why not; None when `ok`.
        detail: one plain sentence for people.
        codec: the codec, None when not reached.
        width, height: pixels.
        frame_rate: frames per second: as the parameter sets state, else as measured.
        bitrate: kbit/s as measured while the probe looked.
        key_unit: the first key picture.
    """

    ok: bool
    failure: Failure | None = None
    detail: str = ""
    codec: Codec | None = None
    width: int = 0
    height: int = 0
    frame_rate: float = 0.0
    bitrate: int = 0
    key_unit: AccessUnit | None = None


async def probe(
    url: str, username: str, password: str, policy: AddressPolicy, clock: Clock, timeout: float = 10.0
) -> ProbeResult:
    """Connect to `url`, wait for a key picture, measure for at most `LOOK_SECONDS`, and disconnect.

    Never raises for what the camera or the network does; `timeout` seconds bound the whole.
    """
    reader = Reader(clock, _TICK_MS)
    asked = url
    deadline = clock.monotonic() + timeout
    try:
        for _ in range(_MOST_REDIRECTS + 1):
            target, refusal = await _target(url, policy, deadline - clock.monotonic())
            if target is None:
                return refusal
            attempt = _Attempt(url, username, password, target, reader, same_host(asked, url))
            try:
                while attempt.result is None and not attempt.redirect and clock.monotonic() < deadline:
                    await asyncio.sleep(reader.tick_seconds)
                    reader.tick()
                    attempt.look(reader.now)
            finally:
                attempt.close()
            if not attempt.redirect:
                return attempt.result or attempt.out_of_time(timeout)
            url = attempt.redirect
        return ProbeResult(False, "protocol", "the camera redirects again and again")
    finally:
        reader.close()


async def _target(url: str, policy: AddressPolicy, seconds: float) -> tuple[Target | None, ProbeResult]:
    """The checked address of `url`, or the result that says why there is none."""
    try:
        parsed = parse_camera_url(url)
        looked_up = asyncio.to_thread(policy.target, parsed.host, parsed.port)
        return await asyncio.wait_for(looked_up, max(seconds, 0.0)), ProbeResult(False)
    except BadUrl as error:
        return None, ProbeResult(False, "protocol", str(error))
    except NotAllowed as error:
        return None, ProbeResult(False, "not_allowed", str(error))
    except UnknownName as error:
        return None, ProbeResult(False, "name", str(error))
    except TimeoutError:
        return None, ProbeResult(False, "timeout", "the name was not resolved in time")


class _Attempt:
    """One connection of a probe."""

    def __init__(self, url: str, username: str, password: str, target: Target, reader: Reader, basic: bool) -> None:
        self.result: ProbeResult | None = None
        self._reader = reader
        self._units: list[tuple[float, int]] = []
        self._media: list[int] = []
        self._key: AccessUnit | None = None
        self._opened = False
        self._client = Client(
            url, username, password, on_unit=self._take_unit, cnonce=lambda: secrets.token_hex(8), basic=basic
        )
        self._link = Link(reader, target, self._open, self._data, self._lost)
        self._link.open()

    @property
    def redirect(self) -> str:
        """Where the camera sends us, empty for nowhere."""
        return self._client.redirect

    def look(self, now: float) -> None:
        """Decide whether enough was seen."""
        failure = self._client.failure
        if failure is not None and self.result is None:
            self._settle(ProbeResult(False, _FAILURE_OF[failure.kind], failure.detail))
        elif self._units and now - self._units[0][0] >= LOOK_SECONDS:
            self._settle(self._seen())

    def out_of_time(self, timeout: float) -> ProbeResult:
        """The result when the time is up."""
        if self._key is not None:
            return self._seen()
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
        self._client.end()
        self._link.send(self._client.take_output())
        self._link.close()

    def _settle(self, result: ProbeResult) -> None:
        if self.result is None:
            self.result = result

    def _seen(self) -> ProbeResult:
        key = self._key
        if key is None:
            return ProbeResult(False, "codec", "no key picture came")
        span = max((max(self._media) - min(self._media)) / 90_000, 0.0)
        count = len(self._media) - 1
        measured = count / span if span > 0 else 0.0
        # The first unit begins the span and is left out of the sum; one picture alone tells no rate.
        octets = sum(size for _at, size in self._units[1:])
        return ProbeResult(
            True,
            codec=key.params.codec,
            width=key.params.width,
            height=key.params.height,
            frame_rate=round(key.params.frame_rate or measured, 3),
            bitrate=round(octets * 8 / span / 1000) if span > 0 else 0,
            key_unit=key,
        )

    def _take_unit(self, unit: AccessUnit) -> None:
        if self._key is None:
            self._key = unit
        self._units.append((self._reader.now, len(unit.data)))
        self._media.append(unit.media_time)

    def _open(self) -> None:
        self._opened = True
        self._client.begin()
        self._link.send(self._client.take_output())

    def _data(self, data: memoryview) -> None:
        self._client.feed(data, self._reader.wall_us, self._reader.now)
        if out := self._client.take_output():
            self._link.send(out)

    def _lost(self, detail: str, refused: bool) -> None:
        if self._key is not None:
            self._settle(self._seen())
        else:
            self._settle(ProbeResult(False, "refused" if refused else _unreached(self._opened), detail))


def _unreached(opened: bool) -> Failure:
    return "protocol" if opened else "timeout"
