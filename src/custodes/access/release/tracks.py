"""A reviewer changes a track, or says that a sample was looked at; of two at once the second is told (decision 0281)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Func, IntegerField, QuerySet, Sum
from django.utils.translation import gettext as _

from custodes.access.models import (
    PictureAnswer,
    Release,
    ReleaseDecision,
    ReleaseLook,
    ReleaseReplacedAnswer,
    ReleaseTrack,
)
from custodes.access.models.release import MARKED
from custodes.access.release.facts import locked
from custodes.access.release.guards import IN_SIGHT
from custodes.access.release.masking import back_to_masking
from custodes.access.release.sheet import document_of, pictures_of
from custodes.cases.step import StepInput
from custodes.law.grounds.stating import says_something
from custodes.people.records import record_language
from custodes.video.mask.shapes import MaskBox, Shape, bounds, holds
from custodes.video.mask.sidecar import FORMAT, BadSidecar, read_sidecar
from custodes.video.mask.tracks import MaskedKind, Track, TrackDecision, TrackOrigin

MOST_FRAMES = 20_000
"""Key frames of one track: ten minutes with one in each picture are 15,000."""

MOST_REMARK = 2_000
"""Characters."""
MOST_TRACKS = 5_000
MOST_ALL_FRAMES = 500_000
"""Key frames of all tracks of a release: twice what ten minutes with 500 tracks have."""


class TrackRefused(ValueError):
    """It can't be kept so; the message says why and what to do."""


class Stale(Exception):
    """Somebody else changed it meanwhile; `version` is what it is now."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


@dataclass(frozen=True, slots=True)
class TrackChange:
    """What came of a change.

    Attributes:
        version: of the tracks from now on.
        track: as it is kept.
        unanswered: ticks of the sample pictures whose answer rested on what was hidden there before, and which are answered anew.
    """

    version: int
    track: dict[str, Any]
    unanswered: tuple[int, ...] = ()


def editable(track: ReleaseTrack) -> dict[str, Any]:
    """A track as the editor has it: its fields in the file, and whether what is not hidden is left in sight, which is no business of the film."""
    return document_of(track) | {"left": track.left}


def save_track(row: Release, version: int, said: Mapping[str, Any], step: StepInput) -> TrackChange:
    """Keep what a reviewer drew and decided.

    Args:
        version: of the tracks as the reviewer has them.
        said: number (None of a new one), kind, state, growth, whole_body, left, review with acquaintance and remark, and frames, which may
            be left out where they stay.

    Raises:
        Stale: it was changed meanwhile.
        TrackRefused: it can't be kept so.
    """
    with transaction.atomic():
        row = _open(row, version)
        track = _row_of(row, said)
        before = track.frames
        was = _made(row, document_of(track)) if track.pk else None
        _take(track, said, step)
        _bound(row, track, before)
        _check(row, track, before)
        with record_language():
            why = _("轨迹有改动：第 %(number)d 条") % {"number": track.number}
        back_to_masking(row, step, why)
        track.save()
        _keep_decision(track, step)
        unanswered = _take_answers_back(row, was, _made(row, document_of(track)), step)
        row.version += 1
        row.save(update_fields=["version"])
        return TrackChange(row.version, editable(track), unanswered)


@dataclass(frozen=True, slots=True)
class SampleReview:
    """What a reviewer says of a sample picture.

    Attributes:
        time: ticks.
        answer: one of `PictureAnswer`.
        remark: of what is left in sight: what, and why.
        kinds: of that: keys of `guards.IN_SIGHT`, one at the least.
    """

    time: int
    answer: str
    remark: str = ""
    kinds: tuple[str, ...] = ()


def look(row: Release, version: int, seen: SampleReview, step: StepInput) -> int:
    """Keep what a reviewer says of a sample picture; the last answer counts.

    Returns:
        The version from now on.

    Raises:
        Stale, TrackRefused: as `save_track`; also where the picture is no sample, or the answer is none, or is not what the tracks say.
    """
    with transaction.atomic():
        row = _open(row, version)
        if seen.time not in pictures_of(row):
            raise TrackRefused(_("这张画面不是抽查画面。请查看列出的抽查画面。"))
        masks = _hidden_at(row, seen.time)
        _check_answer(seen, masks)
        left = seen.answer == PictureAnswer.LEFT
        said = {
            "answer": seen.answer,
            "remark": seen.remark.strip() if left else "",
            "kinds": [key for key in IN_SIGHT if key in seen.kinds] if left else [],
        }
        there = row.looks.filter(time=seen.time)
        if not there.filter(by=step.person, **said).exists():
            _take_back(there, step)
        there.update_or_create(
            release=row, time=seen.time, by=step.person, defaults={**said, "masks": masks, "at": step.at}
        )
        with record_language():
            why = _("抽查画面的答复有改动")
        back_to_masking(row, step, why)
        row.version += 1
        row.save(update_fields=["version"])
        return row.version


def _check_answer(seen: SampleReview, masks: int) -> None:
    if seen.answer not in PictureAnswer.values:
        raise TrackRefused(_("请答复这张抽查画面：应遮蔽的都已遮蔽、没有应遮蔽的，或者有应遮蔽而保留可见的。"))
    if seen.answer == PictureAnswer.LEFT and not says_something(seen.remark):
        raise TrackRefused(_("有应遮蔽而保留可见的，请写明是什么、为什么可以公开（第三十条第二款）。"))
    if seen.answer == PictureAnswer.LEFT and "minors" in seen.kinds:
        raise TrackRefused(_("未成年人一律遮蔽，不能保留可见（个人信息保护法第二十八条）。请先画出并遮蔽。"))
    if seen.answer == PictureAnswer.LEFT and not (seen.kinds and set(seen.kinds) <= {*IN_SIGHT}):
        raise TrackRefused(_("有应遮蔽而保留可见的，请选择是哪几类。"))
    if len(seen.remark) > MOST_REMARK or not _can_be_kept(seen.remark):
        raise TrackRefused(_("理由过长，或者含有不能保存的字符。请改写后再保存。"))
    if seen.answer == PictureAnswer.MASKED and not masks:
        raise TrackRefused(_("这张画面中没有遮蔽，不能答为都已遮蔽。请先画出，或者改答没有应遮蔽的。"))
    if seen.answer == PictureAnswer.NONE and masks:
        raise TrackRefused(
            _("这张画面中有 %(count)d 处遮蔽，不能答为没有应遮蔽的。请改答都已遮蔽，或者先把误认的改为不遮蔽。")
            % {"count": masks}
        )


def _hidden_at(row: Release, time: int) -> int:
    """How many tracks hide something in the picture; what nobody decided hides."""
    spans = row.tracks.exclude(state=TrackDecision.REJECTED).values_list("frames", flat=True)
    return sum(frames[0][0] <= time <= frames[-1][0] for frames in spans)


def _take_answers_back(row: Release, was: Track | None, now: Track, step: StepInput) -> tuple[int, ...]:
    """The answers of pictures in which this track hides less than when they were given, or hides something where nothing was to hide."""
    found = []
    for one in row.looks.exclude(answer=""):
        before = was.mask_at(one.time) if was is not None and was.hidden else None
        after = now.mask_at(one.time) if now.hidden else None
        if one.answer == PictureAnswer.NONE:
            gone = after is not None
        else:
            gone = before is not None and (after is None or not _covers(bounds(after), bounds(before)))
        if gone:
            found.append(one.time)
    _take_back(row.looks.filter(time__in=found), step)
    return tuple(found)


def _take_back(looks: QuerySet[ReleaseLook], step: StepInput) -> None:
    """Nothing is answered there any more; what was, and that somebody had a part in it, stays."""
    ReleaseReplacedAnswer.objects.bulk_create(
        ReleaseReplacedAnswer(
            release_id=one.release_id, time=one.time, answer=one.answer, kinds=one.kinds, remark=one.remark,
            by_id=one.by_id, at=one.at, replaced_by=step.person, replaced_at=step.at,
        )
        for one in looks.exclude(answer="")
    )  # fmt: skip
    looks.update(answer="", kinds=[], remark="", masks=0)


def _covers(one: MaskBox, other: MaskBox) -> bool:
    return one.left <= other.left and one.top <= other.top and one.right >= other.right and one.bottom >= other.bottom


def _open(row: Release, version: int) -> Release:
    row = locked(row)
    if row.state not in MARKED:
        raise TrackRefused(_("现为“%(state)s”，轨迹不能改动。") % {"state": row.get_state_display()})
    if version != row.version:
        raise Stale(row.version)
    return row


def _row_of(row: Release, said: Mapping[str, Any]) -> ReleaseTrack:
    number = said.get("number")
    if number is None:
        last = row.tracks.order_by("-number").values_list("number", flat=True).first() or 0
        if last >= MOST_TRACKS:
            raise TrackRefused(_("轨迹过多（最多 %(most)d 条）。请缩短时段，分件办理。") % {"most": MOST_TRACKS})
        return ReleaseTrack(release=row, number=last + 1, origin="hand")
    found = row.tracks.filter(number=number).first() if type(number) is int else None
    if found is None:
        raise TrackRefused(_("没有这条轨迹。请刷新页面后再试。"))
    return found


def _take(track: ReleaseTrack, said: Mapping[str, Any], step: StepInput) -> None:
    """What is taken over as it was sent; who and how it began are never the browser's to say."""
    review = said.get("review")
    if not isinstance(review, Mapping):
        raise TrackRefused(_("缺少复核意见。请刷新页面后再试。"))
    for name in ("kind", "state", "growth", "whole_body"):
        if name not in said:
            raise TrackRefused(_("轨迹缺少内容。请刷新页面后再试。"))
        setattr(track, name, said[name])
    track.acquaintance, track.remark = review.get("acquaintance", "unasked"), review.get("remark", "")
    if isinstance(track.remark, str):
        track.remark = track.remark.strip()
    # Of what is hidden nothing is left in sight; who decided before the question was asked said nothing.
    track.left = said.get("left") if track.state == TrackDecision.REJECTED else None
    if said.get("frames") is not None:
        track.frames = said["frames"]
    track.by = step.person


def _keep_decision(track: ReleaseTrack, step: StepInput) -> None:
    """A row for each decision and each who had a hand in the track; what the same person draws on with the same answer is none of its own."""
    said = {name: getattr(track, name) for name in ("kind", "state", "whole_body", "acquaintance", "left", "remark")}
    last = track.decisions.order_by("pk").last()
    if last is None or last.by_id != step.person.pk or any(getattr(last, name) != one for name, one in said.items()):
        ReleaseDecision.objects.create(track=track, by=step.person, at=step.at, **said)


def _bound(row: Release, track: ReleaseTrack, before: list[Any]) -> None:
    """Before any of it is looked at: how much it is, and characters that nothing can keep."""
    if isinstance(track.remark, str) and not _can_be_kept(track.remark):
        raise TrackRefused(_("理由中含有不能保存的字符。请删去后重新输入，不要从别处粘贴。"))
    if not isinstance(track.frames, list) or len(track.frames) <= len(before):
        return
    if len(track.frames) > MOST_FRAMES:
        raise TrackRefused(_("一条轨迹的画面过多（最多 %(most)d 张）。请分成几条。") % {"most": MOST_FRAMES})
    others = row.tracks.exclude(pk=track.pk).annotate(frames_there=_Length("frames"))
    there = others.aggregate(all=Sum("frames_there"))["all"] or 0
    if there + len(track.frames) > MOST_ALL_FRAMES:
        raise TrackRefused(
            _("本件的轨迹画面过多（最多 %(most)d 张）。请缩短时段，分件办理。") % {"most": MOST_ALL_FRAMES}
        )


def _can_be_kept(text: str) -> bool:
    return not any(char == "\x00" or "\ud800" <= char <= "\udfff" for char in text)


class _Length(Func):
    """How many a list of JSON has, counted by the database."""

    function = "json_array_length"
    output_field = IntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """Its own name there."""
        return self.as_sql(compiler, connection, function="jsonb_array_length", **more)


def _check(row: Release, track: ReleaseTrack, before: list[Any]) -> None:
    made = _made(row, document_of(track))
    if track.state == TrackDecision.ACCEPTED and track.acquaintance not in ("no", "yes"):
        raise TrackRefused(_("请先回答：遮蔽后，认识此人的人能否认出。回答后再确认遮蔽。"))
    if track.state == TrackDecision.REJECTED and not says_something(track.remark):
        raise TrackRefused(_("不遮蔽的，请写明理由，例如不是人脸。"))
    if track.state == TrackDecision.REJECTED and type(track.left) is not bool:
        raise TrackRefused(_("不遮蔽的，请答复：本来不用遮蔽，还是应遮蔽而保留可见。"))
    kept = {json.dumps(frame) for frame in before}
    last = row.times[-1] if row.times else 0
    for frame, one in zip(track.frames, made.frames, strict=True):
        if json.dumps(frame) in kept:
            continue  # what a detector found may reach over the edge
        if one.time > last:
            raise TrackRefused(_("轨迹超出了录像的末尾。请把它结束在最后一张画面。"))
        if not _lies_in(one.shape, row.width, row.height):
            raise TrackRefused(_("图形画在了画面以外。请移回画面内。"))
    if track.origin == TrackOrigin.MODEL and not says_something(track.remark) and track.frames != before:
        found = _made(row, document_of(track) | {"frames": before})
        if is_smaller(made, found):
            raise TrackRefused(_("检测到的轨迹改短、移开或者缩小的，请写明理由，例如此处已不是人脸。"))


def is_smaller(made: Track, found: Track) -> bool:
    """Whether it hides less than was found: for a shorter time, or not the middle of what was there at one of its times."""
    if made.begins > found.begins or made.ends < found.ends:
        return True
    for one in found.frames:
        now = made.seen_at(one.time)
        if now is None or not holds(now, *bounds(one.shape).centre):
            return True
    return False


def _made(row: Release, said: Mapping[str, Any]) -> Track:
    """The track as the library reads it: fields, kinds, numbers and the order of its times are its own to judge."""
    document = {**said, "number": 1}
    sheet = {
        "format": FORMAT,
        "source": row.source,
        "width": row.width,
        "height": row.height,
        "models": [],
        "tracks": [document],
    }
    try:
        [made] = read_sidecar(json.dumps(sheet).encode()).tracks
    except (BadSidecar, ValueError) as error:
        raise TrackRefused(_("轨迹的内容有误，没有保存。请撤销上一步或者刷新页面后再试。")) from error
    if made.kind not in MaskedKind:
        raise TrackRefused(_("没有这种遮蔽对象。"))
    return made


def _lies_in(shape: Shape, width: int, height: int) -> bool:
    """Whether it covers something of the picture, and reaches beyond its edge by no more than its side."""
    box = bounds(shape)
    around = MaskBox(-width, -height, 2 * width, 2 * height)
    inside = (
        around.left <= box.left and around.top <= box.top and box.right <= around.right and box.bottom <= around.bottom
    )
    return inside and box.shared(MaskBox(0, 0, width, height)) > 0
