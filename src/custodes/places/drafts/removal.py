"""The report of a removal (S18) page by page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.people.models import Person
from custodes.places.drafts import keeping
from custodes.places.drafts.matter import Asking, Matter, PageOf
from custodes.places.forms.page import Page
from custodes.places.forms.removal import DayPage, WhatPage, WhyPage
from custodes.places.lifecycle.stepping import Taken
from custodes.places.models import Draft, DraftKind, Removal, RemovalGround, System
from custodes.places.removal import workflow

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


def hand_in(draft: Draft, pages: Mapping[str, Page], asking: Asking) -> Removal:
    """Enter it and report it to the county's police: all or nothing.

    Raises:
        StepRefused: its removal is not reported, or goes on already.
    """
    return report(draft.system, pages, asking)


def report(system: System, pages: Mapping[str, Page], asking: Asking) -> Removal:
    """Enter and report what the pages of a report say, without faults; a program sends them all at once and needs no draft.

    Raises:
        StepRefused: its removal is not reported, or goes on already.
    """
    what, why, day = pages[WHAT], pages["why"], pages["day"]
    assert isinstance(what, WhatPage)
    wanted = workflow.Wanted(
        what.chosen(),
        RemovalGround(why.cleaned_data["ground"]),
        why.cleaned_data["why"],
        day.cleaned_data["planned"],
    )
    with transaction.atomic():
        row = workflow.plan(system, wanted, asking.by, asking.at, asking.words)
        return workflow.report(row, Taken(asking.by, asking.at, timezone.localdate(asking.at), via=asking.words))


def _what(draft: Draft, asking: Asking, **kwargs: Any) -> Page:
    return WhatPage(system=draft.system, **kwargs)


def _why(draft: Draft, asking: Asking, **kwargs: Any) -> Page:
    return WhyPage(**kwargs)


def _day(draft: Draft, asking: Asking, **kwargs: Any) -> Page:
    return DayPage(today=timezone.localdate(asking.at), terms=asking.terms, **kwargs)


REMOVAL = Matter(
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
    check=workflow.check_reportable,
    begin=begin,
    hand_in=hand_in,
)
