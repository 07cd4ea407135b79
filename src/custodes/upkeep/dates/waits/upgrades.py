"""Orders to upgrade: reports to look at again, and terms that end in a few days (S16.2c); for the police that issued them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from custodes.people.permissions import Permission
from custodes.places.models import UpgradeOrder, UpgradeState
from custodes.places.upgrades.clock import due_of
from custodes.upkeep.dates.asking import Asking
from custodes.upkeep.dates.some import Some
from custodes.upkeep.dates.waits.waits import Waits, pressing

SOON = 7
"""Days before the end of a term from which police see it too; one that is over stands with what is late in their area."""
_RUNNING = (UpgradeState.ORDERED, UpgradeState.PLANNED, UpgradeState.FAILED)


def gather(asking: Asking) -> list[Some[Waits]]:
    """Both of them."""
    if Permission.HANDLE_FILINGS not in asking.may:
        return []
    states = [state.value for state in (UpgradeState.REPORTED, *_RUNNING)]
    rows = UpgradeOrder.objects.filter(asking.handled(), state__in=states).order_by("delivered", "pk")
    orders = list(
        rows.select_related("system__unit").only(
            *("state", "delivered", "days", "reported_on", "system__name", "system__unit__name")
        )
    )
    reported = [order for order in orders if order.state == UpgradeState.REPORTED]
    running = [order for order in orders if order.state != UpgradeState.REPORTED]
    return [Some.of((_reported(order) for order in reported), asking.most), _ending(asking, running)]


def _reported(order: UpgradeOrder) -> Waits:
    name = _("待复查的升级改造：%(system)s") % {"system": order.system}
    note = _("%(unit)s 于 %(day)s 报完成") % {"unit": order.system.unit.name, "day": order.reported_on}
    return Waits("case", name, note, order.get_absolute_url())


def _ending(asking: Asking, running: list[UpgradeOrder]) -> Some[Waits]:
    found = []
    for order in running:
        due = due_of(order, asking.terms)
        if 0 <= (due - asking.today).days <= SOON:
            name = _("升级改造期限将满：%(system)s") % {"system": order.system}
            note = f"{order.system.unit.name} · {order.get_state_display()}"
            found.append(Waits("term", name, note, order.get_absolute_url(), due))
    return Some.of(sorted(found, key=pressing), asking.most)
