"""Which positions an upper is told: of what moves and is shown, where two persons said so, the last place alone; never of what S20 closes."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from custodes.places.models import Camera, GbMobile, Plan, PlanCause, System
from tests.places.devices.rows import CHANNELS, RECORDER, moving, place, recorder, us, with_channels
from tests.places.plans import approved
from tests.sharing import joining
from tests.sharing.stage import taken

pytestmark = pytest.mark.django_db
WHY = "跨区县联合巡逻"
MINUTE = datetime.timedelta(minutes=1)


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
    return joining.tell_positions(joining.ask_positions(link, taken(by, WHY)), taken(other))


def ask(gate, link, status=200):
    answer = gate.send("GET", f"/internal/gateway/shown/positions?link={link.pk}")
    assert answer.status_code == status, answer.content
    return answer.json()


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
    joining.suspend(told, taken(by, "维护"))
    assert ask(gate, told, status=404)["error"] == "link"
