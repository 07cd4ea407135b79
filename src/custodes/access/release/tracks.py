"""A reviewer changes a track, or says that a sample was looked at; of two at once the second is told (decision 0282)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Func, IntegerField, Sum
from django.utils.translation import gettext as _

from custodes.access.models import Release, ReleaseDecision, ReleaseLook, ReleaseTrack
from custodes.access.models.release import MARKED
from custodes.access.release.masking import back_to_masking
from custodes.access.release.sampling import samples_of
from custodes.access.release.sheet import document_of
from custodes.access.release.stepping import Taken, locked
from custodes.law.grounds.stating import says_something
from custodes.video.mask.shapes import Box, Shape, bounds, holds
from custodes.video.mask.sidecar import FORMAT, BadSidecar, read_sidecar
from custodes.video.mask.tracks import Kind, Origin, State, Track

MOST_FRAMES = 20_000
"""Key frames of one track: ten minutes with one in each picture are 15,000."""

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


def save_track(row: Release, version: int, said: Mapping[str, Any], taken: Taken) -> tuple[int, dict[str, Any]]:
    """Keep what a reviewer drew and decided.

    Args:
        version: of the tracks as the reviewer has them.
        said: number (None of a new one), kind, state, growth, whole_body, review with acquaintance and remark, and frames, which may
            be left out where they stay.

    Returns:
        The version from now on, and the track as it is kept.

    Raises:
        Stale: it was changed meanwhile.
        TrackRefused: it can't be kept so.
    """
    with transaction.atomic():
        row = _open(row, version)
        track = _row_of(row, said)
        before = track.frames
        _take(track, said, taken)
        _bound(row, track, before)
        _check(row, track, before)
        back_to_masking(row, taken, _("轨迹有改动：第 %(number)d 条") % {"number": track.number})
        track.save()
        _keep_decision(track, taken)
        row.version += 1
        row.save(update_fields=["version"])
        return row.version, document_of(track)


def look(row: Release, version: int, time: int, taken: Taken) -> int:
    """Note that a sample was looked at; who and when stay, however often.

    Returns:
        The version from now on.

    Raises:
        Stale, TrackRefused: as `save_track`; also where the picture is no sample.
    """
    with transaction.atomic():
        row = _open(row, version)
        if time not in samples_of(row.times, row.source):
            raise TrackRefused(_("这张画面不是抽查画面。请查看列出的抽查画面。"))
        ReleaseLook.objects.get_or_create(release=row, time=time, defaults={"by": taken.by, "at": taken.at})
        row.version += 1
        row.save(update_fields=["version"])
        return row.version


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


def _take(track: ReleaseTrack, said: Mapping[str, Any], taken: Taken) -> None:
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
    if said.get("frames") is not None:
        track.frames = said["frames"]
    track.by = taken.by


def _keep_decision(track: ReleaseTrack, taken: Taken) -> None:
    """A row for each decision and each who had a hand in the track; what the same person draws on with the same answer is none of its own."""
    said = {name: getattr(track, name) for name in ("kind", "state", "whole_body", "acquaintance", "remark")}
    last = track.decisions.order_by("pk").last()
    if last is None or last.by_id != taken.by.pk or any(getattr(last, name) != one for name, one in said.items()):
        ReleaseDecision.objects.create(track=track, by=taken.by, at=taken.at, **said)


def _bound(row: Release, track: ReleaseTrack, before: list[Any]) -> None:
    """Before any of it is looked at: how much it is, and characters that nothing can keep."""
    if isinstance(track.remark, str) and any(char == "\x00" or "\ud800" <= char <= "\udfff" for char in track.remark):
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


class _Length(Func):
    """How many a list of JSON has, counted by the database."""

    function = "json_array_length"
    output_field = IntegerField()

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """Its own name there."""
        return self.as_sql(compiler, connection, function="jsonb_array_length", **more)


def _check(row: Release, track: ReleaseTrack, before: list[Any]) -> None:
    made = _made(row, document_of(track))
    if track.state == State.ACCEPTED and track.acquaintance not in ("no", "yes"):
        raise TrackRefused(_("请先回答：遮蔽后，认识此人的人能否认出。回答后再确认遮蔽。"))
    if track.state == State.REJECTED and not says_something(track.remark):
        raise TrackRefused(_("不遮蔽的，请写明理由，例如不是人脸。"))
    kept = {json.dumps(frame) for frame in before}
    last = row.times[-1] if row.times else 0
    for frame, one in zip(track.frames, made.frames, strict=True):
        if json.dumps(frame) in kept:
            continue  # what a detector found may reach over the edge
        if one.time > last:
            raise TrackRefused(_("轨迹超出了录像的末尾。请把它结束在最后一张画面。"))
        if not _lies_in(one.shape, row.width, row.height):
            raise TrackRefused(_("图形画在了画面以外。请移回画面内。"))
    if track.origin == Origin.MODEL and not says_something(track.remark) and track.frames != before:
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
    if made.kind not in Kind:
        raise TrackRefused(_("没有这种遮蔽对象。"))
    return made


def _lies_in(shape: Shape, width: int, height: int) -> bool:
    """Whether it covers something of the picture, and reaches beyond its edge by no more than its side."""
    box = bounds(shape)
    around = Box(-width, -height, 2 * width, 2 * height)
    inside = (
        around.left <= box.left and around.top <= box.top and box.right <= around.right and box.bottom <= around.bottom
    )
    return inside and box.shared(Box(0, 0, width, height)) > 0
