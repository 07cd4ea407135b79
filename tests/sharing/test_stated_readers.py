"""Who reads what an upper's officer stated: the police whose link it is; a unit's own auditor learns that an upper looked, and not for whom."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.utils import timezone

from custodes.ledger.records import record_of
from custodes.oversight.log_phrases import LedgerNames, tell
from custodes.oversight.mirror import catch_up
from custodes.oversight.models import EntryRow
from custodes.oversight.readers import readable_entries
from custodes.oversight.reconciling import last_days
from custodes.people import posts
from custodes.people.models import Person, PostKind, Unit, UnitKind
from custodes.people.records import timestamp
from custodes.sharing.models import Served
from tests.cast import SINCE
from tests.places.devices.rows import us
from tests.sharing.said import kept
from tests.sharing.stage import LOWER_ID, OWN_ID, granted

pytestmark = pytest.mark.django_db


@pytest.fixture
def school_auditor(cast):
    person = Person.objects.create(name="学校审计", unit=cast.units["a"])
    posts.assign(person, cast.units["a"], PostKind.AUDIT_ADMIN, by=None, at=SINCE)
    return person


def said_below(camera, grant, at):
    return {
        "type": "platform.stated", "id": str(uuid.uuid4()), "at": timestamp(at), "statement": str(uuid.uuid4()),
        "upper": OWN_ID, "lower": LOWER_ID, "channel": "54010200001320000001", "camera": str(camera),
        "verb": "history", "grant": str(grant), "unit": "拉萨市公安局刑侦支队", "person_name": "扎西次仁",
        "reason": "办理盗窃案", "ground": "agency", "clauses": ["S27"], "index": 7, "until": timestamp(at),
    }  # fmt: skip


@pytest.fixture
def looked(stage, gate, stating, by, other, wants, notary):
    """A stated look, and the node's account of it."""
    granted(stating, "history", by, other)
    said = kept(gate, stating)
    wants(call_id=said.call_id, from_us=us(said.span_from), until_us=us(said.span_to))
    leaf = notary.of("grant")[0]
    begun = {
        "type": "view.begun", "id": str(leaf.link), "grant": str(leaf.grant), "index": 1, "person": leaf.person,
        "camera": str(stage.gate.pk), "stream": "main", "at_us": None, "worker": "node-1/0", "at": leaf.at,
    }  # fmt: skip
    notary.append([record_of(begun)])
    catch_up()
    return said


def test_the_units_auditor_reads_that_somebody_above_looked_and_no_more(looked, cast, school_auditor, notary):
    at = timezone.now()
    own = readable_entries(school_auditor, at)
    assert list(own.values_list("type", flat=True)) == ["view.begun"]
    police = readable_entries(cast.auditor.person, at)
    assert set(police.values_list("type", flat=True)) >= {"platform.statement", "grant", "view.begun"}


def test_the_police_of_another_county_read_that_somebody_looked_nowhere(looked, cast):
    neighbour = cast.units["b"].division
    police = Unit.objects.create(name="堆龙德庆区公安分局", kind=UnitKind.PUBLIC_SECURITY, division=neighbour)
    there = Person.objects.create(name="邻县审计", unit=police)
    posts.assign(there, police, PostKind.AUDIT_ADMIN, by=None, at=SINCE)
    read = set(readable_entries(there, timezone.now()).values_list("type", flat=True))
    assert not read & {"platform.statement", "grant", "refusal", "view.begun"}


def test_what_was_said_below_is_read_as_the_look_is_or_the_link(looked, stage, notary, cast):
    """Of an officer of ours by their own auditors and themselves; of a platform above as all of its link."""
    row = Served.objects.get(stated=looked)
    at = timezone.now()
    notary.append([record_of(said_below(stage.gate.pk, row.pk, at))])
    catch_up()
    assert EntryRow.objects.get(type="platform.stated").person == row.link_id


def test_a_refusal_that_names_an_officer_is_read_by_the_police_alone(gate, stating, wants, cast, school_auditor):
    said = kept(gate, stating)
    assert wants(call_id=said.call_id, from_us=us(said.span_from), until_us=us(said.span_to))["status"] == 403
    catch_up()
    at = timezone.now()
    assert not readable_entries(school_auditor, at).exists()
    types = set(readable_entries(cast.auditor.person, at).values_list("type", flat=True))
    assert types >= {"platform.statement", "refusal"}


def test_what_was_said_to_a_platform_below_is_no_entry_of_the_cameras_unit(stage, cast, school_auditor, notary):
    at = timezone.now()
    notary.append([record_of(said_below(stage.gate.pk, uuid.uuid4(), at))])
    catch_up()
    assert list(readable_entries(cast.auditor.person, at).values_list("type", "camera")) == [("platform.stated", None)]
    assert not readable_entries(school_auditor, at).exists()


def test_whoever_compares_finds_the_look_in_order_though_they_read_not_its_leaf(looked, cast, school_auditor, notary):
    at = timezone.now()
    for person in (school_auditor, cast.auditor.person):
        found = last_days(readable_entries(person, at), at)
        assert (found.clean, found.looks.viewings) == (True, 1)
    EntryRow.objects.filter(type="grant").delete()
    found = last_days(readable_entries(school_auditor, at), at)
    assert len(found.looks.without_grant) == 1


def test_the_log_tells_it_in_words(looked, notary):
    names = LedgerNames()
    told = {
        one.type: tell(entry.record, names) for one, entry in zip(notary.records, notary.entries(0, 9), strict=True)
    }
    assert "拉萨市公安局刑侦支队 扎西次仁 010203" in told["platform.statement"]
    assert "事由：办理盗窃案" in told["platform.statement"]
    assert "拉公介〔2026〕1号" in told["platform.statement"]
    for words in ("办案人员 拉萨市公安局刑侦支队 扎西次仁", "事由：办理盗窃案", "查阅录像"):
        assert words in told["grant"]
    assert datetime.datetime.fromisoformat(notary.of("platform.statement")[0].until) > timezone.now()
