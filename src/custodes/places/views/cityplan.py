"""Plans and norms (S8, S12.2): the list, one text's page, drafting it, and what is done with it: partners, opinions, answers, events, a new version."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from custodes.cases.models import CaseStep
from custodes.cases.taking import actions_for, form_of, last_seq, take
from custodes.cases.views import step_of
from custodes.law.grounds.ground import Unmet
from custodes.people.forms import faults_of
from custodes.people.lawful import StepRefused, tasks_of, terms
from custodes.people.models import Unit
from custodes.people.papers.kinds import PaperRefused, takes_papers
from custodes.people.papers.serving import serve
from custodes.people.permissions import Permission
from custodes.people.table import Table, TableColumn
from custodes.people.viewer import Viewer, needs
from custodes.places.cityplans import case
from custodes.places.cityplans.case import (
    DRAFTERS,
    NOT_NOW,
    PLANNING,
    ChangedMeanwhile,
    WritingRefused,
    begin,
    save_draft,
)
from custodes.places.cityplans.facts import findings_of, partners_of
from custodes.places.cityplans.reach import drafted, drafting_units, kinds_of, papered, visible
from custodes.places.forms.cityplan import DesignationForm, OpinionForm, PartnerForm, PlanningForm, VersionForm
from custodes.places.models import PlanningKind, PlanningPartner, PlanningState, PlanningText

PER_PAGE = 50
INVALID = 422


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
        TableColumn(_("名称"), "title"),
        TableColumn(_("版本"), "version"),
        TableColumn(_("状态"), "state"),
        TableColumn(_("施行日期"), "in_force_from"),
        TableColumn(_("类别"), "kind"),
        TableColumn(_("行政区划"), "division__path"),
    )


@require_safe
@needs(Permission.VIEW_PLACES)
def city_plan_list(request: HttpRequest) -> HttpResponse:
    """Every plan and norm that the person may read."""
    viewer = Viewer.of(request)
    table = city_plan_table(request)
    page = Paginator(table.order(city_plans_asked(request)), PER_PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.badge = PLANNING.badges[row.state]  # type: ignore[attr-defined]
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
    return draw(request, Viewer.of(request), pk)


def own(viewer: Viewer, pk: UUID) -> PlanningText:
    """The row as the viewer may change it; `Http404` where they may not."""
    return get_object_or_404(drafted(viewer.person, viewer.at).select_related("division", "unit"), pk=pk)


def draw(
    request: HttpRequest,
    viewer: Viewer,
    pk: UUID,
    *,
    error: str = "",
    unmet: tuple[Unmet, ...] = (),
    tried: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page of one text; `Http404` where the viewer may not read it.

    Args:
        error: what could not be done, `unmet` what was in its way.
        tried: the step that was sent; its form is drawn as it was filled in.
    """
    last = last_seq(PLANNING, pk)  # before the row: what comes in between is not shown
    row = get_object_or_404(visible(viewer.person, viewer.at).select_related(*PLANNING.related), pk=pk)
    may_edit = drafted(viewer.person, viewer.at).filter(pk=pk).exists()
    again = request.POST.copy()
    again["seen"] = str(last)  # the page shows what happened meanwhile; sent again, it is about that
    actions = [
        {
            "event": one.event,
            "tasks": tasks_of(one.unmet),
            "form": form_of(one.event, again) if one.event.name == tried else one.form,
        }
        for one in actions_for(PLANNING, row, last, viewer.person, viewer.at, terms())
    ]
    findings = findings_of(row) if may_edit else []
    steps = CaseStep.objects.filter(kind=PLANNING.key, case_id=row.pk).select_related("by__unit")
    partners = partners_of(row)
    return render(
        request,
        "places/city_plan.html",
        {
            "row": row,
            "badge": PLANNING.badges[row.state],
            "facts": _facts(row),
            "steps": _stepper(row),
            "story": [(PLANNING.story(one.event), one) for one in steps],
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
            "actions": actions,
            "error": error,
            "unmet": tasks_of(unmet),
            "county_outdated": row.kind == PlanningKind.COUNTY_PLAN
            and row.city_plan is not None
            and row.city_plan.state == PlanningState.ARCHIVED,
            "crumbs": crumbs_of((str(row), "")),
        },
        status=status,
    )


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
        except StepRefused as refused:
            form.add_error("version" if isinstance(refused, WritingRefused) else None, str(refused))
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


@require_POST
@needs(Permission.MANAGE_CITY_PLANS)
def city_plan_partner_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask one more department."""
    viewer = Viewer.of(request)
    row = own(viewer, pk)
    form = PartnerForm(request.POST)
    if form.is_valid():
        try:
            case.add_partner(row, form.cleaned_data["name"], viewer.person, viewer.at)
        except WritingRefused as refused:
            return draw(request, viewer, pk, error=str(refused), status=INVALID)
        messages.success(request, _("已添加。"))
        return redirect(row)
    return draw(request, viewer, pk, error=faults_of(form), status=INVALID)


@takes_papers()
@needs(Permission.MANAGE_CITY_PLANS)
def city_plan_opinion(request: HttpRequest, pk: UUID, partner: int) -> HttpResponse:
    """Enter what a partner says, or why it is not asked."""
    viewer = Viewer.of(request)
    row = own(viewer, pk)
    asked = get_object_or_404(PlanningPartner, pk=partner, text=row, round=row.round)
    consulting = row.state == PlanningState.CONSULTING
    form = OpinionForm(request.POST or None, request.FILES or None, instance=asked, consulting=consulting)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                saved = form.save(commit=False)
                form.keep_papers(viewer.person, viewer.at)
                case.settle(saved, viewer.person, viewer.at)
        except PaperRefused as refused:
            form.add_error("paper_upload", str(refused))
        except WritingRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已登记。"))
            return redirect(row)
    title = gettext("登记意见：%(name)s") % {"name": asked}
    context = {
        "form": form,
        "title": title,
        "submit": _("登记意见"),
        "crumbs": crumbs_of((str(row), row.get_absolute_url()), (title, "")),
    }
    return render(request, "places/form.html", context, status=INVALID if form.errors else 200)


@require_safe
@needs(Permission.MANAGE_CITY_PLANS)
def city_plan_opinion_paper(request: HttpRequest, pk: UUID, partner: int) -> HttpResponseBase:
    """The letter of a partner, of this round or an earlier one, as a file to keep; each reading is on record (R10)."""
    viewer = Viewer.of(request)
    row = get_object_or_404(papered(viewer.person, viewer.at), pk=pk)
    asked = get_object_or_404(PlanningPartner.objects.select_related("paper"), pk=partner, text=row)
    if asked.paper is None:
        raise Http404
    return serve(asked.paper, by=viewer.person, at=viewer.at, about=f"places.planningpartner:{asked.pk}")


@require_POST
@needs(Permission.MANAGE_CITY_PLANS)
def city_plan_answer(request: HttpRequest, pk: UUID, sentence: str) -> HttpResponse:
    """Say why a sentence prescribes nobody (S13.2)."""
    viewer = Viewer.of(request)
    row = own(viewer, pk)
    form = DesignationForm(request.POST)
    if not form.is_valid():
        return draw(request, viewer, pk, error=faults_of(form), status=INVALID)
    try:
        case.answer(row, sentence, form.cleaned_data["words"], viewer.person, viewer.at)
    except WritingRefused as refused:
        return draw(request, viewer, pk, error=str(refused), status=INVALID)
    messages.success(request, _("已登记说明。"))
    return redirect(row)


@require_POST
@needs(Permission.MANAGE_CITY_PLANS)
def city_plan_step(request: HttpRequest, pk: UUID, event: str) -> HttpResponse:
    """Let an event happen, or say what is in its way."""
    viewer = Viewer.of(request)
    row = own(viewer, pk)
    wanted = next((one for one in PLANNING.events if one.name == event and one.actor is DRAFTERS), None)
    if wanted is None:
        return draw(request, viewer, pk, error=gettext("没有这一步。"), status=404)
    form = form_of(wanted, request.POST)
    if not form.is_valid():
        return draw(request, viewer, pk, error=faults_of(form), tried=event, status=INVALID)
    try:
        if row.state not in wanted.sources:
            raise StepRefused(str(NOT_NOW))
        take(PLANNING, row, event, step_of(wanted, form, viewer), terms())
    except StepRefused as refused:
        said = gettext("条件还不具备。") if refused.unmet else str(refused)
        return draw(request, viewer, pk, error=said, unmet=refused.unmet, tried=event, status=INVALID)
    messages.success(request, wanted.said)
    return redirect(row)


@require_POST
@needs(Permission.MANAGE_CITY_PLANS)
def city_plan_version(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin the next version of one that is in force."""
    viewer = Viewer.of(request)
    row = own(viewer, pk)
    form = VersionForm(request.POST)
    if not form.is_valid():
        return draw(request, viewer, pk, error=faults_of(form), status=INVALID)
    day = timezone.localdate(viewer.at)
    try:
        later = case.begin_version(row, form.cleaned_data["version"], viewer.person, viewer.at, day)
    except StepRefused as refused:
        return draw(request, viewer, pk, error=str(refused), status=INVALID)
    messages.success(request, _("已建立新版本的草案。"))
    return redirect(later)
