"""How far the node is with the film of a release: the part of its page that renews itself, with the step that comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from custodes.access.models import Release, ReleaseState
from custodes.access.models.release import LOOKED_AT
from custodes.access.release import deciding, overlay
from custodes.access.release.desk import Desk
from custodes.access.release.facts import (
    has_proposed,
    has_worked,
    is_written,
    marks_of,
    unmarked,
    unread,
    was_shown,
)
from custodes.access.release.guards import Marks
from custodes.access.release.masking import KEYS
from custodes.access.release.stated import kinds_in_words
from custodes.access.release.working import MaskingRefused, WorkProgress
from custodes.access.views.release import common
from custodes.people.viewer import Viewer
from custodes.video.wire.masking import MaskRefusalReason


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
    standing: WorkProgress | None = None
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
        return marks is not None and not marks.due


def own_of(viewer: Viewer, row: Release) -> dict[str, Any]:
    """Whether the viewer has worked on it or proposed it, which papers of a consent they have not opened, whether they were shown the reviewed
    copy, what may be said of time and place in it, and what keeps an approved copy in the house all the same.
    """
    proposed = has_proposed(row, {viewer.person.pk})
    return {
        "own": proposed or has_worked(row, {viewer.person.pk}),
        "proposed_it": proposed,
        "unread": unread(row, viewer.person),
        "shown": was_shown(row, viewer.person),
        "burnt_in": overlay.said_of(row),
        "kept_back": [common.in_words(one) for one in deciding.kept_back(row)],
    }


def job_of(viewer: Viewer, row: Release, part: common.ReleaseRole, asks: bool) -> Job:
    """What the part shows.

    Args:
        asks: ask the node now; a look, and on record as one.
    """
    marked = row.state in LOOKED_AT and row.state != ReleaseState.ASSESSED
    marks = marks_of(row) if marked else None
    answered = marked and row.findings.count() == len(KEYS)
    hand = kinds_in_words(row.by_hand)
    if not (asks and part.looks and row.works and row.state in LOOKED_AT):
        gone = bool(marked and not row.works)  # its files were deleted, and nothing is to be asked of the node
        return Job(marks=marks, answered=answered, by_hand=hand, asked=not row.works, gone=gone)
    try:
        standing = Desk(viewer.person, row).standing()
    except common.TROUBLES as error:
        gone = isinstance(error, MaskingRefused) and error.why is MaskRefusalReason.NO_JOB
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
