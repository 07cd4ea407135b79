"""The report of a removal (S18) page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.cases.step import StepInput
from custodes.cases.taking import begin as begin_case
from custodes.cases.taking import take
from custodes.people.models import Person
from custodes.places.drafts import keeping
from custodes.places.drafts.matter import DraftAuthor, DraftMatter, PageOf
from custodes.places.forms.page import DraftPage
from custodes.places.forms.removal import DayPage, WhatPage, WhyPage
from custodes.places.models import Draft, DraftKind, Removal, System
from custodes.places.removal.case import REMOVAL as CASE
from custodes.places.removal.rules import check_reportable

WHAT = "what"


def begin(system: System) -> dict[str, Any]:
    """The register knows nothing of it."""
    return {}


def choose(draft: Draft, cameras: list[str], by: Person, at: datetime) -> tuple[Draft, bool]:
    """Put cameras that were chosen on their own pages to those that the draft names, and go on where they are asked for.

    Returns:
        the draft, and whether it says anything more now: of the whole system, and of what it names, it does not.

    Raises:
        StepRefused: it was handed in, thrown away or has lapsed.
    """
    with transaction.atomic():
        row = keeping.locked(draft)
        named = row.answers.get("cameras") or []
        more = [one for one in cameras if one not in named]
        if not more or row.answers.get("what") == "whole":
            return row, False
        answers: dict[str, str | list[str]] = {"what": "cameras", "cameras": [*named, *more]}
        return keeping.keep(row, WHAT, answers, seen=row.revision, reached=WHAT, by=by, at=at), True


def hand_in(draft: Draft, pages: Mapping[str, DraftPage], asking: DraftAuthor) -> Removal:
    """Enter it and report it to the county's police: all or nothing.

    Raises:
        StepRefused: its removal is not reported, or goes on already.
    """
    return report(draft.system, pages, asking)


def report(system: System, pages: Mapping[str, DraftPage], asking: DraftAuthor) -> Removal:
    """Enter and report what the pages of a report say, without faults; a program sends them all at once and needs no draft.

    Raises:
        StepRefused: its removal is not reported, or goes on already.
    """
    what, why, day = pages[WHAT], pages["why"], pages["day"]
    assert isinstance(what, WhatPage)
    said = {
        "cameras": what.chosen(),
        "ground": why.cleaned_data["ground"],
        "planned": day.cleaned_data["planned"],
    }
    step = StepInput(asking.by, asking.at, timezone.localdate(asking.at), via=asking.words)
    with transaction.atomic():
        row = begin_case(CASE, "plan", system, replace(step, words=why.cleaned_data["why"], data=said), asking.terms)
        done: Removal = take(CASE, row, "report", step, asking.terms)
    return done


def _what(draft: Draft, asking: DraftAuthor, **kwargs: Any) -> DraftPage:
    return WhatPage(system=draft.system, **kwargs)


def _why(draft: Draft, asking: DraftAuthor, **kwargs: Any) -> DraftPage:
    return WhyPage(**kwargs)


def _day(draft: Draft, asking: DraftAuthor, **kwargs: Any) -> DraftPage:
    return DayPage(today=timezone.localdate(asking.at), terms=asking.terms, **kwargs)


REMOVAL = DraftMatter(
    kind=DraftKind.REMOVAL,
    title=_("办理拆除"),
    verb=_("报告拆除"),
    said=_("已向所在县（区）公安机关报告。"),
    clauses=lambda system: ("S18a", "S18b"),
    pages=(
        PageOf(
            WHAT,
            pgettext_lazy("拆除报告", "拆除什么"),
            _("维修、在原位更换设备的不用报告，在点位页上停用即可。"),
            _what,
        ),
        PageOf("why", pgettext_lazy("拆除报告", "为什么拆除"), _("写给所在县（区）公安机关看。"), _why),
        PageOf(
            "day",
            pgettext_lazy("拆除报告", "什么时候拆除"),
            _("报告不是申请许可，无须等待批准；但是报告后满十五日方可拆除。"),
            _day,
        ),
    ),
    check=check_reportable,
    begin=begin,
    hand_in=hand_in,
)
