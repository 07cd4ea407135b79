"""What takes a camera out and what changes it at the same moment never wait for one another in a ring (PostgreSQL would end one of them)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from custodes.law.duties.finding import LegalTerms
from custodes.places import deciding, retiring
from custodes.places.changes.editing import save_camera
from custodes.places.changes.gate import GateBasis, Why
from custodes.places.lifecycle.stepping import Taken
from custodes.places.models import Camera, Gateway, Node, Removal, RemovalGround, Retirement
from tests.patience import until
from tests.places.life import removals as removal
from tests.places.plans import approve, make
from tests.places.stage import Stage

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time"),
]
WAIT = 20.0


class Meeting:
    """Two transactions, each in its own connection, that wait for one another once they hold what their pattern says.

    Where both take what they need in one order the second never gets there, and the first goes on after a second.
    """

    def __init__(self) -> None:
        self._both = threading.Barrier(2)
        self.failed: list[BaseException] = []

    def run(self, *acts: tuple[str, Callable[[], object]]) -> None:
        """Run each (what it holds when it waits: a part of the statement that took it; what it does) to its end."""
        threads = [threading.Thread(target=self.act, args=act, daemon=True) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(WAIT)
            assert not thread.is_alive(), "still waits for the other"
        assert self.failed == []

    def act(self, taken: str, does: Callable[[], object]) -> None:
        def after(execute, sql, params, many, context):
            found = execute(sql, params, many, context)
            if taken in sql and ("FOR UPDATE" in sql or sql.startswith("UPDATE")):
                with suppress(threading.BrokenBarrierError):
                    self._both.wait(1)
            return found

        try:
            with connection.execute_wrapper(after), transaction.atomic():
                does()
        except BaseException as error:
            self.failed.append(error)
        finally:
            connection.close()


def in_order(stage: Stage, *numbers: str) -> list[Camera]:
    """The school's two cameras by their ids, with these numbers."""
    cameras = sorted((stage.gate, stage.yard), key=lambda one: one.pk)
    for passing in (("x", "y"), numbers):
        for camera, number in zip(cameras, passing, strict=True):
            Camera.objects.filter(pk=camera.pk).update(number=number)
    return cameras


def retirement(stage: Stage, camera: Camera) -> Callable[[], object]:
    """Its approval."""
    row = Retirement(camera=camera, basis="replacement", until=timezone.localdate(), words="更换镜头")
    row = retiring.ask(row, stage.cast.caretaker.person, timezone.now())
    return lambda: deciding.approve(row, retiring.RULES, stage.cast.approver.person, timezone.now())


def removing(stage: Stage, *cameras: Camera) -> Callable[[], object]:
    """That they were removed, fifteen days after the report."""
    by, now, today = stage.cast.caretaker.person, timezone.now(), timezone.localdate()
    wanted = removal.Wanted(cameras, RemovalGround.CITY_WORKS, "立柱须迁走", today)
    row = removal.report(removal.plan(stage.school, wanted, by, now), Taken(by, now, today))
    Removal.objects.filter(pk=row.pk).update(reported_on=today - timedelta(days=15))
    return lambda: removal.carry_out(Removal.objects.get(pk=row.pk), Taken(by, now, today), LegalTerms())


def test_a_removal_and_an_approved_stop_of_one_camera(stage: Stage) -> None:
    removed, stopped = removing(stage, stage.gate), retirement(stage, stage.gate)
    Meeting().run(('"places_system"', removed), ('"places_camera"', stopped))
    assert Camera.objects.get(pk=stage.gate.pk).state == "retired"
    assert not Retirement.objects.filter(state__in=["waiting", "approved"]).exists()


def test_a_removal_and_a_correction_of_one_camera(stage: Stage) -> None:
    camera, by, now = Camera.objects.get(pk=stage.gate.pk), stage.cast.caretaker.person, timezone.now()
    camera.place = "入口西侧，距地 3 米"
    basis = GateBasis(Why.CORRECTION, "登记不准确", timezone.localdate())
    Meeting().run(
        ('"places_system"', removing(stage, stage.gate)),
        ('"places_camera"', lambda: save_camera(camera, ["place"], by, now, basis)),
    )


def test_two_removals_of_cameras_on_two_nodes(stage: Stage) -> None:
    """One takes a camera of the first node out and then one of the second; another, of the second alone. A gateway hears of both."""
    other = Node.objects.create(name="node-2", public_key="k", seal_key="s", workers=1, port=25950)
    Gateway.objects.create(name="gateway")
    first, second = in_order(stage, "0101", "0102")
    Camera.objects.filter(pk__in=[second.pk, stage.lobby.pk]).update(node=other)
    by, now = stage.cast.outside_caretaker.person, timezone.now()
    lobby = Camera.objects.get(pk=stage.lobby.pk)
    Meeting().run(
        ('"places_gateway"', removing(stage, first, second)),
        ('"places_node"', lambda: retiring.retire(lobby, by, "x", now)),
    )


def test_a_removal_and_a_plan_for_the_same_cameras_take_them_in_one_order(stage: Stage) -> None:
    low, high = in_order(stage, "0102", "0101")
    cameras = Camera.objects.filter(pk__in=[low.pk, high.pk])
    removed, meeting = removing(stage, *cameras), Meeting()

    plan, now = make(stage, *cameras, at=timezone.now()), timezone.now()

    def planned() -> None:
        with suppress(deciding.RequestRefused):  # they are removed by then
            approve(plan, stage.cast.lead.person, now)

    with transaction.atomic():
        Camera.objects.select_for_update().get(pk=high.pk)
        threads = []
        for act in (removed, planned):
            threads.append(threading.Thread(target=meeting.act, args=("nothing", act), daemon=True))
            threads[-1].start()
            until(lambda: waiting() == len(threads), "each of them waits for the camera")
    for thread in threads:
        thread.join(WAIT)
    assert meeting.failed == []


def waiting() -> int:
    """Connections that wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return int(cursor.fetchone()[0])
