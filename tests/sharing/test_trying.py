"""A link is tried by the gateway before it is in force; what it measured stands beside the test, which a person decides."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.people.lawful import StepRefused
from custodes.sharing.links import passwords, testing
from custodes.sharing.models import Link, LinkState, LinkTrial, Platform
from tests.places.devices.rows import NAME, open_gate
from tests.sharing import joining
from tests.sharing.stage import FIVE, examined, in_force, taken

pytestmark = pytest.mark.django_db
PASSED = [
    {"part": "register", "outcome": "passed", "ms": 41, "fault": ""},
    {"part": "keepalive", "outcome": "passed", "ms": 12, "fault": ""},
    {"part": "catalogue", "outcome": "untried", "ms": None, "fault": "it did not ask for our catalogue; whoever is there may ask it to"},
    {"part": "unregister", "outcome": "passed", "ms": 9, "fault": ""},
]  # fmt: skip


@pytest.fixture
def gate(stage, monkeypatch):
    made = open_gate()
    monkeypatch.setattr(passwords, "gateway_key", lambda: made.row.seal_key)
    return made


@pytest.fixture
def link(cast, gate, by):
    row = examined(cast)
    joining.set_password(row, "对方给的密码", taken(by))
    return Link.objects.get(pk=row.pk)


def waiting(gate):
    answer = gate.send("GET", "/internal/gateway/linktests")
    assert answer.status_code == 200
    return answer.json()["trials"]


def tell(gate, trial, parts=PASSED, status=204):
    answer = gate.send(
        "POST", "/internal/gateway/linktests/tried", {"gateway": NAME, "trial": str(trial), "parts": parts}
    )
    assert answer.status_code == status, answer.content


@pytest.mark.clause("S22")
def test_what_was_measured_stands_in_the_record_of_the_test(gate, link, by, other):
    assert waiting(gate) == []
    joining.ask_trial(link, taken(by))
    (told,) = waiting(gate)
    assert (told["upper"]["link"], told["upper"]["host"]) == (str(link.pk), "192.0.2.10")
    assert told["upper"]["sealed_password"]
    tell(gate, told["trial"])
    assert waiting(gate) == []
    tell(gate, told["trial"], [PASSED[0] | {"outcome": "failed"}])
    assert LinkTrial.objects.get().parts == PASSED, "told once"
    link.refresh_from_db()
    assert link.state == LinkState.EXAMINED, "it is for a person to pass it"
    now = timezone.now()
    test = joining.enter_test(link, FIVE, timezone.localdate(now), None, taken(by, at=now))
    assert str(test.trial_id) == told["trial"]
    record = Link.objects.get(pk=link.pk).steps.last().record.record
    assert record["measured"]["trial"] == told["trial"]
    assert [(one["part"], one["outcome"], one["ms"]) for one in record["measured"]["parts"]] == [
        (one["part"], one["outcome"], one["ms"]) for one in PASSED
    ]
    with pytest.raises(StepRefused):
        joining.put_in_force(Link.objects.get(pk=link.pk), taken(by))
    joining.put_in_force(Link.objects.get(pk=link.pk), taken(other))


def test_whoever_had_it_tried_took_part(gate, link, by, other):
    joining.ask_trial(link, taken(other))
    now = timezone.now()
    joining.enter_test(Link.objects.get(pk=link.pk), FIVE, timezone.localdate(now), None, taken(by, at=now))
    with pytest.raises(StepRefused) as refused:
        joining.put_in_force(Link.objects.get(pk=link.pk), taken(other))
    assert [one.clause for one in refused.value.unmet] == ["S33.1"]


def test_a_trial_of_what_led_elsewhere_stands_beside_nothing(gate, link, by):
    joining.ask_trial(link, taken(by))
    tell(gate, LinkTrial.objects.get().pk)
    row = Platform.objects.get(pk=link.platform_id)
    row.host = "198.51.100.66"
    joining.save(row, taken(by))
    now = timezone.now()
    test = joining.enter_test(Link.objects.get(pk=link.pk), FIVE, timezone.localdate(now), None, taken(by, at=now))
    assert test.trial is None
    assert "measured" not in Link.objects.get(pk=link.pk).steps.last().record.record


def test_nor_does_one_of_another_day(gate, link, by):
    joining.ask_trial(link, taken(by))
    tell(gate, LinkTrial.objects.get().pk)
    LinkTrial.objects.update(told_at=timezone.now() - datetime.timedelta(days=2))
    now = timezone.now()
    assert joining.enter_test(link, FIVE, timezone.localdate(now), None, taken(by, at=now)).trial is None


def test_one_at_a_time_and_so_many_in_an_hour(gate, link, by):
    now = timezone.now()
    for number in range(testing.AN_HOUR):
        at = now + datetime.timedelta(minutes=4 * number)
        joining.ask_trial(link, taken(by, at=at))
        with pytest.raises(StepRefused, match="正在试联"):
            joining.ask_trial(link, taken(by, at=at + datetime.timedelta(minutes=1)))
    with pytest.raises(StepRefused, match="最多试联"):
        joining.ask_trial(link, taken(by, at=now + datetime.timedelta(minutes=50)))


def test_what_came_too_late_or_of_nobody_is_not_kept(gate, link, by):
    tell(gate, uuid.uuid4(), status=404)
    joining.ask_trial(link, taken(by))
    LinkTrial.objects.update(at=timezone.now() - datetime.timedelta(minutes=4))
    assert waiting(gate) == []
    tell(gate, LinkTrial.objects.get().pk, status=404)
    assert LinkTrial.objects.get().parts == []


def test_what_can_not_be_tried(cast, gate, by, other):
    link = examined(cast)
    with pytest.raises(StepRefused, match="密码"):
        joining.ask_trial(link, taken(by))
    joining.refuse(link, taken(by, "不再需要"))
    with pytest.raises(StepRefused, match="不能办理"):
        joining.ask_trial(Link.objects.get(pk=link.pk), taken(by))


def test_a_link_in_force_is_not_tried(cast, gate, by, other):
    with pytest.raises(StepRefused, match="不能办理"):
        joining.ask_trial(in_force(cast, other), taken(by))


def test_list_and_page_follow_a_trial(gate, link, by, client_of):
    browser, url, act = client_of("inspector"), link.get_absolute_url(), f"{link.get_absolute_url()}do/trial/"
    asks_again = f'hx-get="{url}" hx-trigger="every 5s"'

    def listed():
        return browser.get(reverse("sharing:links")).content.decode()

    assert "没有实测数据" in listed()
    assert "启用以后由国标网关实测" in browser.get(url).content.decode()
    browser.post(act, {"seen": link.revision})
    assert "正在试联" in listed()
    assert asks_again in browser.get(url).content.decode()
    tell(gate, LinkTrial.objects.get().pk)
    assert "试联未发现问题" in listed()
    assert asks_again not in browser.get(url).content.decode()

    browser.post(act, {"seen": Link.objects.get(pk=link.pk).revision})
    silent = {"part": "register", "outcome": "failed", "ms": None, "fault": "it does not answer"}
    tell(gate, LinkTrial.objects.get(told_at__isnull=True).pk, [silent])
    page = listed()
    assert "试联 1 项未通过" in page
    assert "试联未发现问题" not in page, "the last one counts"

    LinkTrial.objects.update(told_at=None, at=timezone.now() - datetime.timedelta(hours=2))
    assert "试联没有结果" in listed()
    assert asks_again not in browser.get(url).content.decode(), "nobody tells anything any more"


def test_the_pages_say_it(gate, link, by, client_of):
    browser = client_of("inspector")
    page = browser.get(link.get_absolute_url()).content.decode()
    assert "由国标网关试联" in page
    assert browser.post(f"{link.get_absolute_url()}do/trial/", {"seen": link.revision}).status_code == 302
    page = browser.get(link.get_absolute_url()).content.decode()
    assert "正在试联" in page
    assert "由国标网关试联</" not in page
    tell(gate, LinkTrial.objects.get().pk)
    for url in (link.get_absolute_url(), f"{link.get_absolute_url()}test/"):
        page = browser.get(url).content.decode()
        assert "心跳得到应答" in page
        assert "12 毫秒" in page
        assert "对方没有查询本级目录" in page
