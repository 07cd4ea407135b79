"""Tracks that were decided more than once: each decision with who made it and when, as the page of a release tells them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import pgettext_lazy

from custodes.access.models import Release, ReleaseDecision
from custodes.access.views.release.job import kinds_in_words

MOST = 50
"""Tracks that are listed."""
_STATES = {
    "open": pgettext_lazy("轨迹的决定", "未确认"),
    "accepted": pgettext_lazy("轨迹的决定", "遮蔽"),
    "rejected": pgettext_lazy("轨迹的决定", "不遮蔽"),
}
_ANSWERS = {
    "yes": pgettext_lazy("轨迹的决定", "认识的人仍能认出"),
    "no": pgettext_lazy("轨迹的决定", "认识的人不能认出"),
}


@dataclass(frozen=True)
class Decided:
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
    decisions: tuple[Decided, ...]


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
    rows = ReleaseDecision.objects.filter(track__in=list(several.values_list("pk", flat=True)[:MOST]))
    for one in rows.select_related("track", "by").defer("track__frames").order_by("track__number", "pk"):
        found.setdefault(one.track.number, []).append(one)
    told = (Anew(number, kinds_in_words([each[-1].kind])[0], tuple(map(_said, each))) for number, each in found.items())
    return Several(tuple(told), several.count() if len(found) == MOST else len(found))


def _said(one: ReleaseDecision) -> Decided:
    answer = _ANSWERS.get(one.acquaintance, "") if one.state == "accepted" else ""
    return Decided(one.by.name, one.at, _STATES.get(one.state, one.state), answer, one.remark)
