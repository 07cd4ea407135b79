"""Whether a link may be served a camera: denied by default, each refusal with its clause, grants by two persons."""

from __future__ import annotations

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from custodes.people.lawful import StepRefused
from custodes.places.models import Camera, CameraState, System, SystemState
from custodes.sharing.links.refusals import GrantFacts, ServeFacts, counts, unmet
from custodes.sharing.links.serving import may_serve
from custodes.sharing.models import LinkGrant, Verb
from custodes.sharing.tree import changing
from tests.sharing import grants as granting
from tests.sharing import joining
from tests.sharing.stage import NEED, granted, taken

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
DAY = datetime.timedelta(days=1)


def clauses(link, camera, verb=Verb.LIVE, at=None, **more):
    return [one.clause for one in may_serve(link, camera, verb, at or timezone.now(), **more).unmet]


@pytest.mark.clause("S33.1")
def test_nothing_is_served_without_a_grant(link, stage, by, other):
    assert clauses(link, stage.gate) == ["S33.1"]
    row = granted(link, Verb.LIVE, by, other)
    verdict = may_serve(link, stage.gate, Verb.LIVE, timezone.now())
    assert (verdict.may, verdict.grant, verdict.unknown) == (True, row.pk, False)
    assert clauses(link, stage.gate, Verb.DOWNLOAD, stated=True) == ["S33.1"], "of this verb there is none"
    assert clauses(link, stage.yard) == ["S33.1", "S33.1"], "it hangs nowhere in the tree"
    granting.end(row, taken(by, "不再需要"))
    assert clauses(link, stage.gate) == ["S33.1"]


def test_a_grant_counts_in_its_days_and_hours_alone(link, stage, by, other):
    granted(link, Verb.LIVE, by, other, days=1, hours=(datetime.time(22), datetime.time(6)))
    today = timezone.localdate()
    at = lambda day, hour: timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour)))  # noqa: E731
    assert clauses(link, stage.gate, at=at(today, 23)) == []
    assert clauses(link, stage.gate, at=at(today, 5)) == []
    assert clauses(link, stage.gate, at=at(today, 6)) == ["S33.1"]
    assert clauses(link, stage.gate, at=at(today + DAY, 23)) == []
    assert clauses(link, stage.gate, at=at(today + 2 * DAY, 23)) == ["S33.1"]
    assert clauses(link, stage.gate, at=at(today - DAY, 23)) == ["S33.1"]


def test_a_grant_of_a_part_of_the_tree_reaches_no_other(link, stage, by, other):
    node = link.shared.get().node
    aside = changing.add_node(link, node.parent, "另处", taken(by))
    changing.put(link, [stage.yard.pk], aside, taken(by))
    granted(link, Verb.LIVE, by, other, node=aside)
    assert clauses(link, stage.yard) == []
    assert clauses(link, stage.gate) == ["S33.1"]


@pytest.mark.clause("S33.1")
def test_a_grant_does_not_grow_by_what_one_person_puts_into_the_tree(link, stage, by, other, client_of):
    node = link.shared.get().node
    row = granted(link, Verb.LIVE, by, other)
    assert changing.put(link, [stage.yard.pk], node, taken(by)) == 1
    assert clauses(link, stage.gate) == []
    (told,) = may_serve(link, stage.yard, Verb.LIVE, timezone.now()).unmet
    assert (told.clause, "批准以后" in told.reason_zh, "重新提出" in told.remedy_zh) == ("S33.1", True, True)
    with pytest.raises(StepRefused, match="已经在"):
        changing.put(link, [stage.gate.pk], node, taken(by))
    assert clauses(link, stage.gate) == [], "what stays where it is stays granted"
    changing.take_out(link, [stage.gate.pk], taken(by))
    changing.put(link, [stage.gate.pk], node, taken(by))
    assert clauses(link, stage.gate) == ["S33.1"], "nor by what was taken out and came back"
    assert "2 个点位不在授权内" in client_of("inspector").get(link.get_absolute_url()).content.decode()
    again = granted(link, Verb.LIVE, by, other, node=node.parent)
    assert may_serve(link, stage.yard, Verb.LIVE, timezone.now()).grant == again.pk
    aside = changing.add_node(link, node.parent, "另处", taken(by))
    changing.put(link, [stage.yard.pk], aside, taken(by))
    assert clauses(link, stage.yard) == ["S33.1"], "nor by what was moved"
    row.refresh_from_db()
    assert [(one.pk, one.came_later) for one in link.grants.annotate(came_later=granting.came_later())] == [
        (again.pk, 1), (row.pk, 2),
    ]  # fmt: skip


@pytest.mark.clause("S28.1(3)")
def test_history_wants_the_officers_statement_or_a_decision_about_unknown_purposes(cast, link, stage, by, other):
    granted(link, Verb.HISTORY, by, other)
    assert clauses(link, stage.gate, Verb.HISTORY) == ["N16.2(3)"], "off by default"
    assert clauses(link, stage.gate, Verb.HISTORY, stated=True) == []
    row = granting.propose(
        link, Verb.UNKNOWN, taken(by, NEED), from_on=timezone.localdate(), until_on=timezone.localdate()
    )
    assert clauses(link, stage.gate, Verb.HISTORY) == ["N16.2(3)"], "nobody approved it"
    granting.approve(row, taken(other))
    verdict = may_serve(link, stage.gate, Verb.HISTORY, timezone.now())
    assert verdict.may
    assert verdict.unknown, "the record says so"
    assert not may_serve(link, stage.gate, Verb.HISTORY, timezone.now(), stated=True).unknown
    link.platform.custodes = True
    link.platform.save()
    assert clauses(link, stage.gate, Verb.HISTORY) == ["S28.1(3)"], "one that can say it has to"
    with pytest.raises(StepRefused, match="对方使用本系统"):
        granting.propose(
            link, Verb.UNKNOWN, taken(by, NEED), from_on=timezone.localdate(), until_on=timezone.localdate()
        )
    with pytest.raises(ValueError, match="nobody asks"):
        may_serve(link, stage.gate, Verb.UNKNOWN, timezone.now())


@pytest.mark.clause("S20")
def test_what_is_classified_is_served_by_no_grant(link, stage, by, other):
    granted(link, Verb.LIVE, by, other)
    assert clauses(link, stage.gate) == []
    System.objects.filter(pk=stage.school.pk).update(classified=True)
    assert clauses(link, stage.gate)[0] == "S20"


@pytest.mark.parametrize("what", ["suspended", "ended", "trial", "retired", "taken out"])
def test_what_ends_takes_it_away_at_once(link, stage, by, other, what):
    granted(link, Verb.LIVE, by, other)
    assert clauses(link, stage.gate) == []
    match what:
        case "suspended":
            joining.suspend(link, taken(by, "原因"))
        case "ended":
            joining.end(link, taken(by, "原因"))
        case "trial":
            System.objects.filter(pk=stage.school.pk).update(state=SystemState.TRIAL)
        case "retired":
            Camera.objects.filter(pk=stage.gate.pk).update(state=CameraState.RETIRED)
        case _:
            changing.take_out(link, [stage.gate.pk], taken(by))
    assert clauses(link, stage.gate) != [], "though the caller's rows are of before"


class TestGrant:
    def test_two_persons_in_the_database_too(self, link, by, other):
        today = timezone.localdate()
        row = granting.propose(link, Verb.LIVE, taken(by, NEED), from_on=today, until_on=today)
        with pytest.raises(StepRefused, match="另一人"):
            granting.approve(row, taken(by))
        granting.approve(row, taken(other))
        with pytest.raises(IntegrityError), transaction.atomic():
            LinkGrant.objects.filter(pk=row.pk).update(approved_by=by)
        with pytest.raises(StepRefused):
            granting.refuse(row, taken(other, "原因"))

    @pytest.mark.parametrize(
        ("more", "word"),
        [
            ({"until_on": -1}, "早于"),
            ({"until_on": 400}, "不超过"),
            ({"from_on": -9, "until_on": -2}, "早于今天"),
            ({"hours": (datetime.time(8), datetime.time(8))}, "相同"),
            ({"words": "。"}, "理由"),
        ],
    )
    def test_what_can_not_be_is_refused_by_field(self, link, by, more, word):
        today = timezone.localdate()
        told = {"from_on": 0, "until_on": 1, "words": NEED} | more
        with pytest.raises(StepRefused, match=word):
            granting.propose(
                link,
                Verb.LIVE,
                taken(by, told["words"]),
                from_on=today + told["from_on"] * DAY,
                until_on=today + told["until_on"] * DAY,
                hours=told.get("hours"),
            )

    def test_no_other_links_node_and_none_downwards(self, cast, link, by):
        today = timezone.localdate()
        node = link.shared.get().node
        node.link_id = None
        with pytest.raises(StepRefused, match="范围"):
            granting.propose(link, Verb.LIVE, taken(by, NEED), from_on=today, until_on=today, node=node)
        joining.end(link, taken(by, "原因"))
        with pytest.raises(StepRefused, match="上级平台"):
            granting.propose(link, Verb.LIVE, taken(by, NEED), from_on=today, until_on=today)

    def test_one_that_ran_out_is_not_approved(self, link, by, other):
        today = timezone.localdate()
        row = granting.propose(link, Verb.LIVE, taken(by, NEED), from_on=today, until_on=today)
        with pytest.raises(StepRefused, match="已过"):
            granting.approve(row, taken(other, at=timezone.now() + 2 * DAY))
        with pytest.raises(StepRefused, match="写明"):
            granting.refuse(row, taken(other))
        assert granting.refuse(row, taken(other, "范围过大")).state == "refused"


def test_refusals_are_pure_and_s20_stands_first():
    now = timezone.now()
    none = ServeFacts(False, False, False, True, False, True, (), False, False)
    assert [one.clause for one in unmet(none, "steer", now)] == [
        "S20", "S22", "S33.1", "S16.1", "S10(3)", "S33.1", "S33.1",
    ]  # fmt: skip
    asked = ServeFacts(
        True, True, True, False, True, False, (GrantFacts("steer", now.date(), now.date() + DAY),), True, False
    )
    assert [one.clause for one in unmet(asked, "steer", now)] == ["S33.1"], (
        "S28.1 is of looking up, not of moving a camera"
    )
    unknown = ServeFacts(
        True, True, True, False, True, False, (GrantFacts("history", now.date(), now.date() + DAY),), False, False
    )
    assert [one.remedy_zh for one in unmet(unknown, "history", now)] == ["请补登记后再办理"]
    assert not counts(GrantFacts("live", now.date() + 3 * DAY, now.date() + 9 * DAY), now)
