"""How the term of an order stands (S16.2c): counted by the law from delivery, the day of it not counted."""

from __future__ import annotations

from datetime import date

from custodes.law.deadlines.counting import set_term
from custodes.law.duties.filing import UpgradeFacts, s16_2c_upgrade
from custodes.law.duties.finding import Finding
from custodes.law.duties.terms import Terms
from custodes.places.models import UpgradeOrder, UpgradeState


def due_of(order: UpgradeOrder, terms: Terms) -> date:
    """The last day in time."""
    return set_term("upgrade", order.delivered, order.days, terms.calendar, terms.assumed).due


def finding_of(order: UpgradeOrder, today: date, terms: Terms) -> Finding | None:
    """How the unit's duty stands; None of an order that was revoked.

    What was reported in time and passed later is in time: the recheck's day is the police's, not the unit's.
    """
    if order.state == UpgradeState.REVOKED:
        return None
    passed = order.rechecked_on if order.state == UpgradeState.PASSED else None
    facts = UpgradeFacts(order.delivered, order.days, passed, _reported(order))
    return s16_2c_upgrade(facts, order.delivered, today, terms)


def late(order: UpgradeOrder, today: date, terms: Terms) -> bool:
    """Whether the unit said after the term that it is done, or has not said so and the term is over."""
    if order.state == UpgradeState.REVOKED:
        return False
    done = _reported(order)
    if order.state == UpgradeState.PASSED:
        done = done or order.rechecked_on
    return (done or today) > due_of(order, terms)


def _reported(order: UpgradeOrder) -> date | None:
    """The day of the report; None too where police had found it done before the unit said so: then their day counts."""
    if order.state == UpgradeState.PASSED and order.reported_on and order.rechecked_on:
        return order.reported_on if order.reported_on <= order.rechecked_on else None
    return order.reported_on
