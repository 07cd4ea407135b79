"""Whatever a peer sends costs what it may cost, and raises nothing."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custodes.gateway.context import OwnAddress
from custodes.gateway.entries import TakenCatalogue, entry_of
from custodes.gateway.network_registrar import OF_ADDRESS, OTHERS, UnknownTable
from custodes.gateway.pace import AskQueue
from custodes.gateway.plain import plain
from custodes.gateway.process import GatewayProcess
from custodes.gb28181.manscdp.catalog import CatalogPart
from custodes.gb28181.manscdp.frame import write_message
from custodes.gb28181.manscdp.item import CatalogItem
from custodes.gb28181.sip.peer import Peer
from custodes.video.clock import SystemClock
from tests.gateway.world import NVR, World
from tests.patience import until_async


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> GatewayProcess:
    """One without sockets."""
    world = World(tmp_path_factory.mktemp("gateway"))
    return GatewayProcess(world.settings, world.keys, SystemClock(), world.client())


_WORDS = st.sampled_from(
    [
        "Catalog",
        "DeviceInfo",
        "Alarm",
        "Keepalive",
        "PresetQuery",
        "Nonsense",
        "RecordInfo",
        "DeviceControl",
        "MediaStatus",
    ]
)
_BODIES = st.builds(
    lambda root, cmd, sn, device, rest: (
        f"<?xml version='1.0'?><{root}><CmdType>{cmd}</CmdType><SN>{sn}</SN><DeviceID>{device}</DeviceID>{rest}</{root}>"
    ).encode("gb18030"),
    st.sampled_from(["Query", "Notify", "Response", "Control"]),
    _WORDS,
    st.one_of(st.integers(-5, 2**64), st.text(max_size=5)),
    st.sampled_from([NVR, "", "x" * 64, "54010000001320000001"]),
    st.sampled_from(
        [
            "",
            "<SumNum>9</SumNum><DeviceList Num='1'><Item><DeviceID>1</DeviceID><Event>DEL</Event></Item></DeviceList>",
            "<SumNum>-1</SumNum><DeviceList><Item><DeviceID>54010000001320000001</DeviceID><Longitude>x</Longitude></Item></DeviceList>",
            "<AlarmTime>0001-01-01T00:00:00</AlarmTime><AlarmMethod>5</AlarmMethod>",
            "<AlarmTime>9999-12-31T23:59:59</AlarmTime>",
            "<Manufacturer>\u202e&#1;</Manufacturer>",
        ]
    ),
)


@settings(max_examples=60, deadline=None)
@given(st.one_of(_BODIES, st.binary(max_size=300)))
def test_no_body_raises(gateway: GatewayProcess, body: bytes) -> None:
    gateway.hearing._take_in(NVR, None, body)
    assert gateway.catalogues.kept == 0, "nobody asked"
    alarms = gateway.alarms.next()
    gateway.alarms.told(alarms)
    assert len(gateway.alarms) == 0


def test_who_makes_names_up_fills_nothing() -> None:
    table = UnknownTable(most=30)
    for number in range(100):
        table.tried("192.0.2.1", f"name{number}", "unknown", number)
    assert len(table) == OF_ADDRESS + 1
    rows = {row.id: row for row in table.changed(True)}
    assert rows[OTHERS].tries == 100 - OF_ADDRESS
    for number in range(100):
        table.tried(f"192.0.2.{number}", "\x07\n" + "9" * 60, "password", 1000)
    assert (len(table), table.tries) == (30, 200)
    assert all(len(row.id) <= 32 and row.id.isprintable() for row in table.changed(True))


def test_what_was_told_is_told_again_only_when_it_changed() -> None:
    table = UnknownTable()
    table.tried("192.0.2.1", NVR, "password", 1)
    told = table.changed(False)
    table.tried("192.0.2.1", NVR, "password", 2)
    table.told(told)
    (again,) = table.changed(False)
    assert (again.tries, again.first_us, again.last_us) == (2, 1, 2)
    table.told((again,))
    assert table.changed(False) == ()
    assert table.changed(True) == (again,)


def test_the_line_lets_so_many_through_in_a_second() -> None:
    line = AskQueue(per_second=10)
    for number in range(40):
        line.wish(str(number), False, 0.0)
    line.wish("0", True, 5.0)

    def passed(now: float) -> list[tuple[str, bool]]:
        found = []
        while (one := line.next(now, {"1"})) is not None:
            found.append((one[0], one[1].info))
        return found

    first = passed(0.0)
    assert first[:2] == [("0", True), ("2", False)], "a wish joins an earlier one; who is busy waits"
    assert 10 <= len(first) <= 12
    assert len(passed(0.5)) in (4, 5, 6)
    assert passed(0.5) == []
    line.drop("39")
    line.wish("1", False, 9.0)
    assert len(passed(60.0) + passed(61.0) + passed(62.0)) + len(first) >= 30
    assert len(line) == 1, "the busy one"


def test_an_entry_with_an_id_that_the_register_has_no_room_for_is_left_out() -> None:
    same: dict[str, str] = {}
    entries = [
        entry_of(CatalogItem(device_id="9" * length, name="门\n" * 300, parents=("1", "2")), same)
        for length in (20, 40)
    ]
    part = TakenCatalogue(NVR, uuid.uuid4(), True, 2, 1, entries).part(0, "gateway-1")
    (item,) = part.items
    assert (item.parent, len(item.name)) == ("1/2", 300)
    assert item.name.isprintable()


def test_plain_words_have_no_line_ends_and_no_marks_of_direction() -> None:
    assert plain("a\nb\u202ec\x00") == "a\ufffdb\ufffdc\ufffd"


def test_our_address_is_the_one_that_the_kernel_sends_from() -> None:
    everywhere = OwnAddress("0.0.0.0", 5060)
    assert everywhere(Peer("UDP", "127.0.0.1", 9)) == Peer("UDP", "127.0.0.1", 5060)
    assert OwnAddress("192.0.2.1", 5060)(Peer("TCP", "127.0.0.1", 9)) == Peer("TCP", "192.0.2.1", 5060)


async def test_a_catalogue_that_nobody_asked_for_is_not_kept(tmp_path: Path) -> None:
    world = World(tmp_path)
    gateway = GatewayProcess(world.settings, world.keys, SystemClock(), world.client())
    part = CatalogPart(sn=5, device_id=NVR, sum_num=2, items=(CatalogItem(device_id="1"), CatalogItem(device_id="2")))
    body = write_message(part)
    for _ in range(10):
        gateway.turns.put(NVR, len(body), lambda: gateway.hearing._take_in(NVR, None, body))
    await until_async(lambda: not gateway.turns.waiting)
    assert gateway.hearing.bodies["Catalog"] == 10
    assert gateway.catalogues.kept == 0
    assert gateway.catalogues.next_taken() is None
