"""Searching for ONVIF devices, looking at them and setting their clocks for the web: within the rate of probes, two at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from custodes.node.prober import Prober, TooManyProbes
from custodes.node.rooms import Signed
from custodes.video.onvif import device, discovery
from custodes.video.source.address import AddressPolicy
from custodes.video.wire.control_leases import SteeringAsk, SteeringLook
from custodes.video.wire.onvif import OnvifAsk, OnvifClock, OnvifFound
from custodes.video.wire.seal import Unsealable

log = structlog.get_logger(__name__)

MAX_AT_ONCE = 2


@dataclass
class OnvifDesk:
    """Answers the web's requests about ONVIF devices.

    Attributes:
        prober: whose rate counts these looks too.
        synchronised: whether this machine's own clock is right: no device is set by one that is not.
    """

    policy: AddressPolicy
    prober: Prober
    unseal: Callable[[str], str]
    synchronised: Callable[[], bool]
    _running: int = field(default=0)

    def routes(self, signed: Signed) -> list[Route]:
        """The routes under ``/internal/onvif``; `signed` lets only the web through."""
        return [
            Route("/internal/onvif/probe", signed(self.probe), methods=["POST"]),
            Route("/internal/onvif/clock", signed(self.clock), methods=["POST"]),
            Route("/internal/onvif/search", signed(self.search), methods=["POST"]),
            Route("/internal/onvif/steering", signed(self.steering), methods=["POST"]),
        ]

    async def probe(self, request: Request, body: bytes) -> Response:
        """Say what device is at an address, and its streams."""
        ask = OnvifAsk.model_validate_json(body)
        try:
            password = self.unseal(ask.sealed_password) if ask.sealed_password else ""
        except Unsealable as error:
            return _said(OnvifFound(ok=False, failure="password", detail=str(error)))
        return await self._one_of_few(lambda: self._look(ask, password))

    async def clock(self, request: Request, body: bytes) -> Response:
        """Set a device's clock."""
        ask = OnvifAsk.model_validate_json(body)
        if not self.synchronised():
            return _said(OnvifClock(ok=False, failure="clock", detail="this node's own clock is not synchronised"))
        try:
            password = self.unseal(ask.sealed_password) if ask.sealed_password else ""
        except Unsealable as error:
            return _said(OnvifClock(ok=False, failure="password", detail=str(error)))

        async def work() -> Response:
            done = await device.set_clock(ask.host, ask.port, ask.username, password, self.policy)
            log.info("onvif.clock_set", camera=str(ask.camera), ok=done.ok, failure=done.failure)
            return _said(done)

        return await self._one_of_few(work)

    async def steering(self, request: Request, body: bytes) -> Response:
        """Say whether a camera can be steered, and how."""
        ask = SteeringAsk.model_validate_json(body)
        try:
            password = self.unseal(ask.sealed_password) if ask.sealed_password else ""
        except Unsealable as error:
            return _said(SteeringLook(ok=False, failure="password", detail=str(error)))

        async def work() -> Response:
            found = await device.look_at_stream(ask.host, ask.port, ask.username, password, ask.url, self.policy)
            log.info("onvif.steering_looked", camera=str(ask.camera), ok=found.ok, failure=found.failure)
            return _said(found)

        return await self._one_of_few(work)

    async def search(self, request: Request, body: bytes) -> Response:
        """Search the networks of cameras."""

        async def work() -> Response:
            found = await discovery.search(self.policy)
            log.info("onvif.searched", devices=len(found.devices), dropped=found.dropped, from_=len(found.searched))
            return JSONResponse(found.model_dump(mode="json"))

        return await self._one_of_few(work)

    async def _look(self, ask: OnvifAsk, password: str) -> Response:
        try:
            found = await device.look(ask.host, ask.port, ask.username, password, self.policy)
        except Exception:
            log.exception("onvif.look_failed", camera=str(ask.camera))
            found = OnvifFound(ok=False, failure="protocol", detail="the look itself failed; the node's log says why")
        # The web writes the record; here the address stays out of the log.
        log.info(
            "onvif.looked",
            camera=str(ask.camera),
            ok=found.ok,
            failure=found.failure,
            media=found.media,
            media2_failure=found.media2_failure,
        )
        return _said(found)

    async def _one_of_few(self, work: Callable[[], Awaitable[Response]]) -> Response:
        try:
            self.prober.count()
        except TooManyProbes as error:
            return JSONResponse({"detail": str(error)}, 429)
        if self._running >= MAX_AT_ONCE:
            return JSONResponse({"detail": "other devices are being looked at; try again in a moment"}, 429)
        self._running += 1
        try:
            return await work()
        finally:
            self._running -= 1


def _said(found: OnvifFound | OnvifClock | SteeringLook) -> Response:
    return JSONResponse(found.model_dump(mode="json"))
