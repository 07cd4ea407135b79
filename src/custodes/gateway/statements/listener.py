"""Where platforms above say who asks and why: ``POST /statements``, HTTPS, for clients whose certificates their links have."""

from __future__ import annotations

import asyncio
import math
import ssl
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from cryptography import x509
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from custodes.gateway.plain import plain
from custodes.gateway.statements.pace import STATEMENT_PACE, StatementPace
from custodes.gateway.web_client import GatewayWebClient, WebUnavailable
from custodes.tls.files import TlsFiles
from custodes.tls.handed_server import (
    BodyRefused,
    body_of,
    client_of,
    fingerprint,
    server_context,
    serving,
    trust,
)
from custodes.tls.server import Renewal
from custodes.video.clock import HostClock
from custodes.video.wire.statements import Statement, StatementAnswer, StatementKept, UpperStates
from custodes.video.wire.upper_platforms import GatewayUpper

log = structlog.get_logger(__name__)

STATEMENTS = "/internal/gateway/statements"
RETRY_SECONDS = "5"
_TOLD = frozenset({400, 403, 409, 429, 503})
"""Statuses that a platform above is told; whatever else the web says is 503."""
_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class _Known:
    """A link whose upper states: SHA-256 of its certificate, or of one of the two that it has while it replaces its own, and who it is."""

    client: bytes
    upper: GatewayUpper


class Listener:
    """The listener of one gateway; without a port it waits, and nobody is heard.

    Args:
        port: 0 for none.
        uppers: those that there are now.
    """

    def __init__(
        self,
        name: str,
        host: str,
        port: int,
        files: TlsFiles,
        web: GatewayWebClient,
        uppers: Callable[[], Sequence[GatewayUpper]],
        clock: HostClock,
        pace: StatementPace = STATEMENT_PACE,
    ) -> None:
        self._name = name
        self._host, self._port = host, port
        self._files = files
        self._web = web
        self._uppers = uppers
        self._clock = clock
        self._pace = pace
        self._known: tuple[_Known, ...] = ()
        self._read: tuple[tuple[str, str], ...] = ()
        self._tokens: dict[bytes, tuple[float, float]] = {}
        self._deciding: Counter[bytes] = Counter()
        self.port = 0

    async def run(self) -> None:
        """Until cancelled. A port or a certificate that can't be had is tried again: devices and uppers stay registered meanwhile."""
        if not self._port:
            await asyncio.Event().wait()
        said = False
        while True:
            try:
                await self._serve()
            except (OSError, ssl.SSLError) as error:
                if not said:
                    why = getattr(error, "strerror", None) or type(error).__name__
                    log.error("statements.not_listening", port=self._port, why=why)
                said = True
            await asyncio.sleep(self._pace.open)

    async def stop(self) -> None:
        """The process cancels `run`, which closes it."""

    async def _serve(self) -> None:
        context = server_context(self._files)
        renewal, tick = Renewal(self._files, context), 0
        self._read = ()
        self._look(context)
        async with serving(self._host, self._port, context, self.app(), self._pace.heard, "statements") as port:
            self.port = port
            log.info("statements.listening", port=port)
            while True:
                await asyncio.sleep(self._pace.look)
                self._look(context)
                renewal.look(tick * 10)
                tick += 1

    def _look(self, context: ssl.SSLContext) -> None:
        """Which certificates may state now."""
        uppers = [upper for upper in self._uppers() if upper.certificate]
        read = tuple((str(upper.link), upper.certificate) for upper in uppers)
        known = []
        for upper in uppers:
            try:
                certificates = x509.load_pem_x509_certificates(upper.certificate.encode())
                if read != self._read:
                    trust(context, certificates)
            except (ValueError, ssl.SSLError):  # one that can't be used keeps nobody else out
                if read != self._read:
                    log.error("statements.certificate_unreadable", link=str(upper.link))
                continue
            known += [_Known(fingerprint(one), upper) for one in certificates]
        self._read, self._known = read, tuple(known)
        present = {one.client for one in known}
        self._tokens = {client: left for client, left in self._tokens.items() if client in present}

    # What is heard

    def app(self) -> Starlette:
        """The HTTP around it."""
        return Starlette(routes=[Route("/statements", self._statements, methods=["POST"])])

    async def _statements(self, request: Request) -> Response:
        client = client_of(request)
        mine = [one.upper for one in self._known if one.client == client]
        if not mine:
            return _refuse(403, "certificate", "no link in force has this certificate", close=True)
        wait = self._wait(client)
        if wait:
            return _refuse(429, "often", "too many statements", after=str(wait), close=True)
        try:
            body = await body_of(request, self._pace.heard)
        except BodyRefused as error:
            return _refuse(error.status, "body", str(error), close=True)
        try:
            statement = Statement.model_validate_json(body)
        except ValidationError as error:
            where = ".".join(map(str, error.errors(include_input=False)[0]["loc"])) or "the top"
            return _refuse(400, "shape", f"wrong at {plain(where, 80)}")
        link = next((one for one in mine if (one.id, one.own) == (statement.upper, statement.lower)), None)
        if link is None:
            return _refuse(403, "link", "the link of this certificate is of other platforms")
        if self._deciding[client] >= self._pace.at_once:
            return _refuse(429, "often", "as many statements as may be are being decided", after="1")
        self._deciding[client] += 1
        try:
            return await self._decided(link, statement)
        finally:
            self._deciding[client] -= 1

    async def _decided(self, link: GatewayUpper, statement: Statement) -> Response:
        states = UpperStates(gateway=self._name, link=link.link, statement=statement)
        try:
            answer = await self._web.ask(STATEMENTS, states, StatementAnswer, self._pace.decide)
        except WebUnavailable as error:
            log.warning("statement.not_decided", link=str(link.link), why=str(error))
            return _refuse(503, "unavailable", "it can't be put on record now", after=RETRY_SECONDS)
        if answer.status == 201 and answer.index is not None:
            log.info("statement.taken", link=str(link.link), verb=statement.verb, id=str(statement.id))
            kept = StatementKept(id=statement.id, index=answer.index)
            return Response(kept.model_dump_json(), 201, media_type="application/json")
        status = answer.status if answer.status in _TOLD else 503
        log.info("statement.refused", link=str(link.link), verb=statement.verb, status=status)
        return _refuse(status, "refused", answer.why, after=RETRY_SECONDS if status in (429, 503) else "")

    def _wait(self, client: bytes) -> int:
        """Seconds after which one more may be stated; 0 where it may be now, and is counted."""
        most, now = float(self._pace.a_minute), self._clock.monotonic()
        left, at = self._tokens.get(client, (most, now))
        left = min(most, left + (now - at) * most / _MINUTE)
        if left < 1.0:
            self._tokens[client] = left, now
            return max(1, math.ceil((1.0 - left) * _MINUTE / most))
        self._tokens[client] = left - 1.0, now
        return 0


def _refuse(status: int, code: str, detail: str, *, after: str = "", close: bool = False) -> JSONResponse:
    headers = ({"Retry-After": after} if after else {}) | ({"Connection": "close"} if close else {})
    return JSONResponse({"error": code, "detail": detail}, status, headers=headers)
