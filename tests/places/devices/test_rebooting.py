"""A device is started again: by whom that is theirs, with a reason, its leaf first, and what came of it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.urls import reverse

from custodes.cases.models import CaseStep
from custodes.people.models import RecordOutbox
from custodes.people.permissions import POST_PERMISSIONS, Permission
from custodes.places.models import Camera, Gateway, GbDevice
from tests.cast import EVERYBODY
from tests.places.devices.rows import CHANNELS, RECORDER, recorder
from tests.places.devices.test_pages import EDITORS, EDITS_SCHOOL

TAKEN = {"failure": ""}


@pytest.fixture
def device(stage, gate, notary) -> GbDevice:
    """The school's recorder, which takes what it is told."""
    gate.taken = TAKEN
    return recorder(stage)[0]


def address(device: GbDevice) -> str:
    return reverse("places:device_reboot", args=[device.pk])


def order(browser: Any, device: GbDevice, reason: str = "画面卡死，维护单 1123") -> Any:
    return browser.post(address(device), {"reason": reason}, follow=True)


def told(device: GbDevice) -> list[tuple[str, str]]:
    rows = CaseStep.objects.filter(case_id=device.pk, event__in=("ask_reboot", "reboot")).order_by("at")
    return [(row.event, row.words) for row in rows]


def test_the_reason_stands_in_the_log_before_anything_is_sent(stage, gate, client_of, device, notary):
    seen: list[Any] = []
    notary.before_answer = lambda: seen.append(list(gate.asked))
    page = order(client_of("caretaker"), device).content.decode()
    assert "设备已收到重启指令" in page
    assert seen == [[]]
    [leaf] = notary.records
    assert (leaf.event, leaf.words, leaf.by) == (
        "ask_reboot",
        "画面卡死，维护单 1123",
        str(stage.cast.caretaker.person.uuid),
    )
    assert gate.asked == [("/internal/reboot", {"device": RECORDER, "step": str(leaf.step)})]
    assert told(device) == [("ask_reboot", "画面卡死，维护单 1123"), ("reboot", "设备已收到重启指令")]
    assert {row.record["id"] for row in RecordOutbox.objects.filter(type="register.step")} >= {str(leaf.id)}


def test_without_the_log_nothing_is_sent(gate, client_of, device, notary):
    notary.down = True
    assert "存证日志暂不可用" in order(client_of("caretaker"), device).content.decode()
    assert gate.asked == []
    assert told(device)[1:] == [("reboot", "存证日志暂不可用，没有下发")]


@pytest.mark.parametrize(
    ("taken", "status", "words"),
    [
        ({"failure": "not_registered"}, 200, "设备没有注册，没有下发"),
        ({"failure": "no_answer"}, 200, "是否收到不明"),
        ({"failure": "refused"}, 200, "拒绝了重启指令"),
        ({"failure": "nonsense"}, 200, "是否下发不明"),
        (None, 500, "是否下发不明"),
        (None, 0, "是否下发不明"),
    ],
)
def test_what_came_of_it_is_kept_whatever_it_was(gate, client_of, device, taken, status, words):
    gate.taken, gate.status = taken, status
    assert order(client_of("caretaker"), device).status_code == 200
    assert words in told(device)[1][1]


@pytest.mark.parametrize("reason", ["", "  ", "。。", "\u202e重启", "x" * 201])
def test_without_a_reason_nothing_is_asked(gate, client_of, device, reason):
    assert order(client_of("caretaker"), device, reason).status_code == 400
    assert (gate.asked, told(device)) == ([], [])


def test_a_device_that_was_started_a_moment_ago_is_left_alone(gate, client_of, device):
    browser = client_of("caretaker")
    order(browser, device)
    answer = order(browser, device)
    assert (answer.status_code, "两分钟内" in answer.content.decode()) == (400, True)
    assert len(gate.asked) == 1
    CaseStep.objects.filter(event="ask_reboot").update(
        at=CaseStep.objects.get(event="ask_reboot").at - datetime.timedelta(minutes=3)
    )
    assert order(browser, device).status_code == 200
    assert len(gate.asked) == 2


@pytest.mark.parametrize("failure", ["not_registered", "refused"])
def test_an_order_that_never_reached_it_is_asked_again_at_once(gate, client_of, device, failure):
    browser = client_of("caretaker")
    gate.taken = {"failure": failure}
    order(browser, device)
    gate.taken = {"failure": "no_answer"}
    assert order(browser, device).status_code == 200
    assert len(gate.asked) == 2
    assert order(browser, device).status_code == 400, "the second may have reached it"
    assert len(gate.asked) == 2


def test_an_order_of_which_nothing_is_known_counts(gate, client_of, device):
    browser = client_of("caretaker")
    order(browser, device)
    CaseStep.objects.filter(event="reboot").delete()
    assert order(browser, device).status_code == 400
    assert len(gate.asked) == 1


def test_no_gateway_and_no_device_that_is_retired(gate, client_of, device):
    browser = client_of("caretaker")
    Gateway.objects.all().delete()
    assert order(browser, device).status_code == 400
    GbDevice.objects.update(retired_at="2026-01-01T00:00:00Z")
    assert browser.get(address(device)).status_code == 404
    assert order(browser, device).status_code == 404
    assert gate.asked == []


def test_the_page_says_what_it_interrupts(stage, client_of, device):
    Camera.objects.filter(pk=stage.gate.pk).update(main_url=f"gb28181://{RECORDER}/{CHANNELS[0]}")
    page = client_of("caretaker").get(address(device)).content.decode()
    assert "1 个点位正在录像" in page
    assert "设备没有注册" in page
    GbDevice.objects.update(standing="online")
    assert "设备没有注册" not in client_of("caretaker").get(address(device)).content.decode()


@pytest.mark.parametrize("member", sorted(EVERYBODY))
def test_each_member_of_the_cast_starts_what_is_theirs_alone(gate, client_of, device, member):
    browser = client_of(member)
    want = 200 if member in EDITS_SCHOOL else 404 if member in EDITORS else 403
    assert browser.get(address(device)).status_code == want
    if member not in EDITS_SCHOOL:
        assert order(browser, device).status_code == want
        assert (gate.asked, told(device)) == ([], [])
    shown = browser.get(device.get_absolute_url())
    assert (address(device) in shown.content.decode()) == (member in EDITS_SCHOOL)


def test_the_right_goes_with_no_steering():
    kinds = {kind for kind, rights in POST_PERMISSIONS.items() if Permission.REBOOT_DEVICES in rights}
    assert kinds
    assert all(Permission.STEER not in POST_PERMISSIONS[kind] for kind in kinds)
