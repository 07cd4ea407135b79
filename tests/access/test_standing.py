"""What is asked of every standing leave, to steer and to speak alike: by whose look, on whose duty, on record first, and what is said where not."""

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
class Verb:
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


VERBS = (
    Verb("/api/steering", "steering", "control.begun", "holder", "helm", "begun", "S34(7)"),
    Verb("/api/speaking", "speech", "speech.begun", "speaker", "floor", "spoken", "S34(1)", {"reason": "疏导人群"}),
)


@pytest.fixture(params=VERBS, ids=lambda verb: verb.told)
def verb(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def able(stage: Any, notary: Any) -> Any:
    """The gate turns and has a loudspeaker, the yard has neither; the operator is on duty."""
    make_able(stage)
    stage.on_duty()
    return stage


def ask(browser: Any, verb: Verb, camera: Any, grant: str) -> Any:
    return post(browser, verb.path, {"camera": str(camera.pk), "grant": grant, **verb.own})


def test_leave_is_on_record_before_the_node_is_told(able: Any, verb: Verb, notary: Any, client_of: Any) -> None:
    browser = client_of("operator")
    grant = look(browser, able.gate)
    answer = ask(browser, verb, able.gate, grant)
    assert answer.status_code == 201
    [record] = notary.of(verb.record)
    [asked] = begun(able, verb.told)
    assert asked["index"] == answer.json()["index"] == notary.records.index(record)
    assert asked[verb.told] == str(getattr(record, verb.told))
    for name in ("grant", "camera", "person", "person_name", "unit"):
        assert asked[name] == str(getattr(record, name))
    assert (record.camera, str(record.grant)) == (able.gate.pk, grant)


def test_with_the_notary_down_nothing_begins(able: Any, verb: Verb, notary: Any, client_of: Any) -> None:
    browser = client_of("operator")
    grant = look(browser, able.gate)
    notary.down = True
    assert ask(browser, verb, able.gate, grant).status_code == 503
    assert begun(able, verb.told) == []


def test_a_camera_that_can_not_is_refused_by_clause_and_on_record(
    able: Any, verb: Verb, notary: Any, client_of: Any
) -> None:
    browser = client_of("operator")
    answer = ask(browser, verb, able.yard, look(browser, able.yard))
    assert answer.status_code == 403
    assert answer.json()["refusal"][0]["clause"] == verb.clause
    assert notary.of("refusal")[0].unmet[0].clause == verb.clause
    assert begun(able, verb.told) == []


def test_a_node_that_knows_that_the_camera_can_not_refuses_too(able: Any, verb: Verb, client_of: Any) -> None:
    setattr(able.worker, verb.stands, {"ok": False, "failure": "no_speaker"})
    browser = client_of("operator")
    answer = ask(browser, verb, able.gate, look(browser, able.gate))
    assert (answer.status_code, answer.json()["refusal"][0]["clause"]) == (403, verb.clause)
    assert begun(able, verb.told) == []


def test_whoever_is_no_longer_on_duty_is_refused(able: Any, verb: Verb, client_of: Any) -> None:
    browser = client_of("operator")
    grant = look(browser, able.gate)
    DutySession.objects.update(ends_at=timezone.now())
    assert ask(browser, verb, able.gate, grant).status_code == 403
    assert begun(able, verb.told) == []


def test_a_look_that_is_over_or_shows_another_camera_gives_no_leave(able: Any, verb: Verb, client_of: Any) -> None:
    browser = client_of("operator")
    other = look(browser, able.yard)
    assert ask(browser, verb, able.gate, other).status_code == 404
    grant = look(browser, able.gate)
    Grant.objects.filter(pk=grant).update(revoked_at="2026-01-01T00:00:00Z")
    assert ask(browser, verb, able.gate, grant).status_code == 404
    assert begun(able, verb.told) == []


def test_a_look_that_the_node_does_not_show_any_more_gives_none(able: Any, verb: Verb, client_of: Any) -> None:
    setattr(able.worker, verb.answers, {"ok": False, "failure": "not_open"})
    browser = client_of("operator")
    assert ask(browser, verb, able.gate, look(browser, able.gate)).status_code == 404


@pytest.mark.parametrize("member", sorted(EVERYBODY - {"operator"}))
def test_nobody_gets_leave_by_somebody_elses_look(able: Any, verb: Verb, client_of: Any, member: str) -> None:
    grant = look(client_of("operator"), able.gate)
    assert ask(client_of(member), verb, able.gate, grant).status_code in (403, 404)
    assert begun(able, verb.told) == []


def test_one_who_was_quicker_is_named(able: Any, verb: Verb, client_of: Any) -> None:
    setattr(able.worker, verb.answers, {"ok": False, "failure": "held", verb.held_by: HOLDER})
    browser = client_of("operator")
    answer = ask(browser, verb, able.gate, look(browser, able.gate))
    assert (answer.status_code, answer.json()[verb.held_by]) == (409, "德吉")


def test_whoever_has_it_already_begins_anew(able: Any, verb: Verb, client_of: Any, cast: Any) -> None:
    own = HOLDER | {"person": str(cast.operator.person.uuid)}
    setattr(able.worker, verb.stands, {"ok": True, verb.held_by: own})
    browser = client_of("operator")
    assert ask(browser, verb, able.gate, look(browser, able.gate)).status_code == 201


def test_a_node_that_is_away_is_said(able: Any, verb: Verb, client_of: Any) -> None:
    browser = client_of("operator")
    grant = look(browser, able.gate)
    able.worker.down = True
    assert ask(browser, verb, able.gate, grant).status_code == 503


@pytest.mark.parametrize("body", [{}, {"camera": "x", "grant": "y"}, {"reason": "\x00"}])
def test_malformed_wishes_are_refused(able: Any, verb: Verb, client_of: Any, body: Any) -> None:
    assert post(client_of("operator"), verb.path, body).status_code == 422
