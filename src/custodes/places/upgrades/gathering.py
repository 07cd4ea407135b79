"""From the rows of an order to what its guards ask about."""

from __future__ import annotations

from custodes.law.duties.terms import Terms
from custodes.places.models import Step, UpgradeOrder, UpgradePaperKind
from custodes.places.upgrades.clock import due_of
from custodes.places.upgrades.facts import UpgradeFacts


def facts_of(order: UpgradeOrder, terms: Terms, checkers: tuple[str, ...] = ()) -> UpgradeFacts:
    """All that the guards need to know of this order, as the rows stand now.

    Args:
        checkers: who looked at it again, of the recheck that is entered now.
    """
    return UpgradeFacts(order.delivered, due_of(order, terms), _papers(order), checkers)


def _papers(order: UpgradeOrder) -> frozenset[str]:
    """Kinds that are there. After a recheck that failed, and once a recheck was entered, the former papers show nothing new."""
    rows = order.papers.all()
    last = Step.objects.filter(object_id=order.pk, event="fail_recheck").order_by("at").last()
    if last is not None:
        rows = rows.exclude(kind__in=[UpgradePaperKind.DONE, UpgradePaperKind.RECHECK], at__lte=last.at)
    return frozenset(rows.values_list("kind", flat=True))
