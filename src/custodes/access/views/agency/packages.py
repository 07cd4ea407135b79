"""An evidence package: how its making goes on, its hash, how it is checked, and its hand-over before both officers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from custodes.access.forms.agency import HandForm
from custodes.access.models import AgencyRequest, EvidencePackage, PackageState
from custodes.access.packages.handing import hand
from custodes.access.packages.signing import published
from custodes.access.views.agency import common
from custodes.keyfile import KeyFileError
from custodes.people.papers.keeping import keep_paper
from custodes.people.papers.kinds import SCANS, PaperRefused, takes_papers
from custodes.people.papers.serving import serve
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.lifecycle.stepping import StepRefused

BADGES = {
    PackageState.MAKING: "info",
    PackageState.FAILED: "danger",
    PackageState.MADE: "attention",
    PackageState.HANDED: "fine",
}


@require_safe
@needs(*common.ANY)
def detail(request: HttpRequest, pk: UUID, package: UUID) -> HttpResponse:
    """The page of one package."""
    viewer = Viewer.of(request)
    row = common.opened(viewer, pk)
    return _draw(request, viewer, row, _package(row, package))


@require_safe
@needs(*common.ANY)
def progress(request: HttpRequest, pk: UUID, package: UUID) -> HttpResponse:
    """How far the making is; asked again while it goes on."""
    viewer = Viewer.of(request)
    row = common.opened(viewer, pk)
    if not row.packages.filter(pk=package).exists():
        return HttpResponse(status=204)  # the button was pressed just now: its row comes when the leave is on record
    found = _package(row, package)
    answer = render(request, "access/agency/package_state.html", _state(viewer, found))
    if found.state != PackageState.MAKING or found.stalled(viewer.at):
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@takes_papers()
@needs(Permission.TAKE_REQUESTS)
def hand_over(request: HttpRequest, pk: UUID, package: UUID) -> HttpResponse:
    """Both officers have compared the hash and signed the list."""
    viewer = Viewer.of(request)
    row = common.opened(viewer, pk)
    if not common.part_of(viewer, row).takes:
        raise Http404
    found = _package(row, package)
    form = HandForm(request.POST, request.FILES, row=row)
    if not form.is_valid():
        return _draw(request, viewer, row, found, form, common.INVALID)
    try:
        with transaction.atomic():
            paper = keep_paper(
                form.cleaned_data["signed"], by=viewer.person, at=viewer.at, kinds=SCANS, about=common.about(row)
            )
            hand(found, viewer.person, form.there(), form.cleaned_data["medium"].strip(), paper, viewer.at)
    except StepRefused as refusal:
        messages.error(request, common.told(refusal))
        return _draw(request, viewer, row, found, form, common.INVALID)
    except PaperRefused as refusal:
        messages.error(request, str(refusal))
        return _draw(request, viewer, row, found, form, common.INVALID)
    messages.success(request, _("已登记交付。"))
    return redirect(found)


@require_safe
@needs(*common.ANY)
def signed(request: HttpRequest, pk: UUID, package: UUID) -> HttpResponseBase:
    """The signed list, as a file to keep; each reading is on record."""
    viewer = Viewer.of(request)
    row = common.opened(viewer, pk)
    found = _package(row, package)
    if found.signed is None:
        raise Http404
    return serve(found.signed, by=viewer.person, at=viewer.at, about=common.about(row))


@require_safe
@needs(*common.ANY)
def keys(request: HttpRequest) -> HttpResponse:
    """The verifier keys, as a text file: to be kept apart from any package."""
    try:
        text = published()
    except KeyFileError as error:
        raise Http404 from error
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="custodes-keys.txt"'
    answer["Cache-Control"] = "no-store"
    return answer


def _package(row: AgencyRequest, pk: UUID) -> EvidencePackage:
    return get_object_or_404(
        EvidencePackage.objects.select_related("by__unit", "grant", "signed", "handed_by__unit", "request"),
        pk=pk,
        request=row,
    )


_WHY = {
    "trimmed": _("按视频片段向内裁切"),
    "gap": _("没有录像"),
    "purge": _("到期已删除"),
    "": _("未说明原因"),
}


@dataclass(frozen=True)
class Missing:
    """A part of the span of which a package has no footage of a camera; `reason` is a gap's, in the log's own word."""

    camera: str
    begins: datetime
    ends: datetime
    seconds: float
    words: Promise
    reason: str
    explained: bool


def _holes(found: EvidencePackage) -> list[Missing]:
    names = {
        str(pk): f"{number} {name}" for pk, number, name in found.grant.cameras.values_list("pk", "number", "name")
    }
    return [
        Missing(
            names.get(one["camera"], one["camera"]),
            datetime.fromtimestamp(one["from_us"] / 1_000_000, UTC),
            datetime.fromtimestamp(one["to_us"] / 1_000_000, UTC),
            (one["to_us"] - one["from_us"]) / 1_000_000,
            _WHY[one["why"]],
            one["reason"] if one["why"] == "gap" else "",
            bool(one["why"]),
        )
        for one in found.holes
    ]


def _state(viewer: Viewer, found: EvidencePackage) -> dict[str, Any]:
    return {
        "package": found,
        "row": found.request,
        "badge": BADGES[PackageState(found.state)],
        "stalled": found.stalled(viewer.at),
        "percent": found.done * 100 // found.whole if found.whole else 0,
        "holes": _holes(found) if found.contents else [],
    }


def _draw(
    request: HttpRequest,
    viewer: Viewer,
    row: AgencyRequest,
    found: EvidencePackage,
    form: HandForm | None = None,
    status: int = 200,
) -> HttpResponse:
    hands = found.state == PackageState.MADE and common.is_open(row) and common.part_of(viewer, row).takes
    context = _state(viewer, found) | {
        "form": form or (HandForm(row=row) if hands else None),
        "cameras": list(found.grant.cameras.order_by("number")),
        "crumbs": common.crumbs(row, (_("证据包"), "")),
    }
    return render(request, "access/agency/package.html", context, status=status)
