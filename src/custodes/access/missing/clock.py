"""The clock of a provisional proof: when it runs out, the family's sessions stop and the case stays (law.md §2.8).

An officer who looks without anybody else goes on: the declaration was the family's.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from custodes.access.models import MissingCase, ProofKind, SessionKind, SupervisedSession
from custodes.access.models.missing import RUNNING
from custodes.access.supervised.ending import end
from custodes.access.supervised.rooms import locked
from custodes.access.supervised.stepping import Taken, keep
from custodes.law.grounds import missing_person
from custodes.people.lawful import terms


def provisional_until(row: MissingCase) -> datetime | None:
    """Until when the provisional proof is enough; None where there is none. The moment itself still is (`at - opened > longest`)."""
    if row.proof != ProofKind.PROVISIONAL:
        return None
    minutes = timedelta(minutes=terms().assumed.provisional_minutes)
    return row.opened_at + min(minutes, missing_person.LONGEST_PROVISIONAL)


def over(row: MissingCase, at: datetime) -> bool:
    """Whether it ran out."""
    until = provisional_until(row)
    return until is not None and at > until


def tick(at: datetime) -> int:
    """Stop the family's sessions of cases whose provisional proof ran out; how many. One question of an index otherwise."""
    open_sessions = SupervisedSession.objects.filter(
        ended_at__isnull=True, missing__proof=ProofKind.PROVISIONAL, kind=SessionKind.WITH_VIEWER
    )
    stopped = 0
    for session in open_sessions.select_related("missing__unit"):
        assert session.missing is not None
        if over(session.missing, at):
            end(session, None, at, missing_person.PROVISIONAL_OVER.reason_zh, missing_person.PROVISIONAL_OVER.clause)
            stopped += 1
    return stopped


def sweep(at: datetime) -> int:
    """Write down of each running case that its provisional proof ran out, once."""
    told = 0
    waiting = MissingCase.objects.filter(state__in=RUNNING, proof=ProofKind.PROVISIONAL, provisional_over=False)
    for row in waiting:
        if not over(row, at):
            continue
        with transaction.atomic():
            held: MissingCase = locked(row)
            if held.provisional_over or not over(held, at):
                continue
            held.provisional_over = True
            said = missing_person.PROVISIONAL_OVER
            keep(held, "provisional_over", str(held.state), Taken(None, at, said.reason_zh), ("S29",), (said,))
            told += 1
    return told
