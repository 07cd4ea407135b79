"""From the rows of a request to the facts of its ground, and to what the guard of a step looks at."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from custodes.access.agency.approvals import asks_for, others_of
from custodes.access.agency.guards import AgencyQuestion
from custodes.access.models import (
    AgencyOfficer,
    AgencyPaperKind,
    AgencyRequest,
    AgencyState,
    Grant,
    Intake,
    PackageState,
)
from custodes.cases.step import StepInput
from custodes.law.grounds.agency import AgencyBasis, AgencyFacts, AgencyVerb, Officer, Requester
from custodes.law.grounds.stating import StatedScope
from custodes.people.independence import bound
from custodes.places.models import Camera
from custodes.settings import get_settings

_UNREGISTERED = (AgencyState.DRAFT, AgencyState.CHECKING, AgencyState.REFUSED, AgencyState.LAPSED)


@dataclass(frozen=True)
class RequestRows:
    """What stands beside a request, read once for its facts and for whoever asks about the same rows.

    Attributes:
        officers: with their persons.
        cameras: with their sites, of which nothing but the basis was read.
    """

    officers: tuple[AgencyOfficer, ...]
    cameras: tuple[Camera, ...]

    @classmethod
    def of(cls, row: AgencyRequest) -> RequestRows:
        """Those of this request, as they are now."""
        cameras = row.cameras.select_related("system__site").only("system__site__basis")
        return cls(tuple(row.officers.select_related("person")), tuple(cameras))


def facts_of(
    row: AgencyRequest,
    *,
    rows: RequestRows | None = None,
    there: Collection[UUID] | None = None,
    registered: bool | None = None,
) -> AgencyFacts:
    """The facts as they stand.

    Args:
        rows: what was read beside it already.
        there: ids of the officers who are present now; None takes those who were at the counter or confirmed from their account,
            which is what the registration asks for.
        registered: as if it were (un)registered; None as it is.
    """
    rows = rows or RequestRows.of(row)
    approvers = row.approvals.filter(void=False).values_list("by__uuid", flat=True)
    settings = get_settings()
    return AgencyFacts(
        requester=Requester(row.requester),
        unit=row.unit_name,
        basis=AgencyBasis(row.basis) if row.basis else None,
        officers=tuple(
            Officer(
                str(one.person.uuid) if one.person else one.name,
                one.card,
                one.confirmed_at is not None if there is None else one.pk in there,
            )
            for one in rows.officers
        ),
        letter=row.letter_number,
        verb=AgencyVerb(row.way),
        scope=StatedScope(len(rows.cameras), row.span_from, row.span_to, timedelta(hours=settings.law_request_hours)),
        purpose=row.purpose,
        content=row.content,
        registered=row.state not in _UNREGISTERED if registered is None else registered,
        undertaking=row.undertaken_on is not None,
        law=row.law,
        law_reviewed=row.law_reviewed_by_id is not None,
        base_data=row.base_data,
        security_organ=row.security_organ,
        approval_number=row.approval_number,
        approvers=tuple(str(one) for one in approvers),
        approvals_needed=row.approvals_needed,
        urgent=row.state == AgencyState.GRANTED_URGENT,
        returned=row.returned_on is not None or row.state in (AgencyState.CLOSED, AgencyState.REVOKED),
        n9=bool(rows.cameras) and all(camera.system.site.n9 for camera in rows.cameras),
    )


def asked_of(row: AgencyRequest, event: str, step: StepInput) -> AgencyQuestion:
    """What the guard of this step of the holder's looks at. Whoever came to the counter is registered with scans of letter and cards, or
    with a word that the originals were seen (S28.1(2)).
    """
    by = step.person
    return AgencyQuestion(
        facts=facts_of(row, registered=True if event in ("register", "refuse") else None),
        at=step.at,
        words=step.words,
        requester=asks_for(row, by),
        began=row.begun_by_id == by.pk,
        registered=row.steps.filter(event="register", by=by).exists(),
        approved=row.approvals.filter(by=by, void=False).exists(),
        hurried=row.urgent_by_id == by.pk,
        looked=Grant.objects.recorded().filter(request=row, handover=False).exists(),
        handed=handed_over(row),
        originals=bool(step.data.get("originals")) or row.intake != Intake.COUNTER or scanned(row),
        no_power=bool(step.data.get("no_power")),
        bound=bool(bound(by, others_of(row, event), step.at)),
    )


def handed_over(row: AgencyRequest) -> bool:
    """Whether an evidence package of it was handed over."""
    return row.packages.filter(state=PackageState.HANDED).exists()


def scanned(row: AgencyRequest) -> bool:
    """Whether the letter and a card of each officer lie there as papers."""
    kinds = list(row.papers.values_list("kind", flat=True))
    cards = kinds.count(AgencyPaperKind.CARD)
    return AgencyPaperKind.LETTER in kinds and cards >= max(2, row.officers.count())
