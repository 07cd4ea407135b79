"""Records of what happens beside a request: both officers are there, one leaves, what is looked at stops, less is enough."""

from __future__ import annotations

import datetime

import pytest

from custodes.access.agency import narrowing, presence
from custodes.access.agency.looking import ask_for
from custodes.access.agency.narrowing import Smaller
from custodes.access.grants import Opened, open_view
from custodes.access.models import AgencyRequest, Narrowing
from tests.access.agency import deciding
from tests.access.agency.asked import Asked
from tests.access.agency.asking import given
from tests.access.notary import FakeNotary
from tests.golden.conftest import Golden
from tests.golden.keys import counted_keys
from tests.golden.test_agency import ONLINE, Walk
from tests.golden.tour import BEGINS, Clock
from tests.places.stage import Stage

__all__ = ["counted_keys"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_keys")]

DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)


def test_each_step_beside_a_request(stage: Stage, notary: FakeNotary, golden: Golden) -> None:
    asked, cameras = Asked.on(stage), [stage.gate, stage.yard]
    before = Walk(asked, Clock(BEGINS - DAY))
    looked_at, taken_back = before.granted(), before.granted()
    counter, online = before.granted(cameras=cameras), before.granted(ONLINE, cameras=cameras)
    with golden("agency_sittings") as clock:
        walk = Walk(asked, clock)

        sit(walk, looked_at)
        presence.rise(looked_at, asked.staff, clock.later())
        sit(walk, looked_at)
        assert presence.tick(clock.later()) == 1, "its page was not heard of for a minute"
        deciding.serve(looked_at, walk.taken(asked.staff))

        sit(walk, taken_back)
        deciding.take_back(taken_back, walk.taken(asked.staff, "案件撤销"))

        sit(walk, counter)
        propose(walk, counter, 10)
        look(walk, counter)
        deciding.close(counter, walk.taken(asked.staff, "不再需要"))

        made = propose(walk, online, 10)
        narrowing.agree(made, asked.first, clock.later())
        narrowing.agree(made, asked.second.person, clock.later())
        narrowing.decline(propose(walk, online, 20), asked.second.person, clock.later())
        narrowing.withdraw(propose(walk, online, 30), asked.staff, clock.later())


def sit(walk: Walk, row: AgencyRequest) -> None:
    """Both officers stand there, and what was granted is looked at."""
    presence.sit(row, walk.asked.staff, list(row.officers.all()), walk.clock.later())
    look(walk, row)


def look(walk: Walk, row: AgencyRequest) -> None:
    ask = ask_for(AgencyRequest.objects.get(pk=row.pk), walk.clock.later())
    assert isinstance(open_view(walk.asked.staff, ask, walk.clock.at), Opened)


def propose(walk: Walk, row: AgencyRequest, minutes: int) -> Narrowing:
    """The gate alone, from so many minutes later on."""
    assert row.span is not None
    smaller = Smaller(frozenset({walk.asked.stage.gate.pk}), row.span[0] + minutes * MINUTE, row.span[1])
    return narrowing.propose(row, smaller, given(walk.taken(walk.asked.staff, "只需校门一处")), row.officers.all())
