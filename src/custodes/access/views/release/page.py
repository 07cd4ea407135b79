"""公共传播: the register; proposing a release or completing one that was given back; one release with what is met and missing, its one next step
and its publication.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_safe

from custodes.access.forms.release import ProposeForm
from custodes.access.models import Release, ReleaseState
from custodes.access.models.release import LOOKED_AT
from custodes.access.release import deciding
from custodes.access.release.case import BADGES, RELEASE
from custodes.access.release.facts import device_stretches, facts_of, longest, taken_part
from custodes.access.release.proposing import Proposal
from custodes.access.release.reach import ANY, choosable, desk_of
from custodes.access.release.stated import answered_anew, decided_anew, stated_of
from custodes.access.views.release import common
from custodes.access.views.release.job import job_of, own_of
from custodes.access.views.release.masks import said_by
from custodes.cases.taking import begin, take
from custodes.cases.views import INVALID, Around, CasePages
from custodes.law.duties.finding import LegalTerms
from custodes.law.grounds.agency import CheckedCondition
from custodes.law.grounds.release import checklist
from custodes.people.lawful import StepRefused, in_english
from custodes.people.lawful import terms as terms_now
from custodes.people.models import Paper
from custodes.people.papers.keeping import keep_paper
from custodes.people.papers.kinds import SCANS, PaperRefused, takes_papers
from custodes.people.papers.serving import serve
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.lifecycle import said

PROPOSE = Permission.PROPOSE_RELEASES
NOT_FOR_ONE = ("give_back", "publish", "withdraw")
"""Steps that a copy for the person in the picture never takes."""
_OUT = (ReleaseState.APPROVED, ReleaseState.PUBLISHED, ReleaseState.WITHDRAWN)


def more(viewer: Viewer, row: Release, today: date, terms: LegalTerms) -> dict[str, Any]:
    """What is met and missing, how far the node is, what was said of the film, and by whom."""
    part = common.part_of(viewer, row)
    return {
        "device": device_stretches(row),
        "part": part,
        **own_of(viewer, row),
        "at_node": row.state in LOOKED_AT and part.looks,
        "job": job_of(viewer, row, part, asks=False),
        "checked": [_line(one) for one in checklist(facts_of(row), viewer.at)],
        "last": row.steps.filter(event__in=("give_back", "refuse", "remask", "drop")).last(),
        "days": (row.due - today).days if row.due else 0,
        "took_part": taken_part(row).select_related("unit") if part.works else [],
        "decided": decided_anew(row) if part.works else None,
        "replaced": answered_anew(row) if part.works else None,
        "stated": stated_of(row),
        "handed_in": _papers(row) if part.works else [],
        "crumbs": common.crumbs(row),
    }


RELEASES = CasePages(
    RELEASE,
    Around(
        above_parent=lambda unit: common.crumbs(None),
        above=lambda row: common.crumbs(None),
        above_list=[],
        template="access/release/release.html",
        more=more,
        list_template="access/release/list.html",
        listed=lambda rows: rows.defer("times", "leaks"),
        may=ANY,
        told=common.told,
        wrong=common.wrong,
        troubles=common.TROUBLES,
        troubled=common.troubled,
    ),
)


def routes() -> list[URLPattern]:
    """Of the register, a release and its steps."""
    found = RELEASES.urls("release/", {})
    for route in found:
        if route.default_args.get("event") in NOT_FOR_ONE:
            route.callback = _for_the_public(route.callback)
    return found


def _for_the_public(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    @wraps(view)
    def asked(request: HttpRequest, pk: UUID, **more: Any) -> HttpResponseBase:
        if Release.objects.filter(pk=pk, own_image__isnull=False).exists():
            raise Http404
        return view(request, pk=pk, **more)

    return asked


@require_safe
@needs(*ANY)
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far the node is, as it answers now: the part of the page that renews itself, with the step that comes next."""
    viewer = Viewer.of(request)
    row = RELEASES.visible(viewer, pk)
    part = common.part_of(viewer, row)
    if not part.looks or row.state not in LOOKED_AT:
        raise Http404
    job = job_of(viewer, row, part, asks=True)
    action = {one["name"]: one for one in RELEASES.actions(viewer, row, terms_now())}
    if job.standing is not None and not row.output and "review" in action:
        action["review"]["form"].fields["copy"].initial = job.standing.copy
    context = {"row": row, "part": part, "job": job, "action": action, "at_node": True}
    return render(request, "access/release/job.html", context | own_of(viewer, row))


@require_safe
@needs(*ANY)
def publication(request: HttpRequest, pk: UUID) -> HttpResponse:
    """From the approval on: what goes out and its hash, then where it is, and whom to turn to; that it was taken down is entered here."""
    viewer = Viewer.of(request)
    row = RELEASES.visible(viewer, pk)
    if row.state not in _OUT or row.own_image_id:
        raise Http404
    context: dict[str, Any] = {
        "row": row,
        "part": common.part_of(viewer, row),
        "badge": BADGES[row.state],
        "action": {one["name"]: one for one in RELEASES.actions(viewer, row, terms_now())},
        "stated": stated_of(row),
        "kept_back": [common.in_words(one) for one in deciding.kept_back(row)],
        "places": row.published_where.splitlines(),
        "step": row.steps.filter(event="publish").select_related("record").last(),
        "crumbs": common.crumbs(row, _("公开")),
    }
    return render(request, "access/release/publication.html", context)


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
    return Paper.objects.filter(pk__in=row.steps.filter(papers__isnull=False).values("papers")).order_by("at")


def _line(one: CheckedCondition) -> dict[str, Any]:
    name = one.en if in_english() else one.zh
    return {"name": name, "clause": one.clause, "met": one.met, "unmet": [said.line(each) for each in one.unmet]}


@takes_papers()
@needs(PROPOSE)
def propose(request: HttpRequest) -> HttpResponse:
    """A new one."""
    viewer = Viewer.of(request)
    unit = desk_of(viewer.person, viewer.at)
    assert unit is not None
    return _fill(request, viewer, None)


@takes_papers()
@needs(PROPOSE)
def complete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One that was given back."""
    viewer = Viewer.of(request)
    row = common.opened(viewer, pk)
    if row.state != ReleaseState.RETURNED or not common.part_of(viewer, row).proposes:
        raise Http404
    return _fill(request, viewer, row)


def _fill(request: HttpRequest, viewer: Viewer, row: Release | None) -> HttpResponse:
    sent = request.POST if request.method == "POST" else None
    finding = sent is not None and "find" in sent
    form = _form(request, viewer, row, finding)
    error = ""
    if sent is not None and not finding and form.is_valid():
        try:
            done = _keep(form, viewer, row)
        except PaperRefused as refusal:
            form.add_error("paper", str(refusal))
        except StepRefused as refusal:
            error = common.told(refusal)
        else:
            messages.success(request, RELEASE.event("propose").said)
            return redirect(done)
    wrong = bool(sent is not None and not finding)
    context = {
        "form": form,
        "error": error,
        "row": row,
        "minutes": f"{longest().total_seconds() / 60:g}",
        "returned": row.steps.filter(event="give_back").last() if row else None,
        "crumbs": common.crumbs(row, _("补正") if row else _("提出")),
    }
    return render(request, "access/release/propose.html", context, status=INVALID if wrong else 200)


def _form(request: HttpRequest, viewer: Viewer, row: Release | None, finding: bool) -> ProposeForm:
    given = request.POST if request.method == "POST" else request.GET
    chosen = given.get("camera", "") or (str(row.camera_id) if row else "")
    how: dict[str, Any] = {
        "cameras": choosable(viewer.person, viewer.at),
        "chosen": chosen if _is_uuid(chosen) else "",
        "query": given.get("q", "").replace("\x00", "").strip()[:80],
    }
    if request.method == "POST" and not finding:
        return ProposeForm(request.POST, request.FILES, **how)
    initial = {name: getattr(row, name) for name in Proposal.__slots__} if row else {}
    initial |= {"camera": chosen} | {name: given[name] for name in ProposeForm.base_fields if name in given}
    return ProposeForm(initial=initial, **how)


def _keep(form: ProposeForm, viewer: Viewer, row: Release | None) -> Release:
    proposal, upload = form.proposal(), form.cleaned_data.get("paper")
    step = replace(said_by(viewer), data={"proposal": proposal})
    with transaction.atomic():
        if upload:
            about = common.about(row) if row else "access.release"
            kept = keep_paper(upload, by=viewer.person, at=viewer.at, kinds=SCANS, about=about, field="paper")
            step = replace(step, papers=(kept,))
        if row is not None:
            done: Release = take(RELEASE, row, "propose_again", step, terms_now())
            return done
        unit = desk_of(viewer.person, viewer.at, proposal.camera)
        assert unit is not None
        begun: Release = begin(RELEASE, "propose", unit, step, terms_now())
        return begun


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
