"""How a device is set, on its page: read at a button, held against the register, changed with a reason and a leaf before it is sent."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.cases.models import CaseStep
from custodes.people.models import RecordOutbox
from custodes.people.permissions import POST_PERMISSIONS, Permission
from custodes.places.devices import configured
from custodes.places.devices.assignment import build_gateway_assignment
from custodes.places.models import DeviceConfiguration, Gateway, GbDevice, GbMobile
from tests.cast import EVERYBODY
from tests.places.devices.rows import CHANNELS, RECORDER, moving, recorder, with_channels
from tests.places.devices.test_pages import EDITORS, EDITS_SCHOOL, NO_REGISTER, READS_SCHOOL

READ, SET = "/internal/configuration", "/internal/configure"
SAID = {"name": "北楼录像机", "expiration_s": 86_400, "heartbeat_s": 60, "heartbeat_count": 3}
MASK = {"on": True, "regions": [{"number": 1, "point": "0,0,640,180"}], "whole": True}
OF_CHANNEL = {"name": "通道 0", "mirror": 0, "mask": MASK}
REASON = "心跳过密，按维护单 1123 调整"


@pytest.fixture
def device(stage, gate, notary) -> GbDevice:
    """The school's recorder, which says how it is set and does as it is told."""
    gate.answers = {READ: answer(SAID), SET: {"after": {"heartbeat_s": 30}}}
    row = recorder(stage)[0]
    with_channels(row)
    return row


def answer(settings: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"failure": "", "edition": "3.0", "settings": settings, "missing": []} | more


def address(device: GbDevice, what: str = "configuration", channel: str = "") -> str:
    if channel:
        return reverse(f"places:channel_{what}", args=[device.pk, channel])
    return reverse(f"places:device_{what}", args=[device.pk])


def read(browser: Any, device: GbDevice, channel: str = "") -> str:
    return browser.post(address(device, "configuration_read", channel), follow=True).content.decode()


def put(browser: Any, device: GbDevice, channel: str = "", reason: str = REASON, **changes: Any) -> Any:
    """As the form sends it: all fields as they were shown, but for what is changed."""
    form = browser.get(address(device, channel=channel)).context["form"]
    data = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    data = {name: value for name, value in data.items() if value is not None}
    return browser.post(address(device, "configure", channel), data | {"reason": reason} | changes, follow=True)


def told(device: GbDevice) -> list[tuple[str, str]]:
    rows = CaseStep.objects.filter(case_id=device.pk).exclude(event="enter").order_by("at")
    return [(row.event, row.words) for row in rows]


def sent(gate: Any) -> list[dict[str, Any]]:
    return [body for path, body in gate.asked if path == SET]


def expected(device: GbDevice) -> tuple[int, int]:
    device.refresh_from_db()
    return device.keepalive_s, device.misses


# Reading


def test_what_a_device_says_is_shown_with_its_time_and_what_did_not_come(gate, client_of, device):
    gate.answers[READ] = answer(SAID, missing=["OSDConfig", "PictureMask"])
    page = read(client_of("caretaker"), device)
    assert gate.asked == [(READ, {"device": RECORDER, "channel": RECORDER})]
    assert all(text in page for text in ("已读取设备的配置", "与登记一致", "86400", "前端 OSD", "视频画面遮挡"))
    row = DeviceConfiguration.objects.get()
    assert (row.channel_id, row.failure, row.said["heartbeat_s"]) == (RECORDER, "", 60)
    assert told(device) == [], "to ask is no step"


@pytest.mark.parametrize("failure", [*configured.FAILURES])
def test_why_it_was_not_read_is_said_and_what_was_said_before_stays(gate, client_of, device, failure):
    browser = client_of("caretaker")
    read(browser, device)
    gate.answers[READ] = answer({}, failure=failure, status=403 if failure == "refused" else 0)
    if failure == configured.UNREACHABLE:
        gate.status = 500
    page = read(browser, device)
    assert str(configured.FAILURES[failure]) in page
    assert ("SIP 403" in page) == (failure == "refused")
    row = DeviceConfiguration.objects.get()
    assert (row.failure, row.said["heartbeat_s"]) == (failure, 60)


@pytest.mark.parametrize(
    ("said", "state", "words"),
    [
        ({"heartbeat_s": 300}, "danger", "会被误判离线"),
        ({"heartbeat_s": 120}, "attention", "登记为 60 秒"),
        ({"heartbeat_count": 5}, "attention", "登记为 3 次"),
        ({"expiration_s": 600}, "attention", "短于标准规定的 3600 秒"),
        ({"name": "IPC"}, "info", "自称“IPC”"),
    ],
)
def test_what_differs_from_the_register_is_named_and_changes_nothing(gate, client_of, device, said, state, words):
    gate.answers[READ] = answer(SAID | said)
    browser = client_of("caretaker")
    assert words in read(browser, device)
    [one] = configured.differences(device, configured.reading_of(device, RECORDER))
    assert one.state == state
    assert (expected(device), device.name) == ((60, 3), "北楼录像机")
    shown = browser.get(device.get_absolute_url()).content.decode()
    assert ("设备的配置与登记不符" in shown) == (state != "info")


def test_a_channel_is_asked_by_its_own_id_and_what_it_hides_is_held_against_the_law(gate, client_of, device):
    gate.answers[READ] = answer(OF_CHANNEL | {"mirror": 1, "mask": MASK | {"on": False}, "name": "x"})
    page = read(client_of("caretaker"), device, CHANNELS[0])
    assert gate.asked == [(READ, {"device": RECORDER, "channel": CHANNELS[0]})]
    assert all(text in page for text in ("画面经镜像", "隐私遮挡没有开启", "登记为“通道 0”"))


def test_whatever_a_device_says_is_kept_and_shown_as_text(gate, client_of, device):
    nasty = "<script>alert(1)</script>\u202e\x00\n" + "长" * 400
    others = [{"path": nasty[:300], "text": nasty[:300]}] * 64
    gate.answers[READ] = answer(
        SAID
        | {
            "name": nasty[:300],
            "speeds": [nasty[:300]] * 16,
            "resolutions": [],
            "others": others,
            "osd": {"lines": [{"text": nasty[:300]}] * 16, "most": 16},
            "streams": [{"number": nasty[:300], "rate": nasty[:300]}] * 16,
        }
    )
    page = read(client_of("caretaker"), device)
    assert "<script>alert" not in page
    assert "\u202e" not in page
    gate.answers[READ] = answer(SAID | {"mirror": 9})
    assert "国标网关没有应答" in read(client_of("caretaker"), device)


# Setting


@pytest.mark.clause("S34(7)")
def test_the_change_and_its_reason_stand_in_the_log_before_anything_is_sent(stage, gate, client_of, device, notary):
    browser = client_of("caretaker")
    read(browser, device)
    seen: list[Any] = []
    notary.before_answer = lambda: seen.append(sent(gate))
    page = put(browser, device, heartbeat_s=30).content.decode()
    assert "设备已按所设更改" in page
    assert seen == [[]]
    [leaf] = notary.records
    words = f"心跳间隔（秒） 60 → 30。理由：{REASON}"
    assert (leaf.event, leaf.words, leaf.clauses) == ("ask_configuration", words, ("S34(7)",))
    assert leaf.by == str(stage.cast.caretaker.person.uuid)
    [body] = sent(gate)
    assert body["step"] == str(leaf.step)
    assert {name: value for name, value in body["wish"].items() if value is not None} == {"heartbeat_s": 30}
    assert told(device) == [
        ("ask_configuration", words),
        ("configuration", "设备回复成功，再次读取与所设一致"),
        ("change", "每 30 秒一次心跳，缺失 3 次视为离线（随设备配置的更改）"),
    ]
    assert {row.record["id"] for row in RecordOutbox.objects.filter(type="register.step")} >= {str(leaf.id)}
    assert expected(device) == (30, 3)
    assert DeviceConfiguration.objects.get().said["heartbeat_s"] == 30
    assert "与登记一致" in page


def test_before_a_device_may_be_silent_for_longer_the_gateway_is_told(gate, client_of, device, notary):
    browser = client_of("caretaker")
    read(browser, device)
    gate.answers[SET] = {"after": {"heartbeat_s": 300, "heartbeat_count": 2}}
    generations: list[tuple[int, int]] = []
    notary.before_answer = lambda: generations.append(
        (
            build_gateway_assignment(gate.row).devices[0].keepalive_s,
            build_gateway_assignment(gate.row).devices[0].misses,
        )
    )
    put(browser, device, heartbeat_s=300, heartbeat_count=2)
    assert generations == [(300, 3)], "the longer of both, until it is known what stands"
    assert sent(gate)[0]["silence_s"] == 900
    assert expected(device) == (300, 2)


def test_without_the_log_nothing_is_sent_and_nothing_is_expected_anew(gate, client_of, device, notary):
    browser = client_of("caretaker")
    read(browser, device)
    notary.down = True
    assert "存证日志暂不可用" in put(browser, device, heartbeat_s=300).content.decode()
    assert sent(gate) == []
    assert ("configuration", "存证日志暂不可用，没有下发") in told(device)
    assert expected(device) == (60, 3)


@pytest.mark.parametrize(
    ("answered", "words", "keeps"),
    [
        ({"failure": "", "after": {"heartbeat_s": 60}, "differs": ["heartbeat_s"]}, "与所设不一致：设备现为心跳间隔（秒） 60", (60, 3)),
        ({"failure": "", "after": {"heartbeat_s": 120}, "differs": ["heartbeat_s"]}, "与所设不一致：设备现为心跳间隔（秒） 120", (300, 3)),
        ({"failure": ""}, "是否生效不明", (300, 3)),
        ({"failure": "", "after": {}, "untold": ["heartbeat_s"]}, "是否生效不明", (300, 3)),
        ({"failure": "silent"}, "没有回复结果，是否生效不明", (300, 3)),
        ({"failure": "silent", "after": {"heartbeat_s": 300}}, "再次读取却与所设一致", (300, 3)),
        ({"failure": "silent", "after": {"heartbeat_s": 60}, "differs": ["heartbeat_s"]}, "没有回复结果，再次读取", (60, 3)),
        ({"failure": "error"}, "设备拒绝更改", (60, 3)),
        ({"failure": "error", "after": {"heartbeat_s": 300}}, "再次读取却与所设一致", (300, 3)),
        ({"failure": "error", "after": {"heartbeat_s": 300}, "differs": ["name"]}, "设备拒绝更改", (300, 3)),
        ({"failure": "refused", "status": 403}, "设备拒绝更改（SIP 403）", (60, 3)),
        ({"failure": "no_answer"}, "没有应答", (300, 3)),
        ({"failure": "not_registered"}, "没有注册", (60, 3)),
        ({"failure": "full"}, "没有下发", (60, 3)),
        ({"failure": "not_expected"}, "没有下发", (60, 3)),
        ({"failure": "unsendable"}, "没有下发", (60, 3)),
        ({"failure": "nonsense"}, "是否下发不明", (300, 3)),
        ({"failure": "", "differs": ["heartbeat_s", "nonsense"], "after": {"heartbeat_s": 60}}, "与所设不一致", (60, 3)),
    ],
)  # fmt: skip
def test_what_came_of_it_is_kept_and_no_device_looks_offline_for_it(gate, client_of, device, answered, words, keeps):
    browser = client_of("caretaker")
    read(browser, device)
    gate.answers[SET] = answered
    assert put(browser, device, heartbeat_s=300).status_code == 200
    [outcome] = [said for event, said in told(device) if event == "configuration"]
    assert words in outcome
    assert expected(device) == keeps


def test_also_while_nobody_knows_a_device_that_is_lost_is_noticed_within_the_hour(gate, client_of, device):
    GbDevice.objects.update(keepalive_s=60, misses=20)
    browser = client_of("caretaker")
    gate.answers |= {READ: answer(SAID | {"heartbeat_count": 20}), SET: {"failure": "silent"}}
    read(browser, device)
    assert put(browser, device, heartbeat_s=3600, heartbeat_count=1).status_code == 200
    assert sent(gate)[0]["silence_s"] == 3600
    assert expected(device) == (3600, 1)


def test_what_the_register_expects_counts_too_where_the_device_says_less(gate, client_of, device):
    gate.answers[READ] = answer(SAID | {"heartbeat_count": 1})
    browser = client_of("caretaker")
    read(browser, device)
    page = put(browser, device, heartbeat_s=1800)
    assert (page.status_code, sent(gate)) == (400, [])
    assert "不得超过 3600 秒" in page.content.decode()


def test_what_somebody_entered_while_the_device_was_waited_for_stands(gate, client_of, device, notary):
    browser = client_of("caretaker")
    read(browser, device)
    gate.answers[SET] = {"after": {"heartbeat_count": 4}}
    notary.before_answer = lambda: GbDevice.objects.update(keepalive_s=90)
    put(browser, device, heartbeat_count=4)
    assert expected(device) == (90, 4)


def test_no_name_of_a_device_pushes_the_reason_out_of_the_log(gate, client_of, device, notary):
    browser = client_of("caretaker")
    gate.answers[READ] = answer(SAID | {"name": "长" * 256})
    read(browser, device)
    reason = "理" * 199 + "终"
    assert put(browser, device, name="北" * 64, reason=reason).status_code == 200
    [leaf] = notary.records
    assert leaf.words.endswith(f" → {'北' * 64}。理由：{reason}")


def test_what_could_not_be_set_so_may_stay_as_it_is(gate, client_of, device):
    browser = client_of("caretaker")
    gate.answers[READ] = answer(SAID | {"name": "长" * 256, "expiration_s": 600})
    read(browser, device)
    assert put(browser, device, heartbeat_s=30).status_code == 200
    [body] = sent(gate)
    assert {name: value for name, value in body["wish"].items() if value is not None} == {"heartbeat_s": 30}


@pytest.mark.parametrize("changes", [{"expiration_s": 601}, {"name": "长" * 255}])
def test_what_is_changed_is_held_within_bounds_also_where_the_device_is_not(gate, client_of, device, changes):
    browser = client_of("caretaker")
    gate.answers[READ] = answer(SAID | {"name": "长" * 256, "expiration_s": 600})
    read(browser, device)
    assert put(browser, device, **changes).status_code == 400
    assert sent(gate) == []


PLACE = {"longitude": 91.12, "latitude": 29.65}


def test_where_something_is_that_moves_is_in_no_reading(gate, client_of, device):
    browser = client_of("caretaker")
    gate.answers[READ] = answer(SAID | PLACE | {"position": 0})
    assert "91.12" in read(browser, device), "one that stands"
    moving(device)
    assert not DeviceConfiguration.objects.get().said.keys() & PLACE.keys()
    assert "91.12" not in read(browser, device)
    GbMobile.objects.all().delete()
    gate.answers[READ] = answer(SAID | PLACE | {"position": 2})
    assert "91.12" not in read(browser, device), "one that knows where it is, entered or not"
    gate.answers[SET] = {"after": SAID | PLACE | {"position": 2, "heartbeat_s": 30}}
    put(browser, device, heartbeat_s=30)
    assert not DeviceConfiguration.objects.get().said.keys() & PLACE.keys()


def test_a_gateway_that_is_away_leaves_what_is_not_known_unsaid(gate, client_of, device):
    browser = client_of("caretaker")
    read(browser, device)
    gate.status = 0
    put(browser, device, heartbeat_s=300)
    assert told(device)[-1] == ("configuration", "国标网关没有应答，是否下发不明")
    assert expected(device) == (300, 3)


def test_a_channel_s_heartbeat_is_nobody_s(gate, client_of, device):
    browser = client_of("caretaker")
    gate.answers = {READ: answer(SAID | OF_CHANNEL | {"mask": None}), SET: {"after": {"mirror": 1}}}
    read(browser, device, CHANNELS[0])
    assert put(browser, device, CHANNELS[0], mirror=1, heartbeat_s=5).status_code == 200
    [body] = sent(gate)
    assert (body["channel"], body["silence_s"]) == (CHANNELS[0], 0)
    assert {name: value for name, value in body["wish"].items() if value is not None} == {"mirror": 1}
    assert told(device) == [
        ("ask_configuration", f"通道 通道 0：画面镜像 不镜像 → 左右镜像。理由：{REASON}"),
        ("configuration", "通道 通道 0：设备回复成功，再次读取与所设一致"),
    ]
    assert expected(device) == (60, 3)


# What is refused


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "没有更改任何一项"),
        ({"heartbeat_s": 4}, ""),
        ({"heartbeat_s": 3601}, ""),
        ({"heartbeat_s": 1800}, "不得超过 3600 秒"),
        ({"heartbeat_count": 0}, ""),
        ({"heartbeat_count": 21}, ""),
        ({"expiration_s": 3599}, ""),
        ({"expiration_s": 86_401}, ""),
        ({"name": "x" * 65}, ""),
        ({"name": "\u202e"}, "看不见的字符"),
        ({"name": "", "heartbeat_s": 30}, ""),
        ({"heartbeat_s": 30, "reason": ""}, ""),
        ({"heartbeat_s": 30, "reason": "。。"}, "请写明更改理由"),
        ({"heartbeat_s": 30, "seen": "1"}, "已经重新读取或者更改"),
        ({"heartbeat_s": 30, "seen": ""}, "已经重新读取或者更改"),
    ],
)
def test_dangerous_values_and_changes_on_old_ground_are_refused(gate, client_of, device, notary, changes, words):
    browser = client_of("caretaker")
    read(browser, device)
    page = put(browser, device, **changes)
    assert page.status_code == 400
    assert words in page.content.decode()
    assert (sent(gate), told(device), notary.records) == ([], [], [])


def test_what_was_read_long_ago_is_no_ground(gate, client_of, device):
    browser = client_of("caretaker")
    assert "还没有读取过" in browser.get(address(device)).content.decode()
    assert put(browser, device, heartbeat_s=30).status_code == 400
    read(browser, device)
    old = timezone.now() - datetime.timedelta(minutes=16)
    DeviceConfiguration.objects.update(read_at=old)
    assert "请先读取设备现在的配置" in browser.get(address(device)).content.decode()
    assert "请先读取设备现在的配置" in put(browser, device, heartbeat_s=30).content.decode()
    assert (sent(gate), told(device)) == ([], [])


def test_one_change_at_a_time_and_one_without_an_outcome_counts_for_a_minute(gate, client_of, device):
    browser = client_of("caretaker")
    read(browser, device)
    put(browser, device, heartbeat_s=30)
    CaseStep.objects.filter(event="configuration").delete()
    gate.answers[SET] = {"after": {"heartbeat_s": 40}}
    page = put(browser, device, heartbeat_s=40)
    assert (page.status_code, "还没有结果" in page.content.decode()) == (400, True)
    asked = CaseStep.objects.get(event="ask_configuration")
    CaseStep.objects.filter(pk=asked.pk).update(at=asked.at - datetime.timedelta(minutes=2))
    assert put(browser, device, heartbeat_s=40).status_code == 200
    assert len(sent(gate)) == 2


def test_a_platform_below_is_its_own_matter(stage, gate, client_of, notary):
    device = recorder(stage, gb_id="54010200002000000009")[0]
    browser = client_of("caretaker")
    assert browser.get(address(device)).status_code == 404
    for what in ("configuration_read", "configure"):
        assert browser.post(address(device, what), {"reason": REASON}).status_code == 404
    assert address(device) not in browser.get(device.get_absolute_url()).content.decode()
    assert gate.asked == []


def test_no_gateway_no_retired_device_and_no_channel_of_nobody(gate, client_of, device):
    browser = client_of("caretaker")
    assert browser.get(address(device, channel="54010200021329999999")).status_code == 404
    read(browser, device)
    Gateway.objects.all().delete()
    assert "没有国标网关" in read(browser, device)
    assert put(browser, device, heartbeat_s=30).status_code == 400
    GbDevice.objects.update(retired_at="2026-01-01T00:00:00Z")
    assert browser.get(address(device)).status_code == 200, "what was done stays readable"
    for what in ("configuration_read", "configure"):
        assert browser.post(address(device, what), {"reason": REASON}).status_code == 404
    assert len(gate.asked) == 1


@pytest.mark.parametrize("member", sorted(EVERYBODY))
def test_each_member_of_the_cast_sees_and_sets_what_is_theirs_alone(gate, client_of, device, member):
    read(client_of("caretaker"), device)
    gate.asked.clear()
    browser = client_of(member)
    shown = browser.get(address(device))
    if member in READS_SCHOOL:
        assert shown.status_code == 200
        assert ("下发更改" in shown.content.decode()) == (member in EDITS_SCHOOL)
    else:
        assert shown.status_code == (403 if member in NO_REGISTER else 404)
    if member not in EDITS_SCHOOL:
        want = 404 if member in EDITORS else 403
        for what in ("configuration_read", "configure"):
            assert browser.post(address(device, what), {"reason": REASON, "heartbeat_s": 30}).status_code == want
        assert (gate.asked, told(device)) == ([], [])


def test_the_right_goes_with_no_steering():
    kinds = {kind for kind, rights in POST_PERMISSIONS.items() if Permission.CONFIGURE_DEVICES in rights}
    assert kinds
    assert all(Permission.STEER not in POST_PERMISSIONS[kind] for kind in kinds)
