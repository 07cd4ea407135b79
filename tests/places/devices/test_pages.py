"""Devices through the pages: entered with a password that is shown once, renewed, retired; who sees and does what."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from custodes.commands import installation
from custodes.people.models import RecordOutbox
from custodes.places.assignment import build_assignment
from custodes.places.devices import stepwords
from custodes.places.devices.entering import kinds, next_id, password_mark
from custodes.places.models import Camera, CameraState, Gateway, GbDevice, TrialAddress, UnknownDevice, UnknownWhy
from custodes.settings import get_settings
from custodes.upkeep.models import CameraStatus
from custodes.video.wire.seal import unseal
from tests.cast import EVERYBODY
from tests.places.devices.rows import CHANNELS, RECORDER, SERVER, make, open_gate, recorder, with_channels

SEES_SCHOOL = {"operator", "lead", "caretaker", "approver", "inspector", "auditor", "system_admin"}
READS_SCHOOL = {"caretaker", "inspector", "system_admin"}
EDITS_SCHOOL = {"caretaker", "system_admin"}
EDITORS = {"caretaker", "outside_caretaker", "system_admin"}
NO_REGISTER = {"officer", "security_admin", "bystander"}

FORM = {"gb_id": RECORDER, "name": "北楼录像机", "media": "tcp", "speech": "broadcast", "edition": "", "charset": "", "keepalive_s": 60,
        "misses": 3}  # fmt: skip


def add(stage, browser, **more):
    return browser.post(reverse("places:device_add", args=[stage.school.pk]), FORM | more)


def post(browser, name, device, /, **data):
    return browser.post(reverse(f"places:{name}", args=[device.pk]), data)


def page(browser, device, query=""):
    return browser.get(device.get_absolute_url() + query).content.decode()


def steps() -> list[str]:
    return [
        row.record["event"]
        for row in RecordOutbox.objects.filter(type="register.step").order_by("created_at", "pk")
        if row.record["object"] == "places.gbdevice"
    ]


def password_on(answer) -> str:
    return next(value for _label, value, secret in answer.context["lines"] if secret)


def test_types_are_named_in_the_language_of_the_page():
    with override("zh-hans"):
        assert dict(kinds())["132"] == "网络摄像机（IPC）"
    with override("en"):
        assert dict(kinds())["132"] == "IP camera"


def test_a_device_is_entered_and_its_password_shown_once(stage, gate, client_of):
    browser = client_of("caretaker")
    answer = add(stage, browser)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    password, text = password_on(answer), answer.content.decode()
    assert all(part in text for part in (password, RECORDER, SERVER, SERVER[:10], "192.0.2.1", "5060"))
    device = GbDevice.objects.get()
    assert unseal(gate.seal_key, device.sealed_password) == password
    assert (device.system, device.media, device.standing) == (stage.school, "tcp", "never")
    assert password not in page(browser, device)
    assert steps() == ["enter"]
    assert all(password not in str(row.record) for row in RecordOutbox.objects.all())


@pytest.mark.parametrize(
    ("gb_id", "words"),
    [
        ("5401020000118800000", "现为 19 位"),
        ("540102", "行政区划代码"),
        ("5401020000118800000x", "其中有其他字符"),
        ("54010200001188 00001", "只能由数字、字母"),
        ("设备一", "只能由数字、字母"),
        (SERVER, "平台自己的编号"),
        ("a" * 33, "32"),
    ],
)
def test_an_id_that_can_not_be_right_is_refused_with_its_remedy(stage, gate, client_of, gb_id, words):
    answer = add(stage, client_of("caretaker"), gb_id=gb_id)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not GbDevice.objects.exists()


def test_an_odd_id_is_taken_where_a_person_says_that_it_must_be(stage, gate, client_of):
    assert add(stage, client_of("caretaker"), gb_id="cam-7", odd="on").status_code == 200
    assert GbDevice.objects.get().gb_id == "cam-7"


def test_an_id_is_entered_once_until_the_device_is_retired(stage, gate, client_of):
    browser = client_of("caretaker")
    add(stage, browser)
    assert "已经登记" in add(stage, browser).content.decode()
    post(browser, "device_retire", GbDevice.objects.get(), reason="已拆除")
    assert add(stage, browser).status_code == 200
    assert GbDevice.objects.count() == 2


def test_proposed_numbers_follow_each_other(stage, gate, client_of):
    browser = client_of("caretaker")
    first = next_id(stage.school, 118)
    assert first.endswith("1188000001")
    url = reverse("places:device_add", args=[stage.school.pk])
    assert first in browser.get(f"{url}?kind=118").content.decode()
    recorder(stage, gb_id=first)
    assert int(next_id(stage.school, 118)) == int(first) + 1
    assert next_id(stage.school, 132) != first
    recorder(stage, gb_id=first[:14] + "ab")
    assert int(next_id(stage.school, 118)) == int(first) + 1, "an odd one is no number"


def test_no_device_of_a_classified_system_is_entered(stage, gate, client_of):
    stage.school.classified = True
    stage.school.save()
    assert add(stage, client_of("caretaker")).status_code >= 400
    assert not GbDevice.objects.exists()


def test_without_a_gateway_nothing_is_entered(stage, client_of):
    answer = add(stage, client_of("caretaker"))
    assert answer.status_code == 400
    assert "没有国标网关" in answer.content.decode()


def test_a_renewed_password_is_another_one_and_on_record(stage, gate, client_of):
    device, before = recorder(stage)
    answer = post(client_of("caretaker"), "device_password", device, seen=password_mark(device))
    device.refresh_from_db()
    assert "no-store" in answer["Cache-Control"]
    assert unseal(gate.seal_key, device.sealed_password) == password_on(answer) != before
    assert steps() == ["enter", "renew_password"]


def test_of_two_renewals_at_once_the_second_leaves_the_first_alive(stage, gate, client_of):
    device, _before = recorder(stage)
    mark = password_mark(device)
    assert f'value="{mark}"' in page(client_of("caretaker"), device)
    shown = password_on(post(client_of("caretaker"), "device_password", device, seen=mark))
    answer = post(client_of("system_admin"), "device_password", device, seen=mark)
    assert answer.status_code == 302
    device.refresh_from_db()
    assert unseal(gate.seal_key, device.sealed_password) == shown
    assert steps() == ["enter", "renew_password"]


def test_a_form_that_is_behind_undoes_nothing_in_silence(stage, gate, client_of):
    device, _password = recorder(stage)
    browser, form = client_of("caretaker"), {**FORM, "media": "udp", "revision": 0}
    assert post(browser, "device_edit", device, **form | {"keepalive_s": 30}).status_code == 302
    answer = post(client_of("system_admin"), "device_edit", device, **form | {"name": "另一个名称"})
    assert answer.status_code == 400
    assert "他人修改了同一条登记" in answer.content.decode()
    device.refresh_from_db()
    assert (device.name, device.keepalive_s, device.revision) == ("北楼录像机", 30, 1)
    words = RecordOutbox.objects.filter(type="register.step").latest("created_at").record["words"]
    assert words == "心跳间隔（秒）：60 → 30"


def test_a_password_that_the_gateway_can_not_open_is_said(stage, gate, client_of):
    device, _password = recorder(stage)
    assert "请更换密码" not in page(client_of("caretaker"), device)
    other = open_gate()
    assert "请更换密码" in page(client_of("caretaker"), device)
    device.refresh_from_db()
    shown = password_on(post(client_of("caretaker"), "device_password", device, seen=password_mark(device)))
    device.refresh_from_db()
    assert unseal(other.seal_key, device.sealed_password) == shown
    assert "请更换密码" not in page(client_of("caretaker"), device)


def test_a_gateway_that_was_switched_off_is_trusted_no_more(stage, gate, client_of):
    device, _password = recorder(stage)
    gate.report({"device": RECORDER, "standing": "online", "since_us": 1})
    generation = stage.node.__class__.objects.get(pk=stage.node.pk).generation
    installation._register_own_gateway(get_settings().model_copy(update={"gateway_id": ""}))
    assert not Gateway.objects.exists()
    assert gate.report().status_code in (401, 403)
    device.refresh_from_db()
    assert (device.standing, device.why) == ("offline", "no_gateway")
    assert build_assignment(stage.node).gateway is None
    assert stage.node.__class__.objects.get(pk=stage.node.pk).generation > generation
    assert "本装置没有国标网关" in page(client_of("caretaker"), device)


def test_alarms_stand_in_the_words_of_the_standard(stage, gate, client_of):
    device, _password = recorder(stage)
    at = timezone.now()
    for numbers in ((1, 5, 6), (4, 2, 2), (None, 9, 77), (None, None, None)):
        device.alarms.create(
            channel_id=CHANNELS[0], priority=numbers[0], method=numbers[1], kind=numbers[2], at=at, received_at=at
        )
    text = page(client_of("caretaker"), device)
    for words in (
        "视频报警 · 入侵检测 · 一级警情",
        "设备报警 · 设备防拆 · 四级警情",
        "报警方式 9 · 报警类型 77",
        "设备未说明报警的方式和类型",
    ):
        assert words in text
    assert f"<code>{CHANNELS[0]}</code>" in text, "it is no camera"


def test_an_alarm_stands_by_the_name_of_its_camera_and_says_nothing_twice(stage, gate, client_of):
    device, _password = recorder(stage)
    camera = Camera.objects.filter(system=device.system).first()
    Camera.objects.filter(pk=camera.pk).update(main_url=f"gb28181://{RECORDER}/{CHANNELS[0]}")
    at = timezone.now()
    for words in ("入侵检测", "南门"):
        device.alarms.create(channel_id=CHANNELS[0], method=5, kind=6, at=at, received_at=at, words=words)
    text = page(client_of("caretaker"), device)
    assert text.count(f'<a href="{camera.get_absolute_url()}">{camera.name}</a> · 视频报警 · 入侵检测<') == 1
    assert "视频报警 · 入侵检测 · 南门<" in text


def test_a_change_is_kept_and_on_record_and_none_is_not(stage, gate, client_of):
    device, _password = recorder(stage)
    browser = client_of("caretaker")
    form = {**FORM, "media": "udp", "name": "北楼录像机"}
    assert post(browser, "device_edit", device, **form).status_code == 302
    assert steps() == ["enter"]
    post(browser, "device_edit", device, **form | {"keepalive_s": 30, "gb_id": "x"})
    device.refresh_from_db()
    assert (device.keepalive_s, device.gb_id) == (30, RECORDER)
    assert steps() == ["enter", "change"]


def test_how_one_speaks_through_a_device_is_entered_told_and_on_record(stage, gate, client_of):
    device, _password = recorder(stage)
    browser = client_of("caretaker")
    assert "广播（标准方式" in page(browser, device)
    form = {**FORM, "media": "udp", "name": "北楼录像机"}
    gate.row.refresh_from_db()
    before = gate.row.generation
    assert post(browser, "device_edit", device, **form | {"speech": "shout"}).status_code == 400
    assert post(browser, "device_edit", device, **form | {"speech": "talk"}).status_code == 302
    device.refresh_from_db()
    gate.row.refresh_from_db()
    assert (device.speech, gate.row.generation) == ("talk", before + 1)
    assert "对讲短式" in page(browser, device)
    assert steps() == ["enter", "change"]
    assert "喊话方式：广播（标准方式，由设备呼叫平台） → 对讲短式（部分厂家，由平台呼叫设备）" in page(browser, device)
    # Somebody else's device stays as it is.
    for member in sorted(set(EVERYBODY) - EDITS_SCHOOL):
        assert post(client_of(member), "device_edit", device, **form | {"speech": "auto"}).status_code in (403, 404)
    device.refresh_from_db()
    assert device.speech == "talk"


def test_a_device_with_cameras_in_use_is_not_retired(stage, gate, client_of):
    device, _password = recorder(stage)
    Camera.objects.filter(pk=stage.gate.pk).update(main_url=f"gb28181://{RECORDER}/{CHANNELS[0]}")
    browser = client_of("caretaker")
    post(browser, "device_retire", device, reason="已拆除")
    device.refresh_from_db()
    assert device.retired_at is None
    Camera.objects.filter(pk=stage.gate.pk).update(state=CameraState.RETIRED)
    post(browser, "device_retire", device, reason="")
    device.refresh_from_db()
    assert device.retired_at is None
    post(browser, "device_retire", device, reason="已拆除")
    device.refresh_from_db()
    assert device.retired_at is not None
    assert device.sealed_password == ""
    assert steps() == ["enter", "retire"]


def test_the_catalogue_is_asked_for_with_the_webs_signature(stage, gate, client_of):
    device, _password = recorder(stage)
    browser = client_of("caretaker")
    post(browser, "device_catalogue", device)
    assert gate.asked == [("/internal/catalogue", {"device": RECORDER})]
    for status, words in ((404, "设备没有注册"), (500, "国标网关没有应答"), (0, "国标网关没有应答")):
        gate.status = status
        post(browser, "device_catalogue", device)
        assert words in page(browser, device)


def test_a_difference_is_settled_by_a_person_who_says_what_came_of_it(stage, gate, client_of):
    device, _password = recorder(stage)
    finding = device.findings.create(sort="gone", channel_id=CHANNELS[0], before="通道 0", found_at=timezone.now())
    browser = client_of("caretaker")
    url = reverse("places:device_finding", args=[device.pk, finding.pk])
    browser.post(url, {"words": " "})
    finding.refresh_from_db()
    assert finding.settled_at is None
    browser.post(url, {"words": "已与安装单位核实，摄像机送修"})
    finding.refresh_from_db()
    assert finding.settled_by == stage.cast.caretaker.person
    assert steps() == ["enter", "settle"]
    assert browser.post(url, {"words": "再次"}).status_code == 302
    assert steps() == ["enter", "settle"]


@pytest.mark.parametrize("member", sorted(EVERYBODY))
def test_each_member_of_the_cast_sees_and_does_what_is_theirs(stage, gate, client_of, member):
    device, _password = recorder(stage)
    with_channels(device)
    finding = device.findings.create(sort="came", channel_id=CHANNELS[3], found_at=timezone.now())
    GbDevice.objects.update(address="192.0.2.9:5060", maker="某厂")
    browser = client_of(member)
    listed = browser.get(reverse("places:device_list"))
    assert listed.status_code == (403 if member in NO_REGISTER else 200)
    if listed.status_code == 200:
        assert (device.name in listed.content.decode()) == (member in SEES_SCHOOL)
        assert ("192.0.2.9" in listed.content.decode()) == (member in READS_SCHOOL)
        assert (f"<code>{RECORDER}" in listed.content.decode()) == (member in READS_SCHOOL)
        sought = browser.get(reverse("places:device_list"), {"q": RECORDER[4:]}).content.decode()
        assert (device.get_absolute_url() in sought) == (member in READS_SCHOOL)
    shown = browser.get(device.get_absolute_url())
    assert shown.status_code == (403 if member in NO_REGISTER else 200 if member in SEES_SCHOOL else 404)
    if shown.status_code == 200:
        exact = member in READS_SCHOOL
        assert all((text in shown.content.decode()) == exact for text in ("192.0.2.9", "某厂", "通道 1", RECORDER))
    before = GbDevice.objects.get().sealed_password
    for name in ("device_edit", "device_cameras"):
        want = 200 if member in EDITS_SCHOOL else 404 if member in EDITORS else 403
        assert browser.get(reverse(f"places:{name}", args=[device.pk])).status_code == want
    for name in ("device_password", "device_catalogue", "device_retire"):
        if member not in EDITS_SCHOOL:
            want = 404 if member in EDITORS else 403
            assert post(browser, name, device, reason="停用").status_code == want
    url = reverse("places:device_finding", args=[device.pk, finding.pk])
    if member not in EDITS_SCHOOL:
        assert browser.post(url, {"words": "x"}).status_code in (403, 404)
        assert GbDevice.objects.get().sealed_password == before
    assert add(stage, browser, gb_id="54010200021188000002").status_code == (
        200 if member in EDITS_SCHOOL else 404 if member in EDITORS else 403
    )


@pytest.mark.parametrize("member", sorted(EVERYBODY))
def test_unknown_devices_are_shown_to_whoever_manages_a_division(stage, gate, client_of, member):
    make(stage)
    answer = client_of(member).get(reverse("places:unknown_devices"))
    want = 200 if member == "system_admin" else 404 if member in EDITORS else 403
    assert answer.status_code == want
    if want == 200:
        assert "192.0.2.77" in answer.content.decode()


REFUSED = [
    ("password", "在本页更换密码后重新填入"), ("username", "改为设备编号"), ("realm", "改为登记时给出的域"),
    ("network", "CUSTODES_CAMERA_NETWORKS"), ("unanswered", "从不应答口令质询"), ("port", "另一端口"),
]  # fmt: skip


def test_the_page_of_a_device_says_who_tried_to_register_as_it_and_what_to_do(stage, gate, client_of):
    make(stage)
    device, now = GbDevice.objects.get(), timezone.now()
    for number, (why, _remedy) in enumerate(REFUSED):
        UnknownDevice.objects.create(
            gateway=gate.row, address=f"192.0.2.8{number}", said_id=device.gb_id, why=why, counted=41 + number,
            before=1, counting_since=now, first_at=now, last_at=now,
        )  # fmt: skip
    told = page(client_of("caretaker"), device)
    for number, (why, remedy) in enumerate(REFUSED):
        words = (f"192.0.2.8{number}", f"共 {42 + number} 次", str(UnknownWhy(why).label), remedy)
        assert all(one in told for one in words), why
    assert "192.0.2.77" not in told, "somebody else's number"
    # Who may not read its numbers reads no address either, and for others there is no such page.
    assert "192.0.2.8" not in page(client_of("operator"), device)
    assert client_of("outside_caretaker").get(device.get_absolute_url()).status_code == 404
    UnknownDevice.objects.update(last_at=now - datetime.timedelta(days=8))
    assert "192.0.2.8" not in page(client_of("caretaker"), device)


def test_an_unknown_device_leads_to_the_form_with_its_number_filled_in(stage, gate, client_of):
    make(stage)
    browser = client_of("system_admin")
    said = UnknownDevice.objects.get().said_id
    link = f"{reverse('places:device_choose')}?id={said}"
    assert link in browser.get(reverse("places:unknown_devices")).content.decode()
    form = f"{reverse('places:device_add', args=[stage.school.pk])}?id={said}"
    assert form in browser.get(link).content.decode()
    assert f'value="{said}"' in browser.get(form).content.decode()


def test_what_a_peer_said_stands_escaped(stage, gate, client_of):
    make(stage)
    UnknownDevice.objects.update(said_id="<script>alert(1)</script>", address="<b>x</b>")
    device = GbDevice.objects.get()
    device.channels.update(name="<img src=x onerror=alert(1)>")
    GbDevice.objects.update(maker="<i>m</i>")
    browser = client_of("system_admin")
    for text in (browser.get(reverse("places:unknown_devices")).content.decode(), page(browser, device)):
        assert not any(tag in text for tag in ("<script>alert", "<b>x", "<img src=x", "<i>m"))


def test_the_list_of_many_devices_asks_few_questions_and_finds_by_filter(stage, gate, client_of):
    now, person = timezone.now(), stage.cast.caretaker.person
    GbDevice.objects.bulk_create(
        GbDevice(
            gb_id=f"540102000213280{number:05}", name=f"设备 {number:04}", system=(stage.school, stage.hotel)[number % 2],
            entered_by=person, entered_at=now, password_at=now, sealed_password="x", since=now,
            standing=("online", "offline", "never")[number % 3],
        )
        for number in range(3000)
    )  # fmt: skip
    browser = client_of("system_admin")
    url = reverse("places:device_list")
    browser.get(url)
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(url)
    assert len(asked) <= 25
    assert answer.context["page"].paginator.count == 3000
    assert len(answer.content) < 100_000
    assert browser.get(f"{url}?state=offline").context["page"].paginator.count == 1000
    found = browser.get(f"{url}?q=设备 0007").context["rows"]
    assert [row.name for row, *_more in found] == ["设备 0007"]
    assert browser.get(f"{url}?system={stage.hotel.pk}").context["page"].paginator.count == 1500
    for sort in ("name", "gb_id", "standing", "since", "said_channels", "system__name"):
        assert browser.get(f"{url}?sort=-{sort}&page=3").status_code == 200


def test_a_page_of_many_channels_asks_few_questions(stage, gate, client_of):
    device, _password = recorder(stage)
    device.channels.bulk_create(
        device.channels.model(
            device=device,
            channel_id=f"540102000213180{number:05}",
            name=f"通道 {number}",
            parent=RECORDER,
            order=number,
        )
        for number in range(2000)
    )
    browser = client_of("caretaker")
    browser.get(device.get_absolute_url())
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(f"{device.get_absolute_url()}?page=4")
    assert len(asked) <= 32
    assert len(answer.content) < 200_000
    assert "通道 1234" in page(browser, device, "?q=通道 1234")


def test_a_silent_gateway_is_said_on_the_pages(stage, gate, client_of):
    device, _password = recorder(stage)
    assert "国标网关没有报告" in page(client_of("caretaker"), device)
    gate.report()
    assert "国标网关没有报告" not in page(client_of("caretaker"), device)


def test_a_cameras_page_leads_to_its_device_and_says_why_no_picture_comes(stage, gate, client_of):
    device, _password = recorder(stage)
    with_channels(device)
    Camera.objects.filter(pk=stage.gate.pk).update(main_url=f"gb28181://{RECORDER}/{CHANNELS[0]}")
    now = timezone.now()
    CameraStatus.objects.create(camera=stage.gate, state="silent", since=now, reason="gb:no-ps", at=now)
    browser = client_of("caretaker")
    text = browser.get(stage.gate.get_absolute_url()).content.decode()
    assert device.get_absolute_url() in text
    assert "通道 0" in text
    assert "TCP，由设备连接平台" in text
    assert "RTSP" not in text
    assert str(stepwords.WORDS["no-ps"][0]) in text
    assert str(stepwords.WORDS["no-ps"][1]) in text
    CameraStatus.objects.update(state="recording")
    assert str(stepwords.WORDS["no-ps"][0]) not in browser.get(stage.gate.get_absolute_url()).content.decode()
    seen = client_of("operator").get(stage.gate.get_absolute_url()).content.decode()
    assert RECORDER not in seen


def test_every_step_of_a_call_and_of_its_media_has_words():
    from typing import get_args

    from custodes.gb28181.media.steps import MediaStep
    from custodes.video.wire.calls import CallAnswer

    told = {*get_args(CallAnswer.model_fields["step"].annotation), *(step.value for step in MediaStep)} - {""}
    assert told <= set(stepwords.WORDS)
    assert stepwords.step_words("silent") is None
    said = stepwords.step_words("gb:refused:486")
    assert said is not None
    assert said.reason == stepwords.REFUSALS["486"][0]
    general = stepwords.step_words("gb:refused:600")
    assert general is not None
    assert general.reason == stepwords.WORDS["refused"][0]
    assert stepwords.step_words("gb:something-new") is not None


def test_a_channel_of_another_systems_device_is_not_reached_by_typing_its_address(stage, gate, client_of):
    recorder(stage)
    browser = client_of("outside_caretaker")
    url = reverse("places:address", args=[stage.lobby.pk])
    typed = {"main_url": f"gb28181://{RECORDER}/{CHANNELS[0]}", "sub_url": "", "username": "", "password": "",
             "transport": "udp"}  # fmt: skip
    answer = browser.post(url, typed)
    assert answer.status_code == 400
    assert "本系统没有登记该国标设备" in answer.content.decode()
    assert not TrialAddress.objects.exists()
    own = reverse("places:address", args=[stage.gate.pk])
    assert client_of("caretaker").post(own, typed | {"username": "x"}).status_code == 400
    assert client_of("caretaker").post(own, typed | {"transport": "auto"}).status_code == 400
    assert client_of("caretaker").post(own, typed).status_code == 302
    assert TrialAddress.objects.get().transport == "udp"


def test_the_steps_of_a_device_are_told_to_who_reads_its_id_and_to_no_others(stage, client_of, gate):
    recorder(stage)
    told = set()
    for name in sorted(SEES_SCHOOL):
        pages = [
            client_of(name).get(reverse("places:site", args=[stage.school.site.pk])),
            client_of(name).get(reverse("places:life", args=[stage.school.pk])),
        ]
        if any(RECORDER in page.content.decode() for page in pages):
            told.add(name)
    assert told == READS_SCHOOL
