"""Plans and norms (S8, S12.2): the list, one text's page, drafting it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from custodes.law.grounds.ground import Unmet
from custodes.people.models import Unit
from custodes.people.permissions import Permission
from custodes.people.table import Column, Table
from custodes.people.tasks import tasks_of
from custodes.people.viewer import Viewer, needs
from custodes.places.cityplans.facts import facts_of, findings_of, partners_of
from custodes.places.cityplans.guards import GUARDS
from custodes.places.cityplans.reach import drafted, drafting_units, kinds_of, papered, visible
from custodes.places.cityplans.steps import EVENTS, STORY, possible
from custodes.places.cityplans.writing import ChangedMeanwhile, WritingRefused, begin, save_draft
from custodes.places.forms.cityplan import DesignationForm, PartnerForm, PlanningForm, StepForm, VersionForm
from custodes.places.models import PlanningKind, PlanningState, PlanningText

PER_PAGE = 50
INVALID = 422
BADGES = {
    PlanningState.DRAFT: "neutral",
    PlanningState.CONSULTING: "attention",
    PlanningState.SUBMITTED: "info",
    PlanningState.IN_FORCE: "fine",
    PlanningState.ARCHIVED: "off",
}


def crumbs_of(*more: tuple[object, str]) -> list[tuple[object, str]]:
    """The way to a text's page."""
    return [
        (pgettext_lazy("列表", "点位"), reverse("places:camera_list")),
        (_("规划和技术规范"), reverse("places:city_plan_list")),
        *more,
    ]


def city_plans_asked(request: HttpRequest) -> QuerySet[PlanningText]:
    """The plans and norms that the person may read."""
    viewer = Viewer.of(request)
    return visible(viewer.person, viewer.at).select_related("division", "unit")


def city_plan_table(request: HttpRequest) -> Table:
    """The columns of the list of plans and norms."""
    return Table.of(
        request,
        Column(_("名称"), "title"),
        Column(_("版本"), "version"),
        Column(_("状态"), "state"),
        Column(_("施行日期"), "in_force_from"),
        Column(_("类别"), "kind"),
        Column(_("行政区划"), "division__path"),
    )


@require_safe
@needs(Permission.VIEW_PLACES)
def city_plan_list(request: HttpRequest) -> HttpResponse:
    """Every plan and norm that the person may read."""
    viewer = Viewer.of(request)
    table = city_plan_table(request)
    page = Paginator(table.order(city_plans_asked(request)), PER_PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.badge = BADGES[PlanningState(row.state)]  # type: ignore[attr-defined]
    kinds = [
        (reverse("places:city_plan_add", args=[kind.value]), label)
        for unit in drafting_units(viewer.person, viewer.at)
        for kind in kinds_of(unit)
        for label in (_LABELS[kind],)
    ]
    context = {"tab": "city_plans", "table": table, "page": page, "kinds": dict(kinds).items()}
    return render(request, "places/city_plan_list.html", context | {"crumbs": crumbs_of()[:1]})


_LABELS = {
    PlanningKind.CITY_PLAN: _("起草全市规划"),
    PlanningKind.COUNTY_PLAN: _("起草县（区）规划"),
    PlanningKind.NORM: _("起草技术规范"),
}


@require_safe
@needs(Permission.VIEW_PLACES)
def city_plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One text's page."""
    viewer = Viewer.of(request)
    return draw(request, viewer, seen(viewer, pk))


def seen(viewer: Viewer, pk: UUID) -> PlanningText:
    """The row as the viewer may read it; `Http404` where they may not."""
    rows = visible(viewer.person, viewer.at).select_related("division", "unit", "city_plan", "previous", "changed_by")
    return get_object_or_404(rows, pk=pk)


def own(viewer: Viewer, pk: UUID) -> PlanningText:
    """The row as the viewer may change it; `Http404` where they may not."""
    return get_object_or_404(drafted(viewer.person, viewer.at).select_related("division", "unit"), pk=pk)


def draw(
    request: HttpRequest,
    viewer: Viewer,
    row: PlanningText,
    *,
    error: str = "",
    unmet: tuple[Unmet, ...] = (),
    form: StepForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one text.

    Args:
        error: what could not be done, `unmet` what was in its way.
        form: of the step that was tried, with its errors.
    """
    may_edit = drafted(viewer.person, viewer.at).filter(pk=row.pk).exists()
    events = possible(row) if may_edit else ()
    onward = next((event for event in events if event != "redraft"), "")
    findings = findings_of(row) if may_edit else []
    before = GUARDS[onward](facts_of(row, timezone.localdate(viewer.at), findings)) if onward else ()
    # What the form of the step itself asks for is no task.
    before = tuple(one for one in before if not _asked_by_form(one, onward))
    partners = partners_of(row)
    return render(
        request,
        "places/city_plan.html",
        {
            "row": row,
            "badge": BADGES[PlanningState(row.state)],
            "facts": _facts(row),
            "steps": _stepper(row),
            "story": [(STORY[one.event], one) for one in row.steps.select_related("by__unit")],
            "partners": partners,
            "open_partners": sum(not one.settled for one in partners),
            "may_edit": may_edit,
            "may_read": papered(viewer.person, viewer.at).filter(pk=row.pk).exists(),
            "is_draft": row.state == PlanningState.DRAFT,
            "asking": row.state in (PlanningState.DRAFT, PlanningState.CONSULTING),
            "may_answer": row.state not in (PlanningState.IN_FORCE, PlanningState.ARCHIVED),
            "findings": [
                (found, words, DesignationForm(auto_id=f"id_{found.key[:12]}_%s")) for found, words in findings
            ],
            "partner_form": PartnerForm(),
            "version_form": VersionForm() if may_edit and row.state == PlanningState.IN_FORCE else None,
            "onward": onward,
            "onward_label": EVENTS.get(onward, ""),
            "onward_form": form if form is not None and form.event == onward else StepForm(event=onward),
            "tasks": tasks_of(before),
            "may_redraft": "redraft" in events,
            "redraft_form": form if form is not None and form.event == "redraft" else StepForm(event="redraft"),
            "error": error,
            "unmet": tasks_of(unmet),
            "county_outdated": row.kind == PlanningKind.COUNTY_PLAN
            and row.city_plan is not None
            and row.city_plan.state == PlanningState.ARCHIVED,
            "crumbs": crumbs_of((str(row), "")),
        },
        status=status,
    )


def _asked_by_form(one: Unmet, event: str) -> bool:
    asked = {"approve": ("没有人民政府批准文号", "没有批准日期"), "enact": ("没有施行日期",)}
    return one.reason_zh in asked.get(event, ())


def _stepper(row: PlanningText) -> list[dict[str, object]]:
    states = [one for one in PlanningState if not (row.is_norm and one == PlanningState.SUBMITTED)]
    at = states.index(PlanningState(row.state))
    return [
        {"label": one.label, "state": "done" if n < at else "current" if n == at else "todo"}
        for n, one in enumerate(states)
    ]


def _facts(row: PlanningText) -> list[tuple[object, object]]:
    facts: list[tuple[object, object]] = [
        (_("类别"), row.get_kind_display()),
        (_("行政区划"), row.division.name),
        (_("制定单位"), row.unit.name),
        (_("版本"), row.version),
    ]
    if row.number:
        facts.append((_("编号"), row.number))
    if row.kind == PlanningKind.COUNTY_PLAN:
        facts.append((_("所依据的全市规划"), row.city_plan or _("尚未选择")))
    if row.approval_number:
        facts.append((_("批准文号"), row.approval_number))
    if row.in_force_from:
        facts.append((_("施行日期"), date_format(row.in_force_from, "Y-m-d")))
    if row.previous is not None:
        facts.append((_("上一版本"), row.previous))
    return facts


@needs(Permission.MANAGE_CITY_PLANS)
def city_plan_add(request: HttpRequest, kind: str) -> HttpResponse:
    """Begin a draft of this kind."""
    viewer = Viewer.of(request)
    unit = next((one for one in drafting_units(viewer.person, viewer.at) if kind in kinds_of(one)), None)
    if unit is None:
        raise Http404
    row = PlanningText(kind=kind)
    form = PlanningForm(request.POST or None, instance=row, unit=unit)
    if request.method == "POST" and form.is_valid():
        try:
            made = begin(form.save(commit=False), unit, viewer.person, viewer.at, timezone.localdate(viewer.at))
        except WritingRefused as refused:
            form.add_error("version", str(refused))
        else:
            _say_findings(request, made)
            return redirect(made)
    return _form(request, form, unit, _LABELS[PlanningKind(kind)], crumbs_of((_LABELS[PlanningKind(kind)], "")))


@needs(Permission.MANAGE_CITY_PLANS)
def city_plan_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a draft; what somebody else saved meanwhile is shown and not lost (R8)."""
    viewer = Viewer.of(request)
    row = own(viewer, pk)
    crumbs = crumbs_of((str(row), row.get_absolute_url()), (_("修改"), ""))
    form = PlanningForm(request.POST or None, instance=row, unit=row.unit)
    if request.method == "POST" and form.is_valid():
        revision = form.cleaned_data["revision"]
        try:
            save_draft(form.save(commit=False), -1 if revision is None else revision, viewer.person, viewer.at)
        except WritingRefused as refused:
            form.add_error(None, str(refused))
        except ChangedMeanwhile as meanwhile:
            return _form(request, _again(form, meanwhile.row), row.unit, _("修改"), crumbs, meanwhile.row, INVALID)
        else:
            _say_findings(request, row)
            return redirect(row)
    return _form(request, form, row.unit, _("修改"), crumbs)


def _again(form: PlanningForm, now: PlanningText) -> PlanningForm:
    """The form as it was filled in, ready to be saved over what stands now by whoever has read it."""
    data = {**{name: form.data.get(name, "") for name in form.fields}, "revision": str(now.revision)}
    again = PlanningForm(data, instance=now, unit=now.unit)
    name, at = now.changed_by.name, date_format(timezone.localtime(now.changed_at), "Y-m-d H:i")
    again.add_error(
        None,
        gettext("%(name)s于 %(at)s 已修改。下面是您填写的内容，现有内容附在后面；请核对后再保存。")
        % {"name": name, "at": at},
    )
    return again


def _form(
    request: HttpRequest,
    form: PlanningForm,
    unit: Unit,
    title: object,
    crumbs: list[tuple[object, str]],
    now: PlanningText | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "unit": unit, "title": title, "crumbs": crumbs, "submit": _("保存草案")}
    if now is not None:
        context["now"] = PlanningText.objects.select_related("city_plan").get(pk=now.pk)
    return render(request, "places/city_plan_form.html", context, status=status if not form.errors else INVALID)


def _say_findings(request: HttpRequest, row: PlanningText) -> None:
    number = sum(not words for _found, words in findings_of(row))
    if number:
        messages.warning(
            request,
            gettext("已保存。有 %(number)d 处可能指定品牌或者单位，请改写或者说明（S13.2）。") % {"number": number},
        )
    else:
        messages.success(request, _("已保存。"))
