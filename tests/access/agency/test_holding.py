"""The hold of what was granted stays until it was handed over: nobody lets the footage go in between (S33.2a)."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.access.agency import narrowing
from custodes.access.agency.deciding import holds_of
from custodes.access.agency.narrowing import Smaller
from custodes.access.models import Hold, HoldState
from custodes.people.lawful import StepRefused, terms
from custodes.people.models import PostKind
from custodes.upkeep.dates.worklist import worklist_of
from tests.access import hold_steps as stepping
from tests.access.agency import deciding
from tests.access.agency.asked import colleague
from tests.access.agency.asking import given
from tests.access.hold_steps import Said

MINUTE = datetime.timedelta(minutes=1)


def said(person, reason="不再需要"):
    return Said(person, timezone.now(), reason, "解字〔2026〕9号")


def second(asked):
    """Another approver of the school."""
    name = "approver2"
    if name not in asked.stage.cast.members:
        return colleague(asked.stage, "白玛", name, "a", PostKind.APPROVER).person
    return asked.stage.cast.members[name].person


@pytest.mark.clause("S33.2a")
@pytest.mark.parametrize("how", ["granted", "urgent"])
def test_a_hold_is_not_released_before_its_request_was_served(asked, how, client_of):
    row = asked.granted(way="copy", security_organ=False)
    if how == "urgent":
        type(row).objects.filter(pk=row.pk).update(state="granted_urgent")
    hold = holds_of(row).get()
    with pytest.raises(StepRefused, match=r"S33\.2a"):
        stepping.ask_release(hold, said(asked.approver))
    hold.refresh_from_db()
    assert (hold.state, hold.release_by) == (HoldState.HELD, None)
    page = client_of("approver").get(hold.get_absolute_url()).content.decode()
    assert row.number in page
    assert 'id="ask_release"' not in page


@pytest.mark.clause("S33.2a")
def test_one_that_was_asked_before_is_not_confirmed_either(asked):
    row = asked.granted(way="copy", security_organ=False)
    hold = holds_of(row).get()
    type(row).objects.filter(pk=row.pk).update(state="served")
    stepping.ask_release(hold, said(asked.approver))
    type(row).objects.filter(pk=row.pk).update(state="granted")
    with pytest.raises(StepRefused, match=r"S33\.2a"):
        stepping.confirm_release(hold, said(second(asked)))
    hold.refresh_from_db()
    assert hold.state == HoldState.RELEASE_ASKED


@pytest.mark.parametrize("end", ["close", "take_back"])
def test_behind_it_two_release_it_as_any_other(asked, end):
    row = asked.granted(way="copy", security_organ=False)
    hold = holds_of(row).get()
    getattr(deciding, end)(row, asked.taken(asked.staff, "案件撤销"))
    stepping.ask_release(hold, said(asked.approver))
    stepping.confirm_release(hold, said(second(asked)))
    hold.refresh_from_db()
    assert hold.state == HoldState.RELEASED


def narrowed(asked):
    """Granted for gate and yard, made smaller to the gate: the hold still has both. The first of its two spans is what remains."""
    row = asked.granted("counter", cameras=[asked.stage.gate, asked.stage.yard], way="copy", security_organ=False)
    wide = holds_of(row).get()
    span = (row.span_from + 10 * MINUTE, row.span_to - 10 * MINUTE)
    smaller = Smaller(frozenset({asked.stage.gate.pk}), *span)
    narrowing.propose(row, smaller, given(asked.taken(asked.staff, "只需校门一处")), row.officers.all())
    return wide, span


def waiting(person):
    return [one for one in worklist_of(person, timezone.now(), terms()).waiting if one.what.startswith("hold_")]


def lines(person):
    return [(one.what, one.href) for one in waiting(person)]


@pytest.mark.clause("S33.2a")
def test_a_hold_of_a_request_that_became_smaller_is_shortened_by_two(asked, client_of):
    wide, span = narrowed(asked)
    assert ("hold_shorten", wide.get_absolute_url()) in lines(asked.approver)
    with pytest.raises(StepRefused, match="缩小保全范围"):
        stepping.ask_release(wide, said(asked.approver))
    page = client_of("approver").get(wide.get_absolute_url()).content.decode()
    assert 'id="shorten"' in page
    sent = {"words": "申请已经缩小范围", "number": "缩字〔2026〕1号"}
    done = client_of("approver").post(reverse("access:hold_shorten", args=[wide.pk]), sent)
    assert done.status_code == 302
    made = Hold.objects.exclude(pk=wide.pk).get(request=wide.request)
    assert (list(made.cameras.all()), (made.span_from, made.span_to)) == ([asked.stage.gate], span)
    assert (made.placed_unit, made.state) == (wide.placed_unit, HoldState.HELD)
    wide.refresh_from_db()
    assert (wide.state, wide.release_by) == (HoldState.RELEASE_ASKED, asked.approver)
    with pytest.raises(StepRefused, match="尚未生效"):
        stepping.confirm_release(wide, said(second(asked)))
    Hold.objects.filter(pk=made.pk).update(effective_version=made.version)
    with pytest.raises(StepRefused, match="提请解除的人不能自己确认"):
        stepping.confirm_release(wide, said(asked.approver))
    stepping.confirm_release(wide, said(second(asked)))
    wide.refresh_from_db()
    assert wide.state == HoldState.RELEASED
    with pytest.raises(StepRefused, match="须保全到交付为止"):
        stepping.ask_release(made, said(asked.approver))
    assert "hold_shorten" not in dict(lines(asked.approver))


@pytest.mark.clause("S33.2a")
def test_one_that_is_as_wide_as_its_request_is_not_shortened(asked, client_of):
    row = asked.granted(way="copy", security_organ=False)
    hold = holds_of(row).get()
    assert 'id="shorten"' not in client_of("approver").get(hold.get_absolute_url()).content.decode()
    with pytest.raises(StepRefused, match="没有缩小范围"):
        stepping.shorten(hold, said(asked.approver))
    assert Hold.objects.count() == 1
    assert "hold_shorten" not in dict(lines(asked.approver))


def test_a_hold_is_shortened_once(asked):
    wide, _span = narrowed(asked)
    stepping.shorten(wide, said(asked.approver))
    with pytest.raises(StepRefused):
        stepping.shorten(wide, said(asked.approver))
    assert Hold.objects.count() == 2


@pytest.mark.clause("S33.2a")
def test_one_whose_release_was_declined_is_offered_on_the_work_list_what_its_page_offers(asked, client_of):
    wide, _span = narrowed(asked)
    stepping.shorten(wide, said(asked.approver))
    wide.refresh_from_db()
    stepping.decline_release(wide, said(second(asked), "先核对范围"))
    wide.refresh_from_db()
    assert wide.state == HoldState.HELD
    page = client_of("approver").get(wide.get_absolute_url()).content.decode()
    assert 'id="ask_release"' in page
    assert 'id="shorten"' not in page
    [line] = [one for one in waiting(asked.approver) if one.href == wide.get_absolute_url()]
    assert (line.what, line.name) == ("hold_kept", f"缩小后的范围另有保全，可以提请解除原保全：{wide.case_name}")
    Hold.objects.exclude(pk=wide.pk).update(
        state=HoldState.RELEASED, release_by=asked.approver, released_by=asked.staff
    )
    assert ("hold_shorten", wide.get_absolute_url()) in lines(asked.approver), "nothing else keeps what remains"
