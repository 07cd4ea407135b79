"""Trying the address of a source that has a process of its own."""

from __future__ import annotations

import asyncio

from custodes.video.clock import Clock
from custodes.video.codec.bits import CodecError
from custodes.video.codec.build import codec_parameters
from custodes.video.source.address import AddressPolicy, BadUrl, NotAllowed, UnknownName
from custodes.video.source.apart.files import NoFile
from custodes.video.source.apart.process import Apart
from custodes.video.source.apart.wire import Failure, Message, Parameters, Picture
from custodes.video.source.apart.yard import Yard
from custodes.video.source.seen import Failure as Why
from custodes.video.source.seen import ProbeResult, Seen
from custodes.video.source.tick import Reader
from custodes.video.source.way import Way
from custodes.video.unit import AccessUnit, CodecParameters

_TICK_MS = 10
_REFUSALS: dict[type[Exception], Why] = {
    BadUrl: "protocol",
    NotAllowed: "not_allowed",
    UnknownName: "name",
    NoFile: "path",
}


async def probe_apart(
    url: str, way: Way, policy: AddressPolicy, clock: Clock, yard: Yard, timeout: float
) -> ProbeResult:
    """Start a process for `url`, look at what comes, and end it. Never raises for what the source does."""
    reader = Reader(clock, _TICK_MS)
    attempt = _Attempt(reader, yard)
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


class _Attempt:
    """One process of a probe."""

    def __init__(self, reader: Reader, yard: Yard) -> None:
        self.result: ProbeResult | None = None
        self.opened = False
        self.seen = Seen()
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
            case Picture() if self._params is not None and (message.key or self.seen.key is not None):
                unit = AccessUnit(message.data, message.key, message.media_time, self._reader.wall_us, self._params)
                self.seen.take(unit, self._reader.now)
            case Failure():
                self._settle("timeout" if message.kind == "network" else message.kind, message.detail)

    def _refuse(self, why: Exception) -> None:
        self._settle(_REFUSALS.get(type(why), "protocol"), str(why))

    def _lose(self, detail: str) -> None:
        self._settle("protocol", detail)

    def _settle(self, failure: Why, detail: str) -> None:
        if self.result is None:
            self.result = self.seen.result() if self.seen.key is not None else ProbeResult(False, failure, detail)
