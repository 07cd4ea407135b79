"""Nothing is lost while the holder decides: footage that would go before the last day for an answer is held (S33.2a)."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.access.holds.placing import Basis, hold
from custodes.access.holds.references import OWN_IMAGE, reference
from custodes.access.models import Hold, HoldBasis, OwnImageRequest
from custodes.access.supervised.stepping import Taken
from custodes.places.keeping import keeping_of
from custodes.places.models import Camera

AFTER = timedelta(days=30)
"""Behind the last day for an answer somebody looks whether it is still held for a reason: a suit takes its time."""


def holds_of(row: OwnImageRequest) -> QuerySet[Hold]:
    """Holds that rest on it."""
    return Hold.objects.filter(request=reference(row.pk, OWN_IMAGE))


def runs_out(camera: Camera, row: OwnImageRequest) -> bool:
    """Whether what this camera took in the span may be deleted before the last day for an answer is over."""
    assert row.span_from is not None
    through = keeping_of(camera, row.span_from).keep_through
    return through is not None and through <= row.due


def hold_what_runs_out(row: OwnImageRequest, taken: Taken) -> Hold | None:
    """Hold those of the chosen cameras whose footage runs out too early. In the caller's transaction.

    One hold for a request, the first that needs it: whoever enters other cameras and times again and again would else keep all of it.

    Raises:
        HoldRefused: the span is longer than one hold takes.
    """
    if taken.by is None or row.span is None or holds_of(row).exists():
        return None
    short = [one for one in row.cameras.select_related("system__site") if runs_out(one, row)]
    if not short:
        return None
    # The log says no names: a number alone leads to who asks.
    why = Basis(
        HoldBasis.REQUEST,
        _("本人影像申请 %(number)s") % {"number": row.number},
        _("答复期限届满前录像将到期删除，答复前先行保全"),
        number=row.number,
        request=reference(row.pk, OWN_IMAGE),
        review_on=max(row.due, timezone.localdate(taken.at)) + AFTER,
        clauses=("PIPL45",),
    )
    return hold(short, row.span, why, taken.by, taken.at, unit=row.unit)
