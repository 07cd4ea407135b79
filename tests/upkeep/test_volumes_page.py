"""The volumes page: what it says of each volume, what may be decided, who may, and how an order goes to the node and back."""

from __future__ import annotations

import datetime
import json
from uuid import UUID

import pytest
from django.utils import timezone

from custodes.people.models import RecordOutbox
from custodes.places.assignment import build_assignment
from custodes.places.models import Node, VolumeOrder
from custodes.upkeep.intake import take_status
from custodes.upkeep.models import HourRollup, VolumeStatus, WorkerStatus
from custodes.upkeep.reports import Status
from custodes.video.wire.archive import VolumeAction, VolumeOrderOutcome

pytestmark = pytest.mark.django_db

PAGE = "/upkeep/volumes/"
ONE, TWO = str(UUID(int=1)), str(UUID(int=2))
PLACE = {"path": "/mnt/custodes/new", "total": 4e12, "free": 4e12, "shared_disk": False, "holds": "nothing"}


def volume(identity=ONE, path="/mnt/disk-1/footage", **changes):
    told = {
        "path_name": path.rsplit("/", 1)[-1], "path": path, "identity": identity, "stands": "recording", "state": "ok",
        "bytes_used": 3_000_000_000, "bytes_free": 1_000_000_000, "bytes_protected": 2_500_000_000,
        "bytes_held": 400_000_000, "rate_bytes_per_s": 10_000.0, "days_left": 1.1, "days_held": 4.6, "oldest": None,
    }  # fmt: skip
    return told | changes


def report(stage, *volumes, worker=0, answers=(), at=None, places=(PLACE,), curve=(9, 6, 3, 0, 0)):
    status = {
        "worker": worker, "cameras": [], "volumes": list(volumes), "clock": {"synchronised": True, "offset_us": 0},
        "shortage": {"step": "forecast", "hours_left": 30, "curve": list(curve), "curve_hours": 40.0},
        "volume_orders": [{"id": str(order), "outcome": int(outcome)} for order, outcome in answers],
        "volume_places": list(places), "volume_roots": ["/mnt/custodes"],
    }  # fmt: skip
    take_status(stage.node, Status.model_validate_json(json.dumps(status)), at or timezone.now())


def decide(client, stage, action, identity=ONE, **form):
    return client.post(f"{PAGE}{stage.node.pk}/{identity}/{action}/", {"reason": "坏道增多", **form})


def test_each_volume_is_shown_with_what_it_holds_owes_and_how_it_stands(stage, client_of):
    report(
        stage,
        volume(),
        volume(TWO, "/mnt/disk-2/footage", stands="missing", state="/mnt/disk-2/footage has no custodes-vol"),
    )
    page = client_of("inspector").get(PAGE).content.decode()
    for words in ("/mnt/disk-1/footage", "3.0 GB", "2.5 GB", "400 MB", "正在写入", "/mnt/disk-2/footage", "缺失"):
        assert words in page
    assert "约 30 小时后写满" in page
    assert "/drain/" not in page  # an inspector looks and decides nothing


def test_two_folders_of_one_name_are_two_volumes(stage):
    report(stage, volume(), volume(TWO, "/mnt/disk-2/footage"))
    assert VolumeStatus.objects.count() == 2


def test_an_order_goes_to_the_node_with_name_and_reason_onto_record_and_ends_with_its_answer(stage, client_of):
    Node.objects.filter(pk=stage.node.pk).update(workers=1)
    stage.node.refresh_from_db()
    report(stage, volume(), volume(TWO, "/mnt/disk-2/footage"))
    before = build_assignment(stage.node).generation
    assert decide(client_of("system_admin"), stage, "drain").status_code == 302
    assignment = build_assignment(stage.node)
    [sent] = assignment.volume_orders
    assert (sent.action, sent.volume, sent.path) == (VolumeAction.DRAIN, ONE, "/mnt/disk-1/footage")
    assert (sent.by, sent.reason) == ("旦增（拉萨市公安局）", "坏道增多")
    assert assignment.generation > before
    [record] = [row.record for row in RecordOutbox.objects.all() if row.record.get("object") == "places.volumeorder"]
    assert record["changes"]["action"] == [None, "drain"]
    assert "等待节点执行" in client_of("system_admin").get(PAGE).content.decode()
    report(stage, volume(stands="draining", state="draining"), answers=[(sent.id, VolumeOrderOutcome.DONE)])
    order = VolumeOrder.objects.get()
    assert (order.done, order.waits) == (True, False)
    assert build_assignment(stage.node).volume_orders == ()


def test_an_order_is_over_when_every_worker_has_answered_and_one_refusal_counts(stage, client_of):
    Node.objects.filter(pk=stage.node.pk).update(workers=2)
    stage.node.refresh_from_db()
    report(stage, volume(), worker=0)
    decide(client_of("system_admin"), stage, "drain")
    order = VolumeOrder.objects.get()
    report(stage, volume(), worker=0, answers=[(order.pk, VolumeOrderOutcome.DONE)])
    order.refresh_from_db()
    assert order.waits
    report(stage, volume(), worker=1, answers=[(order.pk, VolumeOrderOutcome.FAILED)])
    order.refresh_from_db()
    assert (order.waits, order.outcome) == (False, VolumeOrderOutcome.FAILED)
    assert "磁盘或者文件出错" in client_of("system_admin").get(PAGE).content.decode()


def partly(stage, client_of):
    """A drain that worker 0 carried out and worker 1 did not."""
    Node.objects.filter(pk=stage.node.pk).update(workers=2)
    stage.node.refresh_from_db()
    report(stage, volume())
    decide(client_of("system_admin"), stage, "drain")
    order = VolumeOrder.objects.get()
    report(stage, volume(stands="draining"), worker=0, answers=[(order.pk, VolumeOrderOutcome.DONE)])
    report(stage, volume(), worker=1, answers=[(order.pk, VolumeOrderOutcome.FAILED)])
    return order


def test_where_one_worker_refuses_the_page_names_both_with_the_remedy_and_a_second_press_finishes(stage, client_of):
    order = partly(stage, client_of)
    page = client_of("system_admin").get(PAGE).content.decode()
    assert "部分执行" in page
    assert "工作进程 0：已执行。" in page
    assert "工作进程 1：磁盘或者文件出错，没有改动。请查看该节点的运行日志。" in page
    again = f"{PAGE}orders/{order.pk}/again/"
    assert again in page
    assert client_of("system_admin").post(again).status_code == 302
    [second] = VolumeOrder.objects.filter(ended_at=None)
    assert (second.action, second.volume, second.reason) == (order.action, order.volume, order.reason)
    [sent] = build_assignment(stage.node).volume_orders
    assert sent.id == second.pk
    report(stage, volume(stands="draining"), worker=0, answers=[(second.pk, VolumeOrderOutcome.ALREADY)])
    report(stage, volume(stands="draining"), worker=1, answers=[(second.pk, VolumeOrderOutcome.DONE)])
    second.refresh_from_db()
    assert (second.done, second.partly) == (True, False)
    assert again not in client_of("system_admin").get(PAGE).content.decode()
    changes = [row.record["changes"] for row in RecordOutbox.objects.all() if row.record["object_id"] == str(second.pk)]
    assert [one["reason"] for one in changes] == [[None, order.reason]]


def test_only_who_answers_for_all_cameras_gives_it_anew_and_only_once(stage, client_of):
    order = partly(stage, client_of)
    again = f"{PAGE}orders/{order.pk}/again/"
    for member in ("lead", "caretaker", "inspector", "outsider"):
        assert client_of(member).post(again).status_code == 403
        assert again not in client_of(member).get(PAGE).content.decode()
    client_of("system_admin").post(again)
    client_of("system_admin").post(again)
    assert VolumeOrder.objects.count() == 2


def test_one_that_all_workers_carried_out_is_not_given_anew(stage, client_of):
    Node.objects.filter(pk=stage.node.pk).update(workers=1)
    stage.node.refresh_from_db()
    report(stage, volume())
    decide(client_of("system_admin"), stage, "drain")
    order = VolumeOrder.objects.get()
    report(stage, volume(stands="draining"), answers=[(order.pk, VolumeOrderOutcome.DONE)])
    client_of("system_admin").post(f"{PAGE}orders/{order.pk}/again/")
    assert VolumeOrder.objects.count() == 1


def test_another_nodes_answer_ends_nothing(stage, client_of):
    report(stage, volume())
    decide(client_of("system_admin"), stage, "drain")
    other = Node.objects.create(name="other", public_key="k", seal_key="s")
    status = {"worker": 0, "cameras": [], "volumes": [], "clock": {"synchronised": True, "offset_us": 0}}
    status["volume_orders"] = [{"id": str(VolumeOrder.objects.get().pk), "outcome": 0}]
    take_status(other, Status.model_validate_json(json.dumps(status)), timezone.now())
    assert VolumeOrder.objects.get().waits


def test_nothing_is_added_but_what_the_node_offers(stage, client_of):
    report(stage, volume())
    admin = client_of("system_admin")
    address = f"{PAGE}{stage.node.pk}/add/"
    assert "/mnt/custodes/new（共 4.0 TB" in admin.get(address).content.decode()
    refused = admin.post(address, {"path": "/etc", "reason": "新盘"})
    assert refused.status_code == 400
    assert not VolumeOrder.objects.exists()
    assert admin.post(address, {"path": "/mnt/custodes/new", "reason": "新盘"}).status_code == 302
    [sent] = build_assignment(stage.node).volume_orders
    assert (sent.action, sent.path, sent.shared_disk) == (VolumeAction.ADD, "/mnt/custodes/new", False)
    # While it waits the same folder is not offered a second time.
    assert "没有可以添加的文件夹" in admin.get(address).content.decode()


def test_without_allowed_folders_the_page_names_the_setting(stage, client_of):
    report(stage, volume(), places=())
    WorkerStatus.objects.update(volume_places={})
    page = client_of("system_admin").get(f"{PAGE}{stage.node.pk}/add/").content.decode()
    assert "CUSTODES_VOLUME_ROOTS" in page
    assert '<form class="form"' not in page


def test_a_volume_with_footage_can_be_drained_and_not_retired(stage, client_of):
    report(stage, volume(stands="draining", state="draining"))
    admin = client_of("system_admin")
    assert "/retire/" not in admin.get(PAGE).content.decode()
    assert decide(admin, stage, "retire").status_code == 302
    assert not VolumeOrder.objects.exists()
    report(stage, volume(stands="draining", state="draining", bytes_used=0))
    assert decide(admin, stage, "retire").status_code == 302
    assert VolumeOrder.objects.get().action == "retire"


def test_a_swapped_disk_is_replaced_only_with_what_it_means_said(stage, client_of):
    report(stage, volume(stands="wrong", state="/mnt/disk-1/footage is another volume"))
    admin = client_of("system_admin")
    page = admin.get(f"{PAGE}{stage.node.pk}/{ONE}/replace/").content.decode()
    assert "原卷的 3.0 GB 录像不会删除" in page
    assert decide(admin, stage, "replace", shared_disk="on").status_code == 302
    [sent] = build_assignment(stage.node).volume_orders
    assert (sent.action, sent.path, sent.shared_disk) == (VolumeAction.REPLACE, "/mnt/disk-1/footage", True)


def test_the_only_volume_is_not_drained_without_a_warning(stage, client_of):
    report(stage, volume())
    page = client_of("system_admin").get(f"{PAGE}{stage.node.pk}/{ONE}/drain/").content.decode()
    assert "这是该节点唯一的存储卷" in page


@pytest.mark.parametrize("who", ["lead", "caretaker", "auditor", "security_admin", "outsider"])
def test_nobody_but_the_system_administrator_decides(stage, client_of, who):
    report(stage, volume())
    assert decide(client_of(who), stage, "drain").status_code == 403
    assert not VolumeOrder.objects.exists()


def test_an_administrator_who_does_not_answer_for_every_camera_decides_nothing(stage, client_of):
    report(stage, volume())
    admin = stage.cast.system_admin
    admin.post.unit = stage.cast.units["a"]  # a school's: the hotel's camera hangs on the same node
    admin.post.save()
    assert decide(client_of("system_admin"), stage, "drain").status_code == 403
    assert "/drain/" not in client_of("system_admin").get(PAGE).content.decode()


def test_a_reason_is_needed_and_two_orders_about_one_folder_do_not_wait_together(stage, client_of):
    report(stage, volume())
    admin = client_of("system_admin")
    assert decide(admin, stage, "drain", reason="  ").status_code == 400
    decide(admin, stage, "drain")
    decide(admin, stage, "drain")
    assert VolumeOrder.objects.count() == 1


def test_an_order_that_waits_can_be_taken_back_on_record(stage, client_of):
    report(stage, volume())
    admin = client_of("system_admin")
    decide(admin, stage, "drain")
    order = VolumeOrder.objects.get()
    assert client_of("lead").post(f"{PAGE}orders/{order.pk}/withdraw/").status_code == 403
    admin.post(f"{PAGE}orders/{order.pk}/withdraw/")
    order.refresh_from_db()
    assert order.taken_back
    assert build_assignment(stage.node).volume_orders == ()
    report(stage, volume(), answers=[(order.pk, VolumeOrderOutcome.DONE)])
    order.refresh_from_db()
    assert order.outcome is None


def test_the_cameras_that_grew_are_named_to_who_may_see_them(stage, client_of):
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    for camera, before, after in ((stage.gate, 1_000, 3_000), (stage.yard, 5_000, 5_000), (stage.lobby, 1_000, 9_000)):
        for hours in range(1, 14 * 24):
            HourRollup.objects.create(
                camera=camera, hour=now - datetime.timedelta(hours=hours), recorded_us=1, owed_us=1, roots="", worker=0,
                received_at=now, bytes=(after if hours <= 7 * 24 else before) * 1_000_000 // 24,
            )  # fmt: skip
    report(stage, volume())
    page = client_of("lead").get(PAGE).content.decode()
    assert page.index("其他单位的点位") < page.index(stage.gate.name)  # the hotel's grew more, and has no name here
    assert "+2.0 GB" in page
    assert stage.yard.name not in page
    assert stage.lobby.name not in page


def test_a_drained_volume_is_no_alarm_however_little_it_would_hold(stage):
    from custodes.upkeep.alarms.conditions.volumes import look

    report(stage, volume(stands="draining", state="draining", bytes_free=0, days_left=0.0, days_held=0.1))
    assert list(look(timezone.now())) == []
    report(stage, volume(days_left=0.5, days_held=1.0))
    assert [condition.kind.key for condition in look(timezone.now())] == ["volume.soon_full"]


@pytest.mark.parametrize(
    ("days", "words"), [(37 / 1440, "37 分内写满"), (1.5, "36 小时内写满"), (0.1, "2 小时 24 分内写满")]
)
def test_the_alarm_of_a_volume_says_the_time_that_its_forecast_says(stage, days, words):
    from custodes.upkeep.alarms import words as alarm_words
    from custodes.upkeep.alarms.conditions.volumes import look
    from custodes.upkeep.models import Alarm

    report(stage, volume(bytes_free=round(days * 864_000_000)))
    [condition] = look(timezone.now())
    said = alarm_words.title(Alarm(kind=condition.kind.key, name=condition.name, facts=dict(condition.facts)))
    assert words in said
    assert "两日" not in said
