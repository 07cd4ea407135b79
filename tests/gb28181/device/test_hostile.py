"""A device that a platform sends anything: it raises nothing, keeps within its bounds, and still answers what makes sense."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custodes.gb28181.device.quirks import Quirk, spoiled
from custodes.gb28181.manscdp.device import DeviceInfo, DeviceInfoQuery
from tests.gb28181.device.world import CAMERAS, HOME, NVR, PLATFORM, World

CMDS = (
    "Catalog",
    "DeviceInfo",
    "DeviceStatus",
    "PresetQuery",
    "RecordInfo",
    "DeviceControl",
    "DeviceConfig",
    "ConfigDownload",
    "Broadcast",
    "Alarm",
    "MobilePosition",
    "PTZPosition",
    "HomePositionQuery",
    "Nothing",
)
PIECES = (
    "<StartTime>2026-11-24T00:00:00</StartTime><EndTime>2026-11-25T00:00:00</EndTime>",
    "<PTZCmd>A50F0101200000D6</PTZCmd>",
    "<PTZCmd>A50F018200FF0037</PTZCmd>",
    "<IFameCmd>Send</IFameCmd>",
    "<TeleBoot>Boot</TeleBoot>",
    "<GuardCmd>SetGuard</GuardCmd>",
    "<HomePosition><Enabled>1</Enabled></HomePosition>",
    "<SourceID>34020000002000000001</SourceID><TargetID>34020000001180000001</TargetID>",
    "<SourceID>x</SourceID><TargetID>34020000001320000001</TargetID>",
    "<Result>OK</Result>",
    "<Interval>5</Interval>",
)
bodies = st.one_of(
    st.binary(max_size=60),
    st.builds(
        lambda root, cmd, sn, about, pieces: (
            f"<{root}><CmdType>{cmd}</CmdType><SN>{sn}</SN><DeviceID>{about}</DeviceID>{''.join(pieces)}</{root}>".encode()
        ),
        st.sampled_from(("Query", "Control", "Notify", "Response")),
        st.sampled_from(CMDS),
        st.sampled_from(("1", "0", "x", str(2**63 - 1))),
        st.sampled_from((NVR, CAMERAS[0], "34020000001320000099", "", "?")),
        st.lists(st.sampled_from(PIECES), max_size=2),
    ),
)
LINES = (
    "v=0",
    "o=34020000002000000001 0 0 IN IP4 192.0.2.1",
    "s=Play",
    "s=Playback",
    "s=Download",
    "s=Talk",
    "c=IN IP4 192.0.2.1",
    "t=0 0",
    "t=1795456800 1795460400",
    "t=1795456800 1795456800",
    "m=video 30000 RTP/AVP 96",
    "m=video 0 TCP/RTP/AVP 96 98",
    "m=audio 30000 RTP/AVP 8",
    "a=setup:passive",
    "a=setup:active",
    "a=downloadspeed:999999",
    "y=0200000001",
    "y=4294967295",
    "y=x",
    "u=34020000001320000001:3",
)
descriptions = st.lists(st.sampled_from(LINES), max_size=12).map(lambda lines: "\r\n".join(lines).encode())
infos = st.sampled_from(
    (
        b"PLAY RTSP/1.0\r\nCSeq: 1\r\nScale: 64\r\n\r\n",
        b"PLAY RTSP/1.0\r\nCSeq: 1\r\nScale: 0.001\r\nRange: npt=3-\r\n\r\n",
        b"PAUSE RTSP/1.0\r\nCSeq: 1\r\n\r\n",
        b"TEARDOWN RTSP/1.0\r\nCSeq: 1\r\n\r\n",
        b"PLAY",
    )
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("MESSAGE"), bodies),
        st.tuples(st.just("SUBSCRIBE"), bodies),
        st.tuples(st.just("NOTIFY"), bodies),
        st.tuples(st.just("OPTIONS"), st.just(b"")),
        st.tuples(st.just("INVITE"), descriptions),
        st.tuples(st.just("INFO"), infos),
    ),
    max_size=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps, st.sampled_from([(), (Quirk.NO_TO_TAG, Quirk.NO_PES_LENGTH), tuple(Quirk)]))
def test_nothing_that_comes_breaks_it(sent: list[tuple[str, bytes]], quirks: tuple[Quirk, ...]) -> None:
    world = World(quirks, streams=2).ready()
    endpoint = world.platform.endpoint
    for number, (method, body) in enumerate(sent):
        fields = (("Event", f"x;id={number}"), ("Expires", str(number * 20)))
        if method == "INFO":
            call = world.platform.call
            if call is not None and call.dialog is not None and call.phase.value == "up":
                world.platform.inside("INFO", body)
            continue
        request = endpoint.request(method, CAMERAS[number % 5], HOME, body, fields)
        if method == "INVITE":
            world.platform.call = endpoint.call(request, HOME, world.now, NVR)
        else:
            endpoint.send(request, HOME, world.now)
        world.platform.receiver = None
        take, world.platform.take = world.platform.take, lambda _parcels: None
        world.pass_by(0.4)
        world.platform.take = take
        assert len(world.device.streams) <= 2
    world.platform.ask(DeviceInfoQuery(sn=world.platform.number(), device_id=NVR))
    world.pass_by(1)
    assert isinstance(world.told(DeviceInfo)[-1], DeviceInfo)


@given(st.binary(max_size=200))
def test_octets_are_spoiled_without_a_fault_of_ours(octets: bytes) -> None:
    assert spoiled(octets, ()) == octets
    spoiled(octets, tuple(Quirk))


def test_octets_of_nobody_are_nothing() -> None:
    world = World().ready()
    for octets in (b"", b"\0" * 9, b"REGISTER", b"MESSAGE sip:x SIP/2.0\r\n\r\n", b"SIP/2.0 200 OK\r\n\r\n"):
        world.net.say(octets, PLATFORM, HOME)
        world.pass_by(0.1)
    world.platform.ask(DeviceInfoQuery(sn=world.platform.number(), device_id=NVR))
    world.pass_by(1)
    assert world.told(DeviceInfo)
