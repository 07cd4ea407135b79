"""Upgrade orders: the list, the notice, one order's page with its answers, rechecks and papers (S16.2c)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from custodes.people.forms.faults import faults_of
from custodes.people.lawful import terms as terms_now
from custodes.people.lawful import words
from custodes.people.papers.keeping import keep_paper
from custodes.people.papers.refusal import PaperRefused
from custodes.people.papers.serving import serve
from custodes.people.papers.taking import takes_papers
from custodes.people.permissions import Permission
from custodes.people.table import Column, Table
from custodes.people.viewer import Viewer, needs
from custodes.places.forms.filing import AnswerForm
from custodes.places.forms.upgrade import RecheckForm, UpgradeForm, UpgradePaperForm
from custodes.places.lifecycle import said
from custodes.places.lifecycle.stepping import StepRefused, Taken
from custodes.places.lifecycle.story import story_of_object
from custodes.places.models import UpgradeOrder, UpgradePaper, UpgradePaperKind, UpgradeState
from custodes.places.models.upgrade import OPEN, WITH_UNIT
from custodes.places.scope import handled_systems
from custodes.places.upgrades import workflow
from custodes.places.upgrades.clock import due_of, finding_of, late
from custodes.places.upgrades.gathering import facts_of
from custodes.places.upgrades.guards import GUARDS
from custodes.places.upgrades.reach import answered_orders, handled_orders, visible_orders
from custodes.places.views.acting import INVALID, act_on
from custodes.places.views.system import crumbs_of

PER_PAGE = 50
BADGES = {
    UpgradeState.ORDERED: "attention",
    UpgradeState.PLANNED: "info",
    UpgradeState.REPORTED: "attention",
    UpgradeState.FAILED: "danger",
    UpgradeState.REFERRED: "danger",
    UpgradeState.PASSED: "fine",
    UpgradeState.REVOKED: "off",
}
_P = UpgradePaperKind
#: Papers of the police, and of the unit.
OF_POLICE, OF_UNIT = [_P.CHECK, _P.RECHECK], [_P.PLAN, _P.DONE]


@require_safe
@needs(Permission.VIEW_PLACES)
def upgrade_list(request: HttpRequest) -> HttpResponse:
    """Orders that the person may see, each with its last day."""
    viewer = Viewer.of(request)
    today, terms, state = timezone.localdate(viewer.at), terms_now(), request.GET.get("state", "")
    rows = visible_orders(viewer.person, viewer.at).select_related("system__site__division", "system__unit")
    if state in UpgradeState.values:
        rows = rows.filter(state=state)
    table = Table.of(
        request,
        Column(_("系统"), "system__name"),
        Column(_("所在县（区）"), "system__site__division__path"),
        Column(_("送达日期"), "delivered"),
        Column(_("期限届满")),
        Column(_("状态"), "state"),
        default="-delivered",
    )
    page = Paginator(table.order(rows), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "tab": "upgrades",
        "table": table,
        "page": page,
        "rows": [(row, BADGES[UpgradeState(row.state)], due_of(row, terms), late(row, today, terms)) for row in page],
        "state": state,
        "states": UpgradeState.choices,
        "crumbs": [
            (pgettext_lazy("列表", "点位"), reverse("places:camera_list")),
            (pgettext_lazy("升级改造", "升级改造"), ""),
        ],
    }
    return render(request, "places/upgrade_list.html", context)


@needs(Permission.HANDLE_FILINGS)
def upgrade_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Set a term for a system that falls short."""
    viewer = Viewer.of(request)
    row = get_object_or_404(handled_systems(viewer.person, viewer.at).select_related("site"), pk=pk)
    initial = {"guide": viewer.person.unit.name, "guide_phone": viewer.person.unit.phone}
    form = UpgradeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        taken = Taken(viewer.person, viewer.at, timezone.localdate(viewer.at))
        try:
            order = workflow.issue(row, form.wanted(), taken, terms_now())
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已登记限期升级改造。请打印通知书，送达后由收件人签收。"))
            return redirect(order)
    title = _("限期升级改造")
    crumbs = crumbs_of(row, (_("办理与经过"), reverse("places:life", args=[row.pk])), (title, ""))
    context = {"form": form, "title": title, "crumbs": crumbs, "submit": _("下达通知")}
    return render(request, "places/form_sections.html", context, status=INVALID if form.errors else 200)


@require_safe
@needs(Permission.VIEW_PLACES)
def upgrade(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One order: how its term stands, what falls short, what may be done."""
    viewer = Viewer.of(request)
    return _page(request, viewer, get_object_or_404(_with_system(visible_orders(viewer.person, viewer.at)), pk=pk))


@require_POST
@needs(Permission.MANAGE_PLACES)
def upgrade_answer(request: HttpRequest, pk: UUID, event: str) -> HttpResponse:
    """The unit's plan, or that it is done."""
    if event not in ("plan", "report"):
        raise Http404
    told = _("改造方案已报。") if event == "plan" else _("已报完成，等待复查。")

    def act(order: UpgradeOrder, taken: Taken) -> UpgradeOrder:
        return workflow.answer(order, event, taken, terms_now())

    return _step(request, answered_orders, pk, act, told, event, AnswerForm(request.POST, auto_id=f"id_{event}_%s"))


@require_POST
@needs(Permission.HANDLE_FILINGS)
def upgrade_recheck(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Looked at again on the spot."""
    form = RecheckForm(request.POST, auto_id="id_recheck_%s")
    passed = form.is_valid() and form.cleaned_data["passed"]
    told = _("复查合格，已办结。") if passed else _("已登记复查不合格。")

    def act(order: UpgradeOrder, taken: Taken) -> UpgradeOrder:
        return workflow.recheck(order, passed=passed, checkers=form.names(), taken=taken, terms=terms_now())

    return _step(request, handled_orders, pk, act, told, "recheck", form)


@require_POST
@needs(Permission.HANDLE_FILINGS)
def upgrade_end(request: HttpRequest, pk: UUID, event: str) -> HttpResponse:
    """The term is over and it becomes a matter of inspection; or the order is taken back."""
    acts = {"refer": workflow.refer, "revoke": workflow.revoke}
    if event not in acts:
        raise Http404
    told = _("已转监督检查。") if event == "refer" else _("已撤销。")

    def act(order: UpgradeOrder, taken: Taken) -> UpgradeOrder:
        return acts[event](order, taken, terms_now())

    return _step(request, handled_orders, pk, act, told, event, AnswerForm(request.POST, auto_id=f"id_{event}_%s"))


@require_POST
@takes_papers()
@needs(Permission.MANAGE_PLACES, Permission.HANDLE_FILINGS)
def upgrade_paper_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add a paper: the unit its plan and what shows that it is done, police their records."""
    viewer = Viewer.of(request)
    order = get_object_or_404(_with_system(visible_orders(viewer.person, viewer.at)), pk=pk)
    kinds = _kinds(viewer, order)
    if not kinds:
        raise Http404
    form = UpgradePaperForm(request.POST, request.FILES, kinds=kinds)
    if form.is_valid():
        kind = UpgradePaperKind(form.cleaned_data["kind"])
        try:
            with transaction.atomic():
                paper = keep_paper(form.cleaned_data["file"], by=viewer.person, at=viewer.at, about=_about(order))
                workflow.add_paper(order, kind, paper, viewer.person, viewer.at)
        except PaperRefused as refusal:
            form.add_error("file", str(refusal))
        except StepRefused as refusal:
            return _page(request, viewer, order, str(refusal), INVALID)
        else:
            messages.success(request, _("已加入。"))
            return redirect(order)
    return _page(request, viewer, order, faults_of(form), INVALID, {"paper": form})


@require_safe
@needs(Permission.VIEW_PLACES)
def upgrade_paper(request: HttpRequest, pk: UUID, paper: UUID) -> HttpResponseBase:
    """One paper, as a file to keep; each reading is on record."""
    viewer = Viewer.of(request)
    rows = UpgradePaper.objects.filter(order__in=visible_orders(viewer.person, viewer.at).values("pk"), order=pk)
    held = get_object_or_404(rows.select_related("paper", "order"), pk=paper)
    return serve(held.paper, by=viewer.person, at=viewer.at, about=_about(held.order))


def _page(
    request: HttpRequest,
    viewer: Viewer,
    order: UpgradeOrder,
    error: Any = "",
    status: int = 200,
    forms: dict[str, Any] | None = None,
) -> HttpResponse:
    today, terms, bound = timezone.localdate(viewer.at), terms_now(), forms or {}
    due, finding, facts = due_of(order, terms), finding_of(order, today, terms), facts_of(order, terms)
    mine = answered_orders(viewer.person, viewer.at).filter(pk=order.pk).exists()
    handles = handled_orders(viewer.person, viewer.at).filter(pk=order.pk).exists()
    is_open, kinds = order.state in OPEN, _kinds(viewer, order)
    may = {
        "plan": mine and order.state in (UpgradeState.ORDERED, UpgradeState.FAILED, UpgradeState.REFERRED),
        "report": mine and order.state in WITH_UNIT,
        "recheck": handles and is_open,
        "refer": handles and is_open and order.state != UpgradeState.REFERRED,
        "revoke": handles and is_open,
    }
    # Who was there is asked in the form itself.
    two = facts.__class__(facts.delivered, facts.due, facts.papers, ("甲", "乙"))
    return render(
        request,
        "places/upgrade.html",
        {
            "order": order,
            "system": order.system,
            "badge": BADGES[UpgradeState(order.state)],
            "error": error,
            "open": is_open,
            "due": due,
            "due_days": (due - today).days,
            "late": late(order, today, terms),
            "finding_words": words(finding) if finding is not None else "",
            "shortfalls": order.shortfalls.all(),
            "papers": order.papers.select_related("paper", "by__unit"),
            "may": may,
            "unmet": {
                name: [_line(one) for one in GUARDS[event](two, today, today)]
                for name, event in (
                    ("plan", "plan"), ("report", "report"), ("recheck", "pass_recheck"), ("refer", "refer"),
                )
            },
            "paper_form": bound.get("paper") or (UpgradePaperForm(kinds=kinds) if kinds else None),
            "plan_form": bound.get("plan") or AnswerForm(auto_id="id_plan_%s"),
            "report_form": bound.get("report") or AnswerForm(auto_id="id_report_%s"),
            "recheck_form": bound.get("recheck") or RecheckForm(auto_id="id_recheck_%s"),
            "refer_form": bound.get("refer") or AnswerForm(auto_id="id_refer_%s"),
            "revoke_form": bound.get("revoke") or AnswerForm(auto_id="id_revoke_%s"),
            "story": story_of_object(order),
            "crumbs": crumbs_of(
                order.system,
                (_("办理与经过"), reverse("places:life", args=[order.system_id])),
                (_("限期升级改造"), ""),
            ),
        },
        status=status,
    )  # fmt: skip


def _step(
    request: HttpRequest,
    reach: Callable[[Any, Any], QuerySet[UpgradeOrder]],
    pk: UUID,
    act: Callable[[UpgradeOrder, Taken], UpgradeOrder],
    told: Any,
    name: str,
    form: BaseForm,
) -> HttpResponse:
    """One step by the form of this name on the order's page."""
    viewer = Viewer.of(request)
    order = get_object_or_404(_with_system(reach(viewer.person, viewer.at)), pk=pk)

    def draw(
        request: HttpRequest, viewer: Viewer, row: UpgradeOrder, error: Any, status: int, answer: BaseForm | None
    ) -> HttpResponse:
        return _page(request, viewer, row, error, status, {name: answer})

    return act_on(request, viewer, order, act, told, draw, form, again=_again)


def _again(order: UpgradeOrder) -> UpgradeOrder:
    return _with_system(UpgradeOrder.objects.all()).get(pk=order.pk)


def _kinds(viewer: Viewer, order: UpgradeOrder) -> list[UpgradePaperKind]:
    """Papers that the viewer may add now."""
    if order.state not in OPEN:
        return []
    found: list[UpgradePaperKind] = []
    if answered_orders(viewer.person, viewer.at).filter(pk=order.pk).exists():
        found += OF_UNIT
    if handled_orders(viewer.person, viewer.at).filter(pk=order.pk).exists():
        found += OF_POLICE
    return found


def _with_system(rows: QuerySet[UpgradeOrder]) -> QuerySet[UpgradeOrder]:
    return rows.select_related("system__site__division", "system__unit", "issued_by__unit")


def _line(unmet: Any) -> dict[str, str]:
    return {"reason": said.reason(unmet), "remedy": said.remedy(unmet), "clause": unmet.clause}


def _about(order: UpgradeOrder) -> str:
    return f"places.upgradeorder:{order.pk}"
