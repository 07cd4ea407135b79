"""Each fault of a picture by its cause: a simulated camera's picture, judged as on a node, reported, an alarm on its page, over."""

from __future__ import annotations

import datetime

import av
import numpy as np
import pytest
from django.urls import reverse

from custodes.node.health.parcel import seen_of
from custodes.node.reports import picture_of
from custodes.upkeep.alarms.conditions import devices
from custodes.upkeep.models import Alarm, AlarmState, PictureFaultKind
from custodes.video.health.judge import CameraJudge, Reference
from custodes.video.health.measure import SmallKeyFrame, measure, small_picture
from custodes.video.simcam.scene import HARMS, Scene, ScenePlanes, harmed
from tests.upkeep.alarms.saying import BEGIN, Clocked

STEP = datetime.timedelta(seconds=15)
CAUSES = {
    "aside": "moved", "covered": "covered", "dark": "black", "glare": "white", "blurred": "blurred", "cast": "colour_cast",
    "noise": "noise", "stopped": "frozen",
}  # fmt: skip


class Filmed:
    """A simulated camera's picture at each check, with a sensor's noise; `cause` is what is wrong with it."""

    def __init__(self) -> None:
        self._scene = Scene(1, "camera", "camera", 640, 360, 7)
        self.number = 0
        self.cause = ""
        self._last: SmallKeyFrame | None = None

    def picture(self) -> SmallKeyFrame:
        self.number += 1
        if self.cause == "stopped" and self._last is not None:
            return self._last
        planes = self._scene.draw(self.number * 7 % 300, 300)
        shown = harmed(planes, self.cause) if self.cause else planes  # type: ignore[arg-type]
        picture = small_picture(_frame(shown))
        grain = np.random.default_rng(self.number).normal(0, 1.5, picture.fine.shape)
        self._last = SmallKeyFrame(np.clip(picture.fine + grain, 0, 255).astype(np.uint8), picture.cb, picture.cr)
        return self._last


def _frame(planes: ScenePlanes) -> av.VideoFrame:
    frame = av.VideoFrame(planes.width, planes.height, "yuv420p")
    for into, data, width in (
        (0, planes.y, planes.width),
        (1, planes.cb, planes.width // 2),
        (2, planes.cr, planes.width // 2),
    ):
        plane = frame.planes[into]
        rows = np.frombuffer(bytes(data), np.uint8).reshape(-1, width)
        padded = np.zeros((rows.shape[0], plane.line_size), np.uint8)
        padded[:, :width] = rows
        plane.update(padded.tobytes())
    return frame


def test_every_fault_has_a_cause_here() -> None:
    assert set(CAUSES) == {*HARMS, "stopped"}
    assert set(CAUSES.values()) == set(PictureFaultKind)


@pytest.mark.parametrize("cause", CAUSES)
def test_a_fault_is_an_alarm_on_its_page_and_over_when_its_cause_is(stage, client_of, cause: str) -> None:
    film, clocked = Filmed(), Clocked.over(stage.node, [devices.PICTURES])
    judge = CameraJudge([Reference("0", measure(film.picture()))])

    def live(checks: int) -> None:
        for _check in range(checks):
            at_us = round((clocked.now - datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)).total_seconds() * 1e6)
            found = judge.check(film.picture(), at_us)
            clocked.node.more = {"pictures": [picture_of(seen_of(stage.gate.pk, at_us, 1, found))]}
            clocked.run(STEP, seconds=15)

    assert clocked.now == BEGIN
    live(24)
    assert not Alarm.objects.exclude(state=AlarmState.CLEARED).exists(), "all is well"
    film.cause = cause
    live(34)
    alarm = Alarm.objects.get(state=AlarmState.OPEN)
    assert alarm.facts["fault"] == CAUSES[cause]
    page = client_of("caretaker").get(reverse("upkeep:alarm", args=[alarm.pk])).content.decode()
    assert str(PictureFaultKind(CAUSES[cause]).label) in page
    film.cause = ""
    live(46)
    alarm.refresh_from_db()
    assert alarm.state == AlarmState.CLEARED
