"""What one camera's picture does to the reader, others do not notice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import cv2
import pytest

from custodes.node.health.parcel import CheckedCamera
from custodes.node.health.reader import Rounds
from custodes.node.health.references import References
from custodes.video.clock import SystemClock
from custodes.video.health.judge import CameraJudge
from custodes.video.steering import SteeredStand
from custodes.video.unit import AccessUnit
from tests.video.footage import units

ODD, PLAIN = UUID(int=1), UUID(int=2)


class Line:
    """A worker that has two cameras and a fresh key frame of each whenever it is asked."""

    stand = SteeredStand()

    def __init__(self) -> None:
        self.told: list[CheckedCamera] = []
        self._keys = self._fresh()

    @staticmethod
    def _fresh() -> Iterator[AccessUnit]:
        yield from (unit for unit in units(10_000) if unit.key)

    def cameras(self) -> list[UUID]:
        return [ODD, PLAIN]

    def key_frame(self, _camera: UUID) -> AccessUnit:
        return next(self._keys)

    def tell(self, seen: CheckedCamera) -> None:
        self.told.append(seen)


def test_a_picture_that_the_arithmetic_refuses_is_no_check_and_the_other_cameras_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Line()
    rounds = Rounds([line], References(tmp_path), SystemClock(), 0.01)  # type: ignore[list-item]
    right = CameraJudge.check

    def refuse(judge: CameraJudge, *args: object, **kwargs: object) -> object:
        if judge is rounds._patients[ODD].judge:
            raise cv2.error("matchTemplate: the template is larger than the picture")
        return right(judge, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(CameraJudge, "check", refuse)
    while rounds.checks < 3:
        rounds.step()
    assert {seen.camera for seen in line.told} == {PLAIN}
    assert "matchTemplate" in rounds._patients[ODD].said
