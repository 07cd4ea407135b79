"""A system's life: where it is, what it waits for, what may be done next, and everything that happened."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from custodes.cases.kind import Event
from custodes.cases.taking import form_of, take
from custodes.cases.views import step_of
from custodes.people.lawful import StepRefused, finding_text
from custodes.people.lawful import terms as terms_now
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.changes.reach import findable_systems, visible_changes
from custodes.places.dossiers import missing
from custodes.places.filing.case import may_take_over, visible_filings
from custodes.places.filing.clocks import clocks_of
from custodes.places.filing.fields import FILEABLE
from custodes.places.forms.life import AcceptanceForm, FirmForm, WorksForm
from custodes.places.lifecycle import said
from custodes.places.lifecycle.case import BADGES, BUILDERS, BY_NAME, LIFE, WAY, NextStep, steps_ahead
from custodes.places.lifecycle.interface import check_on_trial, end_firm, enter_acceptance, enter_firm, try_interface
from custodes.places.lifecycle.story import story_of
from custodes.places.models import FilingState, MainWorks, System, SystemState
from custodes.places.models.recorded import WORKS_FIELDS
from custodes.places.register import save_recorded
from custodes.places.scope import built_systems, handled_systems, papered_systems, visible_systems
from custodes.places.telling import visible_steps
from custodes.places.upgrades.case import ORDERABLE, late, visible_orders
from custodes.places.views.editing import edit_row
from custodes.places.views.system import crumbs_of

INVALID = 422


@require_safe
@needs(Permission.VIEW_PLACES)
def life(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page."""
    viewer = Viewer.of(request)
    return _page(request, viewer, _seen(viewer, pk))


@require_POST
@needs(Permission.MANAGE_PLACES)
def step(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    """Take one step."""
    viewer, event = Viewer.of(request), BY_NAME.get(name)
    row = _built(viewer, pk)
    if event is None or event.actor is not BUILDERS:
        raise Http404
    form = form_of(event, request.POST)
    if not form.is_valid():
        return _page(request, viewer, row, bound=(event, form), status=INVALID)
    try:
        row = take(LIFE, row, name, step_of(event, form, viewer), terms_now())
    except StepRefused as refusal:
        return _page(request, viewer, row, bound=(event, form), error=refusal, status=INVALID)
    messages.success(request, _("已办理：%(verb)s。") % {"verb": event.verb})
    return redirect("places:life", pk=row.pk)


@needs(Permission.MANAGE_PLACES)
def acceptance_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Enter the conclusion of an acceptance (S16.1)."""
    viewer = Viewer.of(request)
    row = _built(viewer, pk)
    try:
        check_on_trial(row)
        form = AcceptanceForm(request.POST or None, system=row)
        if request.method == "POST" and form.is_valid():
            enter_acceptance(form.save(commit=False), viewer.person, viewer.at)
            messages.success(request, _("验收结论已登记。"))
            return redirect("places:life", pk=row.pk)
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("places:life", pk=row.pk)
    return _form(request, row, form, _("登记验收"), _("登记验收结论"))


@needs(Permission.MANAGE_PLACES)
def firm_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Enter a firm that does one step of the system (S13.1, S17)."""
    viewer = Viewer.of(request)
    row = _built(viewer, pk)
    form = FirmForm(request.POST or None, system=row)
    if request.method == "POST" and form.is_valid():
        enter_firm(form.save(commit=False), form.cleaned_data["found"], viewer.person, viewer.at)
        messages.success(request, _("承担单位已登记。"))
        return redirect("places:life", pk=row.pk)
    return _form(request, row, form, _("登记承担单位"), _("登记承担单位"))


@require_POST
@needs(Permission.MANAGE_PLACES)
def firm_end(request: HttpRequest, pk: UUID, firm: UUID) -> HttpResponse:
    """A firm does its step no more: nothing waits for its credentials, the file keeps it (S13.1, S17)."""
    viewer = Viewer.of(request)
    row = _built(viewer, pk)
    end_firm(get_object_or_404(row.firms, pk=firm, until__isnull=True), viewer.person, viewer.at)
    messages.success(request, _("该单位今日起不再承担，案卷中的登记保留。"))
    return redirect("places:life", pk=row.pk)


@needs(Permission.MANAGE_PLACES)
def works(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Enter the days of the main works (S14)."""
    viewer = Viewer.of(request)
    # The system is what is locked: before the first entry there is no other row that two could share.
    return edit_row(request, _builds(viewer), pk, lambda row: _works(request, viewer, row))


def _works(request: HttpRequest, viewer: Viewer, row: System) -> HttpResponse:
    held = MainWorks.objects.filter(system=row).first() or MainWorks(system=row)
    form = WorksForm(request.POST or None, instance=held)
    if request.method == "POST" and form.is_valid():
        save_recorded(form.save(commit=False), WORKS_FIELDS, viewer.person, viewer.at)
        messages.success(request, _("已保存。"))
        return redirect("places:life", pk=row.pk)
    return _form(request, row, form, _("主体工程"), _("保存"))


@require_POST
@needs(Permission.MANAGE_PLACES)
def interface(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Try the interface now (S12.1)."""
    viewer = Viewer.of(request)
    row = _built(viewer, pk)
    try:
        test = try_interface(row, viewer.person, viewer.at)
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        words = {"answered": test.answered, "asked": test.asked}
        if test.passed:
            messages.success(request, _("联网接口现场测试通过：%(answered)d 个点位全部有画面到达。") % words)
        else:
            messages.warning(request, _("%(asked)d 个点位中 %(answered)d 个有画面到达。请检查后再测。") % words)
    return redirect("places:life", pk=row.pk)


def _seen(viewer: Viewer, pk: UUID) -> System:
    rows = visible_systems(viewer.person, viewer.at).select_related("site__division", "unit")
    return get_object_or_404(rows, pk=pk)


def _built(viewer: Viewer, pk: UUID) -> System:
    return get_object_or_404(_builds(viewer), pk=pk)


def _builds(viewer: Viewer) -> QuerySet[System]:
    return built_systems(viewer.person, viewer.at).select_related("site__division", "unit")


def _page(
    request: HttpRequest,
    viewer: Viewer,
    row: System,
    *,
    bound: tuple[Event, BaseForm] | None = None,
    error: StepRefused | None = None,
    status: int = 200,
) -> HttpResponse:
    terms, today = terms_now(), _today(viewer)
    may_step = built_systems(viewer.person, viewer.at).filter(pk=row.pk).exists()
    may_read = papered_systems(viewer.person, viewer.at).filter(pk=row.pk).exists()
    ahead = steps_ahead(row, today, terms) if may_step or may_read else []
    test = row.interface_tests.filter(ended_at__isnull=False).first()
    return render(
        request,
        "places/life.html",
        {
            "system": row,
            "badge": BADGES[row.state],
            "steps": _stepper(row),
            "next": [_next(step, bound) for step in ahead] if may_step else [],
            "waits": [] if may_step else _waits(ahead),
            "error": error,
            "may_step": may_step,
            "clocks": [
                (clock, _clock_days(clock.finding.due, today), finding_text(clock.finding))
                for clock in clocks_of(row, today, terms)
            ],
            "filings": visible_filings(viewer.person, viewer.at).filter(system=row)[:10],
            "removals": row.removals.all()[:10],
            "changes": visible_changes(viewer.person, viewer.at).filter(system=row)[:10],
            "upgrades": [
                (one, late(one, today)) for one in visible_orders(viewer.person, viewer.at).filter(system=row)[:10]
            ],
            "may_find": row.state in FILEABLE and findable_systems(viewer.person, viewer.at).filter(pk=row.pk).exists(),
            "may_order": row.state in ORDERABLE
            and handled_systems(viewer.person, viewer.at).filter(pk=row.pk).exists(),
            "acceptances": row.acceptances.select_related("report", "by__unit"),
            "firms": row.firms.select_related("unit").prefetch_related("technicians"),
            "works": MainWorks.objects.filter(system=row).first(),
            "interface": test,
            "dossier": missing(row, today, terms),
            "unfinished": row.filings.filter(state__in=[FilingState.SUBMITTED, FilingState.RETURNED]).first(),
            "filed": row.filings.filter(state=FilingState.FILED).exists(),
            "story": story_of(visible_steps(viewer.person, viewer.at).filter(about=row.pk)),
            "on_trial": row.state == SystemState.TRIAL,
            "may_take_over": (may_step or handled_systems(viewer.person, viewer.at).filter(pk=row.pk).exists())
            and may_take_over(row),
            "may_file": may_step and row.state in FILEABLE,
            "crumbs": crumbs_of(row, (_("办理与经过"), "")),
        },
        status=status,
    )


def _next(step: NextStep, bound: tuple[Event, BaseForm] | None) -> dict[str, Any]:
    """One step that may come next: what it waits for, and its form."""
    event = step.event
    form = bound[1] if bound is not None and bound[0].name == event.name else form_of(event, initial={"on": step.day})
    return {"event": step.event, "unmet": [said.line(one) for one in step.unmet], "form": form, "ready": not step.unmet}


def _waits(ahead: list[NextStep]) -> list[Any]:
    """What the next step on the way to use waits for, for who may not take it."""
    onward = [step for step in ahead if step.event.name not in ("fail", "abandon")]
    return [said.line(one) for step in onward[:1] for one in step.unmet]


def _stepper(row: System) -> list[dict[str, Any]]:
    if row.state not in WAY:
        return []
    at = WAY.index(SystemState(row.state))
    return [
        {"label": state.label, "state": "done" if number < at else "current" if number == at else "todo"}
        for number, state in enumerate(WAY)
    ]


def _clock_days(due: Any, today: Any) -> int | None:
    return None if due is None else (due - today).days


def _today(viewer: Viewer) -> Any:
    return timezone.localdate(viewer.at)


def _form(request: HttpRequest, row: System, form: Any, title: Any, submit: Any) -> HttpResponse:
    crumbs = crumbs_of(row, (_("办理与经过"), reverse("places:life", args=[row.pk])), (title, ""))
    context = {"form": form, "title": title, "crumbs": crumbs, "submit": submit}
    return render(request, "places/form.html", context, status=INVALID if form.errors else 200)
