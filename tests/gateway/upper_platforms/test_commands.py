"""What an upper commands is what a node is asked for: directions, speeds, presets, boxes, points; what sets a camera up is not."""

from __future__ import annotations

import pytest

from custodes.gateway.upper_platforms.commands import STILL, Focus, OnceCommand, Round, Turn, UpperMotion, Wish, wish_of
from custodes.gb28181.manscdp.control import DeviceControl, DragZoom, GuardCommand, Precise, Tracking, drag_zoom
from custodes.gb28181.manscdp.presets import HomePosition
from custodes.gb28181.ptz.command import (
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
    move_of_percent,
)
from custodes.gb28181.ptz.octets import encode
from custodes.video.wire.commands import PictureBox, PointAt
from tests.gateway.upper_platforms.world import camera


def ptz(command: Command | str) -> Wish | None:
    text = command if isinstance(command, str) else encode(command)
    return wish_of(DeviceControl(sn=1, device_id=camera(1), ptz=text))


@pytest.mark.parametrize(
    ("command", "wish"),
    [
        # The vectors of Annex A.3 as others write them.
        ("A50F0100000000B5", Turn(0, 0, 0)),
        ("A50F0108002000DD", Turn(0, 13, 0)),
        ("A50F0102200000D7", Turn(-13, 0, 0)),
        ("A50F0110000020E5", Turn(0, 0, 13)),
        ("A50F01480040003D", Focus(0, -25)),
        ("A50F014140000036", Focus(25, 0)),
        ("A50F01820005003C", OnceCommand("goto", preset=5)),
        ("A50F01880100003E", Round(1)),
        (Move(255, -255, -15), Turn(100, -100, -100)),
        (Move(1, 0, 0), Turn(1, 0, 0)),
        (Lens(), Focus(0, 0)),
        (Preset(PresetDo.SET, 7), OnceCommand("set", preset=7)),
        (Preset(PresetDo.DELETE, 255), OnceCommand("remove", preset=255)),
        # What sets a camera up, and what nothing leads to.
        (Cruise(CruiseDo.ADD, 1, 5), None),
        (Cruise(CruiseDo.STAY, 1, 300), None),
        (Scan(ScanDo.START, 1), None),
        (Auxiliary(True, 1), None),
        ("A50F0108002000DE", None),
        ("0000000000000000", None),
    ],
)
def test_eight_bytes_are_a_wish(command: Command | str, wish: Wish | None) -> None:
    assert ptz(command) == wish


@pytest.mark.parametrize("percent", range(-100, 101))
def test_what_one_of_our_own_above_says_arrives_as_it_was_meant(percent: int) -> None:
    found = ptz(move_of_percent(percent, -percent, 0))
    assert found == Turn(percent, -percent, 0)


def test_a_box_is_told_in_parts_of_the_picture() -> None:
    drawn = drag_zoom((1920, 1080), (480, 270), (960, 810))
    wish = wish_of(DeviceControl(sn=1, device_id=camera(1), drag_in=drawn))
    assert wish == OnceCommand("drag_in", box=PictureBox(left=0.25, top=0.25, width=0.25, height=0.5))
    outside = DragZoom(length=100, width=100, mid_x=0, mid_y=100, length_x=100, length_y=40)
    wish = wish_of(DeviceControl(sn=1, device_id=camera(1), drag_out=outside))
    assert isinstance(wish, OnceCommand)
    assert wish.box is not None
    assert (wish.box.left, wish.box.top, wish.box.width) == (0, 0.8, 0.5)
    assert wish.box.height == pytest.approx(0.2)
    for none in ((500, 50, 100, 100), (50, 50, 0, 50), (0, 0, 0, 0)):
        x, y, length_x, length_y = none
        box = DragZoom(length=100, width=100, mid_x=x, mid_y=y, length_x=length_x, length_y=length_y)
        assert wish_of(DeviceControl(sn=1, device_id=camera(1), drag_in=box)) is None


def test_a_point_has_all_of_it() -> None:
    def of(**told: float) -> Wish | None:
        return wish_of(DeviceControl(sn=1, device_id=camera(1), precise=Precise(**told)))

    assert of(pan=10.5, tilt=-5, zoom=2) == OnceCommand("precise", point=PointAt(pan=10.5, tilt=-5, zoom=2))
    assert of(pan=10.5, tilt=-5) is None
    assert of(pan=10.5, tilt=-5, zoom=5_000) is None


def test_what_is_no_steering_is_no_wish() -> None:
    home = HomePosition(enabled=True, reset_time=60, preset=3)
    for one in ({"guard": GuardCommand.SET}, {"home": home}, {"tracking": Tracking.AUTO}):
        assert wish_of(DeviceControl(sn=1, device_id=camera(1), **one)) is None  # type: ignore[arg-type]


def test_turning_and_the_lens_are_two_and_each_has_its_stop() -> None:
    both = STILL.with_(Turn(10, 0, 0)).with_(Focus(5, 0))
    assert both == UpperMotion(pan=10, focus=5)
    assert both.with_(Turn(0, 0, 0)) == UpperMotion(focus=5)
    assert both.with_(Focus(0, 0)) == UpperMotion(pan=10)
    assert both.with_(Turn(0, 0, 0)).with_(Focus(0, 0)) == STILL
    assert both.with_(Round(3)) == UpperMotion(cruise=3)
    assert STILL.with_(Round(3)).with_(Turn(0, 0, 0)) == STILL
