"""PTZCmd: the vectors, the check digits, and what is refused (GB/T 28181 A.3)."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.gb28181.ptz.command import (
    LEAVE_LENS,
    STOP,
    Auxiliary,
    Command,
    Cruise,
    CruiseDo,
    Lens,
    Move,
    Preset,
    PresetDo,
    Scan,
    ScanDo,
    lens_of_percent,
    move_of_percent,
    of_percent,
)
from custodes.gb28181.ptz.octets import decode, encode
from custodes.gb28181.refused import Gb28181Refused

VECTORS: list[tuple[str, Command]] = [
    ("A50F0100000000B5", STOP),
    ("A50F0108002000DD", Move(tilt=0x20)),
    ("A50F0104002000D9", Move(tilt=-0x20)),
    ("A50F0102200000D7", Move(pan=-0x20)),
    ("A50F0101200000D6", Move(pan=0x20)),
    ("A50F0110000020E5", Move(zoom=2)),
    ("A50F0120000020F5", Move(zoom=-2)),
    ("A50F01480040003D", Lens(iris=-0x40)),
    ("A50F014400400039", Lens(iris=0x40)),
    ("A50F014240000037", Lens(focus=-0x40)),
    ("A50F014140000036", Lens(focus=0x40)),
    ("A50F01810005003B", Preset(PresetDo.SET, 5)),
    ("A50F01820005003C", Preset(PresetDo.CALL, 5)),
    ("A50F01830005003D", Preset(PresetDo.DELETE, 5)),
    ("A50F01840105003F", Cruise(CruiseDo.ADD, 1, 5)),
    ("A50F0187012C1079", Cruise(CruiseDo.STAY, 1, 300)),
    ("A50F01880100003E", Cruise(CruiseDo.START, 1)),
    ("A50F01890100003F", Scan(ScanDo.START, 1)),
    ("A50F018C01000042", Auxiliary(True, 1)),
    ("A50F018D01000043", Auxiliary(False, 1)),
]
COMMANDS = st.one_of(
    st.builds(Move, st.integers(-255, 255), st.integers(-255, 255), st.integers(-15, 15)),
    st.builds(Lens, st.integers(-255, 255), st.integers(-255, 255)),
    st.builds(Preset, st.sampled_from(PresetDo), st.integers(1, 255)),
    st.builds(Cruise, st.just(CruiseDo.ADD), st.integers(0, 255), st.integers(1, 255)),
    st.builds(Cruise, st.just(CruiseDo.DELETE), st.integers(0, 255), st.integers(0, 255)),
    st.builds(Cruise, st.sampled_from([CruiseDo.SPEED, CruiseDo.STAY]), st.integers(0, 255), st.integers(0, 4095)),
    st.builds(Scan, st.sampled_from([ScanDo.START, ScanDo.LEFT, ScanDo.RIGHT]), st.integers(0, 255)),
    st.builds(Scan, st.just(ScanDo.SPEED), st.integers(0, 255), st.integers(0, 4095)),
    st.builds(Auxiliary, st.booleans(), st.integers(0, 255)),
)


@pytest.mark.parametrize(("text", "command"), VECTORS, ids=[text for text, _ in VECTORS])
def test_a_command_is_written_and_read_as_the_vector_has_it(text: str, command: Command) -> None:
    assert encode(command) == text
    assert decode(text.lower()).command == command


def test_the_standards_own_sample_is_read_with_its_address() -> None:
    found = decode("A50F4D1000001021")
    assert (found.command, found.address) == (Move(zoom=1), 0x4D)
    assert encode(found.command, found.address) == "A50F4D1000001021"


@given(COMMANDS, st.integers(0, 0xFFF))
def test_whatever_is_written_is_read_back(command: Command, address: int) -> None:
    found = decode(encode(command, address))
    assert (found.command, found.address) == (command, address)


@given(st.one_of(st.text(max_size=20), st.binary(min_size=8, max_size=8).map(bytes.hex)))
def test_nothing_that_is_read_raises_but_a_refusal(text: str) -> None:
    try:
        found = decode(text)
    except Gb28181Refused:
        return
    assert decode(encode(found.command, found.address)) == found


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
def test_commands_with_a_right_checksum_are_read_or_refused(b4: int, b5: int, b6: int, b7: int) -> None:
    body = [0xA5, 0x0F, 1, b4, b5, b6, b7]
    text = bytes([*body, sum(body) % 256]).hex()
    opposite = b4 < 0x40 and any(b4 & pair == pair for pair in (0x30, 0x0C, 0x03))
    if opposite:
        with pytest.raises(Gb28181Refused):
            decode(text)
        return
    with contextlib.suppress(Gb28181Refused):
        assert decode(text).address == 1 | (b7 & 0xF) << 8


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("A50F01000000B5", "PTZCmd"),
        ("A50F0100000000G5", "PTZCmd"),
        ("A60F0100000000B6", "byte 1"),
        ("A5000100000000A6", "byte 2"),
        ("A50F0100000000B6", "byte 8"),
        ("A50F0130000000E5", "byte 4"),
        ("A50F010C000000C1", "byte 4"),
        ("A50F01030000 00B8".replace(" ", ""), "byte 4"),
        ("A50F01430000 00F8".replace(" ", ""), "byte 4"),
        ("A50F01FF000000B4", "byte 4"),
        ("A50F018100000036", "preset"),
        ("A50F018901090048", "byte 6"),
    ],
)
def test_what_is_no_command_is_refused_by_its_byte(text: str, field: str) -> None:
    with pytest.raises(Gb28181Refused) as refused:
        decode(text)
    assert refused.value.field == field
    assert refused.value.remedy


def test_a_direction_at_speed_0_is_the_slowest_and_not_none() -> None:
    body = [0xA5, 0x0F, 1, 0x01, 0, 0, 0]
    assert decode(bytes([*body, sum(body) % 256]).hex()).command == Move(pan=1)


def test_stopping_the_lens_is_a_command_of_its_own() -> None:
    assert encode(LEAVE_LENS)[6:8] == "40"


@pytest.mark.parametrize(
    ("percent", "top", "steps"),
    [(0, 255, 0), (100, 255, 255), (-100, 15, -15), (1, 15, 1), (-1, 15, -1), (50, 255, 128)],
)
def test_a_per_cent_becomes_steps_and_a_movement_never_becomes_none(percent: int, top: int, steps: int) -> None:
    assert of_percent(percent, top) == steps


@pytest.mark.parametrize(
    "made",
    [lambda: Move(pan=256), lambda: Move(zoom=16), lambda: Preset(PresetDo.SET, 0), lambda: of_percent(101, 15)],
)
def test_numbers_that_have_no_bits_are_refused(made: object) -> None:
    with pytest.raises(Gb28181Refused):
        made()  # type: ignore[operator]


def test_steering_by_per_cent_is_a_command_of_each_group() -> None:
    assert move_of_percent(100, -50, 1) == Move(255, -128, 1)
    assert lens_of_percent(-100, 0) == Lens(focus=-255)
    assert move_of_percent(0, 0, 0) == STOP
