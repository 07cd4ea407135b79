"""Which of many systems wait for their filing, and which are late: by one question to the database, not system by system.

`clocks.clocks_of` says it of one system, with its reasons; both count by `law.duties.filing`. What a day comes to depends on the day
alone and never turns back, so that one last day of being late is found for each clock, and the database compares.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from custodes.law.clauses.norms import LHASA
from custodes.law.duties.filing import FilingFacts, n14_filing, s16_2a_filing, s16_2b_legacy_filing
from custodes.law.duties.finding import Finding, Status
from custodes.law.duties.terms import Terms
from custodes.places.filing.workflow import FILEABLE
from custodes.places.models import Filing, FilingKind, FilingState, Step, System, SystemState

#: Longer than any clock of a filing runs, working days and Order 799's ninety days included.
LONGEST = timedelta(days=400)


def unfiled(systems: QuerySet[System]) -> QuerySet[System]:
    """Those that have to be filed and were not handed in."""
    handed_in = Filing.objects.exclude(kind=FilingKind.CHANGE).filter(
        system=OuterRef("pk"),
        submitted_on__isnull=False,
        state__in=[FilingState.SUBMITTED, FilingState.FILED, FilingState.RETURNED],
    )
    return systems.filter(~Exists(handed_in), state__in=FILEABLE)


def late(systems: QuerySet[System], today: date, terms: Terms) -> QuerySet[System]:
    """Those of `unfiled` of which a clock has run out."""
    rows = unfiled(systems).annotate(accepted_day=_day_of("accept"), used_day=_day_of("put_in_use"))
    new = Q(accepted_day__lte=_last_late("S16.2a", today, terms)) | Q(used_day__lte=_last_late("N14", today, terms))
    query = Q(pk__in=[]) | (~Q(state=SystemState.LEGACY) & new)
    if _legacy_late(today, terms):
        query |= Q(state=SystemState.LEGACY)
    return rows.filter(query)


def due(systems: QuerySet[System], today: date, terms: Terms) -> QuerySet[System]:
    """Those of `unfiled` whose clock runs and has not run out."""
    rows = unfiled(systems).annotate(begun=Coalesce(_day_of("accept"), _day_of("put_in_use")))
    running = Q(state=SystemState.LEGACY) | Q(begun__isnull=False)
    return rows.filter(running).exclude(pk__in=late(systems, today, terms).values("pk"))


def _day_of(event: str) -> Subquery:
    steps = Step.objects.filter(system=OuterRef("pk"), object_id=OuterRef("pk"), event=event)
    return Subquery(steps.order_by("-at").values("on")[:1])


def _last_late(clause: str, today: date, terms: Terms) -> date:
    """The last day of acceptance, or of use, whose filing is late today."""
    count = s16_2a_filing if clause == "S16.2a" else n14_filing
    low, high = today - LONGEST, today
    while low < high:
        middle = low + (high - low + timedelta(days=1)) // 2
        found = count(FilingFacts(middle, None), middle, today, terms)
        if found.status is Status.LATE:
            low = middle
        else:
            high = middle - timedelta(days=1)
    return low


def _legacy_late(today: date, terms: Terms) -> bool:
    facts = FilingFacts(LHASA.in_force, None)
    found: tuple[Finding, ...] = (
        s16_2b_legacy_filing(facts, today, today, terms),
        n14_filing(facts, today, today, terms),
    )
    return any(one.status is Status.LATE for one in found)
