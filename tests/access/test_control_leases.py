"""What is asked of every control lease, to steer and to speak alike: by whose look, on whose duty, on record first, and what is said where not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.utils import timezone

from custodes.access.models import Grant
from custodes.people.models import DutySession
from tests.access.leaves import begun, look, make_able, post
from tests.cast import EVERYBODY

HOLDER = {"person": "somebody", "person_name": "德吉", "unit": "城关区第一小学", "since_us": 1}


@dataclass(frozen=True)
class Kind:
    """One of them.

    Attributes:
        path: where it is asked for; told: where its node is told, as in ``/internal/TOLD/begin``; record: the leave's.
        held_by: the field that names whoever has the camera.
        stands, answers: what the stage's node says it with: who has the camera, and what becomes of leave.
        clause: of a refusal; own: what is asked beside camera and look.
    """

    path: str
    told: str
    record: str
    held_by: str
    stands: str
    answers: str
    clause: str
    own: Mapping[str, Any] = field(default_factory=dict)


KINDS = (
    Kind("/api/steering", "steering", "control.begun", "holder", "helm", "begun", "S34(7)"),
    Kind("/api/speaking", "speech", "speech.begun", "speaker", "floor", "spoken", "S34(1)", {"reason": "疏导人群"}),
)


@pytest.fixture(params=KINDS, ids=lambda kind: kind.told)
def kind(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def able(stage: Any, notary: Any) -> Any:
    """The gate turns and has a loudspeaker, the yard has neither; the operator is on duty."""
    make_able(stage)
    stage.on_duty()
    return stage


def ask(browser: Any, kind: Kind, camera: Any, grant: str) -> Any:
    return post(browser, kind.path, {"camera": str(camera.pk), "grant": grant, **kind.own})


def test_leave_is_on_record_before_the_node_is_told(able: Any, kind: Kind, notary: Any, client_of: Any) -> None:
    browser = client_of("operator")
    grant = look(browser, able.gate)
    answer = ask(browser, kind, able.gate, grant)
    assert answer.status_code == 201
    [record] = notary.of(kind.record)
    [asked] = begun(able, kind.told)
    assert asked["index"] == answer.json()["index"] == notary.records.index(record)
    assert asked[kind.told] == str(getattr(record, kind.told))
    for name in ("grant", "camera", "person", "person_name", "unit"):
        assert asked[name] == str(getattr(record, name))
    assert (record.camera, str(record.grant)) == (able.gate.pk, grant)


def test_with_the_notary_down_nothing_begins(able: Any, kind: Kind, notary: Any, client_of: Any) -> None:
    browser = client_of("operator")
    grant = look(browser, able.gate)
    notary.down = True
    assert ask(browser, kind, able.gate, grant).status_code == 503
    assert begun(able, kind.told) == []


def test_a_camera_that_can_not_is_refused_by_clause_and_on_record(
    able: Any, kind: Kind, notary: Any, client_of: Any
) -> None:
    browser = client_of("operator")
    answer = ask(browser, kind, able.yard, look(browser, able.yard))
    assert answer.status_code == 403
    assert answer.json()["refusal"][0]["clause"] == kind.clause
    assert notary.of("refusal")[0].unmet[0].clause == kind.clause
    assert begun(able, kind.told) == []


def test_a_node_that_knows_that_the_camera_can_not_refuses_too(able: Any, kind: Kind, client_of: Any) -> None:
    setattr(able.worker, kind.stands, {"ok": False, "failure": "no_speaker"})
    browser = client_of("operator")
    answer = ask(browser, kind, able.gate, look(browser, able.gate))
    assert (answer.status_code, answer.json()["refusal"][0]["clause"]) == (403, kind.clause)
    assert begun(able, kind.told) == []


def test_whoever_is_no_longer_on_duty_is_refused(able: Any, kind: Kind, client_of: Any) -> None:
    browser = client_of("operator")
    grant = look(browser, able.gate)
    DutySession.objects.update(ends_at=timezone.now())
    assert ask(browser, kind, able.gate, grant).status_code == 403
    assert begun(able, kind.told) == []


def test_a_look_that_is_over_or_shows_another_camera_gives_no_leave(able: Any, kind: Kind, client_of: Any) -> None:
    browser = client_of("operator")
    other = look(browser, able.yard)
    assert ask(browser, kind, able.gate, other).status_code == 404
    grant = look(browser, able.gate)
    Grant.objects.filter(pk=grant).update(revoked_at="2026-01-01T00:00:00Z")
    assert ask(browser, kind, able.gate, grant).status_code == 404
    assert begun(able, kind.told) == []


def test_a_look_that_the_node_does_not_show_any_more_gives_none(able: Any, kind: Kind, client_of: Any) -> None:
    setattr(able.worker, kind.answers, {"ok": False, "failure": "not_open"})
    browser = client_of("operator")
    assert ask(browser, kind, able.gate, look(browser, able.gate)).status_code == 404


@pytest.mark.parametrize("member", sorted(EVERYBODY - {"operator"}))
def test_nobody_gets_leave_by_somebody_elses_look(able: Any, kind: Kind, client_of: Any, member: str) -> None:
    grant = look(client_of("operator"), able.gate)
    assert ask(client_of(member), kind, able.gate, grant).status_code in (403, 404)
    assert begun(able, kind.told) == []


def test_one_who_was_quicker_is_named(able: Any, kind: Kind, client_of: Any) -> None:
    setattr(able.worker, kind.answers, {"ok": False, "failure": "held", kind.held_by: HOLDER})
    browser = client_of("operator")
    answer = ask(browser, kind, able.gate, look(browser, able.gate))
    assert (answer.status_code, answer.json()[kind.held_by]) == (409, "德吉")


def test_whoever_has_it_already_begins_anew(able: Any, kind: Kind, client_of: Any, cast: Any) -> None:
    own = HOLDER | {"person": str(cast.operator.person.uuid)}
    setattr(able.worker, kind.stands, {"ok": True, kind.held_by: own})
    browser = client_of("operator")
    assert ask(browser, kind, able.gate, look(browser, able.gate)).status_code == 201


def test_a_node_that_is_away_is_said(able: Any, kind: Kind, client_of: Any) -> None:
    browser = client_of("operator")
    grant = look(browser, able.gate)
    able.worker.down = True
    assert ask(browser, kind, able.gate, grant).status_code == 503


@pytest.mark.parametrize("body", [{}, {"camera": "x", "grant": "y"}, {"reason": "\x00"}])
def test_malformed_wishes_are_refused(able: Any, kind: Kind, client_of: Any, body: Any) -> None:
    assert post(client_of("operator"), kind.path, body).status_code == 422
