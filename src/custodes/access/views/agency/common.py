"""What the views of requests share: the row for whom it is open, and what a viewer is to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from custodes.access.agency.case import NARROWS
from custodes.access.agency.reach import approved_by, held_by, own_requests, taken_by, visible_requests
from custodes.access.models import AgencyRequest, AgencyState, Intake
from custodes.access.models.agency import OPEN
from custodes.law.grounds.ground import Unmet
from custodes.people.lawful import StepRefused
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer
from custodes.places.lifecycle import said

INVALID = 422
_P = Permission
#: Posts to whom a page of a request may be open at all; the row decides.
ANY = (_P.REQUEST_FOOTAGE, _P.TAKE_REQUESTS, _P.REFUSE_REQUESTS, _P.APPROVE_REQUESTS, _P.VIEW_REQUESTS)
ASKS_OR_TAKES = (_P.REQUEST_FOOTAGE, _P.TAKE_REQUESTS)


@dataclass(frozen=True)
class AgencyRole:
    """What a viewer is to a request.

    Attributes:
        asks: of its officers, or the one who began it online.
        takes: of the holder's staff at the desk, or of those above to whom it was put.
        refuses, approves: of the holder's, by post.
    """

    asks: bool
    takes: bool
    refuses: bool
    approves: bool

    def edits(self, row: AgencyRequest) -> bool:
        """Whether they fill it in now: the draft whoever began it, what is being checked the desk."""
        if row.state == AgencyState.DRAFT:
            return self.asks if row.intake == Intake.ONLINE else self.takes
        return row.state == AgencyState.CHECKING and self.takes

    def chooses(self, row: AgencyRequest) -> bool:
        """Whether they choose the cameras: the holder's staff alone (decision 0246)."""
        return self.takes and row.state in (AgencyState.DRAFT, AgencyState.CHECKING)

    def narrows(self, row: AgencyRequest) -> bool:
        """Whether they may propose a smaller scope of what is registered."""
        return self.takes and row.state in NARROWS and not row.base_data


def part_of(viewer: Viewer, row: AgencyRequest) -> AgencyRole:
    """What the viewer is to it."""
    person, at = viewer.person, viewer.at
    return AgencyRole(
        asks=own_requests(person, at).filter(pk=row.pk).exists(),
        takes=taken_by(person, at).filter(pk=row.pk).exists(),
        refuses=held_by(person, at, _P.REFUSE_REQUESTS).filter(pk=row.pk).exists(),
        approves=approved_by(person, at).filter(pk=row.pk).exists(),
    )


def rows(viewer: Viewer) -> QuerySet[AgencyRequest]:
    """Requests that the viewer may open."""
    found = visible_requests(viewer.person, viewer.at)
    return found.select_related(
        "holder__division", "unit", "begun_by__unit", "refused_by__unit", "urgent_by", "earlier"
    )


def opened(viewer: Viewer, pk: UUID) -> AgencyRequest:
    """One of them, or 404."""
    return get_object_or_404(rows(viewer), pk=pk)


def told(refusal: StepRefused) -> str:
    """Why a step can't be taken, each condition with its clause."""
    if len(refusal.unmet) == 1 and str(refusal) == refusal.unmet[0].reason_zh:
        return _with_clause(refusal.unmet[0])
    return " ".join([str(refusal), *(_with_clause(one) for one in refusal.unmet)])


def _with_clause(one: Unmet) -> str:
    return f"{said.reason(one)}（{one.clause}）"


def crumbs(row: AgencyRequest | None, *more: tuple[Any, str]) -> list[tuple[Any, str]]:
    """From the register to here."""
    found: list[tuple[Any, str]] = [(_("查阅调取"), reverse("access:requests"))]
    if row is not None:
        found.append((str(row), row.get_absolute_url() if more else ""))
    return [*found, *more]


def about(row: AgencyRequest) -> str:
    """As records of papers name it."""
    return f"access.agencyrequest:{row.pk}"


def is_open(row: AgencyRequest) -> bool:
    """Whether something may be shown."""
    return row.state in OPEN
