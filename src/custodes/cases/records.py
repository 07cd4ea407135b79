"""How the steps of a kind are written into the log. A record's type and fields never change once a kind has used them.

`register` is what the register's kinds have always written; kinds to come use `cases`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from custodes.cases.models import CaseStep
from custodes.cases.step import StepInput
from custodes.people.models import Paper, RecordOutbox
from custodes.people.records import plain, record

if TYPE_CHECKING:
    from custodes.cases.kind import CaseKind, Recorder

Content = Callable[[Any, StepInput], Mapping[str, Any]]


def register(kind: CaseKind, row: Any, step: CaseStep, given: StepInput, papers: tuple[Paper, ...]) -> RecordOutbox:
    """``register.step`` (wire.md §7): of what belongs to a system of the register."""
    return record(
        "register.step",
        at=step.at,
        step=step.pk,
        by=_who(given),
        object=step.kind,
        object_id=step.case_id,
        system=step.about,
        event=step.event,
        before=step.before,
        after=step.after,
        on=step.on,
        clauses=step.clauses,
        words=step.words,
        papers=[paper.sha256 for paper in papers],
    )


def cases(kind: CaseKind, row: Any, step: CaseStep, given: StepInput, papers: tuple[Paper, ...]) -> RecordOutbox:
    """``cases.step`` (wire.md §7), with the SHA-256 of what the case says after the step."""
    number, about = str(getattr(row, "number", "")), str(step.about or "")
    more = ({"number": number} if number else {}) | ({"about": about} if about else {})
    return record(
        "cases.step",
        at=step.at,
        step=step.pk,
        kind=step.kind,
        case=step.case_id,
        event=step.event,
        before=step.before,
        after=step.after,
        on=step.on,
        clauses=step.clauses,
        words=step.words,
        papers=[paper.sha256 for paper in papers],
        content=content_of(kind, row),
        by=_who(given),
        **more,
    )


def hashed(type_: str, subject: Callable[[Any, CaseStep, StepInput], Mapping[str, Any]], content: Content) -> Recorder:
    """Recorder of kinds whose record holds the SHA-256 of what the case says, its own fields and what belongs to it.

    Args:
        type_: of the record.
        subject: what the record says of whose step it is.
        content: what the case says besides its own fields.
    """

    def write(kind: CaseKind, row: Any, step: CaseStep, given: StepInput, papers: tuple[Paper, ...]) -> RecordOutbox:
        told = {"session": given.session} if given.session else {}
        return record(
            type_,
            at=step.at,
            **{"step": step.pk, "by": _who(given), **subject(row, step, given)},
            event=step.event,
            before=step.before,
            after=step.after,
            on=step.on,
            words=step.words,
            clauses=step.clauses,
            papers=[paper.sha256 for paper in papers],
            content=content_of(kind, row, content(row, given)),
            **told,
        )

    return write


def _who(given: StepInput) -> Any:
    return given.by.uuid if given.by is not None else "system"


def content_of(kind: CaseKind, row: Any, more: Mapping[str, Any] = MappingProxyType({})) -> str:
    """SHA-256 of what a case says, as canonical JSON of its fields by name, and of what belongs to it."""
    unsaid = {*kind.unsaid, *((kind.clock.column,) if kind.clock is not None else ())}
    fields = [field for field in row._meta.concrete_fields if field.name not in unsaid]
    said = {field.name: plain(getattr(row, field.attname)) for field in fields} | dict(more)
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
