"""What waits for a person in upgrade orders: to plan, to finish, to look at again, to refer; each with its last day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from custodes.law.duties.terms import Terms
from custodes.people.models import Person
from custodes.places.lifecycle.waiting import Waiting
from custodes.places.models import UpgradeOrder, UpgradeState
from custodes.places.models.upgrade import WITH_UNIT
from custodes.places.upgrades.clock import due_of
from custodes.places.upgrades.reach import answered_orders, handled_orders

SOON = 7
"""Days before the end of a term from which police see it too."""


def waiting_upgrades(person: Person, at: datetime, today: date, terms: Terms, most: int) -> Iterator[Waiting]:
    """Everything, each kind in its own order."""
    for order in _rows(answered_orders(person, at).filter(state__in=[one.value for one in WITH_UNIT]), most):
        due = due_of(order, terms)
        ordered = order.state == UpgradeState.ORDERED
        label = (_("报升级改造方案：%(system)s") if ordered else _("完成升级改造：%(system)s")) % {
            "system": order.system
        }
        yield Waiting(label, str(order.get_state_display()), order.get_absolute_url(), due, due < today)
    for order in _rows(handled_orders(person, at).filter(state=UpgradeState.REPORTED), most):
        label = _("待复查的升级改造：%(system)s") % {"system": order.system}
        hint = _("%(unit)s 于 %(day)s 报完成") % {"unit": order.system.unit.name, "day": order.reported_on}
        yield Waiting(label, hint, order.get_absolute_url())
    running = (UpgradeState.ORDERED, UpgradeState.PLANNED, UpgradeState.FAILED)
    for order in _rows(handled_orders(person, at).filter(state__in=[one.value for one in running]), most):
        due = due_of(order, terms)
        if (due - today).days <= SOON:
            label = _("升级改造期限届满：%(system)s") % {"system": order.system}
            hint = f"{order.system.unit.name} · {order.get_state_display()}"
            yield Waiting(label, hint, order.get_absolute_url(), due, due < today)


def _rows(rows: QuerySet[UpgradeOrder], most: int) -> QuerySet[UpgradeOrder]:
    return rows.select_related("system__site", "system__unit").order_by("delivered")[:most]
