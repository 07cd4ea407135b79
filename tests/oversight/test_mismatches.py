"""What a node did and the web let be done, held together: a mismatch is on the page and an alarm."""

from __future__ import annotations

import datetime
import json
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.ledger.records import encode_record, new_id
from custodes.node.steering.book import SteeringBook, command
from custodes.oversight import reconciling
from custodes.people.viewer import Viewer
from custodes.upkeep.alarms.evaluating import SourceWatch
from custodes.upkeep.alarms.kinds.trust import MISMATCH, STEERING_MISMATCH
from custodes.upkeep.alarms.words import title, where_to_look
from custodes.upkeep.models import Alarm
from custodes.video.clock import SystemClock

pytestmark = pytest.mark.postgresql


def now_text():
    return timezone.now().astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@pytest.fixture
def node_says(stage, notary, tmp_path):
    """The records of a node's own book after one steering: begun under `index`, of these commands."""

    def steer(steering, index, *, person=None, lost=0):
        book = SteeringBook(tmp_path / f"{uuid4()}.sqlite3", "node-1/0", SystemClock())
        who = str((person or stage.cast.operator).person.uuid)
        book.begin(steering, index, who, stage.gate.pk)
        for what, motion in (("move", (50, 0, 0, 0, 0)), ("stop", (0,) * 5)):
            row = book.note(steering, command(1_750_000_000_000_000, what, motion), turns=what == "move")
            book.outcome(row, "taken")
        book.end(steering, "left")
        records = [json.loads(encode_record(record)) for _row, record in book.outbox_pending(10)]
        book.close()
        notary.append(records[lost:])

    return steer


@pytest.fixture
def leave(stage, notary):
    """A look and leave to steer by it, as the web records them; the index of the leave."""

    def give(steering, *, sound=(), grant=None):
        person = str(stage.cast.operator.person.uuid)
        who = {
            "person": person,
            "person_name": "扎西",
            "unit": "u",
            "post": "p",
            "ground": "duty",
            "clauses": ["S34(1)"],
        }
        grant = str(grant or new_id())
        look = {
            **who, "type": "grant", "id": str(new_id()), "at": now_text(), "grant": grant, "cameras": [str(stage.gate.pk)],
            "live": True, "back_seconds": 0, "span": None, "still": False, "purpose": None, "content": None,
            "watermark": "w", **({"sound": [str(one) for one in sound]} if sound else {}),
        }  # fmt: skip
        begun = {
            **who, "type": "control.begun", "id": str(new_id()), "at": now_text(), "steering": str(steering),
            "grant": grant, "camera": str(stage.gate.pk), "over": "", "reason": "",
        }  # fmt: skip
        return notary.append([look, begun])[1]

    return give


def listening(stage, grant):
    return {
        "type": "view.heard", "id": str(new_id()), "at": now_text(), "view": str(new_id()), "grant": str(grant), "index": 0,
        "person": str(stage.cast.operator.person.uuid), "camera": str(stage.gate.pk), "worker": "node-1/0",
    }  # fmt: skip


def alarms():
    SourceWatch([reconciling.SOURCE]).round(timezone.now())
    return {alarm.kind: alarm for alarm in Alarm.objects.all()}


def page(client_of):
    return client_of("inspector").get(reverse("oversight:reconciliation"))


def test_commands_that_were_let_are_clean_and_no_alarm(node_says, leave, client_of):
    steering = uuid4()
    node_says(steering, leave(steering))
    answer = page(client_of)
    assert answer.context["steering"].clean
    assert answer.context["steering"].commands == 2
    assert "每条指令均已事先准予" in answer.content.decode()
    assert not alarms()


def test_a_node_that_turns_a_camera_without_leave_is_an_incident_and_an_alarm(stage, node_says, client_of):
    node_says(uuid4(), 5)
    answer = page(client_of)
    assert [one.index for one in answer.context["steering"].without_leave] == [0, 1]
    assert "存在对不上的操控" in answer.content.decode()
    raised = alarms()
    assert raised.keys() == {STEERING_MISMATCH.key}
    alarm = raised[STEERING_MISMATCH.key]
    assert "2 条操控记录与准予对不上" in title(alarm)
    assert where_to_look(alarm, Viewer(stage.cast.auditor.account, timezone.now()))[1] == reverse(
        "oversight:reconciliation"
    )


def test_commands_of_somebody_else_than_was_let_and_commands_that_are_missing_are_told_apart(
    stage, node_says, leave, client_of
):
    first, second = uuid4(), uuid4()
    node_says(first, leave(first), person=stage.cast.lead)
    node_says(second, leave(second), lost=1)
    steering = page(client_of).context["steering"]
    assert [len(one) for one in (steering.without_leave, steering.beyond_leave, steering.unaccounted)] == [0, 1, 1]
    assert STEERING_MISMATCH.key in alarms()


@pytest.mark.parametrize("granted", [True, False])
def test_who_listens_must_have_been_let_listen(stage, notary, leave, client_of, granted):
    grant = new_id()
    leave(uuid4(), grant=grant, sound=(stage.gate.pk,) if granted else ())
    notary.append([listening(stage, grant)])
    account = page(client_of).context["account"]
    assert account.hearings == 1
    assert account.clean is granted
    assert (MISMATCH.key in alarms()) is not granted


def test_where_more_was_logged_than_is_read_nothing_is_judged_whose_grant_may_lie_before(
    node_says, leave, client_of, monkeypatch
):
    steering = uuid4()
    node_says(steering, leave(steering))
    monkeypatch.setattr(reconciling, "MOST", 2)  # commands and end; the look and the leave lie before
    answer = page(client_of)
    assert answer.context["more"]
    assert answer.context["steering"].clean
    assert not alarms(), "it can't tell, and says nothing"
