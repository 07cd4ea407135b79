"""What time brings: steps that nobody takes, and last days that are counted anew when calendar or terms have changed."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from custodes.cases.kind import CaseKind, Event, Ripe
from custodes.cases.registry import registry
from custodes.cases.step import StepInput
from custodes.cases.taking import inside, locked
from custodes.law.duties.finding import LegalTerms
from custodes.people import lawful

log = structlog.get_logger(__name__)


def sweep(at: datetime) -> Counter[str]:
    """Take every step whose moment has come, each in a transaction of its own; how many of each, as ``kind.step``.

    A case whose step fails is told in the log of the program and tried again by the next sweep; the others go on.
    """
    done: Counter[str] = Counter()
    for kind in registry:
        for event in kind.events:
            if event.ripe is None:
                continue
            for row in _rows(kind, event, event.ripe, at):
                try:
                    done[f"{kind.key}.{event.name}"] += _taken(kind, event, event.ripe, row, at)
                except Exception:
                    log.exception("cases.step_not_taken", kind=kind.key, step=event.name, case=str(row.pk))
    return done


def _rows(kind: CaseKind, event: Event, ripe: Ripe, at: datetime) -> QuerySet[Any]:
    return kind.model._default_manager.filter(ripe.where(at), state__in=event.sources)


def _taken(kind: CaseKind, event: Event, ripe: Ripe, row: Any, at: datetime) -> bool:
    with transaction.atomic():
        row = locked(kind, row)
        if not _rows(kind, event, ripe, at).filter(pk=row.pk).exists() or not ripe.when(row, at):
            return False  # somebody was first
        inside(kind, row, event.name, StepInput(None, at, timezone.localdate(at), data=ripe.data), lawful.terms())
    return True


def recount(terms: LegalTerms) -> int:
    """Hold the last day of each term that runs against what the law counts now, and write what differs; how many did."""
    return sum(_of_kind(kind, terms) for kind in registry)


def _of_kind(kind: CaseKind, terms: LegalTerms) -> int:
    clock = kind.clock
    if clock is None:
        return 0
    rows = kind.model._default_manager.filter(state__in=clock.running)
    differ = [row.pk for row in rows.iterator(500) if getattr(row, clock.column) != clock.due(row, terms)]
    for pk in differ:
        with transaction.atomic():  # a step may have moved it meanwhile
            row = kind.model._default_manager.select_for_update().get(pk=pk)
            kind.model._default_manager.filter(pk=pk).update(**{clock.column: clock.due(row, terms)})
    return len(differ)
