"""Removals: planned, reported, carried out, each with the day that the law leaves for it (S18)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from custodes.law.duties.terms import Terms
from custodes.people.lawful import terms as terms_now
from custodes.people.lawful import words_apart
from custodes.people.permissions import Permission
from custodes.people.table import Table
from custodes.people.viewer import Viewer, needs
from custodes.places.changes.clock import removal_finding, unfiled
from custodes.places.drafts.removal import REMOVAL
from custodes.places.forms.filing import AnswerForm
from custodes.places.forms.removal import PutOffForm, ReasonForm
from custodes.places.lifecycle.stepping import Taken
from custodes.places.lifecycle.story import story_of_object
from custodes.places.models import Removal, RemovalState
from custodes.places.models.removal import AHEAD
from custodes.places.removal import workflow
from custodes.places.removal.reach import visible_removals
from custodes.places.scope import built_systems, handled_systems, papered_systems
from custodes.places.views.acting import act_on
from custodes.places.views.cases import REMOVAL_BADGES, CaseList
from custodes.places.views.classified import keeps_nothing_classified
from custodes.places.views.draft import start
from custodes.places.views.system import crumbs_of

LIST = CaseList(
    tab="removals",
    title=_("拆除"),
    what=("ground", _("拆除理由")),
    days={"reported_on": _("报告日期"), "planned": _("拟拆除日期")},
    default="-planned",
    states=list(RemovalState.choices),
    badges=REMOVAL_BADGES,
    empty=_("没有拆除"),
    hint=_("需要拆除的，在系统的“办理与经过”页面办理。"),
    groups={"ahead": (_("办理中"), tuple(AHEAD))},
)


def removals_asked(request: HttpRequest) -> QuerySet[Removal]:
    """The removals that the person may see, narrowed down as the address says."""
    viewer = Viewer.of(request)
    return LIST.asked(request, visible_removals(viewer.person, viewer.at))


def removal_table(request: HttpRequest) -> Table:
    """The columns of the list of removals."""
    return LIST.table(request)


@require_safe
@needs(Permission.VIEW_PLACES)
def removal_list(request: HttpRequest) -> HttpResponse:
    """Removals of the systems that the person may see."""
    viewer = Viewer.of(request)
    return LIST.draw(request, visible_removals(viewer.person, viewer.at))


@keeps_nothing_classified
@needs(Permission.MANAGE_PLACES)
def removal_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Before one reports a removal: from which day it may be done; begin, or go on with what lies there."""
    viewer = Viewer.of(request)
    rows = built_systems(viewer.person, viewer.at).select_related("site__division", "unit")
    first = workflow.earliest(timezone.localdate(viewer.at), terms_now())
    return start(request, viewer, REMOVAL, get_object_or_404(rows, pk=pk), first=first)


@require_safe
@needs(Permission.VIEW_PLACES)
def removal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One removal: until when to report, from when it may be done."""
    viewer = Viewer.of(request)
    return _page(request, viewer, _seen(viewer, pk))


@require_POST
@needs(Permission.MANAGE_PLACES)
def removal_report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Report it to the county's police."""
    viewer = Viewer.of(request)
    return _do(request, viewer, _built(viewer, pk), workflow.report, _("已向所在县（区）公安机关报告。"))


@require_POST
@needs(Permission.MANAGE_PLACES)
def removal_put_off(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Plan it for another day."""
    viewer = Viewer.of(request)
    form = PutOffForm(request.POST)

    def put_off(one: Removal, taken: Taken) -> Removal:
        return workflow.put_off(one, form.cleaned_data["planned"], taken.by, taken.at)

    return _do(request, viewer, _built(viewer, pk), put_off, _("已改期。"), form)


@require_POST
@needs(Permission.MANAGE_PLACES)
def removal_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It stays."""
    viewer = Viewer.of(request)
    form = _reasons(request.POST)
    return _do(request, viewer, _built(viewer, pk), workflow.cancel, _("已登记不再拆除。"), form)


@require_POST
@needs(Permission.MANAGE_PLACES)
def removal_done(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It was removed."""
    viewer = Viewer.of(request)

    def carry_out(one: Removal, taken: Taken) -> Removal:
        return workflow.carry_out(one, taken, terms_now())

    return _do(request, viewer, _built(viewer, pk), carry_out, _("已登记拆除；录像保留至存储期限届满。"))


@require_POST
@needs(Permission.HANDLE_FILINGS)
def removal_acknowledge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Police have read the report."""
    viewer = Viewer.of(request)
    handled = handled_systems(viewer.person, viewer.at).values("pk")
    row = get_object_or_404(_with_system(Removal.objects.filter(system__in=handled)), pk=pk)
    return _do(request, viewer, row, workflow.acknowledge, _("已登记收悉。"))


def _reasons(data: Any = None) -> ReasonForm:
    return ReasonForm(data, auto_id="id_cancel_%s")


def _do(
    request: HttpRequest,
    viewer: Viewer,
    row: Removal,
    act: Callable[[Removal, Taken], Removal],
    said_then: Any,
    form: BaseForm | None = None,
) -> HttpResponse:
    return act_on(request, viewer, row, act, said_then, _page, form)


def _page(
    request: HttpRequest,
    viewer: Viewer,
    row: Removal,
    error: Any = "",
    status: int = 200,
    answer: BaseForm | None = None,
) -> HttpResponse:
    today, terms = timezone.localdate(viewer.at), terms_now()
    beforehand, first = workflow.latest_report(row, terms), workflow.first_day(row, terms)
    finding = workflow.finding_of(row, today, terms)
    finding_words, caveats = words_apart(finding, terms)
    ahead = row.state in AHEAD
    builds = built_systems(viewer.person, viewer.at).filter(pk=row.system_id).exists()
    mine = ahead and builds
    reported = row.reported_on is not None
    return render(
        request,
        "places/removal.html",
        {
            "removal": row,
            "system": row.system,
            "badge": REMOVAL_BADGES[RemovalState(row.state)],
            "cameras": workflow.leaving(row).order_by("number")[:200],
            "error": error,
            "beforehand": beforehand,
            "report_days": (beforehand.latest - today).days,
            "first": first,
            "first_days": None if first is None else (first - today).days,
            "too_soon": first is not None and row.planned < first,
            "finding_words": finding_words,
            "caveats": caveats,
            "change": _change(row, today, builds, terms),
            "ahead": ahead,
            "may_report": mine and not reported,
            "may_do": mine and first is not None and first <= today,
            "may_change": mine,
            "may_print": papered_systems(viewer.person, viewer.at).filter(pk=row.system_id).exists(),
            "may_acknowledge": row.state == RemovalState.REPORTED
            and handled_systems(viewer.person, viewer.at).filter(pk=row.system_id).exists(),
            # Of the page's forms the one that was refused stands there as it was sent.
            "answer_form": answer if isinstance(answer, AnswerForm) else AnswerForm(),
            "put_off_form": answer
            if isinstance(answer, PutOffForm)
            else PutOffForm(initial={"planned": first or beforehand.event}),
            "reason_form": answer if isinstance(answer, ReasonForm) else _reasons(),
            "story": story_of_object(row),
            "crumbs": crumbs_of(
                row.system, (_("办理与经过"), reverse("places:life", args=[row.system_id])), (_("拆除"), "")
            ),
        },
        status=status,
    )


def _change(row: Removal, today: date, builds: bool, terms: Terms) -> dict[str, Any] | None:
    """The filing of the change that a removal of some cameras of a filed system is (N14); None where none is owed."""
    if not unfiled(row):
        return None
    finding = removal_finding(row, today, terms)
    assert finding.due is not None, "it was removed on a day"
    days = (finding.due - today).days
    return {
        "kind": "danger" if days < 0 else "attention",
        "title": _("变更备案已逾期") if days < 0 else _("还要办理变更备案"),
        "due": finding.due,
        "days": days,
        "href": reverse("places:filing_begin", args=[row.system_id]) if builds else "",
    }


def _seen(viewer: Viewer, pk: UUID) -> Removal:
    return get_object_or_404(_with_system(visible_removals(viewer.person, viewer.at)), pk=pk)


def _built(viewer: Viewer, pk: UUID) -> Removal:
    rows = Removal.objects.filter(system__in=built_systems(viewer.person, viewer.at).values("pk"))
    return get_object_or_404(_with_system(rows), pk=pk)


def _with_system(rows: QuerySet[Removal]) -> QuerySet[Removal]:
    return rows.select_related("system__site__division", "system__unit")
