"""What waits of supervised viewing: cases of missing persons at their desk, reviews (S29), requests without answer: of individuals (N21), for their own image (PIPL 45)."""

from __future__ import annotations

from datetime import date
from functools import partial

from django.utils.translation import gettext as _

from custodes.access.individual.reach import handled_requests
from custodes.access.missing.reach import handled_cases, reviewed_cases
from custodes.access.models import (
    IndividualRequest,
    IndividualState,
    MissingCase,
    MissingState,
    OwnImageRequest,
    OwnImageState,
)
from custodes.access.models.missing import RUNNING
from custodes.access.ownimage.reach import handled_own_images
from custodes.people.permissions import Permission
from custodes.upkeep.dates.asking import Asking
from custodes.upkeep.dates.some import Some, first_of
from custodes.upkeep.dates.waits.waits import Waits


def gather(asking: Asking) -> list[Some[Waits]]:
    """All of them."""
    found: list[Some[Waits]] = []
    if Permission.HANDLE_MISSING in asking.may:
        rows = handled_cases(asking.person, asking.at).filter(state__in=RUNNING).select_related("unit")
        found.append(first_of(rows.order_by("opened_at"), asking.most, _running))
    if Permission.REVIEW_MISSING in asking.may:
        rows = reviewed_cases(asking.person, asking.at).filter(state=MissingState.CLOSED)
        rows = rows.exclude(opened_by=asking.person).exclude(steps__by=asking.person)
        found.append(first_of(rows.order_by("closed_at"), asking.most, _closed))
    if Permission.HANDLE_INDIVIDUAL in asking.may:
        asked = handled_requests(asking.person, asking.at).filter(state=IndividualState.ASKED)
        found.append(first_of(asked.order_by("asked_at"), asking.most, _asked))
        own = handled_own_images(asking.person, asking.at).filter(state=OwnImageState.ASKED)
        found.append(first_of(own.order_by("due", "asked_at"), asking.most, partial(_own_image, asking.today)))
    return found


def _running(row: MissingCase) -> Waits:
    name = _("走失人员查看：%(case)s") % {"case": row}
    return Waits("missing", name, str(row.get_state_display()), row.get_absolute_url())


def _closed(row: MissingCase) -> Waits:
    name = _("待复核的走失人员查看：%(case)s") % {"case": row}
    return Waits("missing", name, row.closed_why, row.get_absolute_url())


def _asked(row: IndividualRequest) -> Waits:
    name = _("待答复的个人查阅申请：%(case)s") % {"case": row}
    return Waits("individual", name, row.purpose, row.get_absolute_url())


def _own_image(today: date, row: OwnImageRequest) -> Waits:
    name = _("待答复的本人影像申请：%(case)s") % {"case": row}
    return Waits("own_image", name, row.place, row.get_absolute_url(), due=row.due, late=row.late(today))
