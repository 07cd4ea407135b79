"""Trying a camera's address: what comes from there, or plainly what failed."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace

from custodes.video.clock import Clock
from custodes.video.rtsp.failure import FailureKind
from custodes.video.source.address import (
    RTSP,
    AddressPolicy,
    BadUrl,
    CameraUrl,
    NotAllowed,
    Target,
    UnknownName,
    is_downgrade,
    parse_camera_url,
    same_host,
)
from custodes.video.source.apart.trial import probe_apart
from custodes.video.source.dialogue import Dialogue
from custodes.video.source.ground import BARE_GROUND, Ground
from custodes.video.source.link import Loss
from custodes.video.source.secure import ANY, SecureLink
from custodes.video.source.seen import Failure, ProbeResult, Seen
from custodes.video.source.tick import Reader
from custodes.video.source.way import Way
from custodes.video.unit import AccessUnit

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
    way: Way,
    policy: AddressPolicy,
    clock: Clock,
    timeout: float = 10.0,
    ground: Ground = BARE_GROUND,
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


async def _target(url: str, policy: AddressPolicy, seconds: float) -> tuple[CameraUrl, Target] | ProbeResult:
    """`url` and its checked address, or the result that says why there is none."""
    try:
        parsed = parse_camera_url(url)
        async with asyncio.timeout(max(seconds, 0.0)):
            return parsed, await asyncio.to_thread(policy.target, parsed.host, parsed.port)
    except BadUrl as error:
        return ProbeResult(False, "protocol", str(error))
    except NotAllowed as error:
        return ProbeResult(False, "not_allowed", str(error))
    except UnknownName as error:
        return ProbeResult(False, "name", str(error))
    except TimeoutError:
        return ProbeResult(False, "timeout", "the name was not resolved in time")


async def _certificate(url: CameraUrl, target: Target, reader: Reader, deadline: float) -> str:
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

    def __init__(self, url: CameraUrl, target: Target, way: Way, ground: Ground, reader: Reader, basic: bool) -> None:
        self.result: ProbeResult | None = None
        self._reader = reader
        self._seen = Seen()
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
