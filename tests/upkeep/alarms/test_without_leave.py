"""From an alarm about a picture that looks elsewhere to the entry of a change without leave (S34(7))."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.places.models import ChangeCase, System, SystemState
from custodes.upkeep.alarms.condition import CameraSince, Condition
from custodes.upkeep.alarms.kinds.cameras import DEGRADED
from custodes.upkeep.models import Alarm
from tests.places.changes.cases import found
from tests.places.furnishings import see_long_enough
from tests.places.stage import Stage

pytestmark = pytest.mark.django_db
Clients = Callable[[str], Client]
ENTRY = "登记擅自改变"


def seen(stage: Stage, fault: str = "moved") -> Alarm:
    """The gate's picture has had this fault for longer than an alarm takes."""
    now = timezone.now()
    subject = f"picture:{stage.gate.pk}:{fault}"
    about = (CameraSince(stage.gate.pk, now),)
    see_long_enough(Condition(DEGRADED, subject, stage.gate.name, now, {"count": 1, "fault": fault}, about), now)
    return Alarm.objects.get(subject=subject)


def page_of(client: Client, alarm: Alarm) -> str:
    answer = client.get(alarm.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


def test_who_may_enter_it_is_led_to_the_form_with_the_camera_chosen(stage: Stage, client_of: Clients) -> None:
    alarm = seen(stage)
    address = f"{reverse('places:change_find', args=[stage.school.pk])}?camera={stage.gate.pk}"
    for member in ("caretaker", "inspector"):
        client = client_of(member)
        assert f'href="{address}"' in page_of(client, alarm), member
        form = client.get(address)
        assert form.status_code == 200
        boxes = re.findall(r'<input[^>]*name="cameras"[^>]*>', form.content.decode())
        assert [str(stage.gate.pk) in box for box in boxes if "checked" in box] == [True]


@pytest.mark.parametrize("member", ["operator", "lead"])
def test_who_may_not_enter_it_is_not_led_there(stage: Stage, client_of: Clients, member: str) -> None:
    assert ENTRY not in page_of(client_of(member), seen(stage))


def test_what_was_entered_already_is_opened_instead(stage: Stage, client_of: Clients) -> None:
    alarm, case = seen(stage), found(stage)
    page = page_of(client_of("caretaker"), alarm)
    assert f'href="{case.get_absolute_url()}"' in page
    assert reverse("places:change_find", args=[stage.school.pk]) not in page
    assert case.get_absolute_url() not in page_of(client_of("operator"), alarm), "says where cameras are"


@pytest.mark.parametrize("fault", ["blurred", "covered", "black"])
def test_no_other_fault_is_a_change(stage: Stage, client_of: Clients, fault: str) -> None:
    assert ENTRY not in page_of(client_of("caretaker"), seen(stage, fault))


def test_before_it_was_accepted_nothing_needs_leave(stage: Stage, client_of: Clients) -> None:
    alarm = seen(stage)
    System.objects.filter(pk=stage.school.pk).update(state=SystemState.TRIAL)
    assert ENTRY not in page_of(client_of("caretaker"), alarm)


def test_an_alarm_that_is_over_leads_nowhere(stage: Stage, client_of: Clients) -> None:
    alarm = seen(stage)
    Alarm.objects.filter(pk=alarm.pk).update(state="cleared", cleared_at=timezone.now())
    assert ENTRY not in page_of(client_of("caretaker"), alarm)
    assert not ChangeCase.objects.exists()
