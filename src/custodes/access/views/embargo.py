"""暂缓告知 of one request: how it stands, its form for those who ask, its answer for the second of two (N20, S28.1(4))."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from custodes.access.forms.looks import EmbargoForm, SaidForm
from custodes.access.looks import embargo
from custodes.access.looks.stepping import Taken
from custodes.access.looks.words import embargo_story
from custodes.access.models import AgencyRequest, Embargo, EmbargoState, LookStep
from custodes.access.views.agency import common
from custodes.people.viewer import Viewer, needs
from custodes.places.lifecycle.stepping import StepRefused
from custodes.settings import get_settings

INVALID = 422
BADGES = {
    EmbargoState.ASKED: "attention",
    EmbargoState.APPROVED: "info",
    EmbargoState.DECLINED: "off",
    EmbargoState.WITHDRAWN: "off",
    EmbargoState.LAPSED: "off",
    EmbargoState.LIFTED: "off",
}
DONE = {
    "ask": _("已提出，请持有单位的另一名审批人批准。批准以前不能查阅。"),
    "approve": _("已批准暂缓告知。"),
    "decline": _("已记录不予批准。"),
    "withdraw": _("已撤回。"),
    "lift": _("已提前解除，点位单位即可看到全部查看记录。"),
}


@require_safe
@needs(*common.ANY)
def page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How it stands."""
    viewer = Viewer.of(request)
    return _draw(request, viewer, common.opened(viewer, pk))


@require_POST
@needs(*common.ANY)
def act(request: HttpRequest, pk: UUID, event: str) -> HttpResponse:
    """One step."""
    viewer = Viewer.of(request)
    row = common.opened(viewer, pk)
    if event not in DONE:
        raise Http404
    form = _form(event, request.POST)
    if not form.is_valid():
        return _draw(request, viewer, row, _("请核对填写的内容。"), {event: form}, INVALID)
    try:
        _take(event, row, form.cleaned_data, viewer, request.POST.get("mark", "?")[:80])
    except StepRefused as refusal:
        return _draw(request, viewer, common.opened(viewer, pk), str(refusal), {event: form}, INVALID)
    messages.success(request, DONE[event])
    return redirect("access:embargo", pk=row.pk)


def _take(event: str, row: AgencyRequest, said: dict[str, Any], viewer: Viewer, mark: str) -> None:
    taken = Taken(viewer.person, viewer.at, said.get("words", ""))
    if event == "ask":
        embargo.ask(row, said["reason"], said["until"], taken, mark)
        return
    if event == "lift":
        embargo.lift(row, taken, mark)
        return
    waiting = embargo.awaited(row, viewer.at)
    if waiting is None:
        raise StepRefused(gettext("没有待批准的暂缓告知，可能已由他人答复。请刷新后查看。"))
    {"approve": embargo.approve, "decline": embargo.decline, "withdraw": embargo.withdraw}[event](waiting, taken, mark)


def _form(event: str, sent: Any = None) -> Any:
    if event == "ask":
        return EmbargoForm(sent, prefix=event, most=get_settings().embargo_most_days)
    return SaidForm(sent, prefix=event)


def _draw(
    request: HttpRequest,
    viewer: Viewer,
    row: AgencyRequest,
    error: Any = "",
    bound: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    person, at = viewer.person, viewer.at
    running, waiting = embargo.running(row, at), embargo.awaited(row, at)
    asks = embargo.asks(row, person, at)
    decides = embargo.answers(row, waiting, person, at) if waiting else False
    lifts = running is not None and (asks or common.part_of(viewer, row).approves)
    context = {
        "row": row,
        "error": error,
        "running": running,
        "waiting": waiting,
        "marks": {"running": embargo.mark_of(running), "waiting": embargo.mark_of(waiting)},
        "over": _over(row, at),
        "asks": asks and waiting is None and row.state in embargo.BEFORE and row.holder.is_police,
        "withdraws": asks and waiting is not None,
        "decides": decides,
        "lifts": lifts,
        "owned": not row.holder.is_police,
        "forms": {event: (bound or {}).get(event) or _form(event) for event in DONE},
        "all": [
            (one, BADGES[EmbargoState(one.state)]) for one in row.embargoes.select_related("asked_by", "decided_by")
        ],
        "story": list(embargo_story(LookStep.objects.filter(embargo__request=row))),
        "crumbs": common.crumbs(row, (_("暂缓告知"), "")),
        "back": reverse("access:request", args=[row.pk]),
    }
    return render(request, "access/looks/embargo.html", context, status=status)


def _over(row: AgencyRequest, at: Any) -> Embargo | None:
    """The last that is over by its day, where none is in force."""
    if embargo.running(row, at) is not None:
        return None
    return row.embargoes.filter(state=EmbargoState.APPROVED, ends_at__lte=at).order_by("-ends_at").first()


def line_of(row: AgencyRequest, at: Any) -> dict[str, Any] | None:
    """What the request's own page says of it; None where there is nothing to say."""
    if not row.holder.is_police:
        return None
    running, waiting = embargo.running(row, at), embargo.awaited(row, at)
    if running is not None:
        return {"state": "info", "words": _("暂缓告知至 %(day)s") % {"day": running.until.isoformat()}}
    if waiting is not None:
        return {"state": "attention", "words": _("暂缓告知待批准")}
    ended = _over(row, at)
    if ended is not None:
        day = timezone.localdate(ended.ends_at).isoformat()
        return {"state": "off", "words": _("暂缓告知已届满，%(day)s 起已告知") % {"day": day}}
    return {"state": "neutral", "words": _("未暂缓，点位单位随时看得到查看记录")}
