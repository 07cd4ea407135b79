"""Logs of platforms below as a source of alarms: rewritten, taken back, silent; a contradiction is on record in the own log (S35)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction

from custodes.ledger.witness import Doubt
from custodes.ledger.witnessed import LogsError
from custodes.oversight.witnessing import Found, Standing, Witnessed, doubts_of, witnessed
from custodes.people.models import RecordOutbox
from custodes.people.records import record_as
from custodes.settings import get_settings
from custodes.upkeep.alarms.condition import Condition, Source
from custodes.upkeep.alarms.kinds.trust import LOGS_UNREADABLE, LOWER_REWRITTEN, LOWER_SILENT

_SPACE = uuid.UUID("6a8f2c53-9a37-5b5b-8f5e-0c7e7d1f3e21")
"""Names contradictions as records: the same one is recorded once, however often it is looked at."""


def look(now: datetime) -> Iterator[Condition]:
    """What is so. Nothing is looked at where no witness is run."""
    settings = get_settings()
    if not settings.witness_name:
        return
    try:
        rows = witnessed(settings, now)
    except LogsError as error:
        yield Condition(LOGS_UNREADABLE, "witness:logs", "witness/logs", now, {"detail": str(error)[:300]})
        return
    for row in rows:
        for found in row.found:
            _record(settings.witness_name, row, found)
        yield from _conditions(row, now)


def _conditions(row: Witnessed, now: datetime) -> Iterator[Condition]:
    name = row.log.name[:200]
    for doubt in Doubt.FORKED, Doubt.UNPROVEN:
        found = doubts_of(row, doubt)
        if found:  # one alarm for what is one case: the first names it
            first = found[0]
            facts = {"seen_size": first.shown.seen.size, "shown_size": first.shown.shown.size}
            yield Condition(
                LOWER_REWRITTEN, f"log:{row.key[:16]}:{doubt}:{first.kept.digest[:16]}", name, first.at, facts
            )
    if row.behind and row.state is not None and row.behind_at is not None:
        facts = {"seen_size": row.state.size, "shown_size": row.state.behind_size}
        subject = f"log:{row.key[:16]}:behind:{row.state.size}"
        yield Condition(LOWER_REWRITTEN, subject, name, row.behind_at, facts)
    if row.standing is Standing.UNREADABLE:
        yield Condition(LOGS_UNREADABLE, f"witness:state:{row.key[:16]}", name, now, {"detail": "witness/state"})
    elif row.grown_at is not None and now - row.grown_at > timedelta(minutes=get_settings().witness_silent_minutes):
        last = row.grown_at
        yield Condition(LOWER_SILENT, f"log:{row.key[:16]}", name, last, {"last_at": last.isoformat()})


def _record(witness: str, row: Witnessed, found: Found) -> None:
    identity = uuid.uuid5(_SPACE, found.kept.digest)
    if RecordOutbox.objects.filter(pk=identity).exists():
        return
    with transaction.atomic():
        record_as(
            identity,
            "witness.contradicted",
            at=found.at,
            witness=witness,
            name=row.log.name,
            origin=row.log.origin,
            doubt=str(Doubt.FORKED if found.shown.proven else Doubt.UNPROVEN),
            seen=found.shown.seen.size,
            shown=found.shown.shown.size,
            seen_root=found.seen_root,
            shown_root=found.shown_root,
            evidence=found.kept.digest,
        )


SOURCE = Source("lower logs", (LOWER_REWRITTEN, LOWER_SILENT, LOGS_UNREADABLE), look)
