"""How far the node is with the film of a release: the part of its page that renews itself, with the step that comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from custodes.access.models import Release, ReleaseState
from custodes.access.models.release import LOOKED_AT
from custodes.access.release.desk import Desk
from custodes.access.release.facts import has_proposed, has_worked, is_written, marks_of, unmarked, unread
from custodes.access.release.guards import Marks
from custodes.access.release.reach import ANY
from custodes.access.release.working import MaskingRefused, Standing
from custodes.access.views.release import common
from custodes.access.views.release.steps import forms_of
from custodes.law.grounds.release import PROTECTED
from custodes.people.said import in_english
from custodes.people.viewer import Viewer, needs
from custodes.video.mask.tracks import Kind
from custodes.video.wire.masking import Why

_WORDS = {
    Kind.FACE: ("人脸", "faces"),
    Kind.PLATE: ("机动车号牌", "number plates"),
    Kind.SIGN: ("店招、单位名称", "signs and names of units"),
    Kind.LICENCE: ("营业执照、证照", "licences"),
    Kind.BODY: ("全身", "bodies"),
    Kind.OTHER: ("其他", "others"),
}


@dataclass(frozen=True)
class Job:
    """What the part shows.

    Attributes:
        asked: the node was asked; else it is once the page is there.
        trouble: why there is no answer, with what to do.
        gone: the node has no such job any more, or failed at it: it is begun again.
        percent: of the stage that is under way.
        written: the copy at the node is the one of the tracks as they stand.
        leaks: what a detector still finds in it.
        by_hand: what no detector looks for, in words.
    """

    asked: bool = False
    trouble: str = ""
    gone: bool = False
    standing: Standing | None = None
    percent: int = 0
    marks: Marks | None = None
    answered: bool = False
    written: bool = False
    leaks: int = 0
    by_hand: tuple[str, ...] = ()

    @property
    def runs(self) -> bool:
        """Whether it is worth asking again soon."""
        return self.standing is not None and self.standing.stage in ("queued", "reading", "writing")

    @property
    def decided(self) -> bool:
        """Whether nothing is left to do on the page of masks."""
        marks = self.marks
        return marks is not None and not (marks.open or marks.unasked or marks.told or marks.unsaid or marks.samples)


@require_safe
@needs(*ANY)
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The part alone, as the node answers now; asked again while it works."""
    viewer = Viewer.of(request)
    row = common.opened(viewer, pk)
    part = common.part_of(viewer, row)
    if not part.looks or row.state not in LOOKED_AT:
        raise Http404
    job = job_of(viewer, row, part, asks=True)
    copy = (job.standing.copy if job.standing else None) or ""
    context = {"row": row, "part": part, "job": job, "forms": forms_of(row, part, {}, copy), "at_node": True}
    return render(request, "access/release/job.html", context | own_of(viewer, row))


def own_of(viewer: Viewer, row: Release) -> dict[str, Any]:
    """Whether the viewer has worked on it or proposed it, and which papers of a consent they have not opened."""
    proposed = has_proposed(row, viewer.person)
    return {
        "own": proposed or has_worked(row, viewer.person),
        "proposed_it": proposed,
        "unread": unread(row, viewer.person),
    }


def job_of(viewer: Viewer, row: Release, part: common.Part, asks: bool) -> Job:
    """What the part shows.

    Args:
        asks: ask the node now; a look, and on record as one.
    """
    marked = row.state in LOOKED_AT and row.state != ReleaseState.ASSESSED
    marks = marks_of(row) if marked else None
    answered = marked and row.findings.count() == len(PROTECTED)
    hand = kinds_in_words(row.by_hand)
    if not (asks and part.looks and row.works and row.state in LOOKED_AT):
        gone = bool(marked and not row.works)  # its files were deleted, and nothing is to be asked of the node
        return Job(marks=marks, answered=answered, by_hand=hand, asked=not row.works, gone=gone)
    try:
        standing = Desk(viewer.person, row).standing()
    except common.TROUBLES as error:
        gone = isinstance(error, MaskingRefused) and error.why is Why.NO_JOB
        return Job(True, common.troubled(error), gone, marks=marks, answered=answered, by_hand=hand)
    return Job(
        asked=True,
        gone=standing.stage == "failed",
        standing=standing,
        percent=100 * standing.done // standing.total if standing.total else 0,
        marks=marks,
        answered=answered,
        written=is_written(row, standing),
        leaks=len(unmarked(standing)),
        by_hand=hand or kinds_in_words(standing.by_hand),
    )


def kinds_in_words(kinds: Any) -> tuple[str, ...]:
    """Kinds as a reader knows them."""
    return tuple(_WORDS[Kind(kind)][1 if in_english() else 0] for kind in kinds)
