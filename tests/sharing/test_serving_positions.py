"""Which positions an upper is told: of what moves and is shown, by two persons' word, the last place alone; never of what S20 closes."""

from __future__ import annotations

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from custodes.places.models import Camera, CameraState, GbMobile, Plan, PlanCause, System
from custodes.sharing.links import following, steps
from custodes.sharing.models import Link
from custodes.sharing.stepping import StepRefused
from custodes.sharing.tree import changing
from tests.places.devices.rows import CHANNELS, RECORDER, moving, place, recorder, us, with_channels
from tests.places.plans import approved
from tests.sharing.stage import in_force, organisation, taken

pytestmark = pytest.mark.django_db
WHY = "跨区县联合巡逻"
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def link(cast, stage, by, other, gate):
    Camera.objects.update(state=CameraState.CONNECTED)
    row = in_force(cast, other)
    changing.put(row, [stage.gate.pk], organisation(row, by), taken(by))
    return Link.objects.get(pk=row.pk)


@pytest.fixture
def car(stage, gate):
    device, _password = recorder(stage)
    with_channels(device)
    for camera, channel in ((stage.gate, CHANNELS[0]), (stage.yard, CHANNELS[1])):
        Camera.objects.filter(pk=camera.pk).update(main_url=f"gb28181://{RECORDER}/{channel}")
        moving(device, channel)
    return device


@pytest.fixture
def told(link, by, other):
    """The link tells positions."""
    return following.tell_positions(following.ask_positions(link, taken(by, WHY)), taken(other))


def ask(gate, link, status=200):
    answer = gate.send("GET", f"/internal/gateway/shown/positions?link={link.pk}")
    assert answer.status_code == status, answer.content
    return answer.json()


@pytest.mark.clause("S33.1")
def test_it_is_told_by_two_persons_word_and_stopped_by_one(gate, link, by, other):
    assert not Link.objects.get(pk=link.pk).positions, "off by default"
    with pytest.raises(StepRefused):
        following.tell_positions(link, taken(other))
    with pytest.raises(StepRefused, match="请写明"):
        following.ask_positions(link, taken(by))
    link = following.ask_positions(link, taken(by, WHY))
    assert not link.positions
    with pytest.raises(StepRefused) as refused:
        following.tell_positions(link, taken(by))
    assert refused.value.clause == "S33.1"
    with pytest.raises(StepRefused):
        following.ask_positions(link, taken(other, WHY))
    link = following.tell_positions(link, taken(other))
    assert Link.objects.get(pk=link.pk).positions
    with pytest.raises(IntegrityError), transaction.atomic():
        Link.objects.filter(pk=link.pk).update(positions_by=by)
    with pytest.raises(StepRefused):
        following.stop_positions(link, taken(by))
    link = following.stop_positions(link, taken(by, "任务结束"))
    assert (link.positions, link.positions_asked_by, link.positions_by, link.alarms) == (False, None, None, False)
    assert [one.event for one in link.steps.all()][-3:] == ["positions_ask", "positions_on", "positions_off"]


def test_the_last_place_goes_up_under_the_link_s_own_id_and_of_what_is_shown_alone(gate, told, car):
    assert ask(gate, told)["positions"] == []
    one = place(said_us=us(timezone.now() - MINUTE))
    gate.place(one, place(CHANNELS[1]))
    channel = told.shared.get().channel
    (found,) = ask(gate, told)["positions"]
    assert found == {"channel": channel, "longitude": 91.12, "latitude": 29.65, "at_us": one["said_us"]}
    assert RECORDER not in str(found)


def test_without_the_switch_nothing_goes_up(gate, link, car):
    gate.place(place())
    assert ask(gate, link)["positions"] == []


def test_an_old_place_says_nothing(gate, told, car):
    gate.place(place(said_us=us(timezone.now() - 30 * MINUTE)))
    assert ask(gate, told)["positions"] == []


def test_what_stands_still_has_no_place_to_tell(gate, told, car):
    gate.place(place())
    GbMobile.objects.all().delete()
    assert ask(gate, told)["positions"] == []


@pytest.mark.clause("S20")
def test_of_a_classified_system_nothing_goes_up(gate, stage, told, car):
    gate.place(place())
    System.objects.filter(pk=stage.school.pk).update(classified=True)
    assert ask(gate, told)["positions"] == []
    System.objects.filter(pk=stage.school.pk).update(classified=False)
    assert len(ask(gate, told)["positions"]) == 1


@pytest.mark.clause("S10(3)")
def test_while_a_vote_is_held_before_it_nothing_goes_up(gate, stage, told, car):
    gate.place(place())
    now = timezone.now()
    plan = approved(stage, stage.gate, at=now - 3 * MINUTE, after=MINUTE, cause=PlanCause.VOTE, words="选举")
    assert ask(gate, told)["positions"] == []
    Plan.objects.filter(pk=plan.pk).update(ends=now - MINUTE)
    assert len(ask(gate, told)["positions"]) == 1


def test_a_link_that_is_not_in_force_tells_nothing(gate, told, by):
    steps.suspend(told, taken(by, "维护"))
    assert ask(gate, told, status=404)["error"] == "link"


def test_the_page_says_it_and_the_second_person_says_yes(client_of, link):
    page = client_of("inspector").get(link.get_absolute_url()).content.decode()
    assert "移动位置上报" in page
    act = f"{link.get_absolute_url()}do/positions_ask/"
    asked = client_of("inspector").post(act, {"revision": link.revision, "words": WHY})
    assert asked.status_code == 302
    page = client_of("inspector").get(link.get_absolute_url()).content.decode()
    assert "由提出人以外的另一人批准" in page
    assert "/do/positions_on/" not in page
