"""The film of a release: begun, its tracks taken in, answered, written, reviewed. The node is asked before the transaction, never in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.access.models import Release, ReleaseAnswer, ReleaseFinding, ReleaseState
from custodes.access.models.release import LOOKED_AT, MARKED
from custodes.access.release.desk import Desk
from custodes.access.release.facts import asked_of, unmarked
from custodes.access.release.forgetting import try_to_forget
from custodes.access.release.guards import GUARDS, exempting, same_copy
from custodes.access.release.sheet import digest_of, sidecar_of, take_in
from custodes.access.release.stepping import Taken, cleared, keep, locked, move
from custodes.access.release.working import Standing
from custodes.law.grounds.release import PROTECTED
from custodes.places.lifecycle.stepping import StepRefused
from custodes.video.mask.filling import Way
from custodes.video.mask.sidecar import BadSidecar, read_sidecar

CLAUSES = ("S30.2", "N22")
_FOUND = ("found", "writing", "written")


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer for one kind that is protected.

    Attributes:
        read: whoever answers has read the article that lets it stand.
    """

    key: str
    answer: str
    law: str = ""
    read: bool = False


def begin(row: Release, taken: Taken) -> Release:
    """Have the node read the footage and look for what is to be hidden; again where it has lost that. Tracks that were decided stay:
    they are of the footage, whose hash is the same when it is read again.

    Raises:
        StepRefused: it is not assessed, or it was closed meanwhile.
        Errors of `Desk`: the node does not, or does not answer. That it may have film of it is noted all the same, before it is asked.
    """
    with transaction.atomic():
        row = locked(row)
        if row.state not in LOOKED_AT:
            raise not_now(row)
        _may_have_film(row, taken)
    Desk(taken.by, row).begin()
    with transaction.atomic():
        row = locked(row)
        closed = row.state not in LOOKED_AT
        if closed:
            _may_have_film(row, taken)  # whoever closed it may have asked for the deletion too early
        else:
            if row.state in MARKED:
                back_to_masking(row, taken, _("重新读取录像"))
            keep(row, "begin", str(row.state), taken, CLAUSES)
    if closed:
        try_to_forget(row, taken)
        raise not_now(row)
    return row


def _may_have_film(row: Release, taken: Taken) -> None:
    row.begun_at, row.forgotten_at = taken.at, None
    row.save(update_fields=["begun_at", "forgotten_at"])


def take_tracks(row: Release, taken: Taken) -> Release:
    """What was found lies there from now on, and a person goes on with it.

    Raises:
        StepRefused: nothing is found yet, or what came is no file of tracks of this film.
        Errors of `Desk`.
    """
    if row.state != ReleaseState.ASSESSED:
        raise not_now(row)
    at_node = Desk(taken.by, row)
    standing = at_node.standing()
    if standing.stage not in _FOUND:
        raise StepRefused(_("检测还没有完成，请稍候。"))
    try:
        found = read_sidecar(at_node.found(), standing.source)
    except BadSidecar as error:
        raise StepRefused(_("媒体节点给出的轨迹不能使用，请重新开始检测。")) from error
    with transaction.atomic():
        row = locked(row)
        if row.state != ReleaseState.ASSESSED:
            raise not_now(row)  # somebody else took them in meanwhile
        row.source, row.width, row.height = found.source, found.width, found.height
        row.times = list(standing.times)
        row.detectors = [list(one) for one in found.models]
        row.by_hand = [str(kind) for kind in standing.by_hand]
        row.version += 1
        row.__dict__["_device"] = [list(one) for one in standing.device]
        take_in(row, found)
        cleared(GUARDS["mask"](asked_of(row, taken)))
        move(row, "mask", taken, CLAUSES)
    return row


def answer(row: Release, findings: Iterable[Finding], taken: Taken) -> Release:
    """Say of each protected kind that it is masked, absent, or let stand by a law; what was approved before is void.

    Raises:
        StepRefused: it is not being reviewed, an answer is none, an exemption names no article that was read, or is one of minors.
    """
    given = [one for one in findings if one.key in PROTECTED and one.answer in ReleaseAnswer.values]
    with transaction.atomic():
        row = locked(row)
        if row.state not in MARKED:
            raise not_now(row)
        exempt = [one for one in given if one.answer == ReleaseAnswer.EXEMPT]
        cleared(tuple(unmet for one in exempt for unmet in exempting(one.key, one.law, one.read)))
        for one in given:
            ReleaseFinding.objects.update_or_create(
                release=row,
                key=one.key,
                defaults={
                    "answer": one.answer,
                    "law": one.law.strip() if one in exempt else "",
                    "read_by": taken.by if one in exempt else None,
                    "by": taken.by,
                    "at": taken.at,
                },
            )
        back_to_masking(row, taken, _("各类保护对象的结论有改动"))
        keep(row, "find", str(row.state), taken, (*CLAUSES, "PIPL28"))
    return row


def write(row: Release, way: str, taken: Taken) -> Release:
    """Have the copy written with the tracks as they stand. Each encoding goes back to masking.

    Raises:
        StepRefused: it is not being reviewed, or there is no such way.
        Errors of `Desk`: nothing was noted.
    """
    if way not in list(Way):
        raise StepRefused(_("没有这种遮蔽方式。"))
    with transaction.atomic():
        row = locked(row)
        if row.state not in MARKED:
            raise not_now(row)
        back_to_masking(row, taken, _("重新生成成品"))
        row.marked, row.way, row.written_at = "", way, None
        sidecar, marked = sidecar_of(row).encode(), digest_of(row)
        row.save()
    Desk(taken.by, row).write(sidecar, way)
    with transaction.atomic():
        row = locked(row)
        if row.state != ReleaseState.MASKED:
            raise not_now(row)
        row.marked, row.way, row.written_at = marked, way, taken.at
        keep(row, "write", str(row.state), taken, CLAUSES)
    return row


def review(row: Release, seen: str, taken: Taken) -> Release:
    """A person has decided all of it, and has seen the copy.

    Args:
        seen: SHA-256 of the copy that this person was shown, hex.

    Raises:
        StepRefused: with all that is missing, or the copy is another than was seen.
        Errors of `Desk`.
    """
    standing = Desk(taken.by, row).standing()
    with transaction.atomic():
        row = locked(row)
        if row.state != ReleaseState.MASKED:
            raise not_now(row)
        cleared(GUARDS["review"](asked_of(row, taken, standing)))
        cleared(same_copy(seen, standing.copy or ""))
        row.output, row.output_bytes = standing.copy or "", standing.copy_bytes
        row.leaks = summary_of(standing)
        row.__dict__["_device"] = [list(one) for one in standing.device]
        row.reviewed_by, row.reviewed_at = taken.by, taken.at
        move(row, "review", taken, (*CLAUSES, "PIPL28"))
    return row


def back_to_masking(row: Release, taken: Taken, why: str) -> None:
    """In a transaction, under the row's lock: a review that was made is void, and so is what was approved."""
    if row.state == ReleaseState.MASKED:
        return
    void(row)
    move(row, "remask", Taken(taken.by, taken.at, why), ("S30.2",))


def void(row: Release) -> None:
    """Review, approval and the copy's hash count no more."""
    row.reviewed_by = row.reviewed_at = row.approved_by = row.approved_at = None
    row.output, row.output_bytes, row.leaks = "", 0, {}


def summary_of(standing: Standing) -> dict[str, Any]:
    """What is still found, counted: it stays with the release when the node has deleted its files."""
    there = unmarked(standing)
    return {
        "finds": len(there),
        "pictures": len({one["picture"] for one in there}),
        "tracks": len({number for one in there for number in one.get("tracks", ())}),  # type: ignore[attr-defined]
        "shown": len(standing.leaks) - len(there),
    }


def not_now(row: Release) -> StepRefused:
    """It is not the time for this step."""
    return StepRefused(_("现为“%(state)s”，不能办理。") % {"state": row.get_state_display()})
