"""One release: how it stands, what is met and missing, the one next step, and everything that was done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from custodes.access.forms.release import WordsForm, finding_forms
from custodes.access.models import Release, ReleaseState
from custodes.access.models.release import LOOKED_AT
from custodes.access.release import masking
from custodes.access.release.facts import facts_of, taken_part
from custodes.access.release.filled import device_stretches
from custodes.access.release.reach import ANY
from custodes.access.release.stepping import Taken
from custodes.access.release.story import story_of
from custodes.access.views.release import common
from custodes.access.views.release.decided import decided_anew
from custodes.access.views.release.job import job_of, own_of
from custodes.access.views.release.steps import DONE, FORMS, STEPS, forms_of, may
from custodes.law.grounds.agency_checklist import Checked
from custodes.law.grounds.release import PROTECTED
from custodes.law.grounds.release_checklist import checklist
from custodes.people.models import Paper
from custodes.people.papers.refusal import PaperRefused
from custodes.people.papers.serving import serve
from custodes.people.papers.taking import takes_papers
from custodes.people.said import in_english
from custodes.people.viewer import Viewer, needs
from custodes.places.lifecycle import said
from custodes.places.lifecycle.stepping import StepRefused


@require_safe
@needs(*ANY)
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page."""
    viewer = Viewer.of(request)
    return draw(request, viewer, common.opened(viewer, pk))


@require_POST
@takes_papers()
@needs(*ANY)
def act(request: HttpRequest, pk: UUID, event: str) -> HttpResponse:
    """One step."""
    viewer = Viewer.of(request)
    row = common.opened(viewer, pk)
    if not may(event, row, common.part_of(viewer, row)):
        raise Http404
    if event == "find":
        return _find(request, viewer, row)
    form = FORMS.get(event, WordsForm)(request.POST, request.FILES, prefix=event)
    if not form.is_valid():
        return draw(request, viewer, row, _("请核对填写的内容。"), {event: form}, common.INVALID)
    try:
        done = STEPS[event](row, form, _taken(form, viewer, row))
    except PaperRefused as refusal:
        form.add_error("paper", str(refusal))
        return draw(request, viewer, common.opened(viewer, pk), _("请核对填写的内容。"), {event: form}, common.INVALID)
    except StepRefused as refusal:
        return draw(request, viewer, common.opened(viewer, pk), common.told(refusal), {event: form}, common.INVALID)
    except common.TROUBLES as error:
        again = common.opened(viewer, pk)
        return draw(request, viewer, again, common.troubled(error), {event: form}, common.UNAVAILABLE)
    messages.success(request, DONE[event])
    return redirect(done)


def _taken(form: Any, viewer: Viewer, row: Release) -> Taken:
    """Who, when, why, and the paper: kept before the step, which may ask a node and can't hold a transaction open meanwhile."""
    papers: tuple[Paper, ...] = ()
    if hasattr(form, "papers"):
        with transaction.atomic():
            papers = form.papers(viewer.person, viewer.at, common.about(row))
    return Taken(viewer.person, viewer.at, form.cleaned_data.get("words", "").strip(), papers)


def _find(request: HttpRequest, viewer: Viewer, row: Release) -> HttpResponse:
    forms = finding_forms(row, request.POST)
    wrong = [form for form in forms if not form.is_valid()]
    if wrong:
        return draw(request, viewer, row, _("请对每一类都选择结论。"), {"find": forms}, common.INVALID)
    try:
        done = masking.answer(row, [form.finding() for form in forms], Taken(viewer.person, viewer.at))
    except StepRefused as refusal:
        again = common.opened(viewer, row.pk)
        return draw(request, viewer, again, common.told(refusal), {"find": forms}, common.INVALID)
    messages.success(request, DONE["find"])
    return redirect(done)


def draw(
    request: HttpRequest,
    viewer: Viewer,
    row: Release,
    error: Any = "",
    bound: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, with what went wrong and the form as it was sent."""
    part = common.part_of(viewer, row)
    steps = row.steps.select_related("by__unit")
    context = {
        "row": row,
        "device": device_stretches(row),
        "part": part,
        "badge": common.BADGES[ReleaseState(row.state)],
        "error": error,
        "forms": forms_of(row, part, bound or {}),
        **own_of(viewer, row),
        "at_node": row.state in LOOKED_AT and part.looks,
        "job": job_of(viewer, row, part, asks=False),
        "checked": [_line(one) for one in checklist(facts_of(row), viewer.at)],
        "last": steps.filter(event__in=("give_back", "refuse", "remask", "drop")).last(),
        "days": (row.due - timezone.localdate(viewer.at)).days if row.due else 0,
        "took_part": taken_part(row).select_related("unit") if part.works else [],
        "decided": decided_anew(row) if part.works else None,
        "findings": [(_title(one.key), one) for one in row.findings.select_related("by", "read_by")],
        "papers": _papers(row) if part.works else [],
        "story": list(story_of(row)),
        "crumbs": common.crumbs(row),
    }
    return render(request, "access/release/release.html", context, status=status)


@require_GET  # what counts as opened was sent
@needs(*ANY)
def paper(request: HttpRequest, pk: UUID, paper: UUID) -> HttpResponseBase:
    """A paper of one of its steps, as a file to keep; each reading is on record. Only who works on it reads them."""
    viewer = Viewer.of(request)
    row = common.opened(viewer, pk)
    if not common.part_of(viewer, row).works:
        raise Http404
    found = get_object_or_404(_papers(row), pk=paper)
    return serve(found, by=viewer.person, at=viewer.at, about=common.about(row))


def _papers(row: Release) -> Any:
    links = row.steps.model.papers.through.objects.filter(releasestep__release=row)
    return Paper.objects.filter(pk__in=links.values("paper")).order_by("at")


def _title(key: str) -> str:
    _clause, zh, en = PROTECTED[key]
    return en if in_english() else zh


def _line(one: Checked) -> dict[str, Any]:
    return {
        "name": one.en if in_english() else one.zh,
        "clause": one.clause,
        "met": one.met,
        "unmet": [
            {"reason": said.reason(each), "remedy": said.remedy(each), "clause": each.clause} for each in one.unmet
        ],
    }
