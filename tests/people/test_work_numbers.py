"""Work numbers: who enters them, what one may be, where they are seen and where not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from custodes.people.models import Person, RecordOutbox
from custodes.people.numbers import normal_work_number, valid_work_number
from tests.cast import Cast

Clients = Callable[[str], Client]


@pytest.mark.parametrize("number", ["010386", "藏A-0123", "藏公证字〔2026〕12号", " 01 03 86 ", "（市）０１２"])
def test_what_stands_on_a_badge_is_taken(number: str) -> None:
    valid_work_number(number)


@pytest.mark.parametrize(
    "number", ["无", "abc", "01<b>", "1;2", "12\u202e34", "540102199001011234", "54010219900101123X"]
)
def test_what_is_no_number_of_a_badge_is_refused_with_the_field(number: str) -> None:
    with pytest.raises(ValidationError, match="警号或者工作证号"):
        valid_work_number(number)


def test_what_is_too_long_once_it_has_one_width_is_refused() -> None:
    valid_work_number("㈠" * 13 + "1")
    with pytest.raises(ValidationError, match="最多 40 个字符"):
        valid_work_number("㈠" * 14)


def test_one_number_is_written_in_one_way() -> None:
    assert normal_work_number(" ０１ 03（8） ") == "0103(8)"


def edit(client: Client, person: Person, number: str) -> str:
    data = {"name": person.name, "unit": person.unit_id, "work_number": number}
    return client.post(reverse("people:person_edit", args=[person.uuid]), data, follow=True).content.decode()


@pytest.mark.django_db
def test_the_security_administrator_enters_it_and_it_is_seen_where_people_are(cast: Cast, client_of: Clients) -> None:
    client, person = client_of("security_admin"), cast.officer.person
    edit(client, person, " ０１0386 ")
    assert Person.objects.get(pk=person.pk).work_number == "010386"
    for name, args in (("people:person_detail", [person.uuid]), ("people:person_list", [])):
        assert "010386" in client.get(reverse(name, args=args)).content.decode()
    found = client.get(reverse("people:person_list"), {"q": "010386"}).content.decode()
    assert person.name in found
    assert cast.operator.person.name not in found
    assert "010386" in client_of("officer").get(reverse("people:profile")).content.decode()


@pytest.mark.django_db
def test_it_stands_in_no_record_of_the_change_and_in_no_export(cast: Cast, client_of: Clients) -> None:
    client = client_of("security_admin")
    edit(client, cast.officer.person, "010386")
    row = RecordOutbox.objects.filter(type="config.changed").latest("created_at", "pk")
    assert row.record["changes"] == {"work_number": ["(sealed)", "(sealed)"]}
    exported = client.get(reverse("people:export_persons", args=["csv"]))
    told = b"".join(exported.streaming_content)  # type: ignore[attr-defined]
    assert b"010386" not in told
    assert cast.officer.person.name.encode() in told


@pytest.mark.django_db
def test_nobody_enters_a_number_of_their_own(cast: Cast, client_of: Clients) -> None:
    person = cast.security_admin.person
    page = client_of("security_admin").get(reverse("people:person_edit", args=[person.uuid])).content.decode()
    assert "由另一名安全管理员填写" in page
    edit(client_of("security_admin"), person, "010386")
    assert Person.objects.get(pk=person.pk).work_number == ""


@pytest.mark.django_db
@pytest.mark.parametrize("member", ["operator", "caretaker", "inspector", "outsider", "system_admin"])
def test_nobody_else_enters_one(cast: Cast, client_of: Clients, member: str) -> None:
    edit(client_of(member), cast.bystander.person, "010386")
    assert Person.objects.get(pk=cast.bystander.person.pk).work_number == ""


@pytest.mark.django_db
def test_two_of_a_unit_have_no_number_together(cast: Cast, client_of: Clients) -> None:
    client = client_of("security_admin")
    edit(client, cast.operator.person, "12")
    assert "本单位已有人员使用该号码" in edit(client, cast.lead.person, "12")
    edit(client, cast.outsider.person, "12")
    assert set(Person.objects.filter(work_number="12")) == {cast.operator.person, cast.outsider.person}
    edit(client, cast.lead.person, "")
    assert Person.objects.filter(unit=cast.operator.person.unit, work_number="").count() > 1
