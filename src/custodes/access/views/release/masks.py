"""The page of masks and what its element speaks: the working film in pieces, the tracks, and what a reviewer changes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import structlog
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from custodes.access.models import Release, ReleaseShowing, ReleaseState
from custodes.access.models.release import LOOKED_AT, MARKED
from custodes.access.ownimage.facts import handled_own_images
from custodes.access.release import deciding
from custodes.access.release.answers import at_in_words
from custodes.access.release.case import RELEASE
from custodes.access.release.desk import CopyAltered, Desk, checked
from custodes.access.release.facts import unmarked, was_shown
from custodes.access.release.reach import ANY, LOOKERS
from custodes.access.release.sheet import pictures_of
from custodes.access.release.stated import kinds_in_words
from custodes.access.release.tracks import SampleReview, Stale, TrackRefused, editable, look, save_track
from custodes.access.release.working import MaskingRefused, Piece
from custodes.access.views.release import common
from custodes.access.views.release.job import job_of
from custodes.cases.step import StepInput
from custodes.cases.taking import take
from custodes.cases.views import INVALID, UNAVAILABLE
from custodes.people.exporting import apart
from custodes.people.lawful import StepRefused, terms
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs

log = structlog.get_logger(__name__)

_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")


@require_safe
@needs(*LOOKERS)
def masks(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The element, with what there is to do around it."""
    viewer = Viewer.of(request)
    row, part = _row(viewer, pk)
    context = {
        "row": row,
        "part": part,
        "readonly": _readonly(row, part),
        "job": job_of(viewer, row, part, asks=False),
        "detectors": [name for name, _digest in row.detectors],
        "crumbs": common.crumbs(row, _("遮蔽和复核")),
    }
    return render(request, "access/release/masks.html", context)


@require_GET
@needs(*LOOKERS)
def tracks(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All tracks, the samples, and what was answered of them."""
    viewer = Viewer.of(request)
    row, part = _row(viewer, pk)
    answer = JsonResponse(
        {
            "version": row.version,
            "width": row.width,
            "height": row.height,
            "filmWidth": row.width,
            "filmHeight": row.height,
            "times": row.times,
            "by_hand": row.by_hand,
            "readonly": _readonly(row, part),
            "samples": list(pictures_of(row)),
            "looked": [[one.time, one.answer, one.remark, one.kinds] for one in row.looks.exclude(answer="")],
            "tracks": [editable(one) for one in row.tracks.select_related("by").order_by("number")],
        }
    )
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@needs(Permission.REVIEW_RELEASES)
def save(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A track as a reviewer has it, or what they say of a sample picture."""
    viewer = Viewer.of(request)
    row, part = _row(viewer, pk)
    if not part.reviews:
        raise Http404
    step = said_by(viewer)
    try:
        version, said = _said(request)
        if "looked" in said:
            return JsonResponse({"version": look(row, version, said["looked"], step)})
        kept = save_track(row, version, said["track"], step)
    except Stale as stale:
        return JsonResponse({"version": stale.version}, status=409)
    except TrackRefused as refusal:
        return JsonResponse({"error": str(refusal)}, status=INVALID)
    return JsonResponse({"version": kept.version, "track": kept.track, "unanswered": kept.unanswered})


def _said(request: HttpRequest) -> tuple[int, dict[str, Any]]:
    """The version, and ``looked`` as a `SampleReview`, or ``track`` as it was sent."""
    try:
        said = json.loads(request.body)
    except ValueError as error:
        raise TrackRefused(_("没有收到完整的内容。请刷新页面后再试。")) from error
    if not isinstance(said, dict) or type(said.get("version")) is not int:
        raise TrackRefused(_("没有收到完整的内容。请刷新页面后再试。"))
    if "looked" in said:
        time, answer, remark, kinds = (said.get(name) for name in ("looked", "answer", "remark", "kinds"))
        texts = [answer, remark, *kinds] if isinstance(kinds, list) else [None]
        if type(time) is not int or not all(isinstance(one, str) for one in texts):
            raise TrackRefused(_("没有收到完整的内容。请刷新页面后再试。"))
        return said["version"], {"looked": SampleReview(time, str(answer), str(remark), tuple(map(str, kinds or ())))}
    if not isinstance(said.get("track"), dict):
        raise TrackRefused(_("没有收到完整的内容。请刷新页面后再试。"))
    return said["version"], said


@require_GET
@needs(*LOOKERS)
def film(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A piece of the working film: original pictures, on record as a look before the first byte. Fewer bytes may come than were asked for."""
    viewer = Viewer.of(request)
    row, _part = _row(viewer, pk)
    asked = request.headers.get("Range", "")
    first, last = 0, None
    if asked:
        found = _RANGE.fullmatch(asked)
        if found is None:
            return HttpResponse(status=416)
        first, last = int(found[1]), int(found[2]) if found[2] else None
        if last is not None and last < first:
            return HttpResponse(status=416)
    try:
        piece = Desk(viewer.person, row).film(first, last)
    except common.TROUBLES as error:
        return _trouble(error)
    return _film_of(request, piece)


def _film_of(request: HttpRequest, piece: Piece) -> HttpResponseBase:
    answer = StreamingHttpResponse(apart(request, _chunks(piece)), content_type="video/mp4", status=206)
    answer["Content-Range"] = f"bytes {piece.first}-{piece.last}/{piece.total}"
    answer["Content-Length"] = str(piece.last + 1 - piece.first)
    answer["Accept-Ranges"] = "bytes"
    answer["Cache-Control"] = "no-store"
    return answer


def _chunks(piece: Piece) -> Iterator[bytes]:
    try:
        yield from piece.chunks
    finally:
        piece.close()


@require_GET
@needs(*ANY)
def copy(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The masked copy, a look on record: to be seen on the page, where it waits for this viewer's approval as a step; and as a file once it
    may leave the house (`deciding.may_leave`), which is a step too: of one's own image for whoever handles the request, who hands it over.
    """
    viewer = Viewer.of(request)
    row = common.opened(viewer, pk)
    part = common.part_of(viewer, row)
    if not part.looks or row.state not in (*MARKED, ReleaseState.GIVEN):
        raise Http404
    fetches = "download" in request.GET
    if fetches and not (deciding.may_leave(row) and _hands_over(viewer, row)):
        raise Http404
    try:
        at_node = Desk(viewer.person, row)
        wanted = row.output or at_node.standing().copy or ""
        piece = at_node.copy()
    except common.TROUBLES as error:
        return _trouble(error)
    step, end = said_by(viewer), None
    try:
        if fetches:
            take(RELEASE, row, "fetch", step, terms())
            end = _fetched(row, viewer) if row.own_image_id else None
        elif part.approves and row.state == ReleaseState.REVIEWED:
            end = _shown(deciding.show(row, step))
    except StepRefused as refusal:
        piece.close()
        return HttpResponse(common.told(refusal), status=409, content_type="text/plain; charset=utf-8")
    except BaseException:
        piece.close()
        raise
    answer = StreamingHttpResponse(apart(request, _reviewed(row, piece, wanted, end)), content_type="video/mp4")
    answer["Content-Length"] = str(piece.last + 1 - piece.first)
    name = f'filename="custodes-release-{row.pk}.mp4"'
    answer["Content-Disposition"] = f"attachment; {name}" if fetches else "inline"
    answer["Cache-Control"] = "no-store"
    return answer


def _hands_over(viewer: Viewer, row: Release) -> bool:
    return row.own_image_id is None or handled_own_images(viewer.person, viewer.at).filter(pk=row.own_image_id).exists()


def said_by(viewer: Viewer) -> StepInput:
    """A step of the viewer's that asks for nothing."""
    return StepInput(viewer.person, viewer.at, timezone.localdate(viewer.at))


def _shown(showing: ReleaseShowing) -> Callable[[], None]:
    return lambda: deciding.shown_whole(showing, timezone.now())


def _fetched(row: Release, viewer: Viewer) -> Callable[[], None]:
    return lambda: deciding.fetched_whole(row, replace(said_by(viewer), at=timezone.now()))


def _reviewed(row: Release, piece: Piece, wanted: str, end: Callable[[], None] | None) -> Iterator[bytes]:
    try:
        yield from checked(piece, wanted)
        if end is not None:  # asked for more behind the last chunk: all of it has left
            end()
    except CopyAltered:
        log.error("release.copy_altered", release=str(row.pk))
        raise


@require_safe
@needs(*ANY)
def leaks(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is still found in the copy: from the node while it works on it, as it was reviewed afterwards."""
    viewer = Viewer.of(request)
    row = common.opened(viewer, pk)
    part = common.part_of(viewer, row)
    if not part.works and not row.output:
        raise Http404
    job = job_of(viewer, row, part, asks=True)
    finds = unmarked(job.standing) if job.standing else []
    context = {
        "row": row,
        "part": part,
        "job": job,
        "finds": [_find(one) for one in finds[:200]],
        "more": max(0, len(finds) - 200),
        "pictures": len({one["picture"] for one in finds}),
        "shown": len(job.standing.leaks) - len(finds) if job.standing else 0,
        "approves": part.approves and row.state == ReleaseState.REVIEWED,
        "seen_whole": was_shown(row, viewer.person),
        "sees": part.looks and row.state in MARKED and job.standing is not None and bool(job.standing.copy),
        "crumbs": common.crumbs(row, _("检出报告")),
    }
    return render(request, "access/release/leaks.html", context)


def _find(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "at": at_in_words(one["time"]),
        "picture": one["picture"] + 1,
        "kind": kinds_in_words([one["kind"]])[0],
        "under": one["where"] == "under mask",
        "tracks": one.get("tracks", ()),
    }


def _readonly(row: Release, part: common.ReleaseRole) -> bool:
    return not part.reviews or row.state not in MARKED


def _row(viewer: Viewer, pk: UUID) -> tuple[Release, common.ReleaseRole]:
    row = common.opened(viewer, pk)
    part = common.part_of(viewer, row)
    if not part.looks or row.state not in LOOKED_AT or row.state == ReleaseState.ASSESSED:
        raise Http404
    return row, part


def _trouble(error: Exception) -> HttpResponse:
    """409: asking the same again changes nothing; 503: it may."""
    status = 409 if isinstance(error, MaskingRefused) else UNAVAILABLE
    return HttpResponse(common.troubled(error), status=status, content_type="text/plain; charset=utf-8")
