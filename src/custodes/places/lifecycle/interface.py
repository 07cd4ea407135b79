"""The live try of a system's interface (S12.1): has its node had pictures of each connected camera in the last minute?

In a trial run cameras are taken in over the very interface that was reserved for the platform; what arrives through it is the proof.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.people.models import Person
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import Camera, CameraState, InterfaceTest, System
from custodes.places.node_client import NodeUnreachable, worker_client
from custodes.places.register import record_change

WINDOW_US = 120_000_000
"""How far back the node is asked, µs."""

FRESH_US = 60_000_000
"""A camera answers when its last picture is younger than this, µs."""

AT_ONCE = 8


def try_interface(system: System, by: Person, at: datetime) -> InterfaceTest:
    """Ask for every connected camera of the system, and keep what came of it, on record.

    Raises:
        StepRefused: its cameras are not taken in now, or there is none.
    """
    cameras = list(system.cameras.filter(state=CameraState.CONNECTED).select_related("node"))
    if not system.recorded or not cameras:
        raise StepRefused(_("系统没有在试运行，或者没有已接入的点位，无法测试联网接口。"))
    failures = _ask(cameras, round(at.timestamp() * 1_000_000))
    with transaction.atomic():
        test = InterfaceTest.objects.create(
            system=system,
            asked=len(cameras),
            answered=len(cameras) - len(failures),
            failures={str(camera): failure for camera, failure in failures.items()},
            by=by,
            at=at,
            ended_at=at,
        )
        changes = {"asked": [None, test.asked], "answered": [None, test.answered]}
        record_change(by, test._meta.label_lower, str(test.pk), changes, at)
    return test


def _ask(cameras: Iterable[Camera], now_us: int) -> dict[UUID, str]:
    """Camera → what failed."""
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="interface") as pool:
        answers = pool.map(lambda camera: (camera.pk, _failure(camera, now_us)), cameras)
        return {camera: failure for camera, failure in answers if failure}


def _failure(camera: Camera, now_us: int) -> str:
    try:
        line = worker_client(camera.node, camera.worker).timeline(camera.pk, now_us - WINDOW_US, now_us)
    except NodeUnreachable:
        return "node"
    last = max((end for _begin, end in line.runs), default=0)
    return "" if last > line.now_us - FRESH_US else "silent"
