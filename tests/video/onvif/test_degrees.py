"""Degrees of ONVIF devices: what a device says of its own accord is used, and nothing is guessed of what it does not say."""

from __future__ import annotations

from dataclasses import replace
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.video.onvif.degrees import GENERIC, SPHERICAL, DataSheet, DegreeRange, DegreeScale, degrees_of
from custodes.video.onvif.ptz import OnvifPtz
from custodes.video.onvif.xml import parse
from custodes.video.steering import Bearing
from tests.video.onvif.test_ptz import refused, with_device
from tests.video.onvif.turning import SPACES, Turning

HALF_TURN = DegreeScale(
    DegreeRange(-90.0, 90.0), DegreeRange(-90.0, 30.0), DegreeRange(-1.0, 1.0), DegreeRange(-1.0, 1.0), GENERIC
)
ALL_ROUND = replace(HALF_TURN, pan=DegreeRange(-180.0, 180.0))


def space(uri: str, x: tuple[object, object], y: tuple[object, object]) -> str:
    ranges = "".join(
        f"<{name}><Min>{least}</Min><Max>{most}</Max></{name}>"
        for name, (least, most) in (("XRange", x), ("YRange", y))
    )
    return f"<AbsolutePanTiltPositionSpace><URI>{uri}</URI>{ranges}</AbsolutePanTiltPositionSpace>"


PLAIN = space(GENERIC, (-1, 1), (-1, 1))
DEGREES = space(SPHERICAL, (-90, 90), (-90, 30))


def node(*spaces: str) -> Element:
    return parse(f"<PTZNode>{''.join(spaces)}</PTZNode>".encode())


def status(x: object, y: object, uri: str = "") -> Element:
    named = f' space="{uri}"' if uri else ""
    return parse(f'<R><PTZStatus><Position><PanTilt x="{x}" y="{y}"{named}/></Position></PTZStatus></R>'.encode())


@pytest.mark.parametrize(
    ("spaces", "default"),
    [
        ((), ""),
        ((PLAIN,), SPHERICAL),
        ((space(SPHERICAL, (-1, 1), (-1, 1)),), ""),
        ((space(SPHERICAL, (90, -90), (-90, 30)),), ""),
        ((space(SPHERICAL, (-1000, 1000), (-90, 30)),), ""),
        ((space(SPHERICAL, ("nan", "inf"), (-90, 30)),), ""),
        ((space(SPHERICAL, (-90, 90), ("", "")),), ""),
        ((space(f"{SPHERICAL}/of/ours", (-90, 90), (-90, 30)),), ""),
    ],
)
def test_a_device_that_names_no_measure_has_none(spaces: tuple[str, ...], default: str) -> None:
    assert degrees_of(node(*spaces), default) is None
    assert degrees_of(None, default) is None
    by_sheet = degrees_of(node(*spaces), default, DataSheet(180.0, DegreeRange(-90.0, 30.0)))
    assert by_sheet == replace(HALF_TURN, space=default or GENERIC), "then its data sheet counts"


def test_by_its_data_sheet_a_device_is_read_in_proportion_and_its_own_word_is_before_that() -> None:
    sheet = DataSheet(350.0, DegreeRange(-90.0, 10.0))
    measure = degrees_of(node(space(GENERIC, (0, 1), (-1, 1))), "", sheet)
    assert measure is not None
    assert measure.bearing(status(0.5, 1)) == Bearing(0.0, -10.0, None)
    assert measure.bearing(status(1, -1)) == Bearing(175.0, 90.0, None)
    assert degrees_of(node(PLAIN, DEGREES), "", sheet) == HALF_TURN


@pytest.mark.parametrize(
    ("default", "said", "expected"),
    [
        ("", ("0.5", "0"), (45.0, 30.0)),
        (GENERIC, ("-1", "1"), (270.0, -30.0)),
        (SPHERICAL, ("-45", "-10"), (315.0, 10.0)),
        (GENERIC, ("-45", "-10", SPHERICAL), (315.0, 10.0)),
        (SPHERICAL, ("0.5", "0", GENERIC), (45.0, 30.0)),
        ("http://maker/own", ("0.5", "0"), (45.0, 30.0)),
        ("", ("1.2", "0"), None),
        ("", ("45", "-10"), None),
        ("", ("0.5", "0", "http://maker/own"), None),
        ("", ("nan", "0"), None),
        ("", ("", ""), None),
    ],
)
def test_where_it_points(default: str, said: tuple[str, ...], expected: tuple[float, float] | None) -> None:
    measure = degrees_of(node(PLAIN, DEGREES), default)
    assert measure is not None
    found = measure.bearing(status(*said))
    if expected is None:
        assert found is None
    else:
        assert found is not None
        assert (found.pan, found.tilt, found.zoom) == (*(pytest.approx(value) for value in expected), None)
    assert measure.bearing(parse(b"<R><PTZStatus/></R>")) is None


@given(pan=st.floats(-90, 90), tilt=st.floats(-30, 90), spherical=st.booleans())
def test_where_it_is_sent_is_where_it_points_then(pan: float, tilt: float, spherical: bool) -> None:
    measure = replace(HALF_TURN, space=SPHERICAL if spherical else GENERIC)
    position = measure.position(Bearing(pan % 360, tilt, None))
    assert position is not None
    found = measure.bearing(parse(f"<R><Position>{position}</Position></R>".encode()))
    assert found is not None
    assert abs((found.pan - pan + 180) % 360 - 180) < 0.01
    assert found.tilt == pytest.approx(tilt, abs=0.01)


@pytest.mark.parametrize("pan", [91.5, 268.5])
def test_a_little_beyond_its_range_is_the_end_of_it(pan: float) -> None:
    position = HALF_TURN.position(Bearing(pan, 0.0, None))
    assert position is not None
    assert ('x="1"' if pan < 180 else 'x="-1"') in position


@pytest.mark.parametrize("pan", [100.0, 180.0, 260.0])
def test_what_it_does_not_reach_is_no_place(pan: float) -> None:
    assert HALF_TURN.position(Bearing(pan, 0.0, None)) is None
    assert ALL_ROUND.position(Bearing(pan, 0.0, None)) is not None


def test_the_driver_tells_and_points_where_the_device_has_a_measure() -> None:
    device = Turning(spaces=SPACES + PLAIN.replace("<", "<tt:").replace("<tt:/", "</tt:") + DEGREES)

    async def use(ptz: OnvifPtz) -> Bearing | None:
        here = await ptz.bearing()
        await ptz.precise(Bearing(315.0, 0.0, 2.0))
        return here

    assert with_device(device, use) == Bearing(45.0, 45.0, None)
    [(_name, body)] = [one for one in device.said if one[0] == "AbsoluteMove"]
    assert f'x="-0.5" y="0.5" space="{GENERIC}"' in body
    assert "Zoom" not in body
    assert refused(device, lambda ptz: ptz.precise(Bearing(180.0, 0.0, None))).kind == "refused"


def test_the_driver_asks_nothing_of_a_device_without_one() -> None:
    device = Turning()
    assert with_device(device, lambda ptz: ptz.bearing()) is None
    assert "GetStatus" not in device.names()
    assert refused(device, lambda ptz: ptz.precise(Bearing(0.0, 0.0, None))).kind == "unsupported"
