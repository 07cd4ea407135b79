"""Orders to upgrade: reports to look at again, and terms that end in a few days (S16.2c); for the police that issued them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from custodes.people.permissions import Permission
from custodes.places.models import UpgradeOrder, UpgradeState
from custodes.places.upgrades.clock import due_of
from custodes.upkeep.dates.asking import Asking
from custodes.upkeep.dates.some import Some, first_of
from custodes.upkeep.dates.waits.waits import Waits, pressing

SOON = 7
"""Days before the end of a term from which police see it too; one that is over stands with what is late in their area."""
_RUNNING = (UpgradeState.ORDERED, UpgradeState.PLANNED, UpgradeState.FAILED)


def gather(asking: Asking) -> list[Some[Waits]]:
    """Both of them."""
    if Permission.HANDLE_FILINGS not in asking.may:
        return []
    return [_reported(asking), _ending(asking)]


def _reported(asking: Asking) -> Some[Waits]:
    rows = UpgradeOrder.objects.filter(asking.handled(), state=UpgradeState.REPORTED)

    def told(order: UpgradeOrder) -> Waits:
        name = _("待复查的升级改造：%(system)s") % {"system": order.system}
        note = _("%(unit)s 于 %(day)s 报完成") % {"unit": order.system.unit.name, "day": order.reported_on}
        return Waits("case", name, note, order.get_absolute_url())

    return first_of(rows.order_by("delivered", "pk").select_related("system__unit"), asking.most, told)


def _ending(asking: Asking) -> Some[Waits]:
    running = [state.value for state in _RUNNING]
    rows = UpgradeOrder.objects.filter(asking.handled(), state__in=running)
    found = []
    for order in rows.select_related("system__unit").order_by("delivered", "pk"):
        due = due_of(order, asking.terms)
        if 0 <= (due - asking.today).days <= SOON:
            name = _("升级改造期限将满：%(system)s") % {"system": order.system}
            note = f"{order.system.unit.name} · {order.get_state_display()}"
            found.append(Waits("term", name, note, order.get_absolute_url(), due))
    return Some.of(sorted(found, key=pressing), asking.most)
