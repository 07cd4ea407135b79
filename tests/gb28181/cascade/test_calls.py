"""Calls of an upper: told, decided, begun after ACK, steered, ended."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import pytest

from custodes.gb28181.cascade.events import ChannelCalled, Controlled
from custodes.gb28181.manscdp.broadcast import MediaStatus
from custodes.gb28181.manscdp.item import CatalogItem, EntryEvent
from custodes.gb28181.mansrtsp import (
    MansrtspAnswer,
    MansrtspMethod,
    pause,
    read_answer,
    seek,
    speed,
    teardown,
    write_request,
)
from custodes.gb28181.refused import Gb28181Refused
from custodes.gb28181.sdp import CallPurpose, MediaDirection, Setup, parse_format, read_sdp
from custodes.gb28181.sip.call import SipCall
from custodes.gb28181.sip.message import Request, Response
from tests.gb28181.cascade.world import AT, GROUP, OWN, SERVER, Pair, camera, small

NIGHT = (1_795_456_800, 1_795_460_400)


def status(pair: Pair) -> int:
    """Of the last answer to INVITE."""
    message = pair.upper.calls[-1].message
    assert isinstance(message, Response)
    return message.status


def looked(pair: Pair, **more: object) -> tuple[SipCall, ChannelCalled]:
    call = pair.upper.look(camera(1), **more)  # type: ignore[arg-type]
    pair.until(pair.wanted)
    return call, pair.wanted()[-1]


def test_a_call_is_told_answered_and_begins_after_ack() -> None:
    pair = Pair().ready()
    call, wanted = looked(pair, y="0100000042")
    assert wanted == ChannelCalled(
        wanted.call, camera(1), CallPurpose.PLAY, wanted.call_id, 0, 0, "udp", AT.host, 30_000, 100_000_042
    )
    assert "@" in wanted.call_id
    assert not pair.upper.calls  # nothing is answered before it is decided
    said = parse_format("v/2/6/25/1/4000a///")
    assert pair.lower.answer(wanted.call, 100_000_777, "198.51.100.2", 41_000, pair.now, said)
    assert not pair.started()
    pair.until(pair.started)
    answer = pair.upper.calls[0].message
    assert answer is not None
    sdp = read_sdp(answer.body)
    assert (sdp.origin, sdp.address, sdp.session, sdp.y) == (camera(1), "198.51.100.2", CallPurpose.PLAY, "0100000777")
    assert (sdp.media[0].port, sdp.media[0].way, sdp.media[0].types) == (41_000, MediaDirection.SENDONLY, (96,))
    assert sdp.format == said
    call.hang_up("enough", pair.now)
    pair.until(pair.ended)
    assert pair.ended() == [(wanted.call, "bye")]
    pair.pass_by(40, 0.5)
    assert pair.lower.endpoint.counts["calls"] == pair.lower.endpoint.counts["dialogs"] == 0


def test_without_ack_nothing_begins_and_the_call_ends() -> None:
    pair = Pair().ready()
    _call, wanted = looked(pair)
    pair.net.fate = lambda _number, octets: [] if octets.startswith(b"ACK") else [0.01]
    assert pair.lower.answer(wanted.call, 7, "198.51.100.2", 41_000, pair.now)
    pair.until(pair.ended, 60, 0.25)
    assert pair.started() == []
    assert pair.ended() == [(wanted.call, "no-ack")]


def test_a_lost_ack_is_made_good() -> None:
    pair = Pair().ready()
    _call, wanted = looked(pair)
    acks: list[int] = []

    def fate(number: int, octets: bytes) -> list[float]:
        if octets.startswith(b"ACK"):
            acks.append(number)
        return [] if octets.startswith(b"ACK") and len(acks) == 1 else [0.01]

    pair.net.fate = fate
    pair.lower.answer(wanted.call, 7, "198.51.100.2", 41_000, pair.now)
    pair.until(pair.started)
    assert len(acks) == 2
    pair.pass_by(3)
    assert pair.started() == [wanted.call]


@pytest.mark.parametrize("seed", range(3))
def test_over_a_bad_network_each_call_ends_once(seed: int) -> None:
    pair = Pair(seed=seed).ready()
    for turn in range(6):
        call = pair.upper.look(camera(1 + turn % 5), y=f"010000{turn:04d}")
        pair.until(lambda: len(pair.wanted()) > turn)  # noqa: B023
        number = pair.wanted()[-1].call
        pair.lower.answer(number, turn + 1, "198.51.100.2", 41_000 + turn, pair.now)
        if turn % 2:
            pair.until(lambda: number in pair.started())  # noqa: B023
            call.hang_up("enough", pair.now)
        elif turn % 4:
            pair.lower.hang_up(number, "grant", pair.now)
        else:
            call.cancel(pair.now)
        pair.pass_by(2)
    pair.pass_by(80, 0.5)
    for one in pair.upper.calls:
        if one.what == "answered" and one.call.phase.value == "up":
            one.call.hang_up("late", pair.now)
    pair.pass_by(80, 0.5)
    ended = [call for call, _why in pair.ended()]
    assert sorted(ended) == sorted(one.call for one in pair.wanted())
    assert len(set(ended)) == len(ended)
    assert pair.lower.endpoint.counts["calls"] == 0
    assert len(pair.lower.calls) == 0


def test_a_refusal_is_its_status_and_no_more() -> None:
    pair = Pair().ready()
    _call, wanted = looked(pair)
    with pytest.raises(Gb28181Refused, match="none of a refusal"):
        pair.lower.refuse(wanted.call, 200, "?", pair.now)
    assert pair.lower.refuse(wanted.call, 403, "no grant: secret reason", pair.now)
    pair.until(lambda: pair.upper.calls)
    assert status(pair) == 403
    assert b"secret" not in pair.upper.calls[0].message.encode()  # type: ignore[union-attr]
    assert pair.ended() == [(wanted.call, "no grant: secret reason")]
    assert not pair.lower.answer(wanted.call, 7, "198.51.100.2", 41_000, pair.now)
    assert not pair.lower.refuse(wanted.call, 403, "", pair.now)


def test_what_nobody_decides_is_refused_in_time() -> None:
    pair = Pair().ready()
    _call, wanted = looked(pair)
    before = pair.now
    pair.until(pair.ended, 20)
    assert 7 < pair.now - before < 9.5
    assert pair.ended() == [(wanted.call, "undecided")]
    pair.until(lambda: pair.upper.calls)
    assert status(pair) == 480


def test_cancel_before_it_is_decided_and_while_it_is() -> None:
    pair = Pair().ready()
    call, wanted = looked(pair)
    call.cancel(pair.now)
    pair.until(pair.ended)
    assert pair.ended() == [(wanted.call, "cancelled")]
    assert not pair.lower.answer(wanted.call, 7, "198.51.100.2", 41_000, pair.now)
    pair.pass_by(1)
    assert status(pair) == 487

    # Our 200 and its CANCEL cross: it acknowledges and ends what it does not want any more.
    call = pair.upper.look(camera(2), y="0100000002")
    pair.until(lambda: len(pair.wanted()) == 2)
    number = pair.wanted()[1].call
    assert pair.lower.answer(number, 8, "198.51.100.2", 41_000, pair.now)
    call.cancel(pair.now)
    pair.pass_by(2)
    assert [end for end in pair.ended() if end[0] == number] == [(number, "bye")]
    assert pair.lower.endpoint.counts["calls"] == 0


def test_we_end_a_call_whose_grant_is_over() -> None:
    pair = Pair().ready()
    _call, wanted = looked(pair)
    pair.lower.answer(wanted.call, 7, "198.51.100.2", 41_000, pair.now)
    pair.until(pair.started)
    assert pair.lower.hang_up(wanted.call, "revoked", pair.now)
    pair.until(lambda: pair.upper.calls[-1].what == "ended")
    assert pair.ended() == [(wanted.call, "revoked")]
    assert not pair.lower.hang_up(wanted.call, "revoked", pair.now)


OFFERS: list[tuple[str, Callable[[bytes], bytes], int]] = [
    ("sound", lambda body: body.replace(b"m=video", b"m=audio"), 488),
    ("talk", lambda body: body.replace(b"s=Play", b"s=Talk"), 488),
    ("free text", lambda body: body.replace(b"s=Play", b"s=something"), 488),
    ("no program stream", lambda body: body.replace(b"AVP 96", b"AVP 98"), 488),
    ("it would send", lambda body: body.replace(b"recvonly", b"sendonly"), 488),
    ("private", lambda body: body.replace(b"PS/90000", b"HIKVISION/90000"), 488),
    ("no port", lambda body: body.replace(b"video 30000", b"video 0"), 488),
    ("two media", lambda body: body + b"m=video 5 RTP/AVP 96\r\n", 488),
    ("a third party", lambda body: body.replace(AT.host.encode(), b"198.51.100.99"), 403),
    ("everybody", lambda body: body.replace(AT.host.encode(), b"239.1.2.3"), 403),
    ("nothing", lambda _body: b"", 400),
    ("no medium", lambda body: body.partition(b"m=")[0], 400),
    ("playback without a time", lambda body: body.replace(b"s=Play", b"s=Playback"), 400),
    ("another channel in u=", lambda body: body.replace(b"t=0 0", f"t=0 0\r\nu={camera(2)}:3".encode()), 400),
]


@pytest.mark.parametrize(("change", "expected"), [one[1:] for one in OFFERS], ids=[one[0] for one in OFFERS])
def test_what_makes_no_sense_is_refused_before_anybody_is_asked(
    change: Callable[[bytes], bytes], expected: int
) -> None:
    pair = Pair().ready()
    pair.upper.look(camera(1), change=change)
    pair.until(lambda: pair.upper.calls)
    assert status(pair) == expected
    assert pair.wanted() == []
    assert sum(pair.lower.calls.refused.values()) == 1


@pytest.mark.parametrize(("channel", "expected"), [(camera(99), 404), (GROUP, 404), (OWN, 404), (camera(3), 480)])
def test_only_a_shown_channel_that_is_on_can_be_called(channel: str, expected: int) -> None:
    pair = Pair(off=(3,)).ready()
    pair.upper.look(channel)
    pair.until(lambda: pair.upper.calls)
    assert status(pair) == expected
    assert pair.wanted() == []


def test_media_goes_to_agreed_networks() -> None:
    pair = Pair(media=(ip_network("203.0.113.0/24"),)).ready()
    pair.upper.look(camera(1), address="203.0.113.9")
    pair.until(pair.wanted)
    assert pair.wanted()[0].address == "203.0.113.9"
    pair.upper.look(camera(1), address=AT.host, y="0100000009")
    pair.until(lambda: pair.upper.calls)
    assert status(pair) == 403


@pytest.mark.parametrize(
    ("setup", "way", "ours"),
    [
        (Setup.PASSIVE, "tcp-active", Setup.ACTIVE),
        (Setup.ACTIVE, "tcp-passive", Setup.PASSIVE),
        (None, "tcp-active", Setup.ACTIVE),
    ],
)
def test_who_connects_over_tcp(setup: Setup | None, way: str, ours: Setup) -> None:
    pair = Pair().ready()
    _call, wanted = looked(pair, tcp=True, setup=setup)
    assert wanted.way == way
    pair.lower.answer(wanted.call, 7, "198.51.100.2", 41_000, pair.now)
    pair.until(pair.started)
    message = pair.upper.calls[0].message
    assert message is not None
    media = read_sdp(message.body).media[0]
    assert (media.tcp, media.setup) == (True, ours)


def test_an_answer_that_can_not_be_right_leaves_the_call_waiting() -> None:
    pair = Pair().ready()
    _call, wanted = looked(pair)
    for ssrc, address, port in (
        (0, "198.51.100.2", 5),
        (2**32, "198.51.100.2", 5),
        (7, "x", 5),
        (7, "198.51.100.2", 0),
    ):
        with pytest.raises(Gb28181Refused):
            pair.lower.answer(wanted.call, ssrc, address, port, pair.now)
    assert pair.lower.answer(wanted.call, 7, "198.51.100.2", 41_000, pair.now)


def test_a_recording_is_steered_and_ends() -> None:
    pair = Pair().ready()
    call, wanted = looked(pair, kind=CallPurpose.PLAYBACK, span=NIGHT, y="1100000001")
    assert (wanted.kind, wanted.start, wanted.end) == (CallPurpose.PLAYBACK, *NIGHT)
    pair.lower.answer(wanted.call, 7, "198.51.100.2", 41_000, pair.now)
    pair.until(pair.started)
    pair.upper.inside(call, write_request(pause(1)))
    pair.upper.inside(call, write_request(seek(2, 30)))
    pair.upper.inside(call, write_request(speed(3, 4)))
    pair.pass_by(1)
    controls = pair.of(Controlled)
    assert [one.steps.method for one in controls] == [MansrtspMethod.PAUSE, MansrtspMethod.PLAY, MansrtspMethod.PLAY]
    assert (controls[1].steps.seek, controls[2].steps.scale) == (30, 4)
    assert pair.lower.controlled(controls[0].control, MansrtspAnswer(200), pair.now)
    assert pair.lower.controlled(controls[1].control, MansrtspAnswer(200, sequence=9, rtp_time=2_700_000), pair.now)
    assert not pair.lower.controlled(controls[0].control, MansrtspAnswer(200), pair.now)
    pair.pass_by(20)
    answers = {
        request.body.split(b"CSeq: ")[1][:1]: response
        for request, response in pair.upper.got
        if request.method == "INFO"
    }
    assert read_answer(answers[b"1"].body) == MansrtspAnswer(200, 1)  # type: ignore[union-attr]
    assert read_answer(answers[b"2"].body) == MansrtspAnswer(200, 2, 9, 2_700_000)  # type: ignore[union-attr]
    assert answers[b"3"].status == 503  # type: ignore[union-attr]

    pair.lower.finished(wanted.call, pair.now)
    pair.until(lambda: pair.upper.of(MediaStatus))
    assert pair.upper.of(MediaStatus)[0].device_id == camera(1)
    pair.pass_by(35, 0.25)
    assert pair.ended() == [(wanted.call, "finished")]


def test_a_live_call_is_not_steered_and_teardown_ends() -> None:
    pair = Pair().ready()
    call, wanted = looked(pair)
    pair.lower.answer(wanted.call, 7, "198.51.100.2", 41_000, pair.now)
    pair.until(pair.started)
    pair.upper.inside(call, write_request(pause(1)))
    pair.upper.inside(call, b"nonsense")
    pair.pass_by(1)
    assert pair.of(Controlled) == []
    found = [response for request, response in pair.upper.got if request.method == "INFO"]
    assert read_answer(found[0].body) == MansrtspAnswer(551, 1)  # type: ignore[union-attr]
    assert found[1].status == 400  # type: ignore[union-attr]
    pair.upper.inside(call, write_request(teardown(2)))
    pair.pass_by(1)
    assert pair.ended() == [(wanted.call, "bye")]


def test_calls_are_bounded_and_the_same_stream_again_takes_the_place_of_the_old() -> None:
    pair = Pair(bounds=small(calls=2)).ready()
    for number in (1, 2, 3):
        pair.upper.look(camera(number), y=f"010000000{number}")
    pair.pass_by(1)
    assert len(pair.wanted()) == 2
    assert status(pair) == 486
    pair.lower.answer(pair.wanted()[1].call, 7, "198.51.100.2", 41_000, pair.now)
    pair.pass_by(1)
    pair.upper.look(camera(1), y="0100000001")
    pair.upper.look(camera(2), y="0100000002")
    pair.pass_by(1)
    first, second, *_ = (one.call for one in pair.wanted())
    assert pair.ended() == [(first, "replaced"), (second, "replaced")]
    assert len(pair.lower.calls) == 2


def test_what_is_hidden_ends_its_calls() -> None:
    pair = Pair().ready()
    _call, wanted = looked(pair)
    pair.lower.answer(wanted.call, 7, "198.51.100.2", 41_000, pair.now)
    pair.until(pair.started)
    pair.lower.changed([CatalogItem(device_id=camera(1), event=EntryEvent.DEL)], pair.now)
    pair.pass_by(1)
    assert pair.ended() == [(wanted.call, "hidden")]
    assert pair.upper.calls[-1].what == "ended"


def test_an_upper_that_falls_silent_has_no_calls() -> None:
    pair = Pair().ready()
    _call, wanted = looked(pair)
    pair.lower.answer(wanted.call, 7, "198.51.100.2", 41_000, pair.now)
    pair.until(pair.started)
    pair.net.fate = lambda _number, _octets: []
    pair.until(pair.ended, 400, 0.5)
    assert pair.ended() == [(wanted.call, "silent")]


def test_nobody_calls_before_we_are_registered_and_nobody_of_another_name() -> None:
    pair = Pair()
    pair.upper.look(camera(1))
    pair.until(lambda: pair.upper.calls)
    assert status(pair) == 403
    pair.ready()
    write = pair.upper.endpoint.request

    def of_another(*rest: Any) -> Request:
        made = write(*rest)
        made.headers.set("From", made.headers.get("From").replace(SERVER, "54010000002000000002"))
        return made

    pair.upper.endpoint.request = of_another  # type: ignore[assignment]
    pair.upper.look(camera(1))
    pair.until(lambda: len(pair.upper.calls) == 2)
    assert status(pair) == 403
    assert pair.wanted() == []


def test_a_step_that_waits_when_the_call_ends_is_answered() -> None:
    pair = Pair().ready()
    call, wanted = looked(pair, kind=CallPurpose.PLAYBACK, span=NIGHT, y="1100000001")
    pair.lower.answer(wanted.call, 7, "198.51.100.2", 41_000, pair.now)
    pair.until(pair.started)
    pair.upper.inside(call, write_request(pause(1)))
    pair.until(lambda: pair.of(Controlled))
    pair.lower.hang_up(wanted.call, "revoked", pair.now)
    pair.pass_by(1)
    assert [response.status for request, response in pair.upper.got if response and request.method == "INFO"] == [481]
    assert not pair.lower.controlled(pair.of(Controlled)[0].control, MansrtspAnswer(200), pair.now)
