"""信息保全: the list, one hold with its story, and placing one (S33.2a)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from custodes.access.forms.holds import DeclineForm, HoldForm, ReviewForm, StepForm
from custodes.access.holds import delivering
from custodes.access.holds.awaited import awaiting, words_before_handover
from custodes.access.holds.found import found_of
from custodes.access.holds.placing import HoldRefused, hold
from custodes.access.holds.reach import holdable_cameras, placing_unit, releasable_holds, seen_cameras, visible_holds
from custodes.access.holds.shortening import shortens
from custodes.access.models import OPEN, Hold, HoldState, HoldStep
from custodes.people.models import Paper
from custodes.people.papers.refusal import PaperRefused
from custodes.people.papers.serving import serve
from custodes.people.papers.taking import takes_papers
from custodes.people.permissions import Permission
from custodes.people.table import Column, Table
from custodes.people.viewer import Viewer, needs

PER_PAGE = 50
INVALID = 422
LAST = timedelta(minutes=30)
AROUND = timedelta(minutes=5)
ANSWER_SECONDS = 1.5
BADGES = {HoldState.HELD: "fine", HoldState.RELEASE_ASKED: "attention", HoldState.RELEASED: "off"}
_EVENTS = {
    "place": pgettext_lazy("信息保全", "设定保全"),
    "took_effect": pgettext_lazy("信息保全", "各工作进程已答复"),
    "review": pgettext_lazy("信息保全", "复核，继续保全"),
    "ask_release": pgettext_lazy("信息保全", "提请解除"),
    "decline_release": pgettext_lazy("信息保全", "不予解除，继续保全"),
    "confirm_release": pgettext_lazy("信息保全", "确认解除"),
}


@dataclass(frozen=True)
class Told:
    """A step as the page tells it."""

    what: Any
    step: HoldStep
    papers: list[Paper]
    index: int | None


@require_safe
@needs(Permission.VIEW_HOLDS)
def holds(request: HttpRequest) -> HttpResponse:
    """Holds that the person may see; open ones unless others are asked for."""
    viewer = Viewer.of(request)
    rows = visible_holds(viewer.person, viewer.at).select_related("placed_by", "placed_unit")
    query = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    state, today = request.GET.get("state", "open"), timezone.localdate(viewer.at)
    narrowed = {
        "open": Q(state__in=[one.value for one in OPEN]),
        "waiting": Q(effective_version__lt=F("version")),
        "confirm": Q(state=HoldState.RELEASE_ASKED),
        "review": Q(state__in=[one.value for one in OPEN], review_on__lte=today),
        "released": Q(state=HoldState.RELEASED),
    }
    rows = rows.filter(narrowed.get(state, Q()))
    if query:
        rows = rows.filter(Q(case_name__icontains=query) | Q(number__icontains=query) | Q(asked_by__icontains=query))
    table = Table.of(
        request,
        Column(_("案件、事件"), "case_name"),
        Column(pgettext_lazy("列表", "点位"), numeric=True),
        Column(_("时段"), "span_from"),
        Column(_("设定单位"), "placed_unit__name"),
        Column(_("复核日期"), "review_on"),
        Column(_("状态"), "state"),
        default="-span_from",
    )
    page = Paginator(table.order(rows.annotate(spots=Count("cameras", distinct=True))), PER_PAGE).get_page(
        request.GET.get("page")
    )
    states = [
        ("open", _("保全中")), ("waiting", pgettext_lazy("信息保全", "尚未生效")), ("confirm", _("待第二人确认解除")),
        ("review", _("已到复核日期")), ("released", _("已解除")), ("all", _("全部")),
    ]  # fmt: skip
    context = {
        "table": table,
        "page": page,
        "rows": [(row, BADGES[HoldState(row.state)], row.review_due(today)) for row in page],
        "state": state,
        "states": states,
        "query": query,
        "may_place": viewer.may(Permission.PLACE_HOLDS),
    }
    return render(request, "access/holds/list.html", context)


@takes_papers()
@needs(Permission.PLACE_HOLDS)
def place(request: HttpRequest) -> HttpResponse:
    """The form, and the hold. `find` draws it again with more cameras to choose from."""
    viewer = Viewer.of(request)
    cameras = holdable_cameras(viewer.person, viewer.at)
    finding = request.method != "POST" or "find" in request.POST
    given = request.POST if request.method == "POST" else request.GET
    chosen = [key for key in given.getlist("cameras" if request.method == "POST" else "camera") if _is_uuid(key)]
    how: dict[str, Any] = {
        "cameras": cameras,
        "chosen": chosen,
        "query": given.get("q", "").replace("\x00", "").strip()[:80],
        "at": viewer.at,
    }
    if finding:
        form = HoldForm(initial=_initial(request, chosen, viewer.at), **how)
        return _place_page(request, form, 200)
    form = HoldForm(request.POST, request.FILES, **how)
    if form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                row = hold(
                    list(data["cameras"]),
                    (data["begins"], data["ends"]),
                    form.basis_of(viewer.person, viewer.at),
                    viewer.person,
                    viewer.at,
                    unit=placing_unit(viewer.person, viewer.at),
                )
        except PaperRefused as refusal:
            form.add_error("paper", str(refusal))
        except HoldRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            delivering.wait_a_moment(row, ANSWER_SECONDS)
            messages.success(request, _("已设定保全。各工作进程答复后生效，见下方。"))
            return redirect(row)
    return _place_page(request, form, INVALID)


def _place_page(request: HttpRequest, form: HoldForm, status: int) -> HttpResponse:
    crumbs = [(_("信息保全"), reverse("access:holds")), (_("设定保全"), "")]
    return render(request, "access/holds/place.html", {"form": form, "crumbs": crumbs}, status=status)


def _initial(request: HttpRequest, chosen: list[str], at: datetime) -> dict[str, Any]:
    """What the form begins with: of a search what was typed, of a link its cameras and span, else the last half hour."""
    if request.method == "POST":
        return {name: request.POST[name] for name in HoldForm.base_fields if name in request.POST} | {"cameras": chosen}
    begins, ends = _moment(request.GET.get("from", "")), _moment(request.GET.get("to", ""))
    around = _moment(request.GET.get("at", ""))
    if around is not None and begins is None:
        begins, ends = around - AROUND, around + AROUND
    ends = ends or at.replace(microsecond=0)
    return {"cameras": chosen, "begins": begins or ends - LAST, "ends": ends, "q": request.GET.get("q", "")[:80]}


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text[:40])
    except ValueError:
        return None
    if found is not None and timezone.is_naive(found):
        found = timezone.make_aware(found)
    return found


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@require_safe
@needs(Permission.VIEW_HOLDS)
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One hold: what is held, what each worker said, its story, and what may be done."""
    viewer = Viewer.of(request)
    return page(request, viewer, seen(viewer, pk))


@require_safe
@needs(Permission.VIEW_HOLDS)
def paper(request: HttpRequest, pk: UUID, paper: UUID) -> HttpResponseBase:
    """A paper of one of its steps, as a file to keep; each reading is on record. Only who places holds reads them."""
    viewer = Viewer.of(request)
    if not viewer.may(Permission.PLACE_HOLDS):
        raise PermissionDenied
    row = seen(viewer, pk)
    held = Paper.objects.filter(pk__in=HoldStep.papers.through.objects.filter(holdstep__hold=row).values("paper"))
    return serve(get_object_or_404(held, pk=paper), by=viewer.person, at=viewer.at, about=f"access.hold:{row.pk}")


def seen(viewer: Viewer, pk: UUID, rows: QuerySet[Hold] | None = None) -> Hold:
    """The hold, for who may see it.

    Raises:
        Http404: there is none, or not for them.
    """
    rows = visible_holds(viewer.person, viewer.at) if rows is None else rows
    people = ("placed_by__unit", "placed_unit", "release_by__unit", "released_by__unit")
    row = rows.select_related(*people).prefetch_related("deliveries__node").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def page(
    request: HttpRequest,
    viewer: Viewer,
    row: Hold,
    error: Any = "",
    status: int = 200,
    forms: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page of a hold, with what went wrong and the forms as they were sent."""
    today, bound = timezone.localdate(viewer.at), forms or {}
    within = set(
        seen_cameras(viewer.person, viewer.at).filter(pk__in=row.cameras.values("pk")).values_list("pk", flat=True)
    )
    may = viewer.may(Permission.RELEASE_HOLDS) and releasable_holds(viewer.person, viewer.at).filter(pk=row.pk).exists()
    asked = row.state == HoldState.RELEASE_ASKED
    first = asked and row.release_by_id == viewer.person.pk
    later = {"review_on": today + timedelta(days=180)}
    awaits = words_before_handover(row, confirms=asked) if may and row.open else ""
    smaller = may and shortens(row)
    context = {
        "hold": row,
        "badge": BADGES[HoldState(row.state)],
        "error": error,
        "found": found_of(row, within),
        "unseen": row.cameras.count() - len(within),
        "answered": [one for one in row.deliveries.all() if one.answered_at is not None],
        "unanswered": [one for one in row.deliveries.all() if one.version < row.version],
        "review_due": row.review_due(today),
        "review_days": (row.review_on - today).days,
        "story": _story(row),
        "may_read": viewer.may(Permission.PLACE_HOLDS),
        "may_review": may and row.open,
        "awaits": "" if smaller else awaits,
        "may_shorten": smaller,
        "request_now": awaiting(row) if smaller else None,
        "may_ask": may and row.state == HoldState.HELD and not awaits,
        "may_confirm": may and asked and not first and not awaits,
        "may_decline": may and asked,
        "first": first,
        "review_form": bound.get("review") or ReviewForm(auto_id="id_review_%s", initial=later),
        "shorten_form": bound.get("shorten")
        or StepForm(auto_id="id_shorten_%s", initial={"reason": _("申请已经缩小范围"), "number": row.number}),
        "ask_form": bound.get("ask_release") or StepForm(auto_id="id_ask_%s"),
        "confirm_form": bound.get("confirm_release") or StepForm(auto_id="id_confirm_%s"),
        "decline_form": bound.get("decline_release") or DeclineForm(auto_id="id_decline_%s"),
        "crumbs": [(_("信息保全"), reverse("access:holds")), (row.case_name, "")],
    }
    return render(request, "access/holds/one.html", context, status=status)


def _story(row: Hold) -> list[Told]:
    steps = row.steps.select_related("by__unit", "record").prefetch_related("papers")
    return [
        Told(_EVENTS.get(step.event, step.event), step, list(step.papers.all()), step.record.index) for step in steps
    ]
