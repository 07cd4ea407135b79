"""Completeness and storage."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from custodes.access.models import AgencyRequest, AgencyState
from custodes.places.models import Plan, RecordingHours, VolumeOrder
from custodes.upkeep.models import Alarm, AlarmSubscription, DeclaredView, EscalationChain, VolumeStatus
from tests.cast import EVERYBODY, Cast
from tests.places.who_may_open import SEES_SCHOOL, SIGNED, gate
from tests.web.registry import Opens, Public, members

READERS = EVERYBODY - members("officer", "security_admin", "bystander")


def node(cast: Cast) -> dict[str, object]:
    """The school's node."""
    return {"pk": gate(cast).node_id}


ALARMED = READERS - members("approver")
ACKNOWLEDGERS = members("operator", "lead", "caretaker", "auditor", "system_admin")


def _alarm(cast: Cast) -> Mapping[str, Any]:
    return {"pk": Alarm.objects.get(subject="gap:gate").pk}


def _own(cast: Cast) -> Mapping[str, Any]:
    return {"pk": AlarmSubscription.objects.get(post=cast.operator.post).pk}


def _chain(cast: Cast) -> Mapping[str, Any]:
    return {"pk": EscalationChain.objects.get().pk}


def _hook(cast: Cast) -> Mapping[str, Any]:
    return {"pk": AlarmSubscription.objects.get(post__isnull=True).pk}


PLANNERS = members("caretaker", "lead", "system_admin")
DECIDERS = members("approver", "lead", "system_admin")


def _plan(cast: Cast) -> Mapping[str, Any]:
    return {"pk": Plan.objects.get().pk}


def _series(cast: Cast) -> Mapping[str, Any]:
    Plan.objects.update(series=uuid.uuid4(), repeat="weekly")
    return _plan(cast)


def _hours(cast: Cast) -> Mapping[str, Any]:
    return {"pk": RecordingHours.objects.get().pk}


def _volume(cast: Cast) -> Mapping[str, Any]:
    volume = VolumeStatus.objects.exclude(identity="").get()
    return {"pk": volume.node_id, "volume": volume.identity, "action": "drain"}


def _volume_order(cast: Cast) -> Mapping[str, Any]:
    return {"pk": VolumeOrder.objects.get().pk}


def _pair(cast: Cast) -> Mapping[str, Any]:
    return {"pk": Alarm.objects.get(subject="picture:gate:moved").pk, "camera": gate(cast).pk}


def _camera(cast: Cast) -> Mapping[str, Any]:
    return {"pk": gate(cast).pk}


def _view(cast: Cast) -> Mapping[str, Any]:
    return {"pk": gate(cast).pk, "view": DeclaredView.objects.get(camera=gate(cast)).pk}


def _lanes(cast: Cast) -> Mapping[str, Any]:
    """Hours of the gate, for the draft of a request to the school."""
    row = AgencyRequest.objects.get(state=AgencyState.DRAFT)
    span = {"from": "2026-03-02T00:00:00Z", "to": "2026-03-03T00:00:00Z"}
    return {"subject": f"agency:{row.pk}", "cameras": [str(gate(cast).pk)], **span}


VIEWS: dict[str, Opens | Public] = {
    "upkeep:completeness": Opens(READERS),
    "upkeep:lanes": Opens(members("operator", "lead", "caretaker"), method="post", data=_lanes, json=True),
    "upkeep:down": Opens(READERS),
    "upkeep:camera_day": Opens(SEES_SCHOOL, lambda cast: {"pk": gate(cast).pk, "day": "2026-03-02"}),
    "upkeep:forecast": Opens(READERS - members("operator", "outsider", "approver")),
    # The form opens for whoever may order at all; an order over another unit's cameras is refused (test_shortage.py).
    "upkeep:thinning": Opens(members("lead", "system_admin"), node),
    "upkeep:thinning_end": Opens(members("lead", "system_admin"), node, "post"),
    "upkeep:volumes": Opens(READERS - members("operator", "outsider", "approver")),
    "upkeep:volume_add": Opens(members("system_admin"), node),
    "upkeep:volume_decide": Opens(members("system_admin"), _volume),
    "upkeep:volume_withdraw": Opens(members("system_admin"), _volume_order, "post"),
    "upkeep:volume_again": Opens(members("system_admin"), _volume_order, "post"),
    "upkeep:nodes": Opens(READERS - members("operator", "outsider", "approver")),
    "upkeep:alarms": Opens(ALARMED),
    "upkeep:alarm_history": Opens(ALARMED),
    "upkeep:alarm_recipients": Opens(ALARMED),
    "upkeep:alarm_bell": Opens(ALARMED),
    "upkeep:alarm_sound": Opens(ALARMED, method="post"),
    "upkeep:alarm_recipient_add": Opens(ALARMED, method="post"),
    "upkeep:alarm_recipient_division": Opens(members("system_admin"), method="post"),
    "upkeep:alarm_recipient_end": Opens(members("operator"), _own, "post"),
    "upkeep:alarm_recipient_test": Opens(members("system_admin"), _hook, "post"),
    "upkeep:alarm_escalation": Opens(members("system_admin")),
    "upkeep:alarm_escalation_set": Opens(members("system_admin"), method="post"),
    "upkeep:alarm_escalation_end": Opens(members("system_admin"), _chain, "post"),
    "upkeep:alarm": Opens(SEES_SCHOOL - members("approver"), _alarm),
    "upkeep:alarm_acknowledge": Opens(ACKNOWLEDGERS, _alarm, "post"),
    "upkeep:alarm_close": Opens(ACKNOWLEDGERS, _alarm, "post"),
    "upkeep:plans": Opens(READERS),
    "upkeep:plan_new": Opens(PLANNERS | members("outside_caretaker")),
    "upkeep:plan": Opens(SEES_SCHOOL, _plan),
    "upkeep:plan_change": Opens(PLANNERS, _series),
    "upkeep:plan_decide": Opens(DECIDERS, _plan, "post"),
    "upkeep:plan_end": Opens(PLANNERS | DECIDERS, _plan, "post"),
    "upkeep:hours_new": Opens(PLANNERS, lambda cast: {"camera": gate(cast).pk}),
    "upkeep:hours": Opens(SEES_SCHOOL, _hours),
    "upkeep:hours_decide": Opens(DECIDERS, _hours, "post"),
    "upkeep:hours_end": Opens(PLANNERS | DECIDERS, _hours, "post"),
    # The page answers whoever sees the alarm; whether pictures are shown is the ground's to say (test_views.py).
    "upkeep:alarm_pictures": Opens(SEES_SCHOOL - members("approver"), _pair, "post"),
    "upkeep:views": Opens(SEES_SCHOOL, _camera),
    "upkeep:view_look": Opens(members("caretaker"), _camera, "post"),
    "upkeep:view_declare": Opens(members("caretaker"), _camera, "post"),
    "upkeep:view_withdraw": Opens(members("caretaker"), _view, "post"),
    # Everybody has a work list; it holds what their own posts let them see (tests/upkeep/dates).
    "upkeep:dates": Opens(EVERYBODY),
    "upkeep:date_count": Opens(EVERYBODY),
    "upkeep:work_file": Opens(EVERYBODY - members("bystander"), lambda cast: {"form": "csv"}),
    "upkeep:date_calendar": Opens(EVERYBODY),
    "upkeep:date_notices": Opens(EVERYBODY),
    "upkeep:date_notices_seen": Opens(EVERYBODY, method="post"),
    "upkeep:date_feed": Opens(EVERYBODY),
    "upkeep:date_feed_close": Opens(EVERYBODY, method="post"),
    "upkeep:date_feed_read": Public("its address is the secret; a calendar program can't sign in", 404),
    "upkeep:rollup": Public(SIGNED, 401, "post"),
    "upkeep:status": Public(SIGNED, 401, "post"),
    "upkeep:keeping": Public(SIGNED, 401, "post"),
}
