"""Sound beside pictures: off, unless a closed list of reasons holds for the place.

The regulation (S2) and Order 799 (N2) are about images; what they name of sound is eavesdropping (N8.1(4)). So recording
sound has no basis in them: it needs one of its own (PIPL13), as narrow as its purpose (PIPL6), and people have to be told
(PIPL17). The list has no "other".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from custodes.law.building.prohibited import PlaceVerdict, judge
from custodes.law.clauses.registry import holds
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.stating import says_something


@dataclass(frozen=True, slots=True)
class SoundReason:
    """A reason for which sound may be recorded.

    Attributes:
        key: its name in records.
        clauses: by which it may.
        by_statute: another law orders it, which has to be named.
        sign: what the sign at the place says besides, Chinese.
    """

    key: str
    zh: str
    en: str
    clauses: tuple[str, ...]
    by_statute: bool
    sign: str


REASONS = (
    SoundReason(
        "emergency",
        "求助、报警装置的通话（求助桩、报警柱、电梯求助）",
        "Calls at a device for help (help point, alarm pillar, lift)",
        ("PIPL13", "PIPL6"),
        by_statute=False,
        sign="按下求助按钮后的通话将被录音",
    ),
    SoundReason(
        "counter",
        "法律、行政法规规定应当同步录音的柜台、窗口",
        "A counter at which a law or administrative regulation orders sound to be recorded",
        ("PIPL13", "PIPL6"),
        by_statute=True,
        sign="本窗口依法同步录音录像",
    ),
    SoundReason(
        "proceedings",
        "法律、行政法规规定应当同步录音录像的办案、监管、考试场所",
        "A place of proceedings, custody or examination at which a law or administrative regulation orders it",
        ("PIPL13", "PIPL6"),
        by_statute=True,
        sign="本场所依法同步录音录像",
    ),
)
BY_KEY = {reason.key: reason for reason in REASONS}


@dataclass(frozen=True, slots=True)
class SoundWish:
    """A wish to record the sound of one camera.

    Attributes:
        reason: key of one of `REASONS`.
        statute: the law and article that orders it, where the reason is one by statute.
        why: why sound is needed here and pictures are not enough.
        words: how the place is described: name, place and view.
        kind: key of the forbidden zone as which the place was declared, empty for none.
    """

    reason: str
    statute: str
    why: str
    words: str
    kind: str = ""


def place_forbids(day: date, words: str, kind: str = "") -> Unmet | None:
    """What stands against sound in a place on `day`: a view can be turned away from a door, a microphone can't."""
    judged = judge(day, kind=kind, words=words)
    if judged.verdict is PlaceVerdict.CLEAR:
        return None
    clause = next(iter(judged.clauses), "N8.1(4)" if holds("N8.1(4)", day) else "S10(4)")
    return Unmet(
        clause,
        f"{judged.zh}；画面可以避开其内部，声音不能",
        f"{judged.en}; a view can avoid its inside, sound cannot",
        "该点位不能采集声音，请保持关闭",
        "no sound can be recorded here: leave it off",
    )


def unmet(wish: SoundWish, day: date) -> tuple[Unmet, ...]:
    """What is missing before sound may be recorded; empty means that it may, once a second person has approved it."""
    found = []
    reason = BY_KEY.get(wish.reason)
    if reason is None:
        found.append(
            Unmet(
                "PIPL13",
                "没有可以采集声音的事由",
                "there is no reason for which sound may be recorded",
                "请在列明的事由中选择；没有相符的，不能采集声音",
                "choose one of those listed; where none fits, no sound is recorded",
            )
        )
    elif reason.by_statute and not says_something(wish.statute):
        found.append(
            Unmet(
                "PIPL13",
                "未写明要求同步录音的法律、行政法规及条款",
                "the law that orders sound to be recorded is not named",
                "请写明名称和条款",
                "name the law and its article",
            )
        )
    if not says_something(wish.why):
        found.append(
            Unmet(
                "PIPL6",
                "未说明只有图像为何不够",
                "it is not said why pictures alone are not enough",
                "请说明采集声音的必要性",
                "say why sound is needed",
            )
        )
    forbidden = place_forbids(day, wish.words, wish.kind)
    return (*found, forbidden) if forbidden is not None else tuple(found)
