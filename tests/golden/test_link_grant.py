"""Records of the steps of a link grant."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from custodes.cases.step import StepInput
from custodes.people.models import Account, Person
from custodes.sharing.models import Link, LinkGrant, Verb
from tests.cast import Cast
from tests.golden.asked import Act, Seen, to, unseen
from tests.golden.conftest import AskedOf, Golden
from tests.golden.keys import counted_keys
from tests.golden.tour import Clock
from tests.sharing import grants as granting
from tests.sharing import joining
from tests.sharing.stage import NEED, in_force, organisation, second

__all__ = ["counted_keys"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_keys")]

DAY = datetime.timedelta(days=1)
NIGHT = (datetime.time(22), datetime.time(6))


def _do(by: str, event: str, words: str = "") -> Act:
    return Act(by, to(f"sharing:grant_{event}"), lambda row: {"seen": row.revision, "words": words})


def _proposed(_link: Link) -> dict[str, Any]:
    today = timezone.localdate()
    return {"verb": "live", "from_on": today.isoformat(), "until_on": (today + 30 * DAY).isoformat(), "reason": NEED}


LINKS = {"propose": Act("inspector", to("sharing:grant_propose"), _proposed)}
ACTS = {
    "approve": _do("second", "approve"),
    "refuse": _do("second", "refuse", "没有必要"),
    "end": _do("inspector", "end", "活动已结束"),
}


def test_each_step_of_a_link_grant(cast: Cast, golden: Golden) -> None:
    link, other = ready(cast)
    with golden("link_grant") as clock:
        walk(cast, clock, link, other.person)


def test_what_is_offered_and_refused(cast: Cast, asked: AskedOf) -> None:
    link, other = ready(cast)
    with asked("link_grant", cast, ACTS, more={"second": other}, page=lambda row: row.link.get_absolute_url()) as one:

        def seen(row: LinkGrant, name: str = "") -> None:
            one.at(row, name)
            if row.state == "proposed":
                one.guard(row, "refuse", "no words", words="")
                one.guard(row, "approve", "another revision was read", seen=row.revision - 1)
            elif row.state == "in_force":
                one.guard(row, "end", "no words", words="")

        yesterday = (timezone.localdate() - DAY).isoformat()
        one.at(link, "none", acts=LINKS, page=LINKS["propose"].address)
        one.guard(link, "propose", "no reason", acts=LINKS, reason="")
        one.guard(link, "propose", "over before it begins", acts=LINKS, until_on=yesterday)
        one.guard(link, "propose", "the hours begin and do not end", acts=LINKS, day_from="22:00")
        walk(cast, one.clock, link, other.person, seen)


def ready(cast: Cast) -> tuple[Link, Account]:
    """A link in force, and the second person of the police."""
    other = second(cast)
    link = in_force(cast, other.person)
    organisation(link, cast.inspector.person)
    return link, other


def walk(cast: Cast, clock: Clock, link: Link, other: Person, seen: Seen = unseen) -> None:
    """Every step of the kind; `seen` at each state."""
    one = cast.inspector.person
    campus = link.nodes.get(name="校园")

    def by(person: Person, words: str = "") -> StepInput:
        return joining.given(person, clock.later(), words)

    def proposed(verb: Verb, **more: Any) -> LinkGrant:
        today = timezone.localdate()
        return granting.propose(link, verb, by(one, NEED), from_on=today, until_on=today + 30 * DAY, **more)

    for verb in Verb:
        proposed(verb)
    row = proposed(Verb.LIVE)
    seen(row)
    row = granting.approve(row, by(other))
    seen(row)
    seen(granting.end(row, by(one, "活动已结束")))
    granting.approve(proposed(Verb.HISTORY, node=campus, hours=NIGHT), by(other, "同意"))
    seen(granting.refuse(proposed(Verb.STEER), by(other, "没有必要")))
