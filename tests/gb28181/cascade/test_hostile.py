"""An upper, and strangers, that send anything: nothing raises, bounds hold, and what makes sense is still answered."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custodes.gb28181.cascade.events import UpperCallEnded
from custodes.gb28181.edition import Edition
from custodes.gb28181.manscdp.device import DeviceInfo, DeviceInfoQuery
from custodes.gb28181.manscdp.presets import PtzPosition
from custodes.gb28181.sip.malformed import Malformed
from custodes.gb28181.sip.message import read_datagram
from custodes.gb28181.sip.peer import Peer
from tests.gb28181.anything import CMDS, PIECES, descriptions, infos
from tests.gb28181.cascade.world import AT, GROUP, HOME, OWN, SERVER, WALL, Pair, camera, small

STRANGER = Peer("UDP", "198.51.100.66", 5060)
BOUNDS = small(calls=2, questions=3, takings=2, messages=8, subscriptions=3, controls=1)

bodies = st.one_of(
    st.binary(max_size=60),
    st.builds(
        lambda root, cmd, sn, about, pieces: (
            f"<{root}><CmdType>{cmd}</CmdType><SN>{sn}</SN><DeviceID>{about}</DeviceID>{''.join(pieces)}</{root}>".encode()
        ),
        st.sampled_from(("Query", "Control", "Notify", "Response")),
        st.sampled_from(CMDS),
        st.sampled_from(("1", "0", "x", str(2**63 - 1))),
        st.sampled_from((OWN, camera(1), GROUP, camera(99), OWN[:10], "", "?")),
        st.lists(st.sampled_from(PIECES), max_size=2),
    ),
)
steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(("MESSAGE", "SUBSCRIBE", "NOTIFY", "OPTIONS", "PUBLISH", "REGISTER")), bodies),
        st.tuples(st.just("INVITE"), descriptions),
        st.tuples(st.just("INFO"), infos),
    ),
    max_size=10,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps, st.booleans())
def test_nothing_that_the_upper_sends_breaks_us(sent: list[tuple[str, bytes]], decided: bool) -> None:
    pair = Pair(3, bounds=BOUNDS, theirs=Edition.E2022).ready()
    if decided:
        pair.lower.steered(camera(1))
    endpoint = pair.upper.endpoint
    call = None
    for number, (method, body) in enumerate(sent):
        if method == "INFO":
            if call is not None and call.dialog is not None and call.phase.value == "up":
                pair.upper.inside(call, body)
            continue
        fields = (("Event", f"x;id={number}"), ("Expires", str(number * 20)))
        request = endpoint.request(method, camera(1 + number % 4), HOME, body, fields)
        if method == "INVITE":
            call = endpoint.call(request, HOME, pair.now, OWN)
        else:
            endpoint.send(request, HOME, pair.now)
        pair.pass_by(0.3)
        for wanted in pair.wanted():
            if decided:
                pair.lower.answer(wanted.call, 5, "198.51.100.2", 41_000, pair.now)
        assert len(pair.lower.calls) <= BOUNDS.calls
        assert len(pair.lower.questions) <= BOUNDS.questions
        assert len(pair.lower.questions.line) <= BOUNDS.takings + 1
        assert len(pair.lower.telling.notifier) <= BOUNDS.subscriptions
        assert 1 <= (pair.lower.points(camera(1)) or 1) <= 60
        pair.lower.pointing(PtzPosition(sn=0, device_id=camera(1), pan=1.0), pair.now)
        assert pair.lower.points(camera(2)) is None
    pair.pass_by(40, 0.5)
    pair.upper.ask(DeviceInfoQuery(sn=4242, device_id=OWN))
    pair.pass_by(1)
    assert any(message.sn == 4242 for message in pair.upper.of(DeviceInfo))
    pair.lower.leave(pair.now)
    pair.pass_by(1)
    ended = [event.call for event in pair.of(UpperCallEnded)]
    assert sorted(ended) == sorted(event.call for event in pair.wanted())


HEAD = (
    f"INVITE sip:{camera(1)}@192.0.2.10 SIP/2.0",
    f"MESSAGE sip:{OWN}@5401020000 SIP/2.0",
    "SIP/2.0 200 OK",
    "SIP/2.0 401 Unauthorized",
    "Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKx",
    f"From: <sip:{SERVER}@5401000000>;tag=a",
    f"To: <sip:{OWN}@5401020000>",
    "Call-ID: l01@192.0.2.10",
    "CSeq: 1 INVITE",
    "CSeq: 1 MESSAGE",
    "CSeq: 1 REGISTER",
    "Contact: <sip:x>",
    "Subject: ,:,,",
    "Expires: 99999999999",
    'WWW-Authenticate: Digest realm="x", nonce="y", algorithm=SHA-512, qop="auth-int"',
    'WWW-Authenticate: Digest realm="x", nonce="y"',
    "Content-Length: 3",
    "Content-Length: -1",
    "",
    "x" * 300,
)
datagrams = st.one_of(
    st.binary(max_size=200),
    st.lists(st.sampled_from(HEAD), max_size=14).map(lambda lines: ("\r\n".join(lines) + "\r\n\r\nabc").encode()),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(datagrams, max_size=12), st.sampled_from((AT, STRANGER)))
def test_no_octets_break_us_and_a_stranger_gets_none(sent: list[bytes], source: Peer) -> None:
    pair = Pair(2, bounds=BOUNDS).ready()
    pair.lower.endpoint.take()
    for octets in sent:
        try:
            message = read_datagram(octets)
        except Malformed as error:
            pair.lower.endpoint.malformed(error, source)
        else:
            pair.lower.endpoint.receive(message, source, pair.now, WALL)
        sends, events = pair.lower.endpoint.take()
        for event in events:
            pair.lower.take_in(event, pair.now, WALL)
        if source == STRANGER:
            assert sends == []
            assert events == []
    assert pair.lower.standing.state == "registered"


def test_a_stranger_costs_nothing_and_the_uppers_flood_is_cut() -> None:
    pair = Pair(2, bounds=small(rate=10, burst=20)).ready()
    call = pair.upper.endpoint.request("INVITE", camera(1), HOME, b"", ())
    for _ in range(50):
        pair.lower.endpoint.receive(call, STRANGER, pair.now, WALL)
    assert pair.lower.endpoint.counts["servers"] == 0
    assert pair.lower.endpoint.refusals["stranger"] == 50
    for sn in range(1, 101):
        pair.upper.ask(DeviceInfoQuery(sn=sn, device_id=OWN))
    pair.pass_by(0.2)
    assert len(pair.upper.of(DeviceInfo)) <= 25
    assert pair.lower.endpoint.refusals["flood"] >= 75
    pair.pass_by(30, 0.25)  # it says again what was not answered, and each is answered in the end
    assert {message.sn for message in pair.upper.of(DeviceInfo)} == set(range(1, 101))
