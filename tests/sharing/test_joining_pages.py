"""Pages of platforms, links, the shared tree and cooperation: a link from its platform to its grant, by two persons; each side's own."""

from __future__ import annotations

import base64
import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.places.devices.assignment import admitted
from custodes.places.models import Camera, CameraState, GbDevice, System
from custodes.sharing.links import passwords
from custodes.sharing.links.standing import Heard, heard
from custodes.sharing.models import Cooperation, Link, LinkGrant, Platform, SharedNode
from custodes.sharing.tree import changing
from tests.sharing import joining
from tests.sharing import requests as cooperating
from tests.sharing.stage import (
    FIVE,
    LOWER_ID,
    NEED,
    OWN_ID,
    UPPER_ID,
    examined,
    in_force,
    organisation,
    own,
    platform,
    second,
    taken,
    upper,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(cast):
    browser = Client()
    browser.force_login(second(cast))
    return browser


def on(row, **told):
    row.refresh_from_db()
    return {"revision": row.revision, "seen": row.revision} | told


def seen(row):
    row.refresh_from_db()
    return {"seen": row.revision}


def tree(row, event):
    return reverse("sharing:tree_act", args=[row.pk, event])


def do(row, event):
    return reverse(f"sharing:link_{event}", args=[row.pk])


PLATFORM = {"name": "平台", "unit_name": "公安局", "port": "5060", "transport": "udp", "host": "192.0.2.9"}


def test_from_the_platforms_to_a_grant(cast, stage, client_of, other):
    browser = client_of("inspector")
    new = reverse("sharing:platform_new")
    wrong = browser.post(new, PLATFORM | {"role": "own", "level": "county", "gb_id": "12"})
    assert wrong.status_code == 422
    assert "20 位数字" in wrong.content.decode()
    for role, level, gb_id in (("own", "county", OWN_ID), ("upper", "city", UPPER_ID)):
        assert browser.post(new, PLATFORM | {"role": role, "level": level, "gb_id": gb_id}).status_code == 302
    assert browser.post(new, PLATFORM | {"role": "upper", "level": "city", "gb_id": UPPER_ID}).status_code == 422
    one = Platform.objects.get(role="upper")
    assert browser.post(one.get_absolute_url(), on(one) | PLATFORM | {
        "role": "upper", "level": "city", "gb_id": UPPER_ID, "name": "拉萨市共享平台",
    }).status_code == 302  # fmt: skip
    begin = reverse("sharing:link_ask_platform", args=[one.pk])
    assert browser.post(begin, {"need": ""}).status_code == 422
    assert browser.post(begin, {"need": NEED}).status_code == 302
    link = Link.objects.get()
    page = browser.get(link.get_absolute_url()).content.decode()
    assert "没有实测数据" in page
    assert "还没有国标网关的密钥" in page
    assert browser.post(do(link, "put_in_force"), on(link)).status_code == 422
    assert browser.post(do(link, "examine"), on(link) | {"test_on": "2026-12-01"}).status_code == 302
    test = reverse("sharing:link_test", args=[link.pk])
    today = timezone.localdate().isoformat()
    assert browser.post(test, on(link) | FIVE | {"on": today, "live": "failed"}).status_code == 422, "it says why"
    assert browser.post(test, on(link) | FIVE | {"on": today, "latency_ms": "310"}).status_code == 302
    mine = browser.post(do(link, "put_in_force"), on(link))
    assert mine.status_code == 422
    assert "参与了本次联网" in mine.content.decode()
    assert other.post(do(link, "put_in_force"), on(link)).status_code == 302
    assert "人工登记" in browser.get(link.get_absolute_url()).content.decode()
    grant = reverse("sharing:grant_propose", args=[link.pk])
    told = {"verb": "live", "from_on": today, "until_on": today, "reason": NEED}
    assert browser.post(grant, told | {"day_from": "08:00"}).status_code == 422, "both ends of the hours"
    assert browser.post(grant, told | {"day_from": "08:00", "day_to": "20:00"}).status_code == 302
    row = LinkGrant.objects.get()
    assert browser.post(reverse("sharing:grant_approve", args=[row.pk]), seen(row)).status_code == 422
    assert other.post(reverse("sharing:grant_approve", args=[row.pk]), seen(row)).status_code == 302
    assert other.post(reverse("sharing:grant_end", args=[row.pk]), seen(row)).status_code == 422, "with a reason"
    assert other.post(reverse("sharing:grant_end", args=[row.pk]), seen(row) | {"words": "不再需要"}).status_code == 302
    assert other.post(do(link, "suspend"), on(link) | {"words": "对方改造"}).status_code == 302
    assert other.post(do(link, "suspend").replace("suspend", "fly"), on(link)).status_code == 404


def test_what_was_measured_is_shown_and_nothing_else(cast, stage, client_of):
    link = in_force(cast, second(cast).person)
    page = client_of("inspector").get(reverse("sharing:links")).content.decode()
    assert "没有实测数据" in page
    platform_page = client_of("inspector").get(link.platform.get_absolute_url()).content.decode()
    assert "由另一人启用" in platform_page, "what a changed address brings is said before it is changed"
    assert "第二十二条" in platform_page or "S22" in platform_page
    heard(Heard(link.pk, False, timezone.now(), 87, "注册被拒绝", timezone.now()), timezone.now())
    page = client_of("inspector").get(reverse("sharing:links")).content.decode()
    for told in ("中断", "87 毫秒", "注册被拒绝"):
        assert told in page


def test_a_password_is_never_shown(cast, stage, client_of, monkeypatch):
    public = base64.b64encode(stage.seal_key.public_key().public_bytes_raw()).decode()
    monkeypatch.setattr(passwords, "gateway_key", lambda: public)
    link, browser = examined(cast), client_of("inspector")
    url = reverse("sharing:link_password", args=[link.pk])
    assert browser.post(url, on(link) | {"password": ""}).status_code == 422
    assert browser.post(url, on(link) | {"password": "Lantern-44"}).status_code == 302
    assert "Lantern-44" not in browser.get(link.get_absolute_url()).content.decode()


def test_a_platform_below_registers_as_a_device(cast, stage, client_of):
    by, other = cast.system_admin.person, second(cast, unit="city").person
    platform(cast.units["city"], "own", "54010000002000000009", "city", by)
    row = joining.ask_platform(platform(cast.units["city"], "lower", LOWER_ID, "county", by), NEED, taken(by))
    browser = client_of("system_admin")
    page = browser.get(row.get_absolute_url()).content.decode()
    assert f"{reverse('places:device_choose')}?id={LOWER_ID}" in page
    assert browser.post(reverse("sharing:link_password", args=[row.pk]), on(row)).status_code == 404
    device = GbDevice.objects.create(
        gb_id=LOWER_ID,
        name="城关区平台",
        system=stage.gate.system,
        sealed_password="-",
        entered_by=by,
        entered_at=timezone.now(),
        password_at=timezone.now(),
    )
    assert device.get_absolute_url() in browser.get(row.get_absolute_url()).content.decode()
    assert not admitted().filter(pk=device.pk).exists(), "nobody examined the request yet"
    joining.examine(row, None, taken(by))
    assert admitted().filter(pk=device.pk).exists(), "it is to be tested"
    row.refresh_from_db()
    joining.enter_test(row, FIVE, timezone.localdate(), None, taken(by))
    row.refresh_from_db()
    joining.put_in_force(row, taken(other))
    assert admitted().filter(pk=device.pk).exists()
    joining.suspend(row, taken(by, "对方平台维护"))
    assert not admitted().filter(pk=device.pk).exists()


class TestTree:
    @pytest.fixture
    def link(self, cast, stage):
        Camera.objects.update(state=CameraState.CONNECTED)
        return in_force(cast, second(cast).person)

    def test_by_form_alone(self, cast, stage, link, client_of):
        browser, here = client_of("inspector"), reverse("sharing:tree", args=[link.pk])
        assert browser.post(tree(link, "group"), {"name": "城关区"}).status_code == 302
        group = SharedNode.objects.get()
        assert browser.post(tree(link, "organisation"), {"name": "校园"}).status_code == 422
        told = {"name": "校园", "node": group.pk}
        assert browser.post(tree(link, "organisation"), told).status_code == 302
        node = SharedNode.objects.get(name="校园")
        page = browser.get(here, {"show": "candidates", "node": node.pk}).content.decode()
        assert stage.gate.name in page
        assert stage.lobby.name not in page, "of another district"
        for camera in ("", str(stage.lobby.pk), "no-uuid"):
            assert browser.post(tree(link, "put"), {"camera": camera, "target": node.pk}).status_code == 422
        assert browser.post(tree(link, "put"), {"camera": stage.gate.pk}).status_code == 422, "where to"
        put = {"camera": [stage.gate.pk], "target": node.pk, "node": node.pk, "show": "candidates", "q": "校"}
        answer = browser.post(tree(link, "put"), put)
        assert "show=candidates" in answer.headers["Location"], "back to where the person was"
        assert stage.gate.name in browser.get(here, {"node": node.pk}).content.decode()
        told = {"target": node.pk, "system": str(stage.school.pk)}
        assert browser.post(tree(link, "all"), told).status_code == 302
        assert link.shared.count() == 2
        assert browser.post(tree(link, "out"), {"camera": [stage.yard.pk]}).status_code == 302
        told = on(link) | {"node": node.pk, "name": "学校"}
        assert browser.post(tree(link, "rename"), told).status_code == 302
        assert browser.post(tree(link, "remove"), on(link) | {"node": node.pk}).status_code == 422
        assert browser.post(tree(link, "fly")).status_code == 404

    @pytest.mark.clause("S20")
    def test_a_classified_systems_cameras_are_on_no_page_of_it(self, cast, stage, link, client_of):
        System.objects.filter(pk=stage.school.pk).update(classified=True)
        here, browser = reverse("sharing:tree", args=[link.pk]), client_of("inspector")
        told = {"show": "candidates", "system": str(stage.school.pk)}
        assert stage.gate.name not in browser.get(here, told).content.decode()
        node = organisation(link, cast.inspector.person)
        told = {"target": node.pk, "camera": [stage.gate.pk]}
        assert browser.post(tree(link, "put"), told).status_code == 422
        assert not link.shared.exists()

    def test_a_page_of_a_long_list_asks_as_much_as_one_of_a_short(
        self, cast, stage, link, client_of, django_assert_max_num_queries
    ):
        node = organisation(link, cast.inspector.person)
        rows = [
            Camera(
                system=stage.school,
                number=f"N{at:05}",
                name=f"点位 {at}",
                place="x",
                node=stage.node,
                state="connected",
            )
            for at in range(300)
        ]
        Camera.objects.bulk_create(rows)
        changing.put(link, [one.pk for one in rows[:150]], node, taken(cast.inspector.person))
        here, browser = reverse("sharing:tree", args=[link.pk]), client_of("inspector")
        browser.get(here)
        for told in ({}, {"node": node.pk, "page": "2"}, {"show": "candidates"}):
            with django_assert_max_num_queries(36):
                assert browser.get(here, told).status_code == 200

    def test_the_city_reads_it_and_a_unit_does_not(self, cast, stage, link, client_of):
        here = reverse("sharing:tree", args=[link.pk])
        assert "tree/do/" not in client_of("system_admin").get(here).content.decode()
        assert client_of("caretaker").get(here).status_code == 404
        lower = joining.ask_system(stage.school, NEED, taken(cast.caretaker.person))
        assert client_of("inspector").get(reverse("sharing:tree", args=[lower.pk])).status_code == 404


@pytest.mark.clause("S23")
def test_a_unit_asks_and_sees_its_own_alone(cast, stage, client_of):
    browser, ask = client_of("caretaker"), reverse("sharing:link_ask")
    assert stage.hotel.name not in browser.get(ask).content.decode()
    assert browser.post(ask, {"system": stage.hotel.pk, "need": NEED}).status_code == 422
    assert browser.post(ask, {"system": stage.school.pk, "need": NEED}).status_code == 302
    link = Link.objects.get()
    assert link.number in browser.get(reverse("sharing:links")).content.decode()
    assert "没有可以申请的系统" in browser.get(ask).content.decode()
    assert browser.post(do(link, "examine"), on(link)).status_code == 403
    assert client_of("outside_caretaker").get(link.get_absolute_url()).status_code == 404
    assert link.number not in client_of("outside_caretaker").get(reverse("sharing:links")).content.decode()


@pytest.mark.clause("S24")
def test_both_sides_of_a_cooperation_request(cast, stage, client_of):
    office, unit = client_of("inspector"), client_of("caretaker")
    due = timezone.localdate() + datetime.timedelta(days=4)
    new = reverse("sharing:cooperation_new")
    told = {
        "unit": cast.units["a"].pk,
        "system": stage.school.pk,
        "need": NEED,
        "wanted": "接入校门",
        "due": due.isoformat(),
    }
    assert office.post(new, told | {"unit": cast.units["court"].pk}).status_code == 422, "S24 does not reach courts"
    assert office.post(new, told | {"system": stage.hotel.pk}).status_code == 422
    assert office.post(new, told).status_code == 302
    row = Cooperation.objects.get()
    assert row.number in unit.get(reverse("sharing:cooperations")).content.decode()
    assert "下一步：答复" in unit.get(row.get_absolute_url()).content.decode()
    act = lambda event: reverse(f"sharing:cooperation_{event}", args=[row.pk])  # noqa: E731
    assert office.post(act("remind"), seen(row)).status_code == 302
    assert office.post(act("agree"), seen(row) | {"words": "同意"}).status_code == 403, "nobody answers for another"
    assert unit.post(act("remind"), seen(row)).status_code == 403
    assert unit.post(act("decline"), seen(row) | {"words": ""}).status_code == 422
    assert unit.post(act("decline"), seen(row) | {"words": "设备已报废"}).status_code == 302
    page = office.get(row.get_absolute_url()).content.decode()
    assert "设备已报废" in page
    assert "没有规定罚款" in page
    assert office.post(act("ask_again"), seen(row) | {"words": "设备可用", "due": due.isoformat()}).status_code == 302
    assert unit.post(act("agree"), seen(row) | {"words": "同意", "promised_on": due.isoformat()}).status_code == 302
    assert office.post(act("close"), seen(row) | {"words": "已接入"}).status_code == 302
    assert client_of("outside_caretaker").get(row.get_absolute_url()).status_code == 404


def test_late_ones_stand_out(cast, stage, client_of):
    at = timezone.now() - datetime.timedelta(days=9)
    due = timezone.localdate(at) + datetime.timedelta(days=2)
    cooperating.ask(cast.units["county"], cast.units["a"], NEED, "接入", due, taken(cast.inspector.person, at=at))
    page = client_of("inspector").get(reverse("sharing:cooperations"), {"late": "1"}).content.decode()
    assert "逾期 7 天" in page


def test_another_countys_platform_is_read_by_those_above_alone(cast, stage, client_of):
    own(cast)
    one = upper(cast)
    assert client_of("system_admin").get(one.get_absolute_url()).status_code == 200
    assert client_of("system_admin").post(one.get_absolute_url(), PLATFORM).status_code == 404
    assert client_of("caretaker").get(one.get_absolute_url()).status_code == 404
