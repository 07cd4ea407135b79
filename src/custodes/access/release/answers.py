"""What was answered of the tracks and the sample pictures of a release, and what may be said of its copy on the ground of that.

Nothing is called masked before each of them is answered; what stays in sight is named with it, each time.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from custodes.access.models import PictureAnswer, Release, ReleaseAnswer, ReleaseFinding
from custodes.access.release import overlay
from custodes.access.release.sheet import pictures_of
from custodes.video.mask.tracks import TrackDecision

TICKS = 90_000
MOST_NAMED = 200
"""Of what stays in sight, in a record and on a page; how many there are is counted of all."""


@dataclass(frozen=True)
class LeftInSight:
    """Something that the law protects stays in sight: a track, or what a reviewer saw in a picture.

    Attributes:
        track: its number; 0 of a picture.
        kind: of a track.
        time: of a picture, ticks.
        kinds: of a picture: keys of `guards.IN_SIGHT`.
        remark: why.
    """

    track: int
    kind: str
    time: int
    remark: str
    kinds: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """As records name it."""
        return f"track {self.track}" if self.track else f"picture {self.time}"


@dataclass(frozen=True)
class Answers:
    """What was answered.

    Attributes:
        tracks, pictures: what → how many: ``masked``, ``none``, ``left``, ``open``.
        overlay: what is burnt into the pictures: an answer of `overlay.ANSWERS`; empty where nobody was asked.
        left: what stays in sight.
    """

    tracks: dict[str, int]
    pictures: dict[str, int]
    overlay: str
    left: tuple[LeftInSight, ...]

    @property
    def open(self) -> int:
        """What nobody has answered."""
        return self.tracks.get("open", 0) + self.pictures.get("open", 0)

    def recorded(self) -> dict[str, Any]:
        """For the record of a step."""
        counts = [(f"{sort}.{what}", many) for sort, each in _sorts(self) for what, many in sorted(each.items())]
        return {
            "answered": [list(one) for one in counts],
            "overlay": self.overlay,
            "left": [one.name for one in self.left[:MOST_NAMED]],
        }


def _sorts(answers: Answers) -> tuple[tuple[str, dict[str, int]], ...]:
    return ("pictures", answers.pictures), ("tracks", answers.tracks)


def answers_of(row: Release) -> Answers:
    """What was answered until now."""
    tracks, pictures = Counter[str](), Counter[str]()
    left: list[LeftInSight] = []
    for one in row.tracks.only("number", "kind", "state", "left", "remark", "release").order_by("number"):
        tracks[_of_track(one.state, one.left)] += 1
        if one.state == TrackDecision.REJECTED and one.left:
            left.append(LeftInSight(one.number, one.kind, 0, one.remark))
    there = {one.time: one for one in row.looks.exclude(answer="")}
    for time in pictures_of(row):
        look = there.get(time)
        pictures[look.answer if look else "open"] += 1
        if look and look.answer == PictureAnswer.LEFT:
            left.append(LeftInSight(0, "", time, look.remark, tuple(look.kinds)))
    found = overlay.finding_of(row)
    return Answers(dict(tracks), dict(pictures), found.answer if found else "", tuple(left))


def _of_track(state: str, left: bool | None) -> str:
    if state == TrackDecision.ACCEPTED:
        return "masked"
    if state != TrackDecision.REJECTED or left is None:
        return "open"
    return "left" if left else "none"


def masked_words(row: Release, finding: ReleaseFinding, answers: Answers) -> str:
    """What may be said of a kind that is protected: masked, once all is answered, and with what stays in sight."""
    if finding.answer == ReleaseAnswer.SHOWN:
        return _("没有遮蔽，只有保留可见的")
    if finding.answer != ReleaseAnswer.MASKED:
        return str(finding.get_answer_display())
    if answers.open:
        if row.published_at is not None:
            return _("公开时填写为已遮蔽，轨迹、抽查画面没有逐条逐张答复")
        return _("填写为已遮蔽，轨迹、抽查画面还没有全部答复")
    if answers.left:
        return _("已遮蔽，另有 %(count)d 处保留可见") % {"count": len(answers.left)}
    return str(finding.get_answer_display())


def at_in_words(time: int) -> str:
    """Ticks as minutes, seconds and tenths."""
    seconds, rest = divmod(time, TICKS)
    return f"{seconds // 60:02d}:{seconds % 60:02d}.{rest * 10 // TICKS}"
