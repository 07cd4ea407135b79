"""What is done with a plan or a norm: partners and opinions, answers to the check of its text, events, a new version."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from custodes.people.forms.faults import faults_of
from custodes.people.papers.refusal import PaperRefused
from custodes.people.papers.serving import serve
from custodes.people.papers.taking import takes_papers
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.cityplans import writing
from custodes.places.cityplans.reach import papered
from custodes.places.cityplans.steps import EVENTS, Approval, StepRefused, step
from custodes.places.cityplans.writing import WritingRefused
from custodes.places.forms.cityplan import DesignationForm, OpinionForm, PartnerForm, StepForm, VersionForm
from custodes.places.models import PlanningPartner, PlanningState
from custodes.places.views.cityplan import INVALID, crumbs_of, draw, own, seen


@require_POST
@needs(Permission.MANAGE_CITY_PLANS)
def city_plan_partner_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask one more department."""
    viewer = Viewer.of(request)
    row = own(viewer, pk)
    form = PartnerForm(request.POST)
    if form.is_valid():
        try:
            writing.add_partner(row, form.cleaned_data["name"], viewer.person, viewer.at)
        except WritingRefused as refused:
            return draw(request, viewer, seen(viewer, pk), error=str(refused), status=INVALID)
        messages.success(request, _("已添加。"))
        return redirect(row)
    return draw(request, viewer, seen(viewer, pk), error=faults_of(form), status=INVALID)


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
                writing.settle(saved, viewer.person, viewer.at)
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
        return draw(request, viewer, seen(viewer, pk), error=faults_of(form), status=INVALID)
    try:
        writing.answer(row, sentence, form.cleaned_data["words"], viewer.person, viewer.at)
    except WritingRefused as refused:
        return draw(request, viewer, seen(viewer, pk), error=str(refused), status=INVALID)
    messages.success(request, _("已登记说明。"))
    return redirect(row)


@require_POST
@needs(Permission.MANAGE_CITY_PLANS)
def city_plan_step(request: HttpRequest, pk: UUID, event: str) -> HttpResponse:
    """Let an event happen, or say what is in its way."""
    viewer = Viewer.of(request)
    row = own(viewer, pk)
    if event not in EVENTS:
        return draw(request, viewer, seen(viewer, pk), error=gettext("没有这一步。"), status=404)
    form = StepForm(request.POST, event=event)
    if not form.is_valid():
        return draw(request, viewer, seen(viewer, pk), error=faults_of(form), form=form, status=INVALID)
    day = form.cleaned_data.get("day")
    approval = None
    if event == "approve":
        approval = Approval(number=form.cleaned_data["number"], approved_on=day)
    elif event == "enact":
        approval = Approval(in_force_from=day)
    try:
        step(
            row,
            event,
            viewer.person,
            viewer.at,
            timezone.localdate(viewer.at),
            words=form.cleaned_data["words"],
            approval=approval,
        )
    except StepRefused as refused:
        said = gettext("条件还不具备。") if refused.unmet else gettext("现在不能办理这一步；可能已有他人办理。")
        return draw(request, viewer, seen(viewer, pk), error=said, unmet=refused.unmet, form=form, status=INVALID)
    messages.success(request, _("已办理。"))
    return redirect(row)


@require_POST
@needs(Permission.MANAGE_CITY_PLANS)
def city_plan_version(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin the next version of one that is in force."""
    viewer = Viewer.of(request)
    row = own(viewer, pk)
    form = VersionForm(request.POST)
    if not form.is_valid():
        return draw(request, viewer, seen(viewer, pk), error=faults_of(form), status=INVALID)
    day = timezone.localdate(viewer.at)
    try:
        later = writing.begin_version(row, form.cleaned_data["version"], viewer.person, viewer.at, day)
    except WritingRefused as refused:
        return draw(request, viewer, seen(viewer, pk), error=str(refused), status=INVALID)
    messages.success(request, _("已建立新版本的草案。"))
    return redirect(later)
