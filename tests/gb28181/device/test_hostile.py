"""A device that a platform sends anything: it raises nothing, keeps within its bounds, and still answers what makes sense."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custodes.gb28181.device.quirks import Quirk, spoiled
from custodes.gb28181.manscdp.device import DeviceInfo, DeviceInfoQuery
from tests.gb28181.anything import CMDS, PIECES, descriptions, infos
from tests.gb28181.device.world import CAMERAS, HOME, NVR, PLATFORM, World

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
