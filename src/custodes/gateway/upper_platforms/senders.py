"""What node workers are asked to send to uppers, each request signed (docs/design/wire.md §8)."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, ValidationError

from custodes.video.clock import HostClock
from custodes.video.wire.control import signed_headers
from custodes.video.wire.sending import (
    SendAsk,
    SendKeyed,
    SendPosition,
    SendPresetList,
    SendPresets,
    SendReady,
    SendRecordings,
    SendRecords,
    SendsKept,
    SendsStanding,
    SendStart,
    SendSteer,
    SendSteered,
    SendStep,
    SendStepped,
)

_Answer = TypeVar("_Answer", bound=BaseModel)

MOST_BYTES = 1 << 20
"""Of a node's answer."""

LIMITS = httpx.Limits(max_connections=1_000, max_keepalive_connections=64, keepalive_expiry=2.0)
"""Workers that wait for a first picture hold up no end and no `keep`: as many connections as there may be calls.

A connection is left sooner than the worker closes it (5 s without a request): a request that meets with the closing is lost, and a call with it.
"""


class NodeUnavailable(Exception):
    """A worker did not answer, or not with what was agreed. The message holds no address."""


@dataclass(frozen=True, slots=True)
class SendingWorker:
    """Who sends: where it is reached, and its name, to which requests are signed."""

    url: str
    name: str


@dataclass
class Senders:
    """Signed requests to workers, over connections that are kept."""

    gateway: str
    key: Ed25519PrivateKey
    clock: HostClock
    trust: ssl.SSLContext | bool = True
    _client: httpx.AsyncClient | None = field(default=None, repr=False)

    async def prepare(self, worker: SendingWorker, ask: SendAsk, seconds: float) -> SendReady:
        """Make it ready to send; nothing goes yet.

        Raises:
            NodeUnavailable.
        """
        return await self._ask(worker, "/internal/send", ask, SendReady, seconds)

    async def start(self, worker: SendingWorker, call: UUID, seconds: float) -> None:
        """Send from now on.

        Raises:
            NodeUnavailable: it does not, or nobody knows.
        """
        await self._post(worker, "/internal/send/start", SendStart(call=call), seconds)

    async def end(self, worker: SendingWorker, call: UUID, seconds: float) -> None:
        """Send no more. Twice is once.

        Raises:
            NodeUnavailable: it ends by itself, since nobody says any more that it is wanted.
        """
        await self._post(worker, "/internal/send/end", SendStart(call=call), seconds, also=(404,))

    async def keep(self, worker: SendingWorker, calls: tuple[UUID, ...], seconds: float) -> SendsStanding:
        """These are still wanted; which of them ended by themselves.

        Raises:
            NodeUnavailable.
        """
        return await self._ask(worker, "/internal/send/keep", SendsKept(calls=calls), SendsStanding, seconds)

    async def step(self, worker: SendingWorker, step: SendStep, seconds: float) -> SendStepped:
        """Steer a recording that is sent.

        Raises:
            NodeUnavailable.
        """
        return await self._ask(worker, "/internal/send/steps", step, SendStepped, seconds)

    async def records(self, worker: SendingWorker, ask: SendRecords, seconds: float) -> SendRecordings:
        """What there is to be sent of a time.

        Raises:
            NodeUnavailable.
        """
        return await self._ask(worker, "/internal/send/records", ask, SendRecordings, seconds)

    async def steer(self, worker: SendingWorker, command: SendSteer, seconds: float) -> SendSteered:
        """Move a camera.

        Raises:
            NodeUnavailable: whether it moved is not known.
        """
        return await self._ask(worker, "/internal/send/steer", command, SendSteered, seconds)

    async def presets(self, worker: SendingWorker, ask: SendPresets, seconds: float) -> SendPresetList:
        """The presets of a camera.

        Raises:
            NodeUnavailable.
        """
        return await self._ask(worker, "/internal/send/presets", ask, SendPresetList, seconds)

    async def position(self, worker: SendingWorker, ask: SendPresets, seconds: float) -> SendPosition:
        """Where a camera points now.

        Raises:
            NodeUnavailable.
        """
        return await self._ask(worker, "/internal/send/position", ask, SendPosition, seconds)

    async def key_picture(self, worker: SendingWorker, call: UUID, seconds: float) -> SendKeyed:
        """Ask for a key picture of a live picture that it sends.

        Raises:
            NodeUnavailable.
        """
        return await self._ask(worker, "/internal/send/key", SendStart(call=call), SendKeyed, seconds)

    async def close(self) -> None:
        """Close what is open."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _ask(
        self, worker: SendingWorker, path: str, body: BaseModel, model: type[_Answer], seconds: float
    ) -> _Answer:
        try:
            return model.model_validate_json(await self._post(worker, path, body, seconds))
        except ValidationError as error:
            raise NodeUnavailable("the node's answer has the wrong shape") from error

    async def _post(
        self, worker: SendingWorker, path: str, body: BaseModel, seconds: float, also: tuple[int, ...] = ()
    ) -> bytes:
        content = body.model_dump_json().encode()
        now = self.clock.wall_us() / 1_000_000
        headers = signed_headers(self.key, self.gateway, worker.name, "POST", path, content, now)
        if self._client is None:
            # The system's proxies are not for the centre's own machines.
            self._client = httpx.AsyncClient(verify=self.trust, trust_env=False, limits=LIMITS)
        try:
            response = await self._client.post(worker.url + path, content=content, headers=headers, timeout=seconds)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise NodeUnavailable(f"the node can't be reached: {type(error).__name__}") from error
        if response.status_code not in (200, 204, *also):
            raise NodeUnavailable(f"the node answered {response.status_code}")
        if len(response.content) > MOST_BYTES:
            raise NodeUnavailable("the node's answer is too long")
        return response.content
