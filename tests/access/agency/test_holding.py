"""The hold of what was granted stays until it was handed over: nobody lets the footage go in between (S33.2a)."""

from __future__ import annotations

import pytest
from django.utils import timezone

from custodes.access.agency import deciding
from custodes.access.agency.keeping import holds_of
from custodes.access.holds import stepping
from custodes.access.holds.placing import HoldRefused
from custodes.access.holds.stepping import Said
from custodes.access.models import HoldState


def said(person, reason="不再需要"):
    return Said(person, timezone.now(), reason, "解字〔2026〕9号")


@pytest.mark.clause("S33.2a")
@pytest.mark.parametrize("how", ["granted", "urgent"])
def test_a_hold_is_not_released_before_its_request_was_served(asked, how, client_of):
    row = asked.granted(way="copy", security_organ=False)
    if how == "urgent":
        type(row).objects.filter(pk=row.pk).update(state="granted_urgent")
    hold = holds_of(row).get()
    with pytest.raises(HoldRefused, match=r"S33\.2a"):
        stepping.ask_release(hold, said(asked.approver))
    hold.refresh_from_db()
    assert (hold.state, hold.release_by) == (HoldState.HELD, None)
    page = client_of("approver").get(hold.get_absolute_url()).content.decode()
    assert row.number in page
    assert 'id="release"' not in page


@pytest.mark.clause("S33.2a")
def test_one_that_was_asked_before_is_not_confirmed_either(asked):
    row = asked.granted(way="copy", security_organ=False)
    hold = holds_of(row).get()
    type(row).objects.filter(pk=row.pk).update(state="served")
    stepping.ask_release(hold, said(asked.approver))
    type(row).objects.filter(pk=row.pk).update(state="granted")
    with pytest.raises(HoldRefused, match=r"S33\.2a"):
        stepping.confirm_release(hold, said(asked.staff))
    hold.refresh_from_db()
    assert hold.state == HoldState.RELEASE_ASKED


@pytest.mark.parametrize("end", ["close", "take_back"])
def test_behind_it_two_release_it_as_any_other(asked, end):
    row = asked.granted(way="copy", security_organ=False)
    hold = holds_of(row).get()
    getattr(deciding, end)(row, asked.taken(asked.staff, "案件撤销"))
    stepping.ask_release(hold, said(asked.approver))
    stepping.confirm_release(hold, said(asked.staff))
    hold.refresh_from_db()
    assert hold.state == HoldState.RELEASED
