"""A device that is spoken through: how it calls, what of packets it takes, and each of its faults."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.device.speech import KEPT_SECONDS, MOST_AT_ONCE, ReceivedSpeech
from custodes.gb28181.manscdp.broadcast import Broadcast, BroadcastAnswer
from custodes.gb28181.manscdp.frame import Result
from custodes.gb28181.media.g711 import RATE, SILENCE, TO_ULAW
from custodes.gb28181.media.rtp import pack_header
from custodes.gb28181.sdp import CallPurpose, MediaDirection, MediaLine, Sdp, Setup, read_sdp, write_sdp
from custodes.gb28181.sip.call import CallEvent
from custodes.gb28181.subject import parse_subject
from tests.gb28181.device.world import CAMERAS, HOME, NVR, PLATFORM, World
from tests.gb28181.sip.examples import SERVER

SSRC = 200_000_001
ANSWER = Sdp(SERVER, "192.0.2.1", (MediaLine("audio", 30_000),), y=f"{SSRC:010}")


def announced(world: World, target: str = CAMERAS[0]) -> Result:
    platform = world.platform
    platform.ask(Broadcast(sn=platform.number(), source=SERVER, target=target))
    world.pass_by(1)
    answer = world.told(BroadcastAnswer)[-1]
    assert isinstance(answer, BroadcastAnswer)
    return answer.result


@pytest.mark.parametrize(
    ("quirks", "tcp", "setup", "type"),
    [
        ((), False, None, 8),
        ((Quirk.SPEECH_TCP_ACTIVE,), True, Setup.ACTIVE, 8),
        ((Quirk.SPEECH_TCP_PASSIVE,), True, Setup.PASSIVE, 8),
        ((Quirk.SPEECH_PS,), False, None, 96),
        ((Quirk.SPEECH_PCMU,), False, None, 0),
    ],
)
def test_it_calls_as_it_wants_to_be_spoken_to(
    quirks: tuple[Quirk, ...], tcp: bool, setup: Setup | None, type: int
) -> None:
    world = World(quirks).ready()
    assert announced(world) is Result.OK
    (offer,) = world.platform.offers
    said = read_sdp(offer.request.body)
    (media,) = said.media
    assert (media.kind, media.tcp, media.setup, media.types, media.way) == (
        "audio",
        tcp,
        setup,
        (type,),
        MediaDirection.RECVONLY,
    )
    assert (said.address, str(said.format)) == (HOME.host, "v/////a/1/8/1")
    assert offer.request.uri.user == SERVER
    told = parse_subject(offer.request.headers.get("Subject"))
    assert told is not None
    assert (told.sender, told.receiver) == (SERVER, CAMERAS[0])
    assert [ear.own for ear in world.device.calls.ears] == [media.port]


def test_one_that_promises_and_never_calls() -> None:
    world = World([Quirk.SPEECH_NO_CALL]).ready()
    assert announced(world) is Result.OK
    assert world.platform.offers == []


def test_one_that_refuses() -> None:
    world = World([Quirk.SPEECH_REFUSED]).ready()
    assert announced(world) is Result.ERROR
    assert world.platform.offers == []


def test_one_that_knows_its_own_code_alone() -> None:
    world = World([Quirk.SPEECH_BY_DEVICE]).ready()
    assert announced(world) is Result.ERROR
    assert announced(world, NVR) is Result.OK
    assert len(world.platform.offers) == 1


def test_one_whose_subject_names_nobody() -> None:
    world = World([Quirk.SPEECH_SUBJECT]).ready()
    announced(world)
    (offer,) = world.platform.offers
    told = parse_subject(offer.request.headers.get("Subject"))
    assert told is not None
    assert {told.sender, told.receiver}.isdisjoint({SERVER, NVR, *CAMERAS})


def test_it_listens_to_so_many_at_once() -> None:
    world = World().ready()
    results = [announced(world) for _ in range(MOST_AT_ONCE + 1)]
    assert results == [Result.OK] * MOST_AT_ONCE + [Result.ERROR]


def test_it_hangs_up_and_what_it_heard_is_kept() -> None:
    world = World().ready()
    announced(world)
    (offer,) = world.platform.offers
    assert offer.call.accept(offer.request.body, (("Content-Type", "Application/SDP"),), world.now)
    world.pass_by(1)
    (ear,) = world.device.calls.listening.values()
    heard: list[ReceivedSpeech] = []
    world.device.calls.heard = heard.append
    world.device.calls.unspoken(world.now)
    world.pass_by(1)
    assert offer.call.phase.value == "over"
    assert list(world.device.calls.spoken) == heard == [ear]
    assert world.device.calls.ears == []


def ear(*quirks: Quirk) -> ReceivedSpeech:
    made = ReceivedSpeech(NVR, 15_000, SSRC, quirks)
    made.answered(ANSWER)
    return made


def packet(alaw: bytes, at: int, type: int = 8, ssrc: int = SSRC) -> bytes:
    return pack_header(type, False, 0, at, ssrc) + alaw


def test_packets_become_what_was_said_with_pauses_as_long_as_they_were() -> None:
    one = ear()
    one.take(packet(b"\x01" * 160, 2**32 - 160))
    one.take(packet(b"\x02" * 160, 0))
    one.take(packet(b"\x03" * 160, 320))
    assert one.heard == b"\x01" * 160 + b"\x02" * 160 + bytes((SILENCE,)) * 160 + b"\x03" * 160
    assert one.said == b"\x01" * 160 + b"\x02" * 160 + b"\x03" * 160
    assert (one.packets, one.octets, one.lost, one.strange) == (3, 480, 160, 0)
    one.take(packet(b"\x04" * 160, 160))  # its place was passed over
    assert (one.packets, one.strange) == (3, 1)


def test_what_is_of_another_stream_or_kind_is_not_heard() -> None:
    one = ear()
    for strange in (packet(b"\x01" * 160, 0, type=0), packet(b"\x01" * 160, 0, ssrc=9), b"", b"\x80\x08", b"junk" * 9):
        one.take(strange)
    assert (one.packets, one.strange) == (0, 5)


def test_in_mu_law_it_hears_the_same() -> None:
    one = ear(Quirk.SPEECH_PCMU)
    said = bytes((0xD5, 0x80, 0x2A, 0xAA)) * 40
    one.take(packet(said.translate(TO_ULAW), 0, type=0))
    assert one.said == said


def test_what_comes_before_the_answer_is_counted() -> None:
    one = ReceivedSpeech(NVR, 15_000, SSRC, ())
    one.take(packet(b"\x01" * 160, 0))
    assert one.early == 1


@given(st.lists(st.binary(max_size=300), max_size=20), st.sampled_from([(), (Quirk.SPEECH_PS,), (Quirk.SPEECH_PCMU,)]))
def test_nothing_that_comes_raises_or_fills_it(packets: list[bytes], quirks: tuple[Quirk, ...]) -> None:
    one = ear(*quirks)
    for octets in packets:
        one.take(octets)
        one.take(pack_header(one.type, True, 1, hash(octets) & 0xFFFFFFFF, SSRC) + octets)
    assert len(one.heard) <= KEPT_SECONDS * RATE


def talked(world: World, setup: Setup | None = None, target: str = CAMERAS[0]) -> CallEvent:
    """The platform calls to speak."""
    tcp = setup is not None
    media = MediaLine(
        "audio", 30_000, tcp, (8,), ((8, "PCMA/8000"),), MediaDirection.SENDRECV, setup, connection_new=tcp
    )
    body = write_sdp(Sdp(SERVER, PLATFORM.host, (media,), CallPurpose.TALK, y=f"{SSRC:010}"))
    endpoint = world.platform.endpoint
    invite = endpoint.request("INVITE", target, HOME, body, (("Content-Type", "Application/SDP"),))
    endpoint.call(invite, HOME, world.now, NVR)
    world.pass_by(1)
    return world.platform.calls[-1]


@pytest.mark.parametrize("setup", [None, Setup.PASSIVE, Setup.ACTIVE])
def test_one_that_is_called_says_where_it_listens(setup: Setup | None) -> None:
    world = World([Quirk.TALK]).ready()
    event = talked(world, setup)
    assert (event.what, event.message is not None) == ("answered", True)
    assert event.message is not None
    said = read_sdp(event.message.body)
    (media,) = said.media
    (ear,) = world.device.calls.ears
    assert (media.kind, media.port, media.way, media.types) == ("audio", ear.own, MediaDirection.SENDRECV, (8,))
    assert (said.session, said.ssrc, ear.target) == (CallPurpose.TALK, SSRC, CAMERAS[0])
    assert (media.setup, ear.tcp, ear.connects) == (
        (None, False, False) if setup is None else (Setup.ACTIVE, True, True) if setup is Setup.PASSIVE else (Setup.PASSIVE, True, False)
    )  # fmt: skip


def test_one_that_does_not_know_it_refuses_and_four_are_enough() -> None:
    event = talked(World().ready())
    assert (event.what, getattr(event.message, "status", 0)) == ("refused", 488)
    world = World([Quirk.TALK]).ready()
    told = [talked(world).what for _ in range(MOST_AT_ONCE + 1)]
    assert told == ["answered"] * MOST_AT_ONCE + ["refused"]


@pytest.mark.parametrize(
    ("quirk", "kind", "port"), [(Quirk.TALK_DECLINED, "audio", 0), (Quirk.TALK_AS_PICTURE, "video", None)]
)
def test_one_that_answers_and_does_not_listen(quirk: Quirk, kind: str, port: int | None) -> None:
    event = talked(World([Quirk.TALK, quirk]).ready())
    assert event.message is not None
    (media,) = read_sdp(event.message.body).media
    assert media.kind == kind
    assert port is None or media.port == port
