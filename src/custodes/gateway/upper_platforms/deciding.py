"""The web decides what an upper gets: asked before anything is sent, on record before it is answered."""

from __future__ import annotations

from uuid import UUID

import structlog

from custodes.gateway.upper_platforms.link import UpperLink
from custodes.gateway.upper_platforms.pace import UpperPace
from custodes.gateway.upper_platforms.senders import SendingWorker
from custodes.gateway.upper_platforms.served import UpperRefusal
from custodes.gateway.web_client import GatewayWebClient, WebUnavailable
from custodes.video.clock import HostClock
from custodes.video.wire.upper_platforms import UpperVerdict, UpperWants, Verb

log = structlog.get_logger(__name__)

WANTED = "/internal/gateway/wanted"
NOT_GRANTED = "not-granted"


class Deciding:
    """Questions of one gateway to the web."""

    def __init__(self, gateway: str, web: GatewayWebClient, clock: HostClock, pace: UpperPace) -> None:
        self._gateway = gateway
        self._web = web
        self._clock = clock
        self._pace = pace

    async def decide(
        self,
        link: UpperLink,
        call: UUID,
        channel: str,
        verb: Verb,
        call_id: str,
        span_us: tuple[int, int] | None = None,
        address: str = "",
    ) -> UpperVerdict | UpperRefusal:
        """What may be had, and from whom; or why not. Nothing raises.

        Args:
            call, call_id, address: as of `UpperWants`.
            span_us: of footage, microseconds UTC.
        """
        question = UpperWants(
            gateway=self._gateway,
            link=link.upper.link,
            call=call,
            channel=channel,
            verb=verb,
            call_id=call_id,
            from_us=span_us[0] if span_us else None,
            until_us=span_us[1] if span_us else None,
            address=address,
        )
        try:
            verdict = await self._web.ask(WANTED, question, UpperVerdict, self._pace.decide)
        except WebUnavailable as error:
            log.warning("upper.not_decided", why=str(error))
            return UpperRefusal(503, "web-away")
        if verdict.status:
            return UpperRefusal(verdict.status if 400 <= verdict.status <= 699 else 403, NOT_GRANTED)
        if verdict.until_us is not None and self._clock.wall_us() >= verdict.until_us:
            return UpperRefusal(403, "over")
        if not (verdict.node_url and verdict.worker and verdict.token):
            return UpperRefusal(503, "no-node")
        return verdict


def worker_of(verdict: UpperVerdict) -> SendingWorker:
    """Who sends, lists or steers."""
    return SendingWorker(verdict.node_url.rstrip("/"), verdict.worker)
