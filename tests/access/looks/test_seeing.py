"""Who reads which look, and when: reader by reader, kind of look by kind of look, on each side of the instant at which an embargo ends."""

from __future__ import annotations

import datetime
import itertools
from dataclasses import replace

import pytest

from custodes.access.looks.reach import disclosed_on, known, readable_looks
from custodes.access.looks.seeing import ReaderRelation, SeenOfLook, seen
from custodes.access.views.viewings import visible_viewings
from custodes.people.models import PostKind
from custodes.people.permissions import Permission
from tests.access.agency.asked import colleague
from tests.access.looks import embargoes as embargo
from tests.access.looks.platform import DAY
from tests.access.taken import Taken

AT = datetime.datetime(2026, 6, 1, tzinfo=datetime.UTC)
SECOND = datetime.timedelta(seconds=1)
MICRO = datetime.timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("relation", "ends", "expected"),
    [
        (ReaderRelation(), None, SeenOfLook.NOTHING),
        (ReaderRelation(reached=True), None, SeenOfLook.AT_ONCE),
        (ReaderRelation(reached=True), AT + MICRO, SeenOfLook.NOTHING),
        (ReaderRelation(reached=True), AT, SeenOfLook.DISCLOSED),
        (ReaderRelation(reached=True), AT - MICRO, SeenOfLook.DISCLOSED),
        (ReaderRelation(served=True), AT + DAY, SeenOfLook.AT_ONCE),
        (ReaderRelation(supervises=True), AT + DAY, SeenOfLook.AT_ONCE),
        (ReaderRelation(own=True), AT + DAY, SeenOfLook.AT_ONCE),
        (ReaderRelation(served=True, reached=True), AT + DAY, SeenOfLook.AT_ONCE),
    ],
)
def test_the_rule_for_one_look_and_one_reader(relation, ends, expected):
    assert seen(replace(relation, embargo_ends=ends), AT) is expected


def test_nobody_learns_less_behind_the_end_than_before_it():
    order = {SeenOfLook.NOTHING: 0, SeenOfLook.DISCLOSED: 1, SeenOfLook.AT_ONCE: 1}
    for own, supervises, served, reached in itertools.product((False, True), repeat=4):
        relation = ReaderRelation(own, supervises, served, reached, AT)
        assert order[seen(relation, AT - MICRO)] <= order[seen(relation, AT)]


READERS = (
    *("school_lead", "school_auditor", "approver", "operator", "officer", "city_desk", "city_approver", "auditor"),
    *("inspector", "outsider", "county_lead", "caretaker"),
)
#: kind of look → (who reads it before its embargo ends, and who besides once it is over)
EXPECTED = {
    "unit_duty": ({"school_lead", "caretaker", "school_auditor", "approver", "operator", "auditor", "inspector", "county_lead", "city_desk", "city_approver"}, set()),
    "platform_duty": ({"school_lead", "caretaker", "school_auditor", "approver", "city_desk", "city_approver", "auditor", "inspector", "county_lead"}, set()),
    "platform_request": ({"school_lead", "caretaker", "school_auditor", "approver", "officer", "city_desk", "city_approver", "auditor", "inspector", "county_lead"}, set()),
    "kept_back": ({"officer", "city_desk", "city_approver", "auditor", "inspector"}, {"school_lead", "caretaker", "school_auditor", "approver", "county_lead"}),
}  # fmt: skip


@pytest.mark.clause("N20", "N25")
@pytest.mark.parametrize("kind", sorted(EXPECTED))
def test_who_reads_which_look_before_and_behind_the_end(platform, kind):
    colleague(platform.stage, "多吉", "county_lead", "county", PostKind.DUTY_LEAD)
    cast, ends = platform.stage.cast, None
    if kind == "unit_duty":
        look = platform.look(who=cast.operator.person)
    elif kind == "platform_duty":
        look = platform.look(who=platform.desk.person)
    elif kind == "platform_request":
        look = platform.look(platform.granted())
    else:
        row, one = platform.kept_back()
        look, ends = platform.look(row), one.ends_at
    before, besides = EXPECTED[kind]
    moments = [(platform.at, before)]
    if ends is not None:
        moments += [(ends - MICRO, before), (ends, before | besides)]
    for at, expected in moments:
        who = {
            name for name in READERS if readable_looks(_member(platform, name).person, at).filter(pk=look.pk).exists()
        }
        assert who == expected, at


def _member(platform, name):
    return platform.school_lead if name == "school_lead" else platform.stage.cast.members[name]


def test_what_is_kept_back_is_in_no_count_and_appears_whole_on_its_day(platform):
    row, one = platform.kept_back()
    platform.look(row, index=1)
    platform.look(row, index=2, handover=True)
    lead = platform.school_lead.person
    assert visible_viewings(lead, one.ends_at - MICRO).count() == 0
    assert visible_viewings(lead, one.ends_at).count() == 2
    assert disclosed_on(row.pk, one.ends_at) == one.until + DAY
    told = known(visible_viewings(lead, one.ends_at)[0], lead, one.ends_at)
    assert told.disclosed == one.until + DAY
    assert known(visible_viewings(lead, one.ends_at)[0], platform.desk.person, one.ends_at).disclosed is None


def test_of_a_look_at_cameras_of_several_units_each_reads_its_own(platform):
    stage = platform.stage
    look = platform.look(platform.granted(cameras=[stage.gate, stage.lobby]))
    assert known(look, platform.school_lead.person, platform.at).cameras == (stage.gate,)
    assert len(known(look, stage.cast.auditor.person, platform.at).cameras) == 2
    assert len(known(look, platform.desk.person, platform.at).cameras) == 2


def test_an_auditor_of_a_school_watches_no_police(platform):
    row, _one = platform.kept_back()
    platform.look(row)
    assert not readable_looks(platform.school_auditor.person, platform.at).exists()


def test_a_unit_takes_back_no_look_of_the_platform(platform):
    look = platform.look(who=platform.desk.person)
    lead = platform.school_lead.person
    assert visible_viewings(lead, platform.at).filter(pk=look.pk).exists()
    assert not visible_viewings(lead, platform.at, Permission.REVOKE_GRANTS).filter(pk=look.pk).exists()


def test_a_look_that_is_lifted_early_is_told_from_that_moment(platform):
    row, _one = platform.kept_back()
    look, later = platform.look(row), platform.at + DAY
    embargo.lift(row, Taken(platform.officer.person, later, "案件已侦破"))
    lead = platform.school_lead.person
    assert readable_looks(lead, later).filter(pk=look.pk).exists()
    assert disclosed_on(row.pk, later) == platform.today + DAY
