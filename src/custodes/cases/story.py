"""What happened in a case, as its page tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import ngettext, override

from custodes.cases.kind import CaseKind, StepDay
from custodes.cases.models import CaseStep
from custodes.people.models import Paper, Person

MOST = 400
"""Lines of a page: the last that there are. What is left out before them is said, and stands in the log."""


@dataclass(frozen=True)
class StoryLine:
    """One step.

    Attributes:
        state: since then; empty where it was so before.
        index: of its record in the log; None while it is on its way.
        kept: whether a record is the step's own.
        moment: when it was entered, of a step whose legal day is the day of its entry.
        held: its papers.
        more: what only this step has to say, each by its name.
    """

    what: Any
    state: Any
    on: date
    by: Person | None
    words: str
    clauses: tuple[str, ...]
    papers: int
    index: int | None
    kept: bool = True
    moment: datetime | None = None
    held: tuple[Paper, ...] = ()
    more: tuple[tuple[Any, Any], ...] = ()


def story_of(kind: CaseKind, row: Any) -> list[StoryLine]:
    """Its last steps, the oldest of them first, and before them how many there are that are not told."""
    steps = CaseStep.objects.filter(kind=kind.key, case_id=row.pk).order_by("-seq")
    found = list(steps.select_related("by__unit", "record").prefetch_related("papers")[:MOST])[::-1]
    former = [found[0].before if found else "", *(step.after for step in found)]
    today = {name for event in kind.events if event.day is StepDay.TODAY for name in event.names}
    untold = steps.count() - MOST if len(found) == MOST else 0
    earlier = [_untold(untold, found[0])] if untold > 0 else []
    return earlier + [
        StoryLine(
            what=kind.story(step.event),
            state=_since(kind, step, before),
            on=step.on,
            by=step.by,
            words=step.words,
            clauses=tuple(step.clauses),
            papers=len(step.papers.all()),
            index=step.record.index if step.record is not None else None,
            kept=step.record is not None,
            moment=step.at if step.event in today and timezone.localdate(step.at) == step.on else None,
            held=tuple(step.papers.all()),
            more=tuple((label, step.extra[name]) for name, label in kind.extras.items() if name in step.extra),
        )
        for step, before in zip(found, former, strict=False)
    ]


def _untold(count: int, first: CaseStep) -> StoryLine:
    told = ngettext("更早的 %(count)d 步不在此列出，见存证日志", "更早的 %(count)d 步不在此列出，见存证日志", count)
    return StoryLine(told % {"count": count}, "", first.on, None, "", (), 0, None)


def _since(kind: CaseKind, step: CaseStep, before: str) -> Any:
    state = dict(kind.states.choices).get(step.after, step.after)
    return "" if step.after == before or says_the_same(kind.story(step.event), state) else state


def says_the_same(verb: Any, state: Any) -> bool:
    """Whether a state is told by the words of the step already (确认设计 and 设计完成): two characters in a row that both have.

    Asked of the Chinese words in any language.
    """
    with override("zh-hans"):
        told, said = str(verb), str(state)
    return any(said[at : at + 2] in told for at in range(len(said) - 1))
