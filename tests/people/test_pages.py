"""The people pages, through their forms."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.people import lockout
from custodes.people.models import Account, DutySession, Person, Post, PostKind, RecordOutbox, Unit
from tests.cast import Cast

Clients = Callable[[str], Client]


def _follow(client: Client, name: str, data: dict[str, object], *args: object) -> str:
    return client.post(reverse(name, args=args), data, follow=True).content.decode()


def test_the_security_administrator_brings_somebody_in(cast: Cast, client_of: Clients) -> None:
    client = client_of("security_admin")
    _follow(client, "people:person_add", {"name": "格桑", "unit": cast.units["a"].pk})
    person = Person.objects.get(name="格桑")
    _follow(client, "people:post_assign", {"kind": "duty_officer", "unit": cast.units["a"].pk}, person.uuid)
    _follow(client, "people:account_open", {"username": "gesang"}, person.uuid)
    page = client.get(reverse("people:person_detail", args=[person.uuid])).content.decode()
    assert page.count("待确认") == 2
    assert not Account.objects.get(username="gesang").has_perm("people.stand_duty")


def test_somebody_elses_unit_can_not_be_chosen(cast: Cast, client_of: Clients) -> None:
    stranger = Unit.objects.create(name="外市单位", kind="other", division=_elsewhere())
    client = client_of("security_admin")
    page = _follow(client, "people:person_add", {"name": "格桑", "unit": stranger.pk})
    assert not Person.objects.filter(name="格桑").exists()
    assert "error-summary" in page


def test_a_post_can_not_be_taken_by_posting_to_ones_own_page(cast: Cast, client_of: Clients) -> None:
    own = cast.security_admin.person
    data = {"kind": PostKind.AUDIT_ADMIN, "unit": cast.units["city"].pk}
    page = _follow(client_of("security_admin"), "people:post_assign", data, own.uuid)
    assert "不能给自己分配岗位" in page
    assert own.posts.count() == 1


def test_a_second_administrator_post_says_which_rule_refuses_it(cast: Cast, client_of: Clients) -> None:
    data = {"kind": PostKind.AUDIT_ADMIN, "unit": cast.units["city"].pk}
    page = _follow(client_of("security_admin"), "people:post_assign", data, cast.system_admin.person.uuid)
    assert "网络安全等级保护" in page
    assert cast.system_admin.person.posts.count() == 1


def test_days_of_a_post_are_local_days_and_the_last_one_counts(cast: Cast, client_of: Clients) -> None:
    first = timezone.localdate() + datetime.timedelta(days=2)
    last = first + datetime.timedelta(days=3)
    data = {"kind": "approver", "unit": cast.units["a"].pk, "first_day": first, "last_day": last}
    _follow(client_of("security_admin"), "people:post_assign", data, cast.bystander.person.uuid)
    post = cast.bystander.person.posts.get()
    assert post.valid_until is not None
    assert timezone.localtime(post.valid_from) == timezone.make_aware(datetime.datetime.combine(first, datetime.time()))
    assert timezone.localdate(post.valid_until - datetime.timedelta(seconds=1)) == last


def test_ending_a_post_from_the_page_ends_it(cast: Cast, client_of: Clients) -> None:
    assert cast.operator.post is not None
    page = _follow(client_of("security_admin"), "people:post_end", {}, cast.operator.post.uuid)
    assert "岗位已终止" in page
    assert Post.objects.get(pk=cast.operator.post.pk).ended_by == cast.security_admin.person


def test_the_system_administrator_registers_units_only_within_the_scope(cast: Cast, client_of: Clients) -> None:
    client, inside, outside = client_of("system_admin"), cast.units["a"].division, _elsewhere()
    _follow(client, "people:unit_add", {"name": "新校", "kind": "institution", "division": inside.pk})
    page = _follow(client, "people:unit_add", {"name": "外校", "kind": "institution", "division": outside.pk})
    assert Unit.objects.filter(name="新校").exists()
    assert not Unit.objects.filter(name="外校").exists()
    assert "行政区划之内" in page


def test_a_changed_unit_is_on_record_with_both_values(cast: Cast, client_of: Clients) -> None:
    unit = cast.units["a"]
    data = {"name": "城关区实验小学", "kind": unit.kind, "division": unit.division_id, "parent": "", "uscc": ""}
    _follow(client_of("system_admin"), "people:unit_edit", data, unit.uuid)
    row = RecordOutbox.objects.get(type="config.changed", record__object_id=str(unit.uuid))
    assert row.record["changes"] == {"name": ["城关区第一小学", "城关区实验小学"]}
    assert row.record["by"] == str(cast.system_admin.person.uuid)


def test_one_button_begins_duty_and_another_hands_it_over(cast: Cast, client_of: Clients) -> None:
    operator, lead = client_of("operator"), client_of("lead")
    assert "开始值班" in operator.get(reverse("home")).content.decode()
    _follow(operator, "people:duty_begin", {})
    session = DutySession.objects.get()
    assert session.person == cast.operator.person
    assert cast.lead.post is not None
    _follow(operator, "people:duty_hand_over", {"successor": str(cast.lead.post.uuid)})
    session.refresh_from_db()
    assert session.handed_to == cast.lead.person
    assert "值班中" in lead.get(reverse("home")).content.decode()


def test_duty_is_not_handed_to_somebody_elses_post_by_posting_it(cast: Cast, client_of: Clients) -> None:
    client = client_of("operator")
    _follow(client, "people:duty_begin", {})
    assert cast.outsider.post is not None
    _follow(client, "people:duty_hand_over", {"successor": str(cast.outsider.post.uuid)})
    assert DutySession.objects.get().ended_at is None


def test_duty_never_begins_on_somebody_elses_post(cast: Cast, client_of: Clients) -> None:
    assert cast.outsider.post is not None
    _follow(client_of("operator"), "people:duty_begin", {"post": str(cast.outsider.post.uuid)})
    assert not DutySession.objects.filter(post=cast.outsider.post).exists()


def test_the_lock_is_lifted_from_the_page_and_recorded(cast: Cast, client_of: Clients) -> None:
    for _ in range(5):
        lockout.begin("operator", timezone.now())
        lockout.failed("operator", timezone.now())
    client = client_of("security_admin")
    assert "锁定至" in client.get(reverse("people:person_detail", args=[cast.operator.person.uuid])).content.decode()
    _follow(client, "people:account_unlock", {}, cast.operator.person.uuid)
    assert lockout.locked_until("operator", timezone.now()) is None


def test_the_search_finds_by_name_unit_and_post(cast: Cast, client_of: Clients) -> None:
    client, url = client_of("security_admin"), reverse("people:person_list")
    for query, found, hidden in [
        ({"q": "扎西"}, "扎西", "刘洋"),
        ({"unit": str(cast.units["b"].uuid)}, "刘洋", "扎西"),
        ({"kind": "inspector"}, "李强", "扎西"),
    ]:
        page = client.get(url, query).content.decode()
        rows = page.split("<tbody>")[1].split("</tbody>")[0]
        assert found in rows
        assert hidden not in rows


def test_what_makes_no_sense_in_a_search_finds_nothing_and_breaks_nothing(cast: Cast, client_of: Clients) -> None:
    client = client_of("security_admin")
    for query in ({"unit": "x"}, {"kind": "king"}, {"q": "\x00"}, {"sort": "password"}, {"page": "-1"}):
        for name in ("people:person_list", "people:unit_list", "people:post_list"):
            assert client.get(reverse(name), query).status_code == 200


def _elsewhere() -> object:
    from custodes.people.models import Division

    region = Division.objects.get(code="540000")
    return Division.objects.create(code="540200", name_zh="日喀则市", name_en="Xigazê", kind="city", parent=region)
