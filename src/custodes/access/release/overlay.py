"""What a camera has burnt into its pictures: time, place, its own name. No detector looks for it, no metadata tells of it: a person is asked.

Where and when somebody was is their trail (行踪轨迹, S30.2): it is hidden in the whole film, or said to stay in sight.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from custodes.access.models import Release, ReleaseAnswer, ReleaseFinding
from custodes.law.grounds.ground import Unmet
from custodes.video.mask.tracks import MaskedKind, TrackDecision

KEY = "overlay"
CLAUSE = "S30.2"
ZH = "画面上叠加的时间、地点和点位名称"
EN = "time, place and name of the camera burnt into the pictures"
ANSWERS = (ReleaseAnswer.ABSENT, ReleaseAnswer.MASKED, ReleaseAnswer.SHOWN)

NOT_ASKED = Unmet(
    CLAUSE, "没有答复画面上是否叠加时间、地点和点位名称", "nobody said whether time, place or the camera's name are burnt into the pictures",
    "请看过画面后，在“各类保护对象的结论”中答复", "look, and answer it among the protected kinds",
)  # fmt: skip
NOT_LOOKED = Unmet(
    CLAUSE, "您没有答复过本件的抽查画面，不能答复画面上叠加了什么", "you answered none of its sample pictures, so you can't say what is burnt in",
    "请先在遮蔽页面查看抽查画面并逐张答复，或者由看过的复核人答复", "answer sample pictures on the page of masks first, or let a reviewer who has",
)  # fmt: skip
NOT_DRAWN = Unmet(
    CLAUSE, "写明叠加的时间、地点已遮蔽，但没有遮住它的轨迹", "said to be masked, and no track hides what is burnt in",
    "请在遮蔽页面选“画面叠加文字”，从第一张画面起画出并确认", "draw it as “burnt-in text” from the first picture on, and accept it",
)  # fmt: skip
NOT_THROUGHOUT = Unmet(
    CLAUSE, "叠加文字的遮蔽没有从第一张画面到最后一张画面", "what is burnt in is not hidden from the first picture to the last",
    "请在遮蔽页面把每条“画面叠加文字”延长到整段录像", "extend each “burnt-in text” over the whole film",
)  # fmt: skip
DRAWN = Unmet(
    CLAUSE, "写明画面上没有叠加时间、地点，但有已确认的“画面叠加文字”轨迹", "said to be absent, and accepted tracks hide it",
    "请改答已遮蔽，或者把误画的轨迹改为不遮蔽并写明理由", "answer that it is masked, or reject what is none, with the reason",
)  # fmt: skip

LEFT_IN_A_PICTURE = Unmet(
    CLAUSE, "写明没有叠加，或者已全程遮蔽，但有抽查画面写明叠加文字保留可见", "said to be absent or masked throughout, and left in sight in a sample picture",
    "请改答仍然可见；没有的，或者已经遮住的，重新答复那张抽查画面", "answer that it shows; or answer that picture anew",
)  # fmt: skip


def finding_of(row: Release) -> ReleaseFinding | None:
    """What was answered; None where nobody was asked yet."""
    return row.findings.select_related("by").filter(key=KEY).first()


def unmet(row: Release) -> tuple[Unmet, ...]:
    """What the answer lacks, or what the tracks say against it; none of it once it is so."""
    found = finding_of(row)
    if found is None:
        return (NOT_ASKED,)
    tracks = row.tracks.filter(kind=MaskedKind.OVERLAY).exclude(state=TrackDecision.REJECTED)
    if found.answer == ReleaseAnswer.SHOWN:
        return ()
    if any(KEY in kinds for kinds in row.looks.values_list("kinds", flat=True)):
        return (LEFT_IN_A_PICTURE,)
    if found.answer == ReleaseAnswer.ABSENT:
        return (DRAWN,) if tracks.filter(state=TrackDecision.ACCEPTED).exists() else ()
    spans = [(frames[0][0], frames[-1][0]) for frames in tracks.values_list("frames", flat=True)]
    if not spans:
        return (NOT_DRAWN,)
    return () if _throughout(spans, row.times) else (NOT_THROUGHOUT,)


def _throughout(spans: Iterable[tuple[int, int]], times: Sequence[int]) -> bool:
    """Whether each of them lasts from the first picture to the last: what is burnt in stands there all the time."""
    return all(not times or (begins <= times[0] and ends >= times[-1]) for begins, ends in spans)


def said_of(row: Release) -> str:
    """What may be said of time and place in the copy: in its file, where there never is any, and in its pictures, as a person answered."""
    found = finding_of(row)
    if found is None:
        return _("文件信息中没有时间、地点；画面上是否叠加时间、地点和点位名称，没有人答复。")
    who = {"name": found.by.name}
    if found.answer == ReleaseAnswer.ABSENT:
        return _("没有时间地点信息：文件信息中没有，画面上没有叠加（%(name)s看过画面后答复）。") % who
    if unmet(row):
        return _("文件信息中没有时间、地点；画面上叠加的时间、地点和点位名称还没有全程遮蔽。")
    if found.answer == ReleaseAnswer.MASKED:
        return (
            _("文件信息中没有时间、地点；画面上叠加的时间、地点和点位名称已全程遮蔽（%(name)s看过画面后答复）。") % who
        )
    return _("文件信息中没有时间、地点；画面上叠加的时间、地点或者点位名称仍然可见（%(name)s看过画面后答复）。") % who
