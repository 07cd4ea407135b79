"""Calls of an upper: told to whoever decides, answered, begun after ACK, steered, ended; exactly one `UpperCallEnded` each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from custodes.gb28181.cascade.events import ChannelCalled, Controlled, Event, Started, UpperCallEnded
from custodes.gb28181.cascade.hearing import HearingEndpoint
from custodes.gb28181.cascade.offer import HISTORY, Offer, OfferRefusal, read_offer
from custodes.gb28181.cascade.settings import UpperPlatformSettings
from custodes.gb28181.cascade.shown import ShownEntries
from custodes.gb28181.mansrtsp import MansrtspAnswer, MansrtspMethod, read_request, write_answer
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sdp import MediaDirection as Sense
from custodes.gb28181.sdp import MediaFormat, MediaLine, Sdp, Setup, write_sdp
from custodes.gb28181.sip.call import CallEvent, CallPhase, SipCall
from custodes.gb28181.sip.dialog import Dialog
from custodes.gb28181.sip.events import CallOffered
from custodes.gb28181.sip.server_transaction import ServerTransaction
from custodes.gb28181.sip.timers import NEVER
from custodes.gb28181.ssrc import written

SDP = ("Content-Type", "Application/SDP")
RTSP = ("Content-Type", "Application/MANSRTSP")
PATIENCE = 30.0
"""Seconds that BYE is waited for after the upper was told that a recording is over."""

UNDECIDED = 480
"""What a call gets that nobody decided in time."""

UNABLE = 551
"""What INFO about a live call is answered with (RTSP: option not supported)."""


@dataclass(slots=True)
class _One:
    number: int
    call: SipCall
    offer: Offer
    until: float  # when it is refused undecided, or ended after a recording
    answered: bool = False
    controls: dict[int, tuple[ServerTransaction, int, float]] = field(default_factory=dict)


class UpperCalls:
    """All calls of one upper.

    Args:
        tell: takes what is to be told; number: counts what waits for an answer.

    Attributes:
        refused: calls that were refused before anybody was asked, by rule.
    """

    def __init__(
        self,
        endpoint: HearingEndpoint,
        settings: UpperPlatformSettings,
        shown: ShownEntries,
        tell: Callable[[Event], None],
        number: Callable[[], int],
    ) -> None:
        self.refused: Counter[str] = Counter()
        self._endpoint = endpoint
        self._settings = settings
        self._shown = shown
        self._tell = tell
        self._number = number
        self._calls: dict[int, _One] = {}
        self._by_call: dict[SipCall, _One] = {}

    def __len__(self) -> int:
        return len(self._calls)

    @property
    def due(self) -> float:
        """When `step` is to be called."""
        moments = [one.until for one in self._calls.values()]
        moments += [until for one in self._calls.values() for _transaction, _cseq, until in one.controls.values()]
        return min(moments, default=NEVER)

    # What comes

    def offered(self, event: CallOffered, now: float) -> None:
        """A call of the upper's: told as `ChannelCalled`, or refused by its rule at once and counted; nothing is raised.

        Args:
            now: seconds, as everywhere here.
        """
        try:
            offer = read_offer(event.request, self._settings, self._shown)
            for old in [one for one in self._calls.values() if offer.stream and one.offer.stream == offer.stream]:
                self._end(old, "replaced", now, 487)
            if len(self._calls) >= self._settings.bounds.calls:
                raise OfferRefusal(486, "calls")
        except OfferRefusal as refusal:
            self.refused[refusal.why] += 1
            event.call.refuse(refusal.status, now)
            return
        one = _One(self._number(), event.call, offer, now + self._settings.bounds.decide_s)
        self._calls[one.number] = self._by_call[event.call] = one
        sdp = offer.sdp
        history = offer.kind in HISTORY
        self._tell(
            ChannelCalled(
                one.number,
                offer.channel,
                offer.kind,
                event.request.call_id,
                sdp.start if history else 0,
                sdp.end if history else 0,
                offer.way,
                sdp.address,
                offer.media.port,
                sdp.ssrc,
                sdp.speed,
                sdp.stream,
                offer.sounds,
            )
        )

    def told(self, event: CallEvent, now: float) -> bool:
        """What became of a call; False for a request inside that is no INFO: whoever calls answers it."""
        one = self._by_call.get(event.call)
        if event.what == "info" and event.transaction is not None:
            request = event.transaction.request
            if request is None or request.method != "INFO":
                return False
            self._info(one, event.transaction, request.body, now)
        elif event.what == "renewed":
            event.call.refuse(488, now)  # what was agreed goes on
        elif one is None:
            return True
        elif event.what == "acknowledged":
            self._tell(Started(one.number))
        elif event.call.phase is CallPhase.OVER:
            self._drop(one, event.why or event.what, now)
        return True

    # What its owner decides

    def answer(
        self,
        number: int,
        ssrc: int,
        address: str,
        port: int,
        now: float,
        format: MediaFormat | None = None,
        size: int | None = None,
    ) -> bool:
        """Take a call: 200 with our description. False where it is over by now: then nothing is to be sent.

        Args:
            ssrc: that our packets will have; the called side chooses it (Annex F note 4 b), many uppers want the one that they wished for.
            address, port: where media comes from, and where we wait over TCP.
            format: of the stream; size: octets of a download.

        Raises:
            Refused: an address, a port or a number that can't be right; the call goes on waiting.
        """
        one = self._calls.get(number)
        if one is None or one.answered:
            return False
        if not 0 < ssrc < 2**32:
            raise Gb28181Refused("ssrc", "is no number of 32 bits above 0", "give the SSRC of the stream")
        if not 1 <= port <= 65_535:
            raise Gb28181Refused("port", "is none", "give the port that media comes from")
        sdp, tcp = one.offer.sdp, one.offer.media.tcp
        setup = {"tcp-active": Setup.ACTIVE, "tcp-passive": Setup.PASSIVE}.get(one.offer.way)
        media = MediaLine("video", port, tcp, way=Sense.SENDONLY, setup=setup, connection_new=tcp)
        body = write_sdp(
            Sdp(
                one.offer.channel,
                address,
                (media,),
                one.offer.kind,
                uri=sdp.uri,
                start=sdp.start if one.offer.kind in HISTORY else 0,
                end=sdp.end if one.offer.kind in HISTORY else 0,
                y=written(ssrc),
                format=format,
                size=size,
            )
        )
        one.answered, one.until = True, NEVER
        if not one.call.accept(body, (SDP,), now):
            self._drop(one, "full", now)
            return False
        return True

    def refuse(self, number: int, status: int, why: str, now: float) -> bool:
        """Refuse a call. The upper gets the status alone. False where it is over by now.

        Raises:
            Refused: no status of a refusal.
        """
        if not 400 <= status <= 699:
            raise Gb28181Refused(
                "status", "is none of a refusal", "give 400 to 699: 403 no grant, 480 not there, 486 busy"
            )
        one = self._calls.get(number)
        if one is None:
            return False
        self._end(one, why, now, status)
        return True

    def hang_up(self, number: int, why: str, now: float) -> bool:
        """End a call, whatever stands of it. False where it is over by now."""
        one = self._calls.get(number)
        if one is not None:
            self._end(one, why, now, 480)
        return one is not None

    def dialog(self, number: int) -> Dialog | None:
        """What both ends share of a call; None before it was answered, and where it is over."""
        one = self._calls.get(number)
        return one.call.dialog if one is not None and one.answered else None

    def finished(self, number: int, now: float) -> str:
        """A recording is at its end: the channel of which the upper is to be told, empty where there is no such call. It is ended when no BYE comes."""
        one = self._calls.get(number)
        if one is None or not one.answered or one.until < NEVER:
            return ""
        one.until = now + PATIENCE
        return one.offer.channel

    def controlled(self, control: int, answer: MansrtspAnswer, now: float) -> bool:
        """What became of a control; False where it waits no more.

        Raises:
            Refused: an answer that can't be written; the control goes on waiting.
        """
        one = next((one for one in self._calls.values() if control in one.controls), None)
        if one is None:
            return False
        transaction, cseq, _until = one.controls[control]
        body = write_answer(replace(answer, cseq=cseq))
        del one.controls[control]
        self._endpoint.reply(transaction, 200, (RTSP,), body, now)
        return True

    def hide(self, channels: set[str], now: float) -> None:
        """These are not shown any more: their calls end."""
        for one in [one for one in self._calls.values() if one.offer.channel in channels]:
            self._end(one, "hidden", now, 404)

    def end(self, why: str, now: float) -> None:
        """End all."""
        for one in list(self._calls.values()):
            self._end(one, why, now, 480)

    def step(self, now: float) -> None:
        """Whatever is due: calls that nobody decided, controls that nobody answered, recordings that are over."""
        for one in list(self._calls.values()):
            for control in [key for key, (_transaction, _cseq, until) in one.controls.items() if now >= until]:
                self._endpoint.reply(one.controls.pop(control)[0], 503, now=now)
            if now >= one.until:
                self._end(one, "finished" if one.answered else "undecided", now, UNDECIDED)

    # Within

    def _info(self, one: _One | None, transaction: ServerTransaction, body: bytes, now: float) -> None:
        if one is None:
            self._endpoint.reply(transaction, 481, now=now)
            return
        try:
            steps = read_request(body)
        except Gb28181Refused:
            self._endpoint.reply(transaction, 400, now=now)
            return
        if steps.method is MansrtspMethod.TEARDOWN:
            self._endpoint.reply(transaction, 200, (RTSP,), write_answer(MansrtspAnswer(200, steps.cseq)), now)
            self._end(one, "bye", now, 487)
        elif one.offer.kind not in HISTORY:
            self._endpoint.reply(transaction, 200, (RTSP,), write_answer(MansrtspAnswer(UNABLE, steps.cseq)), now)
        elif one.call.phase is not CallPhase.UP or len(one.controls) >= self._settings.bounds.controls:
            self._endpoint.reply(transaction, 503, now=now)
        else:
            control = self._number()
            one.controls[control] = (transaction, steps.cseq, now + self._settings.bounds.answer_s)
            if one.answered and one.until < NEVER:
                one.until = NEVER  # the recording goes on: it was over, and is played again
            self._tell(Controlled(control, one.number, steps))

    def _end(self, one: _One, why: str, now: float, status: int) -> None:
        """End it from our side; the status is for a call that nobody answered yet."""
        self._drop(one, why, now)
        if one.answered:
            one.call.hang_up(why, now)
        else:
            one.call.refuse(status, now)

    def _drop(self, one: _One, why: str, now: float) -> None:
        del self._calls[one.number]
        del self._by_call[one.call]
        for transaction, _cseq, _until in one.controls.values():
            self._endpoint.reply(transaction, 481, now=now)
        self._tell(UpperCallEnded(one.number, why))
