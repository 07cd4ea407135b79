"""Calls between two endpoints: set up, given up, ended, over a network that loses and reorders."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.gb28181.sip.call import CallEvent, CallPhase, SipCall
from custodes.gb28181.sip.endpoint import Endpoint
from custodes.gb28181.sip.events import CallOffered, Got, RequestReceived
from custodes.gb28181.sip.message import read_datagram
from custodes.gb28181.sip.peer import Peer
from tests.gb28181.sip.examples import DEVICE, REALM, SERVER
from tests.gb28181.sip.network import DELAY, Network

PLATFORM, CAMERA = Peer("UDP", "192.0.2.1", 5060), Peer("UDP", "192.0.2.10", 5060)
SDP = (("Content-Type", "Application/SDP"),)


class Line:
    """A platform that calls a camera."""

    def __init__(self) -> None:
        numbers = itertools.count(1)
        self.net = Network()
        self.platform = Endpoint(SERVER, REALM, lambda _peer: PLATFORM, lambda: f"p{next(numbers)}")
        self.camera = Endpoint(DEVICE, REALM, lambda _peer: CAMERA, lambda: f"c{next(numbers)}")
        self.net.put("platform", self.platform, PLATFORM)
        self.net.put("camera", self.camera, CAMERA)

    def dial(self) -> SipCall:
        invite = self.platform.request("INVITE", DEVICE, CAMERA, b"offer", SDP)
        return self.platform.call(invite, CAMERA, self.net.now)

    def offered(self) -> SipCall:
        [found] = [event for event in self.net.events["camera"] if isinstance(event, CallOffered)]
        return found.call

    def accept(self, call: SipCall) -> None:
        assert call.accept(b"answer", SDP, self.net.now)

    def told(self, name: str) -> list[str]:
        return [event.what for event in self.net.events[name] if isinstance(event, CallEvent)]

    def up(self) -> tuple[SipCall, SipCall]:
        mine = self.dial()
        self.net.run(1)
        theirs = self.offered()
        self.accept(theirs)
        self.net.run(1)
        return mine, theirs


def test_a_call_is_offered_answered_acknowledged_and_ended() -> None:
    line = Line()
    mine, theirs = line.up()
    assert (mine.phase, theirs.phase) == (CallPhase.UP, CallPhase.UP)
    assert line.net.wire == [
        f"INVITE sip:{DEVICE}@192.0.2.10:5060 SIP/2.0",
        "SIP/2.0 100 Trying",
        "SIP/2.0 200 OK",
        f"ACK sip:{DEVICE}@192.0.2.10:5060 SIP/2.0",
    ]
    mine.hang_up("enough", line.net.now)
    line.net.run(1)
    assert line.told("platform") == ["answered", "ended"]
    assert line.told("camera") == ["acknowledged", "ended"]
    line.net.run(300)
    assert line.platform.counts == line.camera.counts == {"servers": 0, "clients": 0, "dialogs": 0, "calls": 0}
    assert line.platform.due() is line.camera.due() is None


def test_whoever_wants_to_know_sends_the_bye_by_himself() -> None:
    line = Line()
    mine, _theirs = line.up()
    bye = mine.part("enough", line.net.now)
    assert bye is not None
    assert mine.part("again", line.net.now) is None
    line.net.run(1)
    assert line.told("camera") == ["acknowledged"]  # nothing was sent yet
    sent = line.platform.send(bye, mine.dialog.peer, line.net.now) if mine.dialog is not None else None
    line.net.run(1)
    assert line.told("camera") == ["acknowledged", "ended"]
    [got] = [event for event in line.net.events["platform"] if isinstance(event, Got)]
    assert got.transaction is sent
    assert got.response is not None
    assert got.response.status == 200
    line.net.run(300)
    assert line.platform.counts == {"servers": 0, "clients": 0, "dialogs": 0, "calls": 0}


def test_the_answers_body_reaches_the_caller() -> None:
    line = Line()
    line.up()
    [answered] = [event for event in line.net.events["platform"] if isinstance(event, CallEvent)]
    assert answered.message is not None
    assert answered.message.body == b"answer"


def test_the_camera_may_end_it_too() -> None:
    line = Line()
    _mine, theirs = line.up()
    theirs.hang_up("file-end", line.net.now)
    line.net.run(1)
    assert line.told("platform") == ["answered", "ended"]


def test_a_200_that_is_not_acknowledged_is_sent_again_and_then_ended() -> None:
    line = Line()
    line.net.fate = lambda _number, octets: [] if octets.startswith(b"ACK") else [DELAY]
    line.up()
    line.net.run(60)
    assert line.net.wire.count("SIP/2.0 200 OK") > 8
    assert line.told("camera") == ["ended"]
    assert any(first.startswith("BYE") for first in line.net.wire)
    assert line.told("platform") == ["answered", "ended"]


def test_each_repetition_of_the_200_is_acknowledged_again() -> None:
    line = Line()
    lost = iter([True, True, False])
    line.net.fate = lambda _number, octets: [] if octets.startswith(b"ACK") and next(lost, False) else [DELAY]
    _mine, theirs = line.up()
    line.net.run(5)
    assert theirs.phase is CallPhase.UP
    assert sum(first.startswith("ACK") for first in line.net.wire) == 3
    assert line.told("platform") == ["answered"]


def test_a_call_is_refused() -> None:
    line = Line()
    mine = line.dial()
    line.net.run(1)
    line.offered().refuse(486, line.net.now)
    line.net.run(40)
    assert mine.phase is CallPhase.OVER
    [refused] = [event for event in line.net.events["platform"] if isinstance(event, CallEvent)]
    assert (refused.what, refused.message.status) == ("refused", 486)  # type: ignore[union-attr]
    assert line.camera.counts == {"servers": 0, "clients": 0, "dialogs": 0, "calls": 0}


def test_nobody_there_is_a_failure_after_32_seconds() -> None:
    line = Line()
    line.net.fate = lambda _number, _octets: []
    line.dial()
    line.net.run(31)
    assert line.told("platform") == []
    line.net.run(2)
    assert line.told("platform") == ["failed"]


def test_a_call_that_rings_is_cancelled() -> None:
    line = Line()
    mine = line.dial()
    line.net.run(1)
    mine.cancel(line.net.now)
    line.net.run(1)
    assert line.told("platform") == line.told("camera") == ["cancelled"]
    assert "SIP/2.0 487 Request Terminated" in line.net.wire
    line.net.run(200)
    assert line.platform.counts["clients"] == line.camera.counts["servers"] == 0


def test_before_any_answer_a_cancel_waits_for_one() -> None:
    line = Line()
    mine = line.dial()
    mine.cancel(line.net.now)
    line.net.run(1)
    assert [first.partition(" ")[0] for first in line.net.wire[:3]] == ["INVITE", "SIP/2.0", "CANCEL"]
    assert line.told("platform") == ["cancelled"]


def test_a_200_that_overtakes_cancel_is_acknowledged_and_ended() -> None:
    line = Line()
    mine = line.dial()
    line.net.run(1)
    theirs = line.offered()
    line.net.fate = lambda _number, octets: [1.0] if octets.startswith(b"CANCEL") else [DELAY]
    mine.cancel(line.net.now)
    line.accept(theirs)
    line.net.run(3)
    methods = [first.partition(" ")[0] for first in line.net.wire]
    assert "ACK" in methods
    assert "BYE" in methods
    assert line.told("platform") == ["cancelled"]
    assert line.told("camera") == ["acknowledged", "ended"]
    line.net.run(300)
    assert line.platform.counts == line.camera.counts == {"servers": 0, "clients": 0, "dialogs": 0, "calls": 0}


def test_a_call_is_renewed_and_a_refused_renewal_leaves_it_up() -> None:
    line = Line()
    mine, theirs = line.up()
    assert mine.renew(b"again", SDP, line.platform.contact(CAMERA), line.net.now)
    assert not mine.renew(b"twice", SDP, line.platform.contact(CAMERA), line.net.now)
    line.net.run(1)
    assert line.told("camera")[-1] == "renewed"
    line.accept(theirs)
    line.net.run(1)
    assert (mine.phase, theirs.phase) == (CallPhase.UP, CallPhase.UP)
    assert line.told("platform") == ["answered", "answered"]
    assert mine.renew(b"third", SDP, line.platform.contact(CAMERA), line.net.now)
    line.net.run(1)
    theirs.refuse(488, line.net.now)
    line.net.run(1)
    assert line.told("platform")[-1] == "refused"
    assert (mine.phase, theirs.phase) == (CallPhase.UP, CallPhase.UP)


def test_info_inside_a_call_is_handed_up_and_answered() -> None:
    line = Line()
    mine, _theirs = line.up()
    assert mine.dialog is not None
    info = mine.dialog.request(
        "INFO", PLATFORM, line.platform.branch(), (("Content-Type", "Application/MANSRTSP"),), b"PLAY"
    )
    line.platform.send(info, CAMERA, line.net.now)
    line.net.run(0.1)
    last = line.net.events["camera"][-1]
    assert isinstance(last, CallEvent)
    assert (last.what, last.message.body) == ("info", b"PLAY")  # type: ignore[union-attr]
    assert last.transaction is not None
    line.camera.reply(last.transaction, 200)
    line.net.run(1)
    got = line.net.events["platform"][-1]
    assert isinstance(got, Got)
    assert got.response is not None
    assert got.response.status == 200


def test_a_request_with_an_old_number_is_refused() -> None:
    line = Line()
    mine, _theirs = line.up()
    assert mine.dialog is not None
    for number, status in ((50, None), (49, 500)):
        late = mine.dialog.request("INFO", PLATFORM, line.platform.branch(), number=number)
        line.platform.send(late, CAMERA, line.net.now)
        line.net.run(0.1)
        if status is None:
            event = line.net.events["camera"][-1]
            assert isinstance(event, CallEvent)
            assert event.transaction is not None
            line.camera.reply(event.transaction, 200)
            line.net.run(0.1)
        else:
            got = line.net.events["platform"][-1]
            assert isinstance(got, Got)
            assert got.response is not None
            assert got.response.status == status


@pytest.mark.parametrize("method", ["BYE", "INFO", "INVITE", "NOTIFY", "SUBSCRIBE"])
def test_a_dialog_that_is_not_known_is_answered_with_481(method: str) -> None:
    line = Line()
    request = line.platform.request(method, DEVICE, CAMERA)
    request.headers.set("To", f"<sip:{DEVICE}@{REALM}>;tag=gone")
    line.platform.send(request, CAMERA, line.net.now)
    line.net.run(1)
    assert "SIP/2.0 481 Call/Transaction Does Not Exist" in line.net.wire


def test_a_message_with_the_tag_of_a_call_that_is_over_is_still_taken() -> None:
    line = Line()
    request = line.camera.request("MESSAGE", SERVER, PLATFORM, b"<Notify/>")
    request.headers.set("To", f"<sip:{SERVER}@{REALM}>;tag=gone")
    line.camera.send(request, PLATFORM, line.net.now)
    line.net.run(1)
    assert isinstance(line.net.events["platform"][-1], RequestReceived)


def test_a_camera_that_leaves_its_tags_out_can_still_end_its_call() -> None:
    line = Line()
    mine, _theirs = line.up()
    assert mine.dialog is not None
    bye = (
        f"BYE sip:{SERVER}@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.10;branch=z9hG4bKb\r\nFrom: <sip:{DEVICE}@d>\r\n"
        f"To: <sip:{SERVER}@d>\r\nCall-ID: {mine.dialog.call_id}\r\nCSeq: 1 BYE\r\n\r\n"
    ).encode()
    # From anywhere else it ends nothing.
    line.net.say(bye, Peer("UDP", "203.0.113.5", 5060), PLATFORM)
    line.net.run(1)
    assert mine.phase is CallPhase.UP
    line.net.say(bye, CAMERA, PLATFORM)
    line.net.run(1)
    assert mine.phase is CallPhase.OVER


def test_routes_that_lead_to_ourselves_are_left_out_and_others_are_kept() -> None:
    line = Line()
    line.dial()
    line.net.run(0.005)
    line.net.run(0.1)
    call = line.offered()
    invite = call._server.request  # type: ignore[union-attr]
    assert invite is not None
    for route in ("<sip:proxy.example;lr>", f"<sip:{DEVICE}@x;lr>", "garbage"):
        invite.headers.add("Record-Route", route)
    line.accept(call)
    assert call.dialog is not None
    assert call.dialog.routes == ["<sip:proxy.example;lr>"]
    bye = read_datagram(call.dialog.request("BYE", CAMERA, "z9hG4bKx").encode())
    assert bye.headers.get("Route") == "<sip:proxy.example;lr>"


@given(st.lists(st.sampled_from(["lost", "late", "twice", "well"]), max_size=14), st.booleans(), st.booleans())
def test_whatever_the_network_does_both_ends_agree_in_the_end(
    fates: list[str], cancelling: bool, refusing: bool
) -> None:
    line = Line()
    delays = {"lost": [], "late": [0.8], "twice": [DELAY, 0.3], "well": [DELAY]}
    line.net.fate = lambda number, _octets: list(delays[fates[number]]) if number < len(fates) else [DELAY]
    mine = line.dial()
    line.net.run(3)
    offers = [event.call for event in line.net.events["camera"] if isinstance(event, CallOffered)]
    assert len(offers) <= 1  # a repeated INVITE is not a second call
    if cancelling:
        mine.cancel(line.net.now)
    for call in offers:
        if refusing:
            call.refuse(486, line.net.now)
        elif call.phase is CallPhase.RINGING:
            line.accept(call)
    line.net.run(60)
    if mine.phase is CallPhase.UP:
        assert offers[0].phase is CallPhase.UP
        mine.hang_up("enough", line.net.now)
    line.net.run(400)
    assert mine.phase is CallPhase.OVER
    assert all(call.phase is CallPhase.OVER or call.phase is CallPhase.RINGING for call in offers)
    empty = {"servers": 0, "clients": 0, "dialogs": 0, "calls": 0}
    assert line.platform.counts == empty
    assert line.camera.counts == empty
