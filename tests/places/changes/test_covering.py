"""Whether a filing says where a camera that was moved stands now: its own line, and the whole place (N14)."""

from __future__ import annotations

import pytest

from custodes.places.changes.covering import said_by, unsaid
from custodes.places.models import Camera, Filing
from tests.places.changes.cases import done
from tests.places.stage import Stage

pytestmark = pytest.mark.django_db
#: The gate's camera is 0101 and stands at 门柱南侧 since its move; another is 0102.
SAID = {
    "with kind and view behind it": "0101　校门　门柱南侧　设备类型：摄像机　采集范围：校门内外",
    "as the register writes it": "0101　校门　门柱南侧",
    "among others": "0102　操场　旗杆\n0101　校门　门柱南侧\n0103　食堂　后门",
    "typed with other spaces and commas": "  0101 校门，门柱南侧 ",
    "in full-width figures": "０１０１　校门　门柱南侧",
    "under another name": "0101 学校正门 门柱南侧",
}
UNSAID = {
    "as what is seen": "0101　校门　围墙外　采集范围：门柱南侧",
    "not at all": "",
    "the former place": "0101　校门　门柱北侧",
    "in another camera's line": "0101　校门　门柱北侧\n0102　操场　门柱南侧",
    "as a part of a longer place": "0101　校门　门柱南侧，围墙外",
    "as the end of a longer place": "0101　校门　围墙外 门柱南侧",
    "as the end of a longer word": "0101　校门　旧门柱南侧",
    "of a number that begins alike": "01012　校门　门柱南侧",
    "without the number": "校门　门柱南侧",
}


@pytest.mark.parametrize(
    ("told", "covers"),
    [pytest.param(told, True, id=name) for name, told in SAID.items()]
    + [pytest.param(told, False, id=name) for name, told in UNSAID.items()],
)
def test_the_cameras_own_line_says_its_place_and_nothing_else_does(stage: Stage, told: str, covers: bool) -> None:
    case = done(stage)
    gate = Camera.objects.get(pk=stage.gate.pk)
    assert (gate.number, gate.name, gate.place) == ("0101", "校门", "门柱南侧")
    assert said_by(Filing(content={"places": told}), case) is covers
    assert [one.cameras for one in unsaid([case], told)] == ([] if covers else [(gate,)])


def test_a_place_of_several_parts_is_said_as_it_is_registered(stage: Stage) -> None:
    case = done(stage)
    Camera.objects.filter(pk=stage.gate.pk).update(place="入口东侧，距地 3.2 米")
    assert said_by(Filing(content={"places": "0101　校门　入口东侧，距地 3.2 米"}), case)
    assert not said_by(Filing(content={"places": "0101　校门　入口东侧"}), case)
