"""暂缓告知 of one request: how it stands, its form for those who ask, its answer for the second of two (N20, S28.1(4))."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from custodes.access.looks import embargo
from custodes.access.looks.embargo import EMBARGO
from custodes.access.models import AgencyRequest, Embargo, EmbargoState
from custodes.access.views.agency import common
from custodes.cases.models import CaseStep
from custodes.cases.step import StepInput
from custodes.cases.story import StoryLine
from custodes.cases.taking import begin, take
from custodes.people.lawful import StepRefused, terms
from custodes.people.viewer import Viewer, needs

INVALID = 422
EVENTS = ("ask", "approve", "decline", "withdraw", "lift")
NONE = {
    "approve": _("没有待批准的暂缓告知，可能已由他人答复。请刷新后查看。"),
    "lift": _("没有正在暂缓的事项，无须解除。"),
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
    if event not in EVENTS:
        raise Http404
    form = _form(event, request.POST)
    if not form.is_valid():
        return _draw(request, viewer, row, _("请核对填写的内容。"), {event: form}, INVALID)
    try:
        _take(event, row, form.cleaned_data, viewer, request.POST.get("mark", "?")[:80])
    except StepRefused as refusal:
        return _draw(request, viewer, common.opened(viewer, pk), str(refusal), {event: form}, INVALID)
    messages.success(request, EMBARGO.event(event).said)
    return redirect("access:embargo", pk=row.pk)


def _take(event: str, row: AgencyRequest, said: dict[str, Any], viewer: Viewer, mark: str) -> None:
    words = said["reason"] if event == "ask" else said["words"]
    step = StepInput(viewer.person, viewer.at, timezone.localdate(viewer.at), words, data={**said, "mark": mark})
    if event == "ask":
        begin(EMBARGO, event, row, step, terms())
        return
    one = embargo.running(row, viewer.at) if event == "lift" else embargo.awaited(row, viewer.at)
    if one is None:
        raise StepRefused(str(NONE["lift" if event == "lift" else "approve"]))
    take(EMBARGO, one, event, step, terms())


def _form(event: str, sent: Any = None) -> Any:
    return EMBARGO.event(event).form(sent, prefix=event)


def _story(row: AgencyRequest) -> Iterator[StoryLine]:
    """Steps of all its embargoes, the newest first."""
    steps = CaseStep.objects.filter(kind=EMBARGO.key, case_id__in=row.embargoes.values("pk")).select_related(
        "by__unit", "record"
    )
    states = dict(EMBARGO.states.choices)
    for step in steps.order_by("-at", "-pk"):
        yield StoryLine(
            what=EMBARGO.story(step.event),
            state=states.get(step.after, step.after) if step.after != step.before else "",
            on=step.on,
            by=step.by,
            words=step.words,
            clauses=tuple(step.clauses),
            papers=0,
            index=step.record.index if step.record else None,
            moment=step.at if timezone.localdate(step.at) == step.on else None,
        )


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
        "forms": {event: (bound or {}).get(event) or _form(event) for event in EVENTS},
        "all": [(one, EMBARGO.badges[one.state]) for one in row.embargoes.select_related("asked_by", "decided_by")],
        "story": list(_story(row)),
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
