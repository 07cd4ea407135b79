"""What nodes say of pictures: kept, replaced, over when it has ended, unknown when nobody looks any more."""

from __future__ import annotations

import datetime
import uuid

import pytest

from custodes.places.models import Camera, Node
from custodes.upkeep.models import PictureCheck, PictureFault
from custodes.upkeep.pictures import picture_findings
from tests.places.signing import signed

AT = datetime.datetime(2024, 6, 3, 4, 0, tzinfo=datetime.UTC)


def fault(**more):
    return {
        "fault": "moved",
        "state": "faulty",
        "measure": 12.5,
        "threshold": 2.0,
        "unit": "% of the width",
        "severe": False,
        "since": "2024-06-03T03:58:00Z",
        "last": "2024-06-03T04:00:00Z",
        "reference": "view-1",
        "details": {"right": 12.1, "turn": 1.5},
    } | more


def report(stage, *faults, camera=None, unjudged=(), at=AT):
    pictures = [
        {
            "camera": str(camera or stage.gate.pk),
            "at": at.isoformat(),
            "references": 1,
            "faults": list(faults),
            "unjudged": list(unjudged),
        }
    ]
    body = {
        "worker": 0,
        "cameras": [],
        "volumes": [],
        "clock": {"synchronised": True, "offset_us": 0},
        "pictures": pictures,
    }
    return signed(stage, "POST", "/internal/status", body)


def findings(now=AT):
    return picture_findings(Camera.objects.all(), now)


def test_a_finding_is_given_on_with_its_figures(stage):
    assert report(stage, fault()).status_code == 204
    [found] = findings()
    assert (found.camera, found.fault, found.state) == (stage.gate.pk, "moved", "faulty")
    assert (found.measure, found.threshold, found.unit) == (12.5, 2.0, "% of the width")
    assert found.first_seen == AT - datetime.timedelta(minutes=2)
    assert found.last_seen == AT
    assert (found.reference, found.details["turn"]) == ("view-1", 1.5)


def test_saying_it_again_replaces_it(stage):
    report(stage, fault())
    report(stage, fault(measure=20.0, severe=True))
    [found] = findings()
    assert (found.measure, found.severe) == (20.0, True)


def test_a_stated_fault_that_is_not_there_any_more_is_over_and_stays_known(stage):
    report(stage, fault())
    later = AT + datetime.timedelta(minutes=5)
    report(stage, at=later)
    [found] = findings(later)
    assert (found.state, found.last_seen) == ("over", later)
    report(stage, fault(state="suspected"), at=later)
    assert [one.state for one in findings(later)] == ["over"], "a suspicion takes nothing's place"
    report(stage, fault(), at=later)
    assert [one.state for one in findings(later)] == ["faulty"]


def test_a_suspicion_that_passes_leaves_nothing(stage):
    report(stage, fault(state="suspected"))
    report(stage)
    assert findings() == []


def test_what_could_not_be_judged_stays_as_it_was(stage):
    report(stage, fault())
    report(stage, unjudged=["moved"])
    assert [one.state for one in findings()] == ["faulty"]
    assert PictureCheck.objects.get().unjudged == ["moved"]


def test_a_finding_is_unknown_when_nobody_has_looked_for_long(stage):
    report(stage, fault())
    assert [one.state for one in findings(AT + datetime.timedelta(minutes=11))] == ["unknown"]


def test_a_node_speaks_of_its_own_cameras_pictures_alone(stage):
    other = Node.objects.create(name="node-2", public_key="", seal_key="")
    stage.lobby.node = other
    stage.lobby.save()
    assert report(stage, fault(), camera=stage.lobby.pk).status_code == 204
    assert report(stage, fault(), camera=uuid.uuid4()).status_code == 204
    assert not PictureFault.objects.exists()
    assert not PictureCheck.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"fault": "face"},
        {"state": "over"},
        {"measure": "NaN"},
        {"since": "2024-06-03T03:58:00"},
        {"details": {"x": [1]}},
        {"unit": "x" * 41},
    ],
)
def test_a_malformed_finding_is_refused_whole(stage, wrong):
    assert report(stage, fault(), fault(**wrong)).status_code == 400
    assert not PictureFault.objects.exists()


def test_a_node_that_says_nothing_of_pictures_is_understood(stage):
    body = {"worker": 0, "cameras": [], "volumes": [], "clock": {"synchronised": True, "offset_us": 0}}
    assert signed(stage, "POST", "/internal/status", body).status_code == 204
