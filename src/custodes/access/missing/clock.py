"""The clock of a provisional proof: when it runs out, the family's sessions stop and the case stays (law.md §2.8).

An officer who looks without anybody else goes on: the declaration was the family's.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from custodes.access.models import MissingCase, ProofKind, SessionKind, SupervisedSession
from custodes.access.supervised.sessions import end
from custodes.law.grounds import missing_person
from custodes.people.lawful import terms


def provisional_until(row: MissingCase) -> datetime | None:
    """Until when the provisional proof is enough; None where there is none. The moment itself still is (`at - opened > longest`)."""
    return row.opened_at + _longest() if row.proof == ProofKind.PROVISIONAL else None


def ran_out(at: datetime, case: str = "") -> Q:
    """Cases whose provisional proof is enough no more.

    Args:
        case: what leads to the case, ``missing__``.
    """
    return Q((f"{case}proof", ProofKind.PROVISIONAL), (f"{case}opened_at__lt", at - _longest()))


def over(row: MissingCase, at: datetime) -> bool:
    """Whether it ran out."""
    until = provisional_until(row)
    return until is not None and at > until


def _longest() -> timedelta:
    return min(timedelta(minutes=terms().assumed.provisional_minutes), missing_person.LONGEST_PROVISIONAL)


def tick(at: datetime) -> int:
    """Stop the family's sessions of cases whose provisional proof ran out; how many. One question of an index otherwise."""
    said, stopped = missing_person.PROVISIONAL_OVER, 0
    running = SupervisedSession.objects.filter(ended_at__isnull=True, kind=SessionKind.WITH_VIEWER)
    for session in running.filter(ran_out(at, "missing__")).select_related("missing__unit"):
        end(session, None, at, said.reason_zh, said.clause)
        stopped += 1
    return stopped
