"""Many cameras at once, through the pages: preview, mend, register; and what must never happen on the way."""

from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from custodes.people.models import RecordOutbox
from custodes.places.bulk import probing
from custodes.places.bulk.columns import SHEET
from custodes.places.forms.field_of_view import of_camera
from custodes.places.models import Batch, BatchRow, Camera, CameraState, Probe, RowState, TrialAddress
from custodes.places.resealing import reseal
from custodes.places.tables.template import make_template
from custodes.video.wire.seal import seal, unseal
from tests.places.test_bulk_reading import workbook

pytestmark = pytest.mark.postgresql

SECRET = "s3cret-camera-pass"
HEAD = ("点位编号", "点位名称", "安装位置", "禁止部位", "主码流地址", "登录名", "密码")


def table(*rows: tuple[str, ...]) -> str:
    return "\n".join("\t".join(row) for row in (HEAD, *rows))


def good(order: int, /, **more: str) -> tuple[str, ...]:
    cells = {
        "number": f"02{order:02}",
        "name": f"东墙 {order}",
        "place": f"东墙灯杆 {order}",
        "zone": "",
        "url": f"rtsp://10.1.3.{order}:554/main",
        "user": "viewer",
        "password": SECRET,
    } | more
    return tuple(cells.values())


def give(stage, browser, text, **more):
    url = reverse("places:bulk_add", args=[stage.school.pk])
    return browser.post(url, {"table": text, "node": stage.node.pk} | more)


def begun(stage, browser, *rows):
    answer = give(stage, browser, table(*rows))
    assert answer.status_code == 302, answer.content.decode()
    return Batch.objects.get()


def states(batch):
    return list(batch.rows.values_list("state", flat=True))


def page(browser, batch):
    return browser.get(batch.get_absolute_url()).content.decode()


def mend(browser, row, **typed):
    prefix = f"r{row.pk}-"
    fields = ("number", "name", "place", "view", "zone", "screening_note", "main_url", "sub_url", "username")
    kept = {prefix + name: getattr(row, name) for name in fields} | {prefix + "password": ""}
    form = {"row": row.pk} | kept | {prefix + name: value for name, value in typed.items()}
    assert browser.post(row.batch.get_absolute_url(), form).status_code == 302
    return BatchRow.objects.get(pk=row.pk)


def post(browser, name, batch, **data):
    return browser.post(reverse(name, args=[batch.pk]), data)


def test_nothing_is_in_the_register_before_it_is_confirmed_and_then_all_of_it(stage, client_of):
    browser = client_of("caretaker")
    before = Camera.objects.count()
    batch = begun(stage, browser, *(good(n) for n in range(1, 6)))
    assert states(batch) == [RowState.READY] * 5
    assert Camera.objects.count() == before
    assert post(browser, "places:batch_register", batch).status_code == 302
    made = list(Camera.objects.filter(number__startswith="02", system=stage.school).order_by("number"))
    assert [camera.number for camera in made] == ["0201", "0202", "0203", "0204", "0205"]
    assert {camera.state for camera in made} == {CameraState.DRAFT}
    assert made[0].trial.main_url == "rtsp://10.1.3.1:554/main"
    assert unseal(stage.seal_key, made[0].trial.sealed_password) == SECRET
    recorded = [row.record["object_id"] for row in RecordOutbox.objects.filter(type="config.changed")]
    assert {str(camera.pk) for camera in made} <= set(recorded)
    post(browser, "places:batch_register", batch)
    assert Camera.objects.count() == before + 5, "twice changes nothing"


def test_the_password_is_in_no_page_no_row_and_no_record(stage, client_of):
    browser = client_of("caretaker")
    batch = begun(stage, browser, good(1), good(2, number="0101"))
    texts = [page(browser, batch), str(list(BatchRow.objects.values()))]
    post(browser, "places:batch_register", batch)
    sealed = TrialAddress.objects.get(main_url="rtsp://10.1.3.1:554/main").sealed_password
    texts += [page(browser, batch), str(list(RecordOutbox.objects.values_list("record", flat=True)))]
    for text in texts:
        assert SECRET not in text
    for text in (texts[0], *texts[2:]):
        assert sealed not in text
    assert not BatchRow.objects.filter(state=RowState.DRAFT).exclude(sealed_password="").exists()


def test_a_table_that_can_not_be_read_is_not_shown_again(stage, client_of):
    answer = give(stage, client_of("caretaker"), f"东墙\t{SECRET}")
    assert answer.status_code == 400
    assert SECRET not in answer.content.decode()
    assert "表头" in answer.content.decode()
    assert not Batch.objects.exists()


def test_an_excel_file_comes_in_whatever_it_is_called(stage, client_of):
    file = SimpleUploadedFile("点位.csv", workbook(HEAD, good(1), good(2)))
    assert give(stage, client_of("caretaker"), "", file=file).status_code == 302
    assert states(Batch.objects.get()) == [RowState.READY] * 2


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"number": "0101"}, "number", "本系统已有该编号"),
        ({"name": ""}, "name", "请填写。"),
        ({"url": "ftp://10.1.3.9/x"}, "main_url", "rtsp://"),
        ({"url": "rtsp://10.1.2.3/gate"}, "main_url", "已登记为“校门”"),
        ({"user": ""}, "username", "应当同时填写登录名"),
        ({"zone": "卫生间"}, "zone", "禁止安装"),
        ({"zone": "地下室"}, "zone", "没有这个名称的禁止部位"),
        ({"name": "东\u200b墙"}, "name", "看不见的字符"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_the_row_does_not_go_on(stage, client_of, change, field, words):
    browser = client_of("caretaker")
    batch = begun(stage, browser, good(9, **change), good(8))
    assert states(batch) == [RowState.FAULTY, RowState.READY]
    [card] = browser.get(batch.get_absolute_url()).context["cards"]
    assert [bound.name for bound in card["wrong"]] == [field]
    assert words in str(card["wrong"][0].errors)
    post(browser, "places:batch_register", batch)
    assert states(batch) == [RowState.FAULTY, RowState.DRAFT]


def test_the_same_twice_in_the_table_is_said_at_both_rows(stage, client_of):
    batch = begun(
        stage,
        client_of("caretaker"),
        good(1),
        good(2, url="RTSP://10.1.3.1/main"),
        good(3, number="0204"),
        good(4),
    )
    assert states(batch) == [RowState.FAULTY] * 4


def test_of_somebody_elses_camera_nothing_is_said_not_even_that_it_is_there(stage, client_of):
    batch = begun(stage, client_of("caretaker"), good(1, url="rtsp://10.1.2.3:554/lobby"))
    assert states(batch) == [RowState.READY]
    assert "大堂" not in page(client_of("caretaker"), batch)


def test_a_place_in_doubt_waits_for_a_persons_finding(stage, client_of):
    browser = client_of("caretaker")
    batch = begun(stage, browser, good(1, name="卫生间外走廊"))
    assert states(batch) == [RowState.DOUBTFUL]
    post(browser, "places:batch_register", batch)
    assert states(batch) == [RowState.DOUBTFUL]
    row = mend(browser, batch.rows.get(), screening_note="只拍走廊，门内不可见")
    assert row.state == RowState.READY
    post(browser, "places:batch_register", batch)
    camera = Camera.objects.get(name="卫生间外走廊")
    assert camera.screening_note == "只拍走廊，门内不可见"
    assert camera.doubts.get().note == "只拍走廊，门内不可见"
    records = [row.record for row in RecordOutbox.objects.all() if row.record.get("object_id") == str(camera.pk)]
    [record] = [one for one in records if one["object"] == "places.camera"]
    assert record["changes"]["screening_note"] == [None, "只拍走廊，门内不可见"]


def test_a_row_is_mended_in_place_and_keeps_what_was_typed(stage, client_of):
    browser = client_of("caretaker")
    batch = begun(stage, browser, good(1, number="0101", name=""))
    row = mend(browser, batch.rows.get(), number="0201", name="")
    assert (row.number, row.state) == ("0201", RowState.FAULTY)
    row = mend(browser, row, name="东墙")
    assert row.state == RowState.READY
    assert unseal(stage.seal_key, row.sealed_password) == SECRET


def test_a_sealed_password_stays_with_the_host_port_and_login_it_was_given_for(stage, client_of):
    browser = client_of("caretaker")
    batch = begun(stage, browser, good(1))
    row = mend(browser, batch.rows.get(), main_url="rtsp://10.6.6.6/main")
    assert (row.state, row.sealed_password) == (RowState.FAULTY, "")
    assert "请重新填写密码" in page(browser, batch)
    row = mend(browser, row, main_url="rtsp://10.1.3.1:554/main")
    assert (row.state, row.sealed_password) == (RowState.FAULTY, ""), "thrown away is gone"
    row = mend(browser, row, password="typed-again")
    assert row.state == RowState.READY
    assert unseal(stage.seal_key, row.sealed_password) == "typed-again"


def test_a_row_can_be_left_out(stage, client_of):
    browser = client_of("caretaker")
    batch = begun(stage, browser, good(1, number="0101"), good(2))
    row = batch.rows.get(state=RowState.FAULTY)
    browser.post(batch.get_absolute_url(), {"row": row.pk, "remove": row.pk})
    assert states(batch) == [RowState.READY]


def test_rows_without_a_number_get_the_next_free_ones(stage, client_of):
    batch = begun(stage, client_of("caretaker"), good(1, number=""), good(2, number=""))
    assert list(batch.rows.values_list("number", flat=True)) == ["0103", "0104"]


def test_a_number_that_was_given_here_gives_way_to_one_that_somebody_takes_meanwhile(stage, client_of):
    browser = client_of("caretaker")
    batch = begun(stage, browser, good(1, number=""), good(2, number="0104"))
    Camera.objects.create(system=stage.school, node=stage.node, number="0105", name="x", place="y")
    post(browser, "places:batch_register", batch)
    assert states(batch) == [RowState.DRAFT] * 2
    assert Camera.objects.get(name="东墙 1").number == "0106"


def test_a_recorders_channels_are_rows_of_a_preview(stage, client_of):
    browser = client_of("caretaker")
    form = {
        "maker": "dahua", "host": "10.1.4.1", "port": 554, "channels": "1-3,7", "name": "教学楼 {n} 号", "place": "{n} 层",
        "username": "viewer", "password": SECRET, "node": stage.node.pk,
    }  # fmt: skip
    answer = browser.post(reverse("places:recorder_add", args=[stage.school.pk]), form)
    assert answer.status_code == 302
    rows = list(Batch.objects.get().rows.all())
    assert [row.name for row in rows] == ["教学楼 1 号", "教学楼 2 号", "教学楼 3 号", "教学楼 7 号"]
    assert rows[3].main_url == "rtsp://10.1.4.1/cam/realmonitor?channel=7&subtype=0"
    assert rows[3].sub_url.endswith("channel=7&subtype=1")
    assert {row.state for row in rows} == {RowState.READY}
    assert unseal(stage.seal_key, rows[0].sealed_password) == SECRET


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("channels", "0-3"),
        ("channels", "1-999"),
        ("channels", "a"),
        ("host", "rtsp://10.1.4.1"),
        ("host", "u@10.1.4.1"),
        ("maker", "x"),
    ],
)
def test_a_recorder_that_is_not_rightly_named_is_told_so_at_the_field(stage, client_of, field, value):
    form = {
        "maker": "dahua", "host": "10.1.4.1", "port": 554, "channels": "1", "name": "x", "place": "y",
        "username": "viewer", "password": SECRET, "node": stage.node.pk,
    } | {field: value}  # fmt: skip
    answer = client_of("caretaker").post(reverse("places:recorder_add", args=[stage.school.pk]), form)
    assert answer.status_code == 400
    assert answer.context["form"].errors[field]
    assert SECRET not in answer.content.decode()


def registered(stage, browser, *rows):
    batch = begun(stage, browser, *rows)
    post(browser, "places:batch_register", batch)
    return batch


def run(batch):
    """What the web's thread does, here."""
    for row in batch.rows.filter(state=RowState.QUEUED):
        assert probing.claim(row, timezone.now())
        assert not probing.claim(row, timezone.now()), "nobody else gets it"
        probing.try_row(BatchRow.objects.get(pk=row.pk), timezone.now())


def test_each_camera_that_answers_is_connected_and_each_that_does_not_says_why_and_stays_a_draft(stage, client_of):
    browser = client_of("caretaker")
    batch = registered(stage, browser, good(1), good(2))
    post(browser, "places:batch_probe", batch, connect="1")
    assert states(batch) == [RowState.QUEUED] * 2
    stage.worker.answers = {"rtsp://10.1.3.2:554/main": {"ok": False, "failure": "password", "detail": "401"}}
    run(batch)
    assert states(batch) == [RowState.CONNECTED, RowState.FAILED]
    assert list(Camera.objects.filter(batch_row__isnull=False).values_list("state", flat=True)) == [
        "connected",
        "draft",
    ]
    shown = page(browser, batch)
    assert "登录名或者密码不正确" in shown
    assert "H264 · 1920×1080 · 25 fps" in shown
    asked = stage.worker.asked("/internal/probe")
    assert {unseal(stage.seal_key, one["sealed_password"]) for one in asked} == {SECRET}


def test_only_the_failed_ones_are_tried_again(stage, client_of):
    browser = client_of("caretaker")
    batch = registered(stage, browser, good(1), good(2))
    stage.worker.answers = {"rtsp://10.1.3.2:554/main": {"ok": False, "failure": "timeout", "detail": ""}}
    post(browser, "places:batch_probe", batch, connect="1")
    run(batch)
    stage.worker.answers = {}
    post(browser, "places:batch_probe", batch, connect="1", only="failed")
    run(batch)
    assert states(batch) == [RowState.CONNECTED] * 2
    assert len(stage.worker.asked("/internal/probe")) == 3


def test_without_the_wish_to_connect_a_found_camera_waits_to_be_looked_at(stage, client_of):
    browser = client_of("caretaker")
    batch = registered(stage, browser, good(1))
    post(browser, "places:batch_probe", batch)
    run(batch)
    assert states(batch) == [RowState.FOUND]
    camera = batch.rows.get().camera
    assert camera.state == CameraState.DRAFT
    assert "检测成功" in browser.get(reverse("places:check", args=[camera.pk])).content.decode()


def test_a_busy_node_gets_the_row_again_and_a_batch_takes_nobodys_single_probes(stage, client_of):
    browser = client_of("caretaker")
    batch = registered(stage, browser, *(good(n) for n in range(1, 10)))
    post(browser, "places:batch_probe", batch)
    stage.worker.status = 429
    run(batch)
    assert states(batch) == [RowState.QUEUED] * 9
    stage.worker.status = 0
    run(batch)
    assert states(batch) == [RowState.FOUND] * 9
    camera = batch.rows.first().camera
    browser.post(reverse("places:probe", args=[camera.pk]))
    assert Probe.objects.filter(in_batch=False, ok=True).count() == 1


def test_a_channel_that_its_gateway_has_not_heard_of_yet_waits_and_is_no_failure_until_then(stage, client_of):
    browser, second = client_of("caretaker"), datetime.timedelta(seconds=1)
    batch = registered(stage, browser, good(1))
    post(browser, "places:batch_probe", batch, connect="1")
    stage.worker.answers = {"rtsp://10.1.3.1:554/main": {"ok": False, "failure": "gb:not_assigned", "detail": ""}}
    run(batch)
    assert states(batch) == [RowState.QUEUED]
    row = batch.rows.get()
    assert not probing.queued(row.tried_at + second)
    assert probing.queued(row.tried_at + probing.AGAIN + second) == [row]
    camera = row.camera
    camera.created_at -= probing.SETTLING
    camera.save(update_fields=["created_at"])
    run(batch)
    assert states(batch) == [RowState.FAILED]
    assert "gb:not_assigned" in batch.rows.get().failure


def test_who_may_no_longer_tend_the_system_has_nothing_probed_any_more(stage, client_of):
    browser = client_of("caretaker")
    batch = registered(stage, browser, good(1))
    post(browser, "places:batch_probe", batch, connect="1")
    stage.cast.caretaker.post.delete()
    run(batch)
    assert states(batch) == [RowState.FAILED]
    assert not stage.worker.asked("/internal/probe")
    assert Camera.objects.get(system=stage.school, number="0201").state == CameraState.DRAFT


def test_each_worker_is_asked_only_so_often(stage):
    pace, at = probing.Pace(per_minute=3), timezone.now()
    assert [pace.take("node-1/0", at) for _ in range(4)] == [True, True, True, False]
    assert pace.take("node-1/1", at)
    assert pace.take("node-1/0", at + datetime.timedelta(seconds=61))


def test_a_row_of_a_process_that_is_gone_is_tried_again_and_an_old_preview_is_forgotten(stage, client_of):
    browser = client_of("caretaker")
    batch = registered(stage, browser, good(1), good(2, number="0101"))
    row = batch.rows.get(state=RowState.DRAFT)
    now = timezone.now()
    BatchRow.objects.filter(pk=row.pk).update(state=RowState.PROBING, tried_at=now - datetime.timedelta(minutes=5))
    probing.tidy(now)
    assert states(batch) == [RowState.QUEUED, RowState.FAULTY]
    probing.tidy(now + datetime.timedelta(hours=25))
    assert states(batch) == [RowState.QUEUED]


def test_the_passwords_of_a_preview_are_carried_to_a_new_sealing_key(stage, client_of):
    batch = begun(stage, client_of("caretaker"), good(1))
    public = stage.seal_key.public_key()
    reseal(
        "node-1",
        stage.node.seal_key,
        lambda sealed: seal(public, unseal(stage.seal_key, sealed) + "+") if len(sealed) > 20 else None,
    )
    assert unseal(stage.seal_key, batch.rows.get().sealed_password) == SECRET + "+"


@pytest.mark.parametrize("member", ["operator", "inspector", "outside_caretaker", "bystander", "security_admin"])
def test_nobody_else_sees_or_moves_a_batch(stage, client_of, member):
    batch = begun(stage, client_of("caretaker"), good(1))
    browser = client_of(member)
    assert give(stage, browser, table(good(2))).status_code in (403, 404)
    assert browser.get(batch.get_absolute_url()).status_code in (403, 404)
    assert browser.post(batch.get_absolute_url(), {"row": batch.rows.get().pk}).status_code in (403, 404)
    for name in ("places:batch_register", "places:batch_probe", "places:batch_discard"):
        assert post(browser, name, batch).status_code in (403, 404), name
    assert states(batch) == [RowState.READY]


def test_who_left_the_page_finds_the_way_back_until_every_row_is_connected(stage, client_of):
    browser = client_of("caretaker")
    batch = begun(stage, browser, good(1), good(2))
    add = reverse("places:bulk_add", args=[stage.school.pk])
    shown = browser.get(add).content.decode()
    assert batch.get_absolute_url() in shown
    assert "共 2 行，2 行尚未接入" in shown
    batch.rows.update(state=RowState.CONNECTED)
    assert batch.get_absolute_url() not in browser.get(add).content.decode()


def test_the_template_is_a_workbook_to_download(stage, client_of):
    answer = client_of("caretaker").get(reverse("places:bulk_template"))
    assert answer.content == make_template(SHEET)
    assert "attachment" in answer["Content-Disposition"]


def test_the_preview_can_be_thrown_away(stage, client_of):
    browser = client_of("caretaker")
    batch = begun(stage, browser, good(1))
    assert post(browser, "places:batch_discard", batch).status_code == 302
    assert not Batch.objects.exists()


PLACED = ("点位名称", "安装位置", "主码流地址", "经度", "纬度", "安装高度", "方位角", "水平视角", "可视距离")
PLACED += ("俯仰角下限", "俯仰角上限", "水平转动范围", "垂直转动下限", "垂直转动上限")


def placed(*rows):
    return "\n".join("\t".join(row) for row in (PLACED, *rows))


def test_positions_and_fields_come_with_the_table(stage, client_of):
    browser = client_of("caretaker")
    here = ("91.1322", "29.6531", "3.5", "180", "80", "40", "-30", "0", "350", "-90", "10")
    give(
        stage,
        browser,
        placed(
            ("东墙", "灯杆", "rtsp://10.1.4.1/main", *here),
            ("西墙", "灯杆", "rtsp://10.1.4.2/main", *[""] * 11),
            ("南墙", "灯杆", "rtsp://10.1.4.3/main", "91.1", *[""] * 10),
            ("北墙", "灯杆", "rtsp://10.1.4.4/main", "91.1", "29.6", "", "400", "80", "40", *[""] * 5),
            ("中庭", "灯杆", "rtsp://10.1.4.5/main", "很远", "29.6", *[""] * 9),
            ("天井", "灯杆", "rtsp://10.1.4.6/main", *[""] * 6, "0", "-30", "", "", ""),
        ),
    )
    batch = Batch.objects.get()
    assert states(batch) == [RowState.READY] * 2 + [RowState.FAULTY] * 4
    post(browser, "places:batch_register", batch)
    east, west = (Camera.objects.get(name=name) for name in ("东墙", "西墙"))
    assert east.field is not None
    assert east.west <= 91_132_200 <= east.east
    assert (west.field, west.west) == (None, None)
    assert (east.tilt_low, east.tilt_high, east.turns_pan, east.turns_low, east.turns_high) == (-30, 0, 350, -90, 10)
    assert (west.tilt_low, west.turns_pan) == (None, None)
    row = mend(browser, batch.rows.get(name="南墙"), longitude="91.1", latitude="29.6")
    assert row.state == RowState.READY


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("91.10300000000001", "91.103000"),
        ("179.99999999", "180.000000"),
        ("180.000001", None),
        ("NaN", None),
        ("1e400", None),
    ],
)
def test_degrees_of_a_table_that_connects_are_rounded_and_held_to_their_bounds(said: str, held: str | None) -> None:
    field = of_camera("longitude")
    if held is None:
        with pytest.raises(ValidationError):
            field.clean(said)
    else:
        assert str(field.clean(said)) == held
