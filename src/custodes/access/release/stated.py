"""What may be said of the copy of a release, on its page, on the page of publication and on its form alike: which kinds are masked, what stays in
sight and why, and whether time and place show; and what was decided of a track, or answered of a sample picture, more than once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from custodes.access.models import Release, ReleaseDecision, ReleaseFinding, ReleaseReplacedAnswer
from custodes.access.release import overlay
from custodes.access.release.answers import MOST_NAMED, LeftInSight, answers_of, at_in_words, masked_words
from custodes.law.grounds.release import PROTECTED
from custodes.people.lawful import in_english
from custodes.video.mask.tracks import MaskedKind

_WORDS = {
    MaskedKind.FACE: ("人脸", "faces"),
    MaskedKind.PLATE: ("机动车号牌", "number plates"),
    MaskedKind.SIGN: ("店招、单位名称", "signs and names of units"),
    MaskedKind.LICENCE: ("营业执照、证照", "licences"),
    MaskedKind.BODY: ("全身", "bodies"),
    MaskedKind.OVERLAY: ("画面叠加文字", "burnt-in text"),
    MaskedKind.OTHER: ("其他", "others"),
}


@dataclass(frozen=True)
class StatedInWords:
    """In words.

    Attributes:
        kinds: title of each protected kind, what may be said of it, and the answer itself; None where there is none.
        left: what stays in sight, and why.
        more: how much of that is not listed.
        overlay: of time and place.
        pictures: how many sample pictures were answered, of how many.
    """

    kinds: tuple[tuple[str, str, ReleaseFinding | None], ...]
    left: tuple[tuple[str, str], ...]
    more: int
    overlay: str
    pictures: tuple[int, int]


def kinds_in_words(kinds: Any) -> tuple[str, ...]:
    """Kinds as a reader knows them."""
    return tuple(_WORDS[MaskedKind(kind)][1 if in_english() else 0] for kind in kinds)


def stated_of(row: Release) -> StatedInWords:
    """As it stands."""
    answers = answers_of(row)
    there = {one.key: one for one in row.findings.select_related("by", "read_by")}
    kinds = tuple(
        (en if in_english() else zh, masked_words(row, one, answers) if (one := there.get(key)) else "", one)
        for key, (_clause, zh, en) in PROTECTED.items()
    )
    pictures = sum(answers.pictures.values())
    return StatedInWords(
        kinds,
        tuple((_left(one), one.remark) for one in answers.left[:MOST_NAMED]),
        max(0, len(answers.left) - MOST_NAMED),
        overlay.said_of(row) if row.source else "",
        (pictures - answers.pictures.get("open", 0), pictures),
    )


def _left(one: LeftInSight) -> str:
    if one.track:
        return _("轨迹 #%(number)d（%(kind)s）") % {"number": one.track, "kind": kinds_in_words([one.kind])[0]}
    words = {**PROTECTED, overlay.KEY: (overlay.CLAUSE, overlay.ZH, overlay.EN)}
    kinds = (", " if in_english() else "、").join(words[key][2 if in_english() else 1] for key in one.kinds)
    return _("抽查画面 %(at)s（%(kinds)s）") % {"at": at_in_words(one.time), "kinds": kinds}


MOST_SHOWN = 50
"""Tracks, and answers, that are listed."""
_STATES = {
    "open": pgettext_lazy("轨迹的决定", "未确认"),
    "accepted": pgettext_lazy("轨迹的决定", "遮蔽"),
    "rejected": pgettext_lazy("轨迹的决定", "不遮蔽"),
}
_ANSWERS = {
    "yes": pgettext_lazy("轨迹的决定", "认识的人仍能认出"),
    "no": pgettext_lazy("轨迹的决定", "认识的人不能认出"),
}
_SHOWN = {
    True: pgettext_lazy("轨迹的决定", "应遮蔽而保留可见"),
    False: pgettext_lazy("轨迹的决定", "本来不用遮蔽"),
}


@dataclass(frozen=True)
class StatedDecision:
    """One decision in words."""

    who: str
    at: datetime
    what: Any
    answer: Any
    remark: str


@dataclass(frozen=True)
class Anew:
    """A track with all of its decisions, the first of them first."""

    number: int
    kind: str
    decisions: tuple[StatedDecision, ...]


@dataclass(frozen=True)
class Several:
    """The first tracks that were decided more than once, and how many there are in all."""

    tracks: tuple[Anew, ...]
    count: int

    @property
    def most(self) -> int:
        """How many are listed, where not all are; else 0."""
        return len(self.tracks) if len(self.tracks) < self.count else 0


def decided_anew(row: Release) -> Several:
    """The tracks of which there is more to tell than who decided them last; drawing one and deciding it is one thing."""
    decided = Count("decisions", filter=~Q(decisions__state="open"))
    tracks = row.tracks.annotate(decided=decided, people=Count("decisions__by", distinct=True))
    several = tracks.filter(Q(decided__gt=1) | Q(people__gt=1)).order_by("number")
    found: dict[int, list[ReleaseDecision]] = {}
    rows = ReleaseDecision.objects.filter(track__in=list(several.values_list("pk", flat=True)[:MOST_SHOWN]))
    for one in rows.select_related("track", "by").defer("track__frames").order_by("track__number", "pk"):
        found.setdefault(one.track.number, []).append(one)
    told = (Anew(number, kinds_in_words([each[-1].kind])[0], tuple(map(_said, each))) for number, each in found.items())
    return Several(tuple(told), several.count() if len(found) == MOST_SHOWN else len(found))


@dataclass(frozen=True)
class Replaced:
    """The first answers of sample pictures that stand no more, each with its time in the film; and how many there are in all."""

    answers: tuple[tuple[str, ReleaseReplacedAnswer], ...]
    count: int

    @property
    def most(self) -> int:
        """How many are listed, where not all are; else 0."""
        return len(self.answers) if len(self.answers) < self.count else 0


def answered_anew(row: Release) -> Replaced:
    """What was answered before of pictures that were answered anew, or have to be."""
    rows = row.replaced_answers.select_related("by", "replaced_by").order_by("time", "pk")
    found = tuple((at_in_words(one.time), one) for one in rows[:MOST_SHOWN])
    return Replaced(found, rows.count() if len(found) == MOST_SHOWN else len(found))


def _said(one: ReleaseDecision) -> StatedDecision:
    answer = _ANSWERS.get(one.acquaintance, "") if one.state == "accepted" else ""
    if one.left is not None:
        answer = _SHOWN[one.left]
    return StatedDecision(one.by.name, one.at, _STATES.get(one.state, one.state), answer, one.remark)
