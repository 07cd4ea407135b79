"""What was granted to be taken away is held until it is released: the term must not end between the grant and the hand-over (S33.2a)."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from custodes.access.agency.stepping import Taken
from custodes.access.holds.placing import Basis, hold
from custodes.access.holds.references import reference as reference_of
from custodes.access.models import AgencyRequest, Hold, HoldBasis, Way


def reference(row: AgencyRequest) -> str:
    """How a hold names the request that it rests on."""
    return reference_of(row.pk)


def holds_of(row: AgencyRequest) -> QuerySet[Hold]:
    """Holds that rest on it."""
    return Hold.objects.filter(request=reference(row))


def hold_granted(row: AgencyRequest, taken: Taken) -> None:
    """Hold what was granted to be retrieved or copied, once. In the caller's transaction.

    A look takes nothing away, and basic information has no footage.

    Raises:
        HoldRefused: the request names more than one hold takes.
    """
    if taken.by is None or row.way == Way.CONSULT or row.base_data or row.span is None or holds_of(row).exists():
        return
    why = Basis(
        HoldBasis.REQUEST,
        _("%(unit)s查阅调取 %(number)s") % {"unit": row.unit_name, "number": row.number},
        row.purpose or _("查阅调取"),
        number=row.letter_number,
        asked_by=row.unit_name,
        request=reference(row),
        clauses=("S27",),
    )
    hold(list(row.cameras.all()), row.span, why, taken.by, taken.at, unit=row.holder)
