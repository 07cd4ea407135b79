"""Nobody turns a link towards another place alone: address, transport, password, whether the other runs this program."""

from __future__ import annotations

import base64

import pytest
from django.utils import timezone
from django.utils.translation import override

from custodes.people.lawful import StepRefused
from custodes.sharing.links import certificates, passwords
from custodes.sharing.models import Link, LinkState, Platform
from custodes.sharing.tree.showing import shown
from tests.sharing import joining
from tests.sharing.said import certificate
from tests.sharing.stage import FIVE, examined, in_force, own, passed_test, second, taken

pytestmark = pytest.mark.django_db


def change(link, by, **told):
    row = Platform.objects.get(pk=link.platform_id)
    for name, value in told.items():
        setattr(row, name, value)
    joining.save(row, taken(by))
    return Link.objects.get(pk=link.pk)


def passes_again(link, by):
    now = timezone.now()
    joining.enter_test(link, FIVE, timezone.localdate(now), None, taken(by, at=now))
    return Link.objects.get(pk=link.pk)


@pytest.mark.clause("S22")
@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"host": "198.51.100.66"}, "信令地址：192.0.2.10 → 198.51.100.66"),
        ({"port": 5999}, "信令端口：5060 → 5999"),
        ({"transport": "tcp"}, "信令传输：UDP → TCP"),
        ({"custodes": True}, "对方使用本系统：否 → 是"),
        ({"hosts": "192.0.2.11"}, "其他信令地址：无 → 192.0.2.11"),
        ({"media": "198.51.100.0/28\n198.51.100.32/28"}, "媒体接收网段：无 → 198.51.100.0/28、198.51.100.32/28"),
    ],
)
def test_a_link_in_force_that_is_turned_stands_still_until_another_puts_it_in_force(cast, by, other, told, words):
    link = change(in_force(cast, other), other, **told)
    assert link.state == LinkState.SUSPENDED
    assert list(shown(link)) == []
    step = link.steps.last()
    assert (step.event, step.by, step.words) == ("repoint", other, words)
    assert link.platform.steps.last().words == words
    with pytest.raises(StepRefused) as refused:
        joining.resume(link, taken(by))
    assert "S22" in {one.clause for one in refused.value.unmet}, "not tested since"
    link = passes_again(link, by)
    with pytest.raises(StepRefused) as refused:
        joining.resume(link, taken(other))
    assert [one.clause for one in refused.value.unmet] == ["S33.1"], "whoever turned it"
    third = second(cast, "third").person
    assert joining.resume(link, taken(third)).state == LinkState.IN_FORCE


@pytest.mark.parametrize(
    ("told", "words", "state"),
    [
        ({"port": 5999}, "信令端口：5060 → 5999", LinkState.SUSPENDED),
        ({"phone": "0891"}, "核对联系电话", LinkState.IN_FORCE),
    ],
)
def test_whether_a_link_is_turned_follows_from_values_whatever_is_said_of_it(cast, by, other, told, words, state):
    link = in_force(cast, other)
    row = Platform.objects.get(pk=link.platform_id)
    for name, value in told.items():
        setattr(row, name, value)
    with override("en"):
        joining.save(row, taken(by, words))
    link.refresh_from_db()
    assert link.state == state
    assert row.steps.last().words == words, "in the language of records, whoever reads the page"
    assert (link.steps.last().words == words) is (state == LinkState.SUSPENDED)


@pytest.mark.clause("S22")
def test_another_certificate_turns_a_link_as_an_address_does(cast, by, other):
    first, second_one = certificate(), certificate()
    link = in_force(cast, other)
    Platform.objects.filter(pk=link.platform_id).update(custodes=True, statements_certificate=first)
    link = change(link, by, statements_certificate=f"{first.strip()}\r\n", phone="0891")
    assert link.state == LinkState.IN_FORCE
    link = change(link, other, statements_certificate=second_one)
    assert link.state == LinkState.SUSPENDED
    step = link.steps.last()
    assert (step.event, step.words) == (
        "repoint", f"说明通道证书：{certificates.fingerprints(first)[0]} → {certificates.fingerprints(second_one)[0]}"
    )  # fmt: skip
    with pytest.raises(StepRefused) as refused:
        joining.resume(passes_again(link, by), taken(other))
    assert [one.clause for one in refused.value.unmet] == ["S33.1"], "whoever handed it in"
    assert joining.resume(link, taken(second(cast, "third").person)).state == LinkState.IN_FORCE


def test_that_an_old_certificate_is_taken_out_turns_nothing(cast, by, other):
    link = in_force(cast, other)
    old, new = certificate(), certificate()
    Platform.objects.filter(pk=link.platform_id).update(custodes=True, statements_certificate=old + new)
    assert change(link, by, statements_certificate=new).state == LinkState.IN_FORCE
    assert change(link, by, statements_certificate=new + old).state == LinkState.SUSPENDED


def test_a_number_is_asked_for_by_one_and_asked_for_no_more_by_two(cast, by, other):
    link = in_force(cast, other)
    Platform.objects.filter(pk=link.platform_id).update(custodes=True)
    assert change(link, by, asks_number=True).state == LinkState.IN_FORCE
    assert change(link, by, asks_number=False).state == LinkState.SUSPENDED
    assert "警号或者工作证号：是 → 否" in link.steps.last().words


def test_what_leads_nowhere_else_stops_nothing(cast, by, other):
    link = change(in_force(cast, other), by, name="另一名称", phone="0891", edition="2022", charset="utf-8")
    assert link.state == LinkState.IN_FORCE
    assert [one.event for one in link.steps.all()][-1] == "put_in_force"


def test_a_test_that_passed_before_is_void(cast, by, other):
    link = change(passed_test(cast), other, host="198.51.100.66")
    assert link.state == LinkState.EXAMINED
    assert link.steps.last().event == "void_test"
    link = passes_again(link, by)
    with pytest.raises(StepRefused):
        joining.put_in_force(link, taken(other))


def test_so_is_one_after_a_suspension(cast, by, other):
    link = in_force(cast, other)
    joining.suspend(link, taken(by, "对方网络改造"))
    link = change(passes_again(link, by), by, host="198.51.100.66")
    assert link.state == LinkState.SUSPENDED
    with pytest.raises(StepRefused):
        joining.resume(link, taken(other))
    assert joining.resume(passes_again(link, by), taken(other)).state == LinkState.IN_FORCE


def test_who_changes_it_before_the_test_does_not_put_it_in_force_either(cast, by, other):
    link = passes_again(change(examined(cast), other, host="198.51.100.66"), by)
    with pytest.raises(StepRefused) as refused:
        joining.put_in_force(link, taken(other))
    assert [one.clause for one in refused.value.unmet] == ["S33.1"]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"media": "192.0.2.5/28"}, "媒体接收网段：“192.0.2.5/28”不是网段"),
        ({"media": "0.0.0.0/0"}, "前缀不能短于 /16"),
        ({"media": "2001:db8::/32"}, "前缀不能短于 /48"),
        ({"media": "127.0.0.0/16"}, "不是对方服务器的地址"),
        ({"media": "\n".join(f"192.0.2.{number}" for number in range(33))}, "最多 32 个"),
        ({"hosts": "192.0.2.0/28"}, "其他信令地址：“192.0.2.0/28”不是 IP 地址或者域名"),
        ({"hosts": "192.0.2.300"}, "其他信令地址：“192.0.2.300”"),
        ({"hosts": "224.0.0.1"}, "其他信令地址：“224.0.0.1”"),
    ],
)
def test_pictures_go_to_no_network_that_nobody_agreed_on(cast, by, told, words, client_of):
    with pytest.raises(StepRefused, match=words):
        change(examined(cast), by, **told)
    row = Platform.objects.get(role="upper")
    page = client_of("inspector").post(row.get_absolute_url(), {"revision": row.revision, **told})
    assert page.status_code == 422
    assert words in page.content.decode()


@pytest.mark.parametrize("state", ["in_force", "tested"])
def test_another_password_is_tested_too_and_stands_in_no_words(cast, stage, by, other, monkeypatch, state):
    public = base64.b64encode(stage.seal_key.public_key().public_bytes_raw()).decode()
    monkeypatch.setattr(passwords, "gateway_key", lambda: public)
    link = in_force(cast, other) if state == "in_force" else passed_test(cast)
    joining.set_password(link, "Lantern-44", taken(by))
    link.refresh_from_db()
    assert link.state == ("suspended" if state == "in_force" else "examined")
    assert [one.event for one in link.steps.all()][-2:] == ["secret", "repoint" if state == "in_force" else "void_test"]
    assert all("Lantern-44" not in one.words + str(one.record.record) for one in link.steps.all())


@pytest.mark.clause("S21")
def test_the_own_platform_rests_on_its_own_article_and_tells_its_story_oldest_first(cast, by, client_of):
    row = own(cast)
    assert row.steps.get().clauses == ["S21"]
    row.host = "198.51.100.9"
    joining.save(row, taken(by))
    assert row.steps.last().words == "信令地址：192.0.2.10 → 198.51.100.9"
    page = client_of("inspector").get(row.get_absolute_url()).content.decode()
    assert 0 < page.index("<strong>登记平台") < page.index("<strong>修改平台登记")
