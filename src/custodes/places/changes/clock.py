"""How the duty to file a change stands (N14: 及时; how soon is the installation's own number)."""

from __future__ import annotations

from datetime import date

from custodes.law.duties.filing import ChangeFilingFacts, n14_change
from custodes.law.duties.finding import Finding
from custodes.law.duties.terms import Terms
from custodes.places.models import ChangeCase, ChangeState


def finding_of(case: ChangeCase, today: date, terms: Terms) -> Finding | None:
    """The clock of one change; None while it was not made, or went back to what was filed."""
    if case.done_on is None or case.state not in (ChangeState.DONE, ChangeState.FILING, ChangeState.CLOSED):
        return None
    facts = ChangeFilingFacts(case.done_on, case.filed_on, case.system.site.n9)
    return n14_change(facts, case.done_on, today, terms)


def days_late(case: ChangeCase, finding: Finding | None) -> int:
    """Natural days past the limit, of what was filed late too; 0 in time."""
    if finding is None or finding.due is None:
        return 0
    return finding.days_late if case.filed_on is None else max(0, (case.filed_on - finding.due).days)
