"""What a person finds who begins with nothing: where to start, filled in as far as it is known."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.people.models import Account, Person, Post, PostKind
from custodes.places.drafts.filing import FILING
from custodes.places.models import Camera, FilingState, Site, System, SystemState
from custodes.sharing.models import Link, LinkState, Platform
from custodes.upkeep.models import CameraStatus, SourceState
from tests.cast import Cast
from tests.places.life.answers import ANSWERS
from tests.places.life.filling import fill, unclear
from tests.places.stage import Stage

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
Clients = Callable[[str], Client]


def desk(client: Client) -> str:
    return client.get(reverse("home")).content.decode()


def test_a_new_units_caretaker_is_led_to_the_site_and_then_to_its_system(cast: Cast, client_of: Clients) -> None:
    client, unit = client_of("caretaker"), cast.caretaker.person.unit
    assert reverse("places:site_add") in desk(client)
    assert "先登记场所" in client.get(reverse("places:site_list")).content.decode()
    site = Site.objects.create(
        name="教学楼",
        category="9",
        address="江苏路",
        division=unit.division,
        unit=unit,
        created_by=cast.caretaker.person,
    )
    page = desk(client)
    assert reverse("places:site_add") not in page
    add = reverse("places:system_add", args=[site.pk])
    assert add in page
    System.objects.create(site=site, unit=unit, name="校园", state=SystemState.LEGACY)
    assert add not in desk(client)


def test_until_the_first_camera_records_each_post_is_told_what_comes_next(cast: Cast, client_of: Clients) -> None:
    def told(member: str) -> dict[str, tuple[str, str]]:
        tasks = client_of(member).get(reverse("home")).context["tasks"]
        return {one.label: (one.href, one.state_label) for one in tasks}

    Post.objects.filter(kind=PostKind.CARETAKER).delete()
    people, machine = "分配系统管理人", "启动媒体节点"
    assert told("security_admin")[people] == (reverse("people:person_list"), "下一步")
    assert told("security_admin")[machine] == ("", "由系统管理员办理")
    assert told("system_admin")[people] == ("", "由安全管理员办理")
    assert told("system_admin")[machine] == (reverse("upkeep:nodes"), "下一步")
    assert told("auditor")["接入第一个点位"] == ("", "由系统管理人办理")
    assert people not in told("officer"), "who asks from outside sets nothing up"


def test_the_list_of_what_comes_next_ends_with_the_first_recording(stage: Stage, client_of: Clients) -> None:
    now = timezone.now()

    def labels(member: str = "caretaker") -> list[str]:
        return [one.label for one in client_of(member).get(reverse("home")).context["tasks"]]

    assert "等待第一段录像" in labels()
    assert "启动媒体节点" in labels("system_admin")
    assert "登记场所和视频系统" not in labels()
    type(stage.node).objects.update(last_seen=now)
    assert "启动媒体节点" not in labels("system_admin")
    assert "添加存储卷" in labels("system_admin")
    CameraStatus.objects.create(camera=stage.gate, state=SourceState.RECORDING, since=now, at=now)
    assert not {"等待第一段录像", "添加存储卷"} & set(labels("system_admin"))


def test_the_list_of_what_comes_next_ends_on_a_platform_that_records_nothing_itself(
    stage: Stage, client_of: Clients
) -> None:
    """An upper platform looks through those below it: with the first of these links in force it is set up."""
    now, office = timezone.now(), stage.cast.units["city"]
    below = Platform.objects.create(
        office=office, role="lower", gb_id="54010200002000000001", name="城关区", level="county"
    )
    people = {"asked_by": stage.cast.inspector.person, "tested_by": stage.cast.inspector.person}
    link = Link.objects.create(office=office, number="1", platform=below, need="S22", asked_at=now, **people)

    def led(*members: str) -> set[str]:
        ahead = {"启动媒体节点", "等待第一段录像", "系统开始试运行", "登记场所和视频系统"}
        pages = [client_of(member).get(reverse("home")) for member in members]
        return ahead & {one.label for page in pages for one in page.context["tasks"]}

    Camera.objects.update(record=False)
    assert led("system_admin", "caretaker") == {"启动媒体节点", "等待第一段录像"}, "a link that is asked for is none"
    Link.objects.filter(pk=link.pk).update(
        state=LinkState.IN_FORCE, put_by=stage.cast.system_admin.person, in_force_on=timezone.localdate()
    )
    assert led("system_admin", "caretaker", "inspector", "auditor") == set()
    Camera.objects.filter(pk=stage.gate.pk).update(record=True)
    assert led("system_admin", "caretaker"), "a camera of its own that is to record is waited for"


def test_the_first_unit_is_led_although_it_is_the_police(cast: Cast, client_of: Clients) -> None:
    unit = cast.caretaker.person.unit
    type(unit).objects.filter(pk=unit.pk).update(kind="public_security")
    assert reverse("places:site_add") in desk(client_of("caretaker"))


def test_whoever_has_something_already_is_not_led_to_a_beginning(stage: Stage, client_of: Clients) -> None:
    for member in ("caretaker", "operator", "system_admin", "inspector"):
        page = desk(client_of(member))
        assert reverse("places:site_add") not in page, member
        assert "登记视频系统" not in page, member


def test_a_new_site_begins_with_the_only_unit_and_its_division(cast: Cast, client_of: Clients) -> None:
    unit = cast.caretaker.person.unit
    page = client_of("caretaker").get(reverse("places:site_add")).content.decode()
    assert f'<option value="{unit.pk}" selected>' in page
    assert f'<option value="{unit.division.pk}" selected>' in page


@pytest.mark.clause("S16.2a")
def test_the_filing_clerk_takes_what_a_unit_files_and_one_of_no_police_takes_nothing(
    stage: Stage, client_of: Clients
) -> None:
    fill(client_of("caretaker"), FILING, stage.school, ANSWERS | unclear())
    (row,) = stage.school.filings.all()
    assert row.state == FilingState.SUBMITTED
    receive = reverse("places:filing_receive", args=[row.pk])
    answers = {}
    for name, unit in (("school", stage.school.unit), ("police", stage.cast.inspector.person.unit)):
        person = Person.objects.create(name=f"受理员{name}", unit=unit)
        Post.objects.create(person=person, kind=PostKind.CLERK, unit=unit, valid_from=timezone.now())
        client = Client()
        client.force_login(Account.objects.create(username=name, person=person))
        answers[name] = (
            f"待接收的备案：{stage.school}" in desk(client),
            client.post(receive, {"on": timezone.localdate(), "words": ""}).status_code,
        )
    assert answers == {"school": (False, 404), "police": (True, 302)}
    row.refresh_from_db()
    assert row.state == FilingState.FILED
