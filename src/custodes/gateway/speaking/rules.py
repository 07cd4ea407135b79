"""Through which output a node may speak, and which call of a device is the one that was announced."""

from __future__ import annotations

import contextlib
from collections.abc import Collection

from custodes.gateway.speaking.open_speech import OpenSpeech, Stage
from custodes.gb28181.ids import family
from custodes.gb28181.refused import Refused
from custodes.gb28181.sip.malformed import Malformed
from custodes.gb28181.sip.message import Request
from custodes.gb28181.sip.uri import parse_uri
from custodes.gb28181.subject import parse_subject
from custodes.video.wire.gateway_assignment import GatewayChannel
from custodes.video.wire.speaking import SpeakAnswer, SpeakAsk, SpeakStep


class Refusal(Exception):
    """A call is refused.

    Attributes:
        status: SIP's; rule: its name, for counting.
    """

    def __init__(self, status: int, rule: str) -> None:
        super().__init__(rule)
        self.status = status
        self.rule = rule


def barred(ask: SpeakAsk, channel: GatewayChannel | None) -> SpeakAnswer | None:
    """What the register has against a wish; a node's word for where its sound may go does not count (decisions 0410, 0412).

    Args:
        channel: as the gateway was told of it; None where it is no camera of the node's.
    """
    if channel is None:
        return SpeakAnswer(step=SpeakStep.NOT_ASSIGNED, detail="the channel is no camera of this node")
    if family(ask.device) == "platform":
        return SpeakAnswer(step=SpeakStep.NO_SPEAKER, detail="nobody speaks through a platform below")
    if not set(ask.targets) <= set(channel.speaker):
        return SpeakAnswer(step=SpeakStep.NO_SPEAKER, detail="the register names no such voice output of the camera")
    return None


def against(request: Request, speech: OpenSpeech, own: Collection[str], cameras: Collection[str]) -> None:
    """Hold an INVITE of the announced device against the announcement.

    Whom it is for must be us: Request-URI or To, one of which some devices fill otherwise. Subject and From say which voice output calls; many
    devices write nonsense there, so only what names another camera of the register speaks against it.

    Args:
        own: names of ours; cameras: channels of the device that are cameras.

    Raises:
        Refusal: it is another call.
    """
    if speech.stage is not Stage.AWAITED:
        raise Refusal(486, "second")
    if not _asked_for(request) & set(own):
        raise Refusal(404, "address")
    device = speech.ask.device
    if speech.announcing.target == device:
        return  # all of its outputs were meant
    ours = {speech.ask.channel, *speech.ask.targets} - {device}
    named = _callers(request)
    if named & (set(cameras) - ours) and not named & ours:
        raise Refusal(403, "other")


def _asked_for(request: Request) -> set[str]:
    names = {request.to.uri.user}
    with contextlib.suppress(Malformed):
        names.add(parse_uri(request.target).user)
    return names


def _callers(request: Request) -> set[str]:
    names = {request.sender.uri.user}
    try:
        told = parse_subject(request.headers.get("Subject"))
    except Refused:
        told = None
    return names | ({told.sender, told.receiver} if told is not None else set())
