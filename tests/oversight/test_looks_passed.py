"""Each place where web and node differ is an incident, once, with both places in the log; refusals are counted by local day."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.access.models import FindingKind, FindingState, LookFinding, LookPass
from custodes.ledger.records import new_id
from custodes.oversight import looks_passed
from custodes.oversight.mirror import catch_up
from custodes.people.models import RecordOutbox
from tests.oversight.test_mismatches import leave, listening, node_says  # noqa: F401  # fixtures

pytestmark = pytest.mark.postgresql

HOUR = datetime.timedelta(hours=1)


def when(at):
    return at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def grant(stage, at, **more):
    return {
        "type": "grant", "id": str(new_id()), "at": when(at), "grant": str(new_id()), "person": str(stage.cast.operator.person.uuid),
        "person_name": "扎西", "unit": "u", "post": "p", "ground": "duty", "clauses": ["S34(1)"], "cameras": [str(stage.gate.pk)],
        "live": True, "back_seconds": 0, "span": None, "still": False, "purpose": None, "content": None, "watermark": "w", **more,
    }  # fmt: skip


def begun(stage, at, look, **more):
    return {
        "type": "view.begun", "id": str(new_id()), "at": when(at), "grant": look["grant"], "index": 0,
        "person": str(stage.cast.operator.person.uuid), "camera": str(stage.gate.pk), "stream": "main", "at_us": None,
        "worker": "node-1/0", **more,
    }  # fmt: skip


@pytest.mark.clause("S35(2)")
def test_a_viewing_without_and_one_beyond_its_grant_are_incidents_with_both_places_in_the_log(stage, notary):
    at = timezone.now()
    look, nothing = grant(stage, at), grant(stage, at)
    notary.append(
        [look, begun(stage, at, look), begun(stage, at, look, camera=str(stage.lobby.pk)), begun(stage, at, nothing)]
    )
    assert looks_passed.sweep(at + HOUR) == 2
    beyond, without = LookFinding.objects.order_by("kind")
    assert (beyond.kind, without.kind) == (FindingKind.BEYOND_GRANT, FindingKind.NO_GRANT)
    assert {beyond.state, without.state} == {FindingState.INCIDENT}
    assert (beyond.facts["leaf"], beyond.facts["other"]) == (2, 0)
    assert (without.facts["leaf"], without.facts["other"]) == (3, None)
    assert beyond.person == without.person == stage.cast.operator.person
    records = [row.record for row in RecordOutbox.objects.filter(type="finding.step")]
    assert sorted(record["leaves"] for record in records) == [[2, 0], [3]]


def test_a_mismatch_is_an_incident_once(stage, notary):
    at = timezone.now()
    notary.append([begun(stage, at, grant(stage, at))])
    assert looks_passed.sweep(at + HOUR) == 1
    assert looks_passed.sweep(at + 2 * HOUR) == 0
    assert looks_passed.sweep(at + 2 * HOUR + HOUR) == 0
    assert LookFinding.objects.count() == 1
    assert RecordOutbox.objects.filter(type="finding.step").count() == 1


def test_steering_that_does_not_agree_is_an_incident_too(stage, notary, leave, node_says):  # noqa: F811
    steering = new_id()
    node_says(steering, 7)
    other = new_id()
    node_says(other, leave(other), person=stage.cast.outsider)
    third = new_id()
    node_says(third, leave(third), lost=1)
    looks_passed.sweep(timezone.now() + HOUR)
    kinds = {row.kind for row in LookFinding.objects.all()}
    assert kinds == {FindingKind.NO_LEAVE, FindingKind.BEYOND_LEAVE, FindingKind.UNACCOUNTED}
    named = LookFinding.objects.filter(kind__in=[FindingKind.BEYOND_LEAVE, FindingKind.UNACCOUNTED])
    assert all(row.facts["other"] is not None for row in named)
    assert all(row.clause == "S34(7)" for row in LookFinding.objects.all())


def test_somebody_whom_the_register_does_not_know_is_the_matter_of_the_police(stage, notary, client_of):
    from custodes.access.looks.review.showing import reviewed_by

    at = timezone.now()
    notary.append([begun(stage, at, grant(stage, at), person=str(new_id()))])
    looks_passed.sweep(at + HOUR)
    [row] = LookFinding.objects.all()
    assert row.person is None
    assert reviewed_by(stage.cast.auditor.person, at).filter(pk=row.pk).exists()
    assert not reviewed_by(stage.cast.approver.person, at).exists()
    assert client_of("auditor").get(row.get_absolute_url()).status_code == 200


def test_while_the_notary_is_down_nothing_is_gone_through_and_the_next_pass_does_it(stage, notary):
    at = timezone.now()
    notary.append([begun(stage, at, grant(stage, at))])
    notary.down = True
    assert looks_passed.sweep(at + HOUR) == 0
    assert not LookPass.objects.exists()
    notary.down = False
    assert looks_passed.sweep(at + HOUR) == 1


def test_refusals_are_counted_by_person_and_local_day(stage, notary):
    at = timezone.make_aware(datetime.datetime.combine(timezone.localdate(), datetime.time(0, 30)))
    who = {"person": str(stage.cast.officer.person.uuid), "person_name": "王芳", "unit": "u", "ground": "duty"}
    refusal = {**who, "type": "refusal", "cameras": [], "live": True, "span": None, "unmet": []}
    notary.append([{**refusal, "id": str(new_id()), "at": when(moment)} for moment in (at, at - HOUR, at + HOUR)])
    assert catch_up()
    person, today = stage.cast.officer.person.uuid, timezone.localdate(at)
    before = today - datetime.timedelta(days=1)
    assert looks_passed.refusals(before) == {today: {person: 2}, before: {person: 1}}
    assert looks_passed.refusals(today) == {today: {person: 2}}


def test_the_page_of_a_look_tells_what_was_shown_and_names_its_places_in_the_log(stage, notary, client_of):
    from custodes.access.models import Grant

    at = timezone.now()
    operator = stage.cast.operator.person
    row = Grant.objects.create(
        person=operator, unit=operator.unit, ground="duty", live=True, watermark="-", asked_at=at, ended_at=at, index=0
    )  # fmt: skip
    row.cameras.set([stage.gate])
    look = grant(stage, at, grant=str(row.pk))
    other = grant(stage, at)
    ended = {
        "type": "view.ended", "id": str(new_id()), "at": when(at), "grant": look["grant"], "index": 0,
        "person": str(operator.uuid), "camera": str(stage.gate.pk), "shown": [[1_750_000_000_000_000, 1_750_000_060_000_000]],
        "bytes": 5 << 20, "reason": "closed", "worker": "node-1/0",
    }  # fmt: skip
    notary.append([look, begun(stage, at, look), ended, other, begun(stage, at, other)])
    answer = client_of("lead").get(reverse("oversight:look", args=[row.pk]))
    assert [leaf.index for leaf, _readable in answer.context["leaves"]] == [0, 1, 2]
    assert answer.context["story"].bytes == 5 << 20
    assert reverse("oversight:entry", args=[1]) not in answer.content.decode(), (
        "whoever can't open the log has no link to it"
    )
    linked = client_of("auditor").get(reverse("oversight:look", args=[row.pk])).content.decode()
    assert reverse("oversight:entry", args=[1]) in linked
    notary.down = True
    assert client_of("lead").get(reverse("oversight:look", args=[row.pk])).status_code == 200
