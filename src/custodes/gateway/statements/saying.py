"""Before a channel of a platform below is called, asked or moved: our web says who does it and why, on record, and the platform below keeps it.

It goes there over HTTPS, to the server whose certificate was handed over, with ours that it was handed.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import structlog
from pydantic import ValidationError

from custodes.gateway.calls.needs import NotStated
from custodes.gateway.plain import plain
from custodes.gateway.statements.pace import STATEMENT_PACE, StatementPace
from custodes.gateway.web_client import GatewayWebClient, WebUnavailable
from custodes.tls.files import TlsFiles
from custodes.tls.handed_client import AnswerTooLarge, HandedAnswer, client_context, post
from custodes.video.clock import HostClock
from custodes.video.wire.calls import CallAsk, RecordingsAsk
from custodes.video.wire.commands import GatewaySteer, PositionAsk, PresetsAsk
from custodes.video.wire.gateway_assignment import GatewayDevice
from custodes.video.wire.statements import Stated, Statement, StatementKept, StatementsAt, Stating, StatingAsk

log = structlog.get_logger(__name__)


MOST_ANSWER = 16_384
DETAIL = 160
"""Characters of the reason that the platform below gives."""


async def send(statement: Statement, at: StatementsAt, files: TlsFiles, seconds: float) -> StatementKept:
    """Have it kept below.

    Args:
        files: our certificate and key.
        seconds: for all of it.

    Raises:
        NotStated: it was not, or that is not known.
    """
    try:
        context = await asyncio.to_thread(client_context, at.certificate, files)
    except (OSError, ssl.SSLError) as error:
        raise NotStated("the certificates of the side channel can't be used; look at `custodes doctor`") from error
    body = statement.model_dump_json().encode()
    try:
        answer = await post(
            context,
            f"{at.url}/statements",
            body,
            seconds=seconds,
            most_bytes=MOST_ANSWER,
            content_type="application/json",
        )
    except TimeoutError as error:
        raise NotStated(f"the platform below did not answer the statement within {seconds:g} seconds") from error
    except AnswerTooLarge as error:
        raise NotStated("the platform below answered the statement with something else") from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        raise NotStated(_unreached(error)) from error
    return _kept(answer, statement)


def _kept(answer: HandedAnswer, statement: Statement) -> StatementKept:
    if answer.status != 201:
        raise NotStated(f"the platform below refused the statement ({answer.status}){_detail(answer.body)}")
    try:
        kept = StatementKept.model_validate_json(answer.body)
    except ValidationError as error:
        raise NotStated("the platform below answered the statement with something else") from error
    if kept.id != statement.id:
        raise NotStated("the platform below kept another statement")
    return kept


def _detail(body: bytes) -> str:
    try:
        told = json.loads(body)
    except ValueError:
        return ""
    detail = told.get("detail") if isinstance(told, dict) else None
    return f": {plain(detail, DETAIL)}" if isinstance(detail, str) and detail else ""


def _unreached(error: BaseException) -> str:
    """Which of the ways in which TLS or the network fails."""
    if _caused(error, lambda one: isinstance(one, ssl.SSLCertVerificationError)):
        return "the platform below shows another certificate than was handed over"
    if _caused(error, lambda one: isinstance(one, ssl.SSLError) and "ALERT" in str(one).upper()):
        return "the platform below does not take our certificate: it has to be handed over there"
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return "there is no connection to the platform below for statements"
    return "the connection to the platform below for statements broke"


def _caused(error: BaseException | None, is_it: Callable[[BaseException], bool]) -> bool:
    seen = 0
    while error is not None and seen < 16:
        if is_it(error):
            return True
        error, seen = error.__cause__ or error.__context__, seen + 1
    return False


STATING = "/internal/gateway/stating"
NOBODY = "nobody's look is named for it, and the platform below gives it for a stated one alone"
SLOW = "stating it takes longer than can be waited for; it goes on, try again"
_VERBS: dict[str, Stated] = {"Playback": "history", "Download": "download"}


@dataclass(frozen=True, slots=True)
class _Matter:
    """What one statement without a Call-ID is of; footage has its span besides."""

    at: StatementsAt
    device: str
    channel: str
    camera: UUID
    verb: Stated
    grant: UUID


class Saying:
    """States for the gateway's rooms.

    What is of no call is stated once for each matter and holds until shortly before its end; whoever asks for the same meanwhile waits for the
    same statement. After a failure the same is refused for a moment without asking anybody: a hand says its movement each second.

    Args:
        device: what the assignment says of a device.
        files: our certificate and key of the side channel.
    """

    def __init__(
        self,
        name: str,
        web: GatewayWebClient,
        device: Callable[[str], GatewayDevice | None],
        files: TlsFiles,
        clock: HostClock,
        pace: StatementPace = STATEMENT_PACE,
    ) -> None:
        self._name = name
        self._web = web
        self._device = device
        self._files = files
        self._clock = clock
        self._pace = pace
        self._kept: OrderedDict[_Matter, Statement] = OrderedDict()
        self._failed: OrderedDict[tuple[_Matter, int, int], tuple[float, str]] = OrderedDict()
        self._going: dict[tuple[_Matter, int, int], asyncio.Task[Statement]] = {}

    async def call(self, ask: CallAsk, call_id: str) -> None:
        """Before the INVITE with this Call-ID; a live picture needs none.

        Raises:
            NotStated.
        """
        at, verb = self._at(ask.device), _VERBS.get(ask.session)
        if at is None or verb is None:
            return
        matter = _Matter(at, ask.device, ask.channel, ask.camera, verb, _named(ask.grant))
        await self._say(matter, ask.start, ask.end, call_id)

    async def records(self, ask: RecordingsAsk) -> None:
        """Before a question what was recorded.

        Raises:
            NotStated.
        """
        at = self._at(ask.device)
        if at is not None:
            matter = _Matter(at, ask.device, ask.channel, ask.camera, "history", _named(ask.grant))
            await self._stand(matter, ask.start, ask.end, self._pace.records)

    async def steer(self, wish: GatewaySteer | PresetsAsk | PositionAsk) -> None:
        """Before a command that moves a camera, or a question for its presets or where it points.

        Raises:
            NotStated.
        """
        at = self._at(wish.device)
        if at is not None:
            matter = _Matter(at, wish.device, wish.channel, wish.camera, "steer", _named(wish.grant))
            await self._stand(matter, 0, 0, self._pace.steer)

    async def stop(self) -> None:
        """The gateway ends: nothing is stated any more."""
        going = list(self._going.values())
        for task in going:
            task.cancel()
        await asyncio.gather(*going, return_exceptions=True)

    # Within

    def _at(self, device: str) -> StatementsAt | None:
        found = self._device(device)
        return None if found is None else found.statements

    async def _stand(self, matter: _Matter, start: int, end: int, seconds: float) -> None:
        """There is one that counts, or one is made; what is made goes on where it takes longer than somebody waits."""
        if self._counts(matter, start, end):
            return
        wish = matter, start, end
        failed_at, why = self._failed.get(wish, (-1e9, ""))
        if self._clock.monotonic() - failed_at < self._pace.rest:
            raise NotStated(why)
        task = self._going.get(wish)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._make(wish))
            self._going[wish] = task
            task.add_done_callback(lambda done: self._done(wish, done))
        await asyncio.wait({task}, timeout=seconds)
        if not task.done():
            raise NotStated(SLOW)
        if task.cancelled():
            raise NotStated("the gateway is ending")
        task.result()

    async def _make(self, wish: tuple[_Matter, int, int]) -> Statement:
        return await self._say(*wish, "")

    def _done(self, wish: tuple[_Matter, int, int], task: asyncio.Task[Statement]) -> None:
        del self._going[wish]
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            self._kept[wish[0]] = task.result()
            self._kept.move_to_end(wish[0])
            self._bound(self._kept)
            return
        if not isinstance(error, NotStated):
            log.error("statement.failed", exc_info=error)
        self._failed[wish] = self._clock.monotonic(), str(error)
        self._failed.move_to_end(wish)
        self._bound(self._failed)

    def _bound(self, kept: OrderedDict[Any, Any]) -> None:
        while len(kept) > self._pace.kept:
            kept.popitem(last=False)

    def _counts(self, matter: _Matter, start: int, end: int) -> bool:
        kept = self._kept.get(matter)
        if kept is None or self._clock.wall_us() >= kept.counts_until_us - self._pace.early * 1_000_000:
            return False
        if kept.from_us is None or kept.until_us is None:
            return matter.verb == "steer"
        return kept.from_us <= start * 1_000_000 and end * 1_000_000 <= kept.until_us

    async def _say(self, matter: _Matter, start: int, end: int, call_id: str) -> Statement:
        """Ask the web, then have it kept below.

        Raises:
            NotStated.
        """
        try:
            async with asyncio.timeout(self._pace.whole):
                statement = await self._asked(matter, start, end, call_id)
                kept = await send(statement, matter.at, self._files, self._pace.below)
        except TimeoutError as error:
            words = f"it was not stated within {self._pace.whole:g} seconds"
            self._tell(matter, words)
            raise NotStated(words) from error
        except NotStated as error:
            self._tell(matter, str(error))
            raise
        log.info("statement.kept", device=matter.device, verb=matter.verb, id=str(statement.id), index=kept.index)
        return statement

    async def _asked(self, matter: _Matter, start: int, end: int, call_id: str) -> Statement:
        asked = StatingAsk(
            gateway=self._name,
            device=matter.device,
            channel=matter.channel,
            camera=matter.camera,
            verb=matter.verb,
            call_id=call_id,
            grant=matter.grant,
            start=start,
            end=end,
        )
        try:
            told = await self._web.ask(STATING, asked, Stating, self._pace.web)
        except WebUnavailable as error:
            raise NotStated("the web did not say for whom it is, so nothing was stated") from error
        statement = told.statement
        if statement is None:
            raise NotStated(f"nothing may be stated: {plain(told.why, 240)}")
        if (statement.channel, statement.verb, statement.call_id) != (matter.channel, matter.verb, call_id):
            raise NotStated("the web stated something else than was asked for")
        return statement

    def _tell(self, matter: _Matter, why: str) -> None:
        log.warning("statement.not_kept", device=matter.device, channel=matter.channel, verb=matter.verb, why=why)


def _named(grant: UUID | None) -> UUID:
    if grant is None:
        raise NotStated(NOBODY)
    return grant
