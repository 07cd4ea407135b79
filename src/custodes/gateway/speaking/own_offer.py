"""What a device is offered when we call it to speak through it (``s=Talk``, the short form of some makers), and what of its answer is believed."""

from __future__ import annotations

from collections.abc import Callable

from custodes.gateway.calls.offer import DISCARD
from custodes.gateway.speaking.offer import PCMA, Agreed, coding_of, sound_of, whereabouts
from custodes.gb28181.formatline import G711
from custodes.gb28181.refused import Refused
from custodes.gb28181.sdp import Media, Sdp, Session, Setup, Way, read_sdp, write_sdp
from custodes.gb28181.subject import subject
from custodes.video.wire.speaking import SpeakAsk

_SETUPS = {"udp": None, "tcp-passive": Setup.PASSIVE, "tcp-active": Setup.ACTIVE}


def own_offer(id: str, ask: SpeakAsk, y: str) -> bytes:
    """The description that goes with our INVITE: A-law alone, for some devices take no list; another code counts where they answer with it.

    Both ways, as the makers have it: to an offer that only sends their devices don't answer. What they send is not heard (decision 0411).

    Args:
        id: our own ID; y: ten digits of the stream.

    Raises:
        Refused: one of them can't stand there.
    """
    setup = ask.setups[0]
    tcp = setup != "udp"
    port = DISCARD if setup == "tcp-active" else ask.port
    media = Media("audio", port, tcp, (PCMA,), ((PCMA, "PCMA/8000"),), Way.SENDRECV, _SETUPS[setup], connection_new=tcp)
    return write_sdp(Sdp(id, ask.address, (media,), Session.TALK, y=y, format=G711))


def own_fields(id: str, target: str, y: str) -> tuple[tuple[str, str], ...]:
    """The header fields that belong to it.

    Args:
        target: the code that is called.

    Raises:
        Refused: an ID can't stand there.
    """
    return ("Content-Type", "Application/SDP"), ("Subject", str(subject(target, y, id)))


def answered(ask: SpeakAsk, y: str, body: bytes, host: str, admits: Callable[[str], bool]) -> Agreed:
    """What comes of a device's 200.

    Who connects stays as it was offered, whatever the answer says of it: many repeat the offer's part. The number is ours, as it was offered.

    Args:
        host, admits: as of `offer.agreed`.

    Raises:
        Refused: nothing does.
    """
    found = read_sdp(body)
    media = found.media[sound_of(found)]
    setup = ask.setups[0]
    if media.tcp != (setup != "udp"):
        raise Refused("m", f"is over {'TCP' if media.tcp else 'UDP'}, which was not offered", "answer as offered")
    if not media.port:
        raise Refused("m", "has port 0: it was declined", "look at the device's voice output")
    if setup == "tcp-active" and media.port == DISCARD:
        raise Refused("m", "has no port to connect to", "name the port")
    address, hosts = whereabouts(ask, found.address, host, admits)
    type, encoding = coding_of(media)
    return Agreed(setup, address, media.port, hosts, encoding, type, y)
