"""How the duty to file a change stands (N14: 及时; how soon is the installation's own number)."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q

from custodes.law.duties.filing import ChangeFilingFacts, n14_change
from custodes.law.duties.finding import DutyFinding, LegalTerms
from custodes.places.changes.gate import GUARDED
from custodes.places.models import ChangeCase, ChangeState, Filing, FilingKind, FilingState, Removal, RemovalState


def finding_of(case: ChangeCase, today: date, terms: LegalTerms) -> DutyFinding | None:
    """The clock of one change; None while it was not made, or went back to what was filed."""
    if case.done_on is None or case.state not in (ChangeState.DONE, ChangeState.FILING, ChangeState.CLOSED):
        return None
    facts = ChangeFilingFacts(case.done_on, case.filed_on, case.system.site.n9)
    return n14_change(facts, case.done_on, today, terms)


def to_file() -> Q:
    """Changes that were made and have to be filed by themselves: N14 asks for a change of what was filed.

    What was changed before anything was filed goes with the first filing, whose own clock runs.
    """
    filed = Filing.objects.filter(system=OuterRef("system"), state=FilingState.FILED)
    return Q(Exists(filed), state=ChangeState.DONE)


def days_late(case: ChangeCase, finding: DutyFinding | None) -> int:
    """Natural days past the limit, of what was filed late too; 0 in time, and of what went with the first filing."""
    if finding is None or finding.due is None or (case.filing is not None and case.filing.kind != FilingKind.CHANGE):
        return 0
    return finding.days_late if case.filed_on is None else max(0, (case.filed_on - finding.due).days)


def removed_unfiled() -> Q:
    """Removals of some cameras of a filed system that no filing has told of since (N14): what is filed names cameras that are gone.

    A removal of the whole system ends its filing with it; one before the first filing goes with that.
    """
    filings = Filing.objects.filter(system=OuterRef("system"))
    # One without a day was filed elsewhere before the register began.
    day = Q(submitted_on__lt=OuterRef("removed_on")) | Q(submitted_on__isnull=True)
    before = filings.filter(day, state=FilingState.FILED)
    since = filings.filter(
        state__in=[FilingState.SUBMITTED, FilingState.FILED, FilingState.RETURNED],
        submitted_on__gte=OuterRef("removed_on"),
    )
    return Q(Exists(before), ~Exists(since), state=RemovalState.REMOVED, whole=False)


def removal_finding(removal: Removal, today: date, terms: LegalTerms) -> DutyFinding:
    """The clock of the change that a removal of some cameras is (`removed_unfiled`)."""
    assert removal.removed_on is not None, "it was removed"
    facts = ChangeFilingFacts(removal.removed_on, None, removal.system.site.n9)
    return n14_change(facts, removal.removed_on, today, terms)


def unfiled(removal: Removal) -> bool:
    """Whether this removal is one of `removed_unfiled`, of a system that still is one."""
    return Removal.objects.filter(removed_unfiled(), pk=removal.pk, system__state__in=GUARDED).exists()
