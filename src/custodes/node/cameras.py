"""The worker's cameras, as the assignment names them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

import structlog

from custodes.node.camera import NodeCamera
from custodes.node.camera_tools import Tools
from custodes.video.wire.assignment import CameraAssignment

log = structlog.get_logger(__name__)


class CameraSet:
    """All cameras of one worker; applies an assignment without touching those that stay as they were."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._cameras: dict[UUID, NodeCamera] = {}

    def __len__(self) -> int:
        return len(self._cameras)

    def __iter__(self) -> Iterator[NodeCamera]:
        return iter(tuple(self._cameras.values()))

    def get(self, camera: UUID) -> NodeCamera | None:
        """The camera, if it is this worker's."""
        return self._cameras.get(camera)

    def apply(self, assigned: Iterable[CameraAssignment]) -> None:
        """Start what is new, stop what is gone, restart what is taken in differently now."""
        wanted = {camera.id: camera for camera in assigned}
        for camera in [known for known in self._cameras if known not in wanted]:
            self._remove(camera)
            self._tools.retire(camera)
        for assignment in wanted.values():
            self._place(assignment)

    def stop(self) -> None:
        """The process ends: seal everything."""
        for camera in self._cameras.values():
            camera.stop("restart")
        self._cameras.clear()

    def _place(self, assignment: CameraAssignment) -> None:
        known = self._cameras.get(assignment.id)
        if known is not None:
            if _taken_in(known.assignment) == _taken_in(assignment):
                if _terms(known.assignment) != _terms(assignment):
                    self._tools.change_terms(assignment)
                known.assignment = assignment
                known.keep_plan(self._tools.now_us())
                return
            self._remove(assignment.id)
        try:
            camera = NodeCamera(assignment, self._tools)
            camera.start()
        except Exception:  # one camera that can't be set up must not keep the others from being recorded
            log.exception("camera.not_started", camera=str(assignment.id))
            return
        self._cameras[assignment.id] = camera

    def _remove(self, camera: UUID) -> None:
        known = self._cameras.pop(camera)
        try:
            known.stop("operator")
        except Exception:
            log.exception("camera.not_stopped", camera=str(camera))


def _taken_in(assignment: CameraAssignment) -> tuple[object, ...]:
    """What of an assignment makes another connection necessary."""
    return (
        assignment.main,
        assignment.sub,
        assignment.username,
        assignment.sealed_password,
        assignment.record,
        assignment.audio,
    )


def _terms(assignment: CameraAssignment) -> tuple[object, ...]:
    return assignment.retention_days, assignment.planned, assignment.week
