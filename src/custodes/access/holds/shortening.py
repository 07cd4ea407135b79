"""A hold of a request that was made smaller ends in favour of one of what remains: by two, and never with a moment between (S33.2a).

The first of two sets the smaller hold and asks that the wider one may end; the second confirms that as of any hold, once the smaller
one is in the index of every worker (decision 0301).
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.access.holds.awaited import awaiting, is_narrowed, kept_by_another
from custodes.access.holds.placing import CLAUSES, Basis, HoldRefused
from custodes.access.holds.placing import hold as place
from custodes.access.holds.stepping import Said, ask_release
from custodes.access.models import Hold, HoldBasis


def shortens(hold: Hold) -> bool:
    """Whether this is its next step: the request reaches less than is held, and nothing else keeps what remains."""
    row = awaiting(hold)
    return row is not None and is_narrowed(hold) and kept_by_another(hold, row) is None


def shorten(hold: Hold, said: Said) -> Hold:
    """Hold what remains of the request by a hold of its own, and ask that this one may end.

    Returns:
        The smaller hold.

    Raises:
        HoldRefused: the request was not made smaller, is not waiting for its hand-over, or a smaller hold is there already; no reason
            or no document is given.
    """
    with transaction.atomic():
        row = Hold.objects.select_for_update(of=("self",)).select_related("placed_unit").get(pk=hold.pk)
        request = awaiting(row)
        if request is None or request.span is None or not shortens(row):
            raise HoldRefused(_("该保全所依据的申请没有缩小范围，或者已经按缩小后的范围另设保全，不能缩小保全范围。"))
        today = timezone.localdate(said.at)
        why = Basis(
            HoldBasis.REQUEST,
            row.case_name,
            row.reason,
            number=row.number,
            asked_by=row.asked_by,
            request=row.request,
            review_on=max(row.review_on, today + timedelta(days=1)),
            clauses=tuple(clause for clause in row.clauses if clause not in CLAUSES),
        )
        made = place(list(request.cameras.all()), request.span, why, said.by, said.at, unit=row.placed_unit)
        ask_release(row, said)
    return made
