"""Holds as this house keeps them: what workers are told, when a hold is in effect, and that two people release it."""

from __future__ import annotations

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from custodes.access.holds import delivering
from custodes.access.holds.reach import holdable_cameras, releasable_holds, visible_holds
from custodes.access.models import Hold, HoldDelivery, HoldState
from custodes.ledger.records import record_of
from custodes.people.lawful import StepRefused
from custodes.people.models import Person, Post, PostKind, RecordOutbox
from custodes.places.assignment import build_assignment
from custodes.places.models import Camera, CameraState, Node, RowEdit
from custodes.video.wire.archive import HoldAnswer
from tests.access import hold_steps as stepping
from tests.access.hold_steps import Said
from tests.access.holding import BEGINS, HOUR, basis, place, push_here
from tests.cast import SINCE

pytestmark = pytest.mark.postgresql


@pytest.fixture
def act(monkeypatch, django_capture_on_commit_callbacks):
    """Do something and let what is due behind the commit happen, here and now."""
    push_here(monkeypatch)

    def run(call):
        with django_capture_on_commit_callbacks(execute=True):
            return call()

    return run


@pytest.fixture
def second(stage):
    """Another approver of the school."""
    person = Person.objects.create(name="白玛", unit=stage.cast.units["a"])
    Post.objects.create(person=person, unit=stage.cast.units["a"], kind=PostKind.APPROVER, valid_from=SINCE)
    return person


def said(person, reason="案件已办结", number="解字〔2026〕3号"):
    return Said(person, timezone.now(), reason, number)


def records(kind):
    return [row.record for row in RecordOutbox.objects.filter(type=kind).order_by("created_at")]


def test_a_hold_is_not_in_effect_before_every_worker_has_answered(stage, act):
    stage.worker.silent = {f"node-1/{stage.yard.worker}"}
    cameras = [stage.gate, stage.yard]
    row = act(lambda: place(stage, cameras))
    workers = {camera.worker for camera in cameras}
    row.refresh_from_db()
    assert not row.in_effect
    assert records("hold.effective") == []
    stage.worker.silent = set()
    later = timezone.now() + delivering.AGAIN + datetime.timedelta(seconds=1)
    assert act(lambda: delivering.sweep(later)) >= 1
    row.refresh_from_db()
    assert row.in_effect
    [effect] = records("hold.effective")
    assert (effect["version"], effect["released"]) == (1, False)
    assert effect["workers"] == [f"node-1/{worker}" for worker in sorted(workers)]
    assert effect["there_us"] == 2 * HOUR.total_seconds() * 1e6 / 2
    assert record_of(effect).type == "hold.effective"
    assert act(lambda: delivering.sweep(later)) == 0, "nothing is said twice"


def test_a_worker_that_is_away_is_asked_again_and_the_trouble_is_kept(stage, act):
    stage.worker.down = True
    row = act(lambda: place(stage))
    [delivery] = row.deliveries.all()
    assert (delivery.version, delivery.answered_at) == (0, None)
    assert delivery.tried_at is not None
    assert delivery.trouble
    stage.worker.down = False
    assert act(lambda: delivering.sweep(timezone.now())) == 0, "not at once again"
    assert act(lambda: delivering.sweep(timezone.now() + datetime.timedelta(seconds=11))) == 1


def test_the_assignment_says_the_hold_also_of_a_camera_that_is_out_of_use(stage, act):
    generation = stage.node.generation
    row = act(lambda: place(stage))
    Camera.objects.filter(pk=stage.gate.pk).update(state=CameraState.RETIRED)
    told = build_assignment(stage.node)
    assert told.generation > generation
    [order] = told.holds
    assert (order.id, order.version, order.released, order.cameras) == (row.pk, 1, False, (stage.gate.pk,))
    assert (order.from_us, order.to_us) == (delivering.us(BEGINS), delivering.us(BEGINS + HOUR))
    assert stage.gate.pk not in [camera.id for camera in told.cameras]


def test_a_released_hold_is_in_the_assignment_until_every_worker_has_answered(stage, act, second):
    row = act(lambda: place(stage))
    stage.worker.down = True
    act(lambda: stepping.ask_release(row, said(stage.cast.approver.person)))
    act(lambda: stepping.confirm_release(row, said(second)))
    [order] = build_assignment(stage.node).holds
    assert (order.version, order.released) == (2, True)
    stage.worker.down = False
    act(lambda: delivering.sweep(timezone.now() + datetime.timedelta(seconds=11)))
    assert build_assignment(stage.node).holds == ()
    assert [effect["released"] for effect in records("hold.effective")] == [False, True]


def test_a_node_that_had_the_camera_before_is_told_too(stage, act):
    old = Node.objects.create(name="node-0", public_key="k", seal_key="s", port=25900)
    RowEdit.objects.create(
        object="places.camera", object_id=stage.gate.pk, revision=1, by=stage.cast.caretaker.person,
        at=timezone.now(), changes={"node": [old.pk, stage.node.pk]},
    )  # fmt: skip
    stage.worker.down = True  # it speaks for one node alone
    row = act(lambda: place(stage))
    assert set(row.deliveries.values_list("node__name", flat=True)) == {"node-0", "node-1"}
    assert [order.id for order in build_assignment(old).holds] == [row.pk]


def test_a_camera_that_moves_to_another_node_takes_its_hold_along(stage, act):
    row = act(lambda: place(stage))
    new = Node.objects.create(name="node-2", public_key="k", seal_key="s", port=25900)
    Camera.objects.filter(pk=stage.gate.pk).update(node=new)
    stage.worker.down = True  # it speaks for one node alone
    act(lambda: delivering.sweep(timezone.now()))
    assert [order.id for order in build_assignment(new).holds] == [row.pk]


def test_a_camera_that_moves_to_a_node_that_was_told_already_is_told_of_there_too(stage, act):
    new = Node.objects.create(name="node-2", public_key="k", seal_key="s", port=25900)
    Camera.objects.filter(pk=stage.yard.pk).update(node=new)
    stage.worker.down = True  # it speaks for one node alone
    row = act(lambda: place(stage, [stage.gate, stage.yard]))
    answered = timezone.now()
    HoldDelivery.objects.update(version=1, answered_at=answered)
    delivering.settle(Hold.objects.get(pk=row.pk), answered)
    row.refresh_from_db()
    assert row.in_effect
    Camera.objects.filter(pk=stage.gate.pk).update(node=new)
    act(lambda: delivering.sweep(timezone.now()))
    row.refresh_from_db()
    assert not row.in_effect, "the new node has not said that it holds this camera"
    [order] = build_assignment(new).holds
    assert set(order.cameras) == {stage.gate.pk, stage.yard.pk}
    moved = row.deliveries.filter(node=new)
    assert {camera for one in moved for camera in one.cameras} == {str(stage.gate.pk), str(stage.yard.pk)}
    [mine] = [one for one in moved if str(stage.gate.pk) in one.cameras]
    assert (mine.version, bool(mine.trouble)) == (0, True), "it was pushed at once"
    assert [str(stage.gate.pk)] == row.deliveries.get(node=stage.node).cameras, "what lies there stays held there"
    HoldDelivery.objects.update(version=1, answered_at=timezone.now())
    delivering.settle(Hold.objects.get(pk=row.pk), timezone.now())
    row.refresh_from_db()
    assert row.in_effect
    assert len(records("hold.effective")) == 2


def test_another_number_of_workers_addresses_its_holds_anew(stage, act):
    row = act(lambda: place(stage))
    before = row.deliveries.get().worker
    workers = next(count for count in range(1, 50) if stage.gate.pk.int % count not in (before, 0))
    Node.objects.filter(pk=stage.node.pk).update(workers=workers)
    act(lambda: delivering.sweep(timezone.now()))
    row.refresh_from_db()
    assert set(row.deliveries.values_list("worker", flat=True)) == {before, stage.gate.pk.int % workers}
    assert row.in_effect, "the other worker was told and has answered"
    [order] = build_assignment(Node.objects.get(pk=stage.node.pk)).holds
    assert order.cameras == (stage.gate.pk,), "once, however many workers have of it"
    asked = len(stage.worker.asked("/internal/hold"))
    act(lambda: delivering.sweep(timezone.now()))
    assert len(stage.worker.asked("/internal/hold")) == asked, "nothing is said twice"


def test_an_answer_from_before_a_camera_came_does_not_count_for_it(stage, act):
    stage.worker.down = True
    row = act(lambda: place(stage))
    delivery = row.deliveries.get()
    order = delivering.order_for(delivery)
    said_then = HoldAnswer.model_validate(stage.worker._hold(order.model_dump(mode="json")))
    HoldDelivery.objects.update(cameras=sorted({*delivery.cameras, str(stage.yard.pk)}))
    delivering.take_answer(delivery, order.version, said_then, timezone.now())
    delivery.refresh_from_db()
    row.refresh_from_db()
    assert (delivery.version, row.in_effect) == (0, False)


def test_a_restored_house_says_its_hold_again_above_what_the_worker_knows(stage, act):
    row = act(lambda: place(stage))
    stage.worker.knows[str(row.pk)] = 5  # it heard of a release that the restored back-up does not have
    HoldDelivery.objects.update(version=0)
    Hold.objects.update(effective_version=0)
    act(lambda: delivering.sweep(timezone.now() + datetime.timedelta(seconds=11)))
    row.refresh_from_db()
    assert row.version == 6
    assert row.in_effect
    assert stage.worker.asked("/internal/hold")[-1]["released"] is False


def test_two_people_release_and_never_one_alone(stage, act, second):
    first = stage.cast.approver.person
    row = act(lambda: place(stage))
    act(lambda: stepping.ask_release(row, said(first)))
    row.refresh_from_db()
    assert (row.state, row.open) == (HoldState.RELEASE_ASKED, True)
    with pytest.raises(StepRefused, match="不能自己确认"):
        stepping.confirm_release(row, said(first))
    row.refresh_from_db()
    assert row.state == HoldState.RELEASE_ASKED
    act(lambda: stepping.confirm_release(row, said(second)))
    row.refresh_from_db()
    assert (row.state, row.version, row.released_by, row.release_by) == (HoldState.RELEASED, 2, second, first)
    [asked], [released] = records("hold.release.asked"), records("hold.released")
    assert (asked["by"], released["by"], released["asked_by"]) == (str(first.uuid), str(second.uuid), str(first.uuid))
    assert all(record_of(one) for one in (asked, released, *records("hold.placed")))
    with pytest.raises(StepRefused, match="已解除"):
        stepping.ask_release(row, said(second))


def test_the_database_lets_no_hold_be_released_by_one(stage, act):
    row = act(lambda: place(stage))
    one = stage.cast.approver.person
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.filter(pk=row.pk).update(release_by=one, released_by=one)
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.filter(pk=row.pk).update(state="released")


def test_a_release_needs_a_reason_and_a_document(stage, act):
    row = act(lambda: place(stage))
    with pytest.raises(StepRefused, match="文书编号"):
        stepping.ask_release(row, said(stage.cast.approver.person, number=""))
    with pytest.raises(StepRefused, match="理由"):
        stepping.ask_release(row, said(stage.cast.approver.person, reason=" "))
    row.refresh_from_db()
    assert (row.state, row.release_by) == (HoldState.HELD, None)


def test_a_release_that_is_declined_leaves_the_hold_as_it_was(stage, act, second):
    row = act(lambda: place(stage))
    act(lambda: stepping.ask_release(row, said(stage.cast.approver.person)))
    act(lambda: stepping.decline_release(row, said(second, "仍在审理", "")))
    row.refresh_from_db()
    assert (row.state, row.version, row.release_by) == (HoldState.HELD, 1, None)
    assert records("hold.release.declined")[0]["reason"] == "仍在审理"


def test_nothing_ends_by_itself_on_the_day_of_review(stage, act):
    row = act(lambda: place(stage))
    day = row.review_on
    assert row.review_due(day)
    assert not row.review_due(day - datetime.timedelta(days=1))
    assert [order.id for order in build_assignment(stage.node).holds] == [row.pk]
    later = timezone.localdate() + datetime.timedelta(days=30)
    act(lambda: stepping.review(row, later, said(stage.cast.approver.person, "仍在审理", "")))
    row.refresh_from_db()
    assert row.review_on == later
    with pytest.raises(StepRefused, match="一年以内"):
        stepping.review(row, timezone.localdate(), said(stage.cast.approver.person))


@pytest.mark.parametrize(
    ("what", "how", "span"),
    [
        ("no name", {"case_name": " "}, HOUR),
        ("no reason", {"reason": ""}, HOUR),
        ("no span", {}, datetime.timedelta(0)),
        ("too long a span", {}, datetime.timedelta(days=400)),
        ("a review that is past", {"review_on": datetime.date(2026, 1, 1)}, HOUR),
    ],
)
def test_what_is_no_hold_is_refused_and_leaves_nothing(stage, what, how, span):
    from custodes.access.holds.placing import hold

    with pytest.raises(StepRefused):
        hold([stage.gate], (BEGINS, BEGINS + span), basis(**how), stage.cast.approver.person, timezone.now())
    assert not Hold.objects.exists(), what
    assert records("hold.placed") == []


def test_who_sees_and_releases_which(stage, act):
    now = timezone.now()
    own = act(lambda: place(stage))
    police = act(lambda: place(stage, [stage.gate], "inspector"))
    reach = {
        member: {row.pk for row in visible_holds(stage.cast.members[member].person, now)}
        for member in stage.cast.members
    }
    seeing = {"approver", "lead", "inspector", "auditor"}
    assert {member for member, rows in reach.items() if rows} == seeing
    assert all(reach[member] == {own.pk, police.pk} for member in seeing)
    released = {
        member: {row.pk for row in releasable_holds(stage.cast.members[member].person, now)}
        for member in stage.cast.members
    }
    assert {member: rows for member, rows in released.items() if rows} == {
        "approver": {own.pk},  # never one of the police
        "inspector": {own.pk, police.pk},
    }
    assert set(holdable_cameras(stage.cast.approver.person, now)) == {stage.gate, stage.yard}
    assert set(holdable_cameras(stage.cast.outsider.person, now)) == set()


def test_who_answers_for_one_of_its_cameras_alone_releases_nothing(stage, act):
    row = act(lambda: place(stage, [stage.gate, stage.lobby], "approver"))
    now = timezone.now()
    assert row in visible_holds(stage.cast.approver.person, now)
    assert row not in releasable_holds(stage.cast.approver.person, now)
