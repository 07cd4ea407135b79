"""What the node asks of the GB/T 28181 gateway, each request signed (docs/design/wire.md §8); and the gateway that its assignment names now."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ValidationError

from custodes.video.clock import HostClock
from custodes.video.wire.assignment import GatewayAddress
from custodes.video.wire.calls import (
    CallAnswer,
    CallAsk,
    CallEnd,
    CallsKept,
    CallsStanding,
    CallStep,
    ReachableAsk,
    ReachableDevices,
    RecordingsAnswer,
    RecordingsAsk,
    StepTaken,
)
from custodes.video.wire.commands import (
    GatewaySteer,
    GatewayTaken,
    PositionAnswer,
    PositionAsk,
    PresetsAnswer,
    PresetsAsk,
)
from custodes.video.wire.control import signed_headers
from custodes.video.wire.control_leases import SpeakAnswer, SpeakAsk

CALL_SECONDS = 30.0
"""A call waits 6 s for room, and a device that tries has 20 s to answer it."""

STEER_SECONDS = 6.0
"""A command that the device has to acknowledge is sent again for 4 s."""

PRESETS_SECONDS = 12.0
POSITION_SECONDS = 6.0
"""A platform below is told first who asks, and may have to ask one below it."""
STANDS_SECONDS = 3.0
RECORDS_SECONDS = 65.0
"""A recorder that tells of its recordings one by one has a minute for all of them."""
SPEAK_SECONDS = 75.0
"""A device that promises to call has ten seconds for it, and each of its targets is tried (`gateway.speaking.bounds`)."""
SHORT_SECONDS = 5.0
REACHABLE_SECONDS = 35.0
"""Held for 25 s where no device came back."""
MOST_BYTES = 1 << 20
"""Of an answer; what is longer is none."""

_Answer = TypeVar("_Answer", bound=BaseModel)


class GatewayUnavailable(Exception):
    """The gateway did not answer, or not with what was agreed; the message holds no key and no address."""


@dataclass(frozen=True)
class GatewayClient:
    """Signed requests to the gateway of the node's assignment.

    A request that is cancelled closes its connection: the gateway gives up the call that it was making then.

    Attributes:
        gateway: whom requests are signed for, and where it listens.
        node: the name that it signs as; signing: the node's control key.
        trust: what its certificate is checked against (`web_client.trusted_authorities`), where it listens on https.
        transport: for tests that stand in for it.
    """

    gateway: GatewayAddress
    node: str
    signing: Ed25519PrivateKey
    clock: HostClock
    trust: ssl.SSLContext | bool = True
    transport: httpx.AsyncBaseTransport | None = None

    async def call(self, ask: CallAsk) -> CallAnswer:
        """Have a channel called; what became of it is in the answer.

        Raises:
            GatewayUnavailable.
        """
        return await self._ask(CallAnswer, "/internal/call", ask, CALL_SECONDS)

    async def keep(self, worker: str, calls: Sequence[UUID]) -> CallsStanding:
        """Say which calls are wanted still; which of them have ended.

        Args:
            worker: ``NODE/i``.

        Raises:
            GatewayUnavailable.
        """
        kept = CallsKept(worker=worker, calls=tuple(calls))
        return await self._ask(CallsStanding, "/internal/call/keep", kept, SHORT_SECONDS)

    async def end(self, call: UUID) -> None:
        """End a call; one that is over already is no fault.

        Raises:
            GatewayUnavailable: the gateway ends it by itself when nobody names it any more.
        """
        await self._send("/internal/call/end", CallEnd(call=call), SHORT_SECONDS)

    async def key(self, call: UUID) -> None:
        """Ask for a key picture of a call; whether the device sends one is seen in its video.

        Raises:
            GatewayUnavailable.
        """
        await self._send("/internal/call/key", CallEnd(call=call), SHORT_SECONDS)

    async def reachable(self, ask: ReachableAsk) -> ReachableDevices:
        """Which devices came back; waits for one.

        Raises:
            GatewayUnavailable.
        """
        return await self._ask(ReachableDevices, "/internal/call/reachable", ask, REACHABLE_SECONDS)

    async def steer(self, steer: GatewaySteer) -> GatewayTaken:
        """Send a command to a channel; it is durable in the node's book before.

        Raises:
            GatewayUnavailable: it is not known whether it was sent.
        """
        return await self._ask(GatewayTaken, "/internal/steer", steer, STEER_SECONDS)

    async def presets(self, ask: PresetsAsk) -> PresetsAnswer:
        """The presets of a channel.

        Raises:
            GatewayUnavailable.
        """
        return await self._ask(PresetsAnswer, "/internal/presets", ask, PRESETS_SECONDS)

    async def position(self, ask: PositionAsk) -> PositionAnswer:
        """Where a channel points.

        Raises:
            GatewayUnavailable.
        """
        return await self._ask(PositionAnswer, "/internal/position", ask, POSITION_SECONDS)

    async def stands(self, ask: PositionAsk) -> GatewayTaken:
        """Whether a platform below steers a channel itself.

        Raises:
            GatewayUnavailable: it is not known.
        """
        return await self._ask(GatewayTaken, "/internal/stands", ask, STANDS_SECONDS)

    async def records(self, ask: RecordingsAsk) -> RecordingsAnswer:
        """What a device has recorded of a channel.

        Raises:
            GatewayUnavailable.
        """
        return await self._ask(RecordingsAnswer, "/internal/records", ask, RECORDS_SECONDS)

    async def step(self, step: CallStep) -> StepTaken:
        """Steer a recording that plays.

        Raises:
            GatewayUnavailable: it is not known whether it was sent.
        """
        return await self._ask(StepTaken, "/internal/call/steps", step, STEER_SECONDS)

    async def speak(self, ask: SpeakAsk) -> SpeakAnswer:
        """Have a device call, so that it is spoken through; what became of it is in the answer.

        Raises:
            GatewayUnavailable.
        """
        return await self._ask(SpeakAnswer, "/internal/speak", ask, SPEAK_SECONDS)

    async def keep_speaking(self, worker: str, calls: Sequence[UUID]) -> CallsStanding:
        """Say which speeches are wanted still; which of them have ended.

        Raises:
            GatewayUnavailable.
        """
        kept = CallsKept(worker=worker, calls=tuple(calls))
        return await self._ask(CallsStanding, "/internal/speak/keep", kept, SHORT_SECONDS)

    async def end_speaking(self, call: UUID) -> None:
        """End a speech; one that is over already is no fault.

        Raises:
            GatewayUnavailable: the gateway ends it by itself when nobody names it any more.
        """
        await self._send("/internal/speak/end", CallEnd(call=call), SHORT_SECONDS)

    async def _ask(self, model: type[_Answer], path: str, body: BaseModel, seconds: float) -> _Answer:
        content = await self._send(path, body, seconds)
        try:
            return model.model_validate_json(content)
        except ValidationError as error:
            raise GatewayUnavailable("the gateway's answer has the wrong shape") from error

    async def _send(self, path: str, body: BaseModel, seconds: float) -> bytes:
        content = body.model_dump_json().encode()
        now = self.clock.wall_us() / 1_000_000
        headers = signed_headers(self.signing, self.node, self.gateway.name, "POST", path, content, now)
        # An authority is read only where it is of use: reading one takes longer than a command may.
        trust = self.trust if self.gateway.url.startswith("https:") else False
        try:
            # The system's proxies are not for the centre's own machines.
            async with (
                asyncio.timeout(seconds),
                httpx.AsyncClient(
                    base_url=self.gateway.url, verify=trust, timeout=seconds, transport=self.transport, trust_env=False
                ) as client,
                client.stream("POST", path, content=content, headers=headers) as response,
            ):
                if response.status_code not in (200, 204):
                    raise GatewayUnavailable(f"the gateway answered {response.status_code}")
                return await _bounded(response)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise GatewayUnavailable(f"the gateway can't be reached: {type(error).__name__}") from error


async def _bounded(response: httpx.Response) -> bytes:
    found = b""
    async for piece in response.aiter_bytes():
        found += piece
        if len(found) > MOST_BYTES:
            raise GatewayUnavailable("the gateway's answer is too long")
    return found


@dataclass
class AssignedGateway:
    """Called: the gateway at this moment, None where there is none.

    Attributes:
        make: makes what speaks to the gateway at an address.
    """

    make: Callable[[GatewayAddress], GatewayClient]
    _address: GatewayAddress | None = None
    _client: GatewayClient | None = None

    def __call__(self) -> GatewayClient | None:
        """The gateway."""
        return self._client

    def use(self, address: GatewayAddress | None) -> None:
        """What the assignment says."""
        if address != self._address:
            self._address = address
            self._client = self.make(address) if address is not None else None
