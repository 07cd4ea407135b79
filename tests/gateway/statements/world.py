"""Two gateways' ends of the side channel over real TLS of loopback, with stand-ins for their webs."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.gateway.keys import make_keys
from custodes.gateway.statements.listener import STATEMENTS, Listener
from custodes.gateway.statements.pace import StatementPace
from custodes.gateway.statements.saying import STATING
from custodes.gateway.web_client import GatewayWebClient
from custodes.tls.files import TlsFiles
from custodes.tls.pinned import gateway_statements
from custodes.video.clock import SystemClock
from custodes.video.wire.statements import Statement, StatementAnswer, StatementsAt, Stating, StatingAsk, UpperStates
from custodes.video.wire.upper_platforms import GatewayUpper
from tests.patience import until_async
from tests.ports import free_port

HOST = "127.0.0.1"
UPPER, LOWER, ELSE = "54000000002000000001", "54010000002000000001", "54020000002000000001"
CHANNEL = "34020000001320000001"
QUICK = StatementPace(look=0.05, open=0.1)
US = 1_000_000


def certified(folder: Path) -> TlsFiles:
    """Key and certificate as the gateway of this folder has them."""
    make_keys(folder / "keys" / "gateway", folder / "keys" / "public")
    return gateway_statements(folder / "keys")


def statement(**more: Any) -> Statement:
    """An officer's, of ten minutes of footage, that counts from now."""
    now = time.time_ns() // 1000
    told = {
        "id": uuid4(), "upper": UPPER, "lower": LOWER, "channel": CHANNEL, "verb": "history", "call_id": "abc@127.0.0.1",
        "from_us": now - 3600 * US, "until_us": now - 3000 * US, "unit": "拉萨市公安局", "person": "扎西", "number": "541234",
        "reason": "走失人员", "ground": "duty", "clauses": ("S22",), "index": 7, "said_us": now, "counts_until_us": now + 600 * US,
    }  # fmt: skip
    return Statement.model_validate(told | more)


class Webs:
    """Answers both gateways' questions; everything that came is kept.

    Attributes:
        away: nothing answers; why: what the upper's web refuses with; verdict: the lower's answer.
        seconds: for which a `Statement` of the upper's web counts; before: awaited before it is answered.
    """

    def __init__(self) -> None:
        self.away = False
        self.why = ""
        self.verdict = StatementAnswer(index=41)
        self.seconds = 600
        self.asked: list[StatingAsk] = []
        self.stated: list[UpperStates] = []
        self.order: list[str] = []
        self.before: asyncio.Event | None = None
        self.raw: dict[str, httpx.Response] = {}

    def client(self, name: str = "gateway-1") -> GatewayWebClient:
        """A client whose requests come here."""
        key = Ed25519PrivateKey.generate()
        return GatewayWebClient("http://web", name, key, SystemClock(), transport=httpx.MockTransport(self._answer))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            raise httpx.ConnectError("away", request=request)
        if request.url.path in self.raw:
            return self.raw[request.url.path]
        if request.url.path == STATING:
            return await self._stating(StatingAsk.model_validate_json(request.content))
        assert request.url.path == STATEMENTS
        self.stated.append(UpperStates.model_validate_json(request.content))
        self.order.append("kept")
        return httpx.Response(200, content=self.verdict.model_dump_json())

    async def _stating(self, ask: StatingAsk) -> httpx.Response:
        self.asked.append(ask)
        if self.before is not None:
            await self.before.wait()
        if self.why:
            return httpx.Response(200, content=Stating(why=self.why).model_dump_json())
        now = time.time_ns() // 1000
        steer = ask.verb == "steer"
        made = statement(
            verb=ask.verb,
            channel=ask.channel,
            call_id=ask.call_id,
            from_us=None if steer else ask.start * US,
            until_us=None if steer else ask.end * US,
            said_us=now,
            counts_until_us=now + self.seconds * US,
        )
        return httpx.Response(200, content=Stating(statement=made).model_dump_json())


@dataclass
class Lower:
    """The gateway below: its listener, and the uppers that it has."""

    files: TlsFiles
    webs: Webs
    listener: Listener
    uppers: list[GatewayUpper] = field(default_factory=list)

    def link(self, certificate: TlsFiles, id: str = UPPER, own: str = LOWER) -> UUID:
        """A link in force with the upper that has this certificate."""
        pem = certificate.cert.read_text()
        upper = GatewayUpper(
            link=uuid4(), id=id, own=own, host=HOST, port=5060, sealed_password="", certificate=pem
        )  # fmt: skip
        self.uppers.append(upper)
        return upper.link

    @property
    def at(self) -> StatementsAt:
        """As it is handed over."""
        return StatementsAt(url=f"https://{HOST}:{self.listener.port}", certificate=self.files.cert.read_text())


@asynccontextmanager
async def lower(folder: Path, webs: Webs, *links: TlsFiles, pace: StatementPace = QUICK) -> AsyncIterator[Lower]:
    """A listener that runs, with a link to each of these."""
    files = certified(folder)
    uppers: list[GatewayUpper] = []
    listener = Listener("gateway-1", HOST, free_port(), files, webs.client(), lambda: uppers, SystemClock(), pace)
    made = Lower(files, webs, listener, uppers)
    for one in links:
        made.link(one)
    running = asyncio.create_task(listener.run())
    try:
        await until_async(lambda: listener.port)
        yield made
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


def quick(**more: Any) -> StatementPace:
    """A pace for one test."""
    return replace(QUICK, **more)


def told(body: bytes) -> dict[str, Any]:
    """What an answer says."""
    found: dict[str, Any] = json.loads(body)
    return found
