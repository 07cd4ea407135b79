"""The film of a release: begun, its tracks taken in, answered, written, reviewed, and deleted at the node. `case.py` declares the steps.

The node is asked before the transaction, never in it (`prepares` of an event).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from custodes.access.models import Release, ReleaseAnswer, ReleaseFinding, ReleaseState
from custodes.access.models.release import LOOKED_AT
from custodes.access.release import overlay
from custodes.access.release.desk import TROUBLES, AtNode, Desk
from custodes.access.release.facts import asked_of, locked, rests_on_whom, unmarked
from custodes.access.release.guards import exempting, same_copy
from custodes.access.release.guards import review as unreviewed
from custodes.access.release.sheet import digest_of, doubts_of, sidecar_of, take_in
from custodes.access.release.working import WorkProgress
from custodes.cases.models import CaseStep
from custodes.cases.registry import registry
from custodes.cases.step import StepInput
from custodes.cases.taking import ask_first, inside, refuse_with, take
from custodes.law.duties.finding import LegalTerms
from custodes.law.grounds.release import PROTECTED
from custodes.people.lawful import StepRefused
from custodes.people.lawful import terms as terms_now
from custodes.people.records import record_language
from custodes.settings import get_settings
from custodes.video.mask.filling import FillStyle
from custodes.video.mask.sidecar import BadSidecar, read_sidecar

log = structlog.get_logger(__name__)

_FOUND = ("found", "writing", "written")
KEYS = (*PROTECTED, overlay.KEY)
"""All that is answered before a copy is written."""
_OF_PROTECTED = (ReleaseAnswer.MASKED, ReleaseAnswer.ABSENT, ReleaseAnswer.EXEMPT)


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


def have_read(row: Release, step: StepInput) -> StepInput:
    """Have the node read the footage and look for what is to be hidden; again where it has lost that. That it may have film of it is noted
    before it is asked, also where it then does not answer.

    Raises:
        StepRefused: it was closed meanwhile.
        Errors of `Desk`.
    """
    with transaction.atomic():
        row = locked(row)
        ask_first(registry.of(row), row, "begin", step)
        _may_have_film(row, step)
    Desk(step.person, row).begin()
    with transaction.atomic():
        row = locked(row)
        closed = row.state not in LOOKED_AT
        if closed:
            _may_have_film(row, step)  # whoever closed it may have asked for the deletion too early
    if closed:
        try_to_forget(row, step)
        raise not_now(row)
    return replace(step, outside=AtNode())


def _may_have_film(row: Release, step: StepInput) -> None:
    row.begun_at, row.forgotten_at = step.at, None
    row.save(update_fields=["begun_at", "forgotten_at"])


def begin(row: Release, step: StepInput, terms: LegalTerms) -> None:
    """Tracks that were decided stay: they are of the footage, whose hash is the same when it is read again."""
    if row.state != ReleaseState.ASSESSED:
        with record_language():
            why = _("重新读取录像")
        back_to_masking(row, step, why)


def fetch_tracks(row: Release, step: StepInput) -> StepInput:
    """What was found, from the node.

    Raises:
        StepRefused: nothing is found yet, or what came is no file of tracks of this film.
        Errors of `Desk`.
    """
    at_node = Desk(step.person, row)
    standing = at_node.standing()
    if standing.stage not in _FOUND:
        raise StepRefused(_("检测还没有完成，请稍候。"))
    try:
        found = read_sidecar(at_node.found(), standing.source)
    except BadSidecar as error:
        raise StepRefused(_("媒体节点给出的轨迹不能使用，请重新开始检测。")) from error
    return replace(step, outside=AtNode(standing, found))


def take_tracks(row: Release, step: StepInput, terms: LegalTerms) -> None:
    """What was found lies there from now on, and a person goes on with it."""
    standing, found = step.outside.standing, step.outside.found
    row.source, row.width, row.height = found.source, found.width, found.height
    row.times = list(standing.times)
    row.doubts = doubts_of(found.tracks, standing.times) if standing.times else []
    row.detectors = [list(one) for one in found.models]
    row.by_hand = [str(kind) for kind in standing.by_hand]
    row.version += 1
    take_in(row, found)


def ask_answers(row: Release, step: StepInput, terms: LegalTerms) -> None:
    """
    Raises:
        StepRefused: an exemption names no article that was read, or is one of minors; or who says what is burnt in has answered no sample
            picture.
    """
    given = _given(row, step)
    exempt = [one for one in given if one.answer == ReleaseAnswer.EXEMPT]
    refuse_with(tuple(unmet for one in exempt for unmet in exempting(one.key, one.law, one.read)))
    burnt_in = any(one.key == overlay.KEY for one in given)
    if burnt_in and not row.looks.filter(by=step.by).exclude(answer="").exists():
        refuse_with((overlay.NOT_LOOKED,))


def answer(row: Release, step: StepInput, terms: LegalTerms) -> None:
    """Say of each protected kind that it is masked, absent, or let stand by a law, and of what is burnt into the pictures whether it shows;
    what was approved before is void.
    """
    for one in _given(row, step):
        exempt = one.answer == ReleaseAnswer.EXEMPT
        ReleaseFinding.objects.update_or_create(
            release=row,
            key=one.key,
            defaults={
                "answer": one.answer,
                "law": one.law.strip() if exempt else "",
                "read_by": step.person if exempt else None,
                "by": step.person,
                "at": step.at,
            },
        )
    with record_language():
        why = _("各类保护对象的结论有改动")
    back_to_masking(row, step, why)


def _given(row: Release, step: StepInput) -> list[Finding]:
    findings: Iterable[Finding] = step.data["findings"]
    return [one for one in findings if one.answer in answers_for(row, one.key)]


def answers_for(row: Release, key: str) -> tuple[ReleaseAnswer, ...]:
    """What may be answered of a kind; nothing of one that is none. Minors are never left in sight (PIPL 28)."""
    if key == overlay.KEY:
        return overlay.ANSWERS
    if key not in PROTECTED:
        return ()
    return (*_OF_PROTECTED, ReleaseAnswer.SHOWN) if rests_on_whom(row) and key != "minors" else _OF_PROTECTED


def have_written(row: Release, step: StepInput) -> StepInput:
    """Have the copy written with the tracks as they stand. Each encoding goes back to masking.

    Raises:
        StepRefused: it is not being reviewed (any more), or there is no such way.
        Errors of `Desk`: no step was noted.
    """
    if step.data["way"] not in list(FillStyle):
        raise StepRefused(_("没有这种遮蔽方式。"))
    with transaction.atomic():
        row = locked(row)
        ask_first(registry.of(row), row, "write", step)
        with record_language():
            why = _("重新生成成品")
        back_to_masking(row, step, why)
        row.marked, row.way, row.written_at = "", step.data["way"], None
        sidecar, marked = sidecar_of(row).encode(), digest_of(row)
        row.save()
    Desk(step.person, row).write(sidecar, step.data["way"])
    seen = row.revision if step.seen is not None else None  # the step back to masking is this person's own
    return replace(step, outside=AtNode(marked=marked), seen=seen)


def ask_masked(row: Release, step: StepInput, terms: LegalTerms) -> None:
    """It was not reviewed while the node was asked."""
    if row.state != ReleaseState.MASKED:
        raise not_now(row)


def write(row: Release, step: StepInput, terms: LegalTerms) -> None:
    """With which tracks, and how they are filled."""
    row.marked, row.way, row.written_at = step.outside.marked, step.data["way"], step.at


def have_told(row: Release, step: StepInput) -> StepInput:
    """How far the node is with the film.

    Raises:
        Errors of `Desk`.
    """
    return replace(step, outside=AtNode(Desk(step.person, row).standing()))


def ask_review(row: Release, step: StepInput, terms: LegalTerms) -> None:
    """
    Raises:
        StepRefused: with all that is missing, or the copy is another than was seen.
    """
    refuse_with(unreviewed(asked_of(row, step)))
    refuse_with(same_copy(step.data["copy"], step.outside.standing.copy or ""))


def review(row: Release, step: StepInput, terms: LegalTerms) -> None:
    """A person has decided all of it, and has seen the copy."""
    standing = step.outside.standing
    row.output, row.output_bytes = standing.copy or "", standing.copy_bytes
    row.leaks = summary_of(standing)
    row.reviewed_by, row.reviewed_at = step.by, step.at


def back_to_masking(row: Release, step: StepInput, why: str) -> None:
    """In a transaction, under the row's lock: a review that was made is void, and so is what was approved."""
    if row.state == ReleaseState.MASKED:
        return
    inside(registry.of(row), row, "remask", StepInput(step.by, step.at, step.on, why), terms_now())
    row.refresh_from_db()


def void(row: Release, step: StepInput, terms: LegalTerms) -> None:
    """Review, approval and the copy's hash count no more."""
    row.reviewed_by = row.reviewed_at = row.approved_by = row.approved_at = None
    row.output, row.output_bytes, row.leaks = "", 0, {}


def summary_of(standing: WorkProgress) -> dict[str, Any]:
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


def have_deleted(row: Release, step: StepInput) -> StepInput:
    """Have the node delete working film, tracks and copy.

    Raises:
        StepRefused: the node that is asked now has nothing, and another may have it still.
        Errors of `Desk`: also where some of it could not be removed.
    """
    removed = Desk(step.person, row).forget()
    if not removed and _may_lie_elsewhere(row, step.at):
        raise StepRefused(
            _(
                "现在的媒体节点上没有这件的工作文件，不能确认已经删除：点位可能改接了媒体节点。"
                "请系统管理员核对原来的媒体节点；工作文件最迟在开始检测 %(days)s 日后自动清除。"
            )
            % {"days": f"{get_settings().mask_term_days:g}"}
        )
    return replace(step, outside=AtNode())


def _may_lie_elsewhere(row: Release, at: datetime) -> bool:
    """Some node has begun it, and its own term is not over."""
    if row.begun_at is None or not row.steps.filter(event="begin").exists():
        return False
    return at < row.begun_at + timedelta(days=get_settings().mask_term_days)


def forget(row: Release, step: StepInput, terms: LegalTerms) -> None:
    """Note that it has."""
    row.forgotten_at = step.at


def forget_when_over(row: Release, step: StepInput, kept: CaseStep | None = None) -> None:
    """Behind the transaction that ends it; where that fails the files stay on the work list (`upkeep.dates.waits.access`)."""
    if row.works:
        transaction.on_commit(partial(try_to_forget, row, step), robust=True)


def try_to_forget(row: Release, step: StepInput) -> None:
    """What fails is told in the log, and `works` stays true."""
    row = Release.objects.select_related("unit", "camera__node", "camera__system").get(pk=row.pk)
    try:
        alone = StepInput(step.by, step.at, step.on, step.words, step.papers)
        take(registry.of(row), row, "forget", alone, terms_now())
    except (*TROUBLES, StepRefused) as error:
        log.warning("release.not_forgotten", release=str(row.pk), why=type(error).__name__)
