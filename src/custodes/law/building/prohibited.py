"""Where nothing may be installed: S10 and N8.1 together, with the day from which each holds, and zones that exist for a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from custodes.law.bad_input import BadInput

_S, _N = date(2024, 5, 1), date(2025, 4, 1)


class Verdict(StrEnum):
    """What a declared kind of place comes to."""

    FORBIDDEN = "forbidden"
    DOUBTFUL = "doubtful"
    """A person has to judge (S10(4), N8.1(4))."""
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class Zone:
    """One kind of place in which nothing may be installed.

    Attributes:
        key: in data.
        zh, en: its name.
        since: clauses that forbid it, each with its first day.
        words: Chinese words by which it is recognised in what people write.
        mask_only: a camera outside may have it in view when a mask in the camera covers it (S9(6), S10(2)).
    """

    key: str
    zh: str
    en: str
    since: tuple[tuple[str, date], ...]
    words: tuple[str, ...]
    mask_only: bool = False

    def clauses_on(self, day: date) -> tuple[str, ...]:
        """The clauses that forbid it on `day`."""
        return tuple(clause for clause, first in self.since if first <= day)


_BOTH_ROOMS = (("S10(1)", _S), ("N8.1(1)", _N))
ZONES = (
    Zone("guest_room", "旅馆客房", "guest room", _BOTH_ROOMS, ("客房", "房间内", "标间", "大床房")),
    Zone(
        "private_room",
        "饭店、宾馆等的包间",
        "private room of a restaurant or hotel",
        (("N8.1(1)", _N),),
        ("包间", "包厢", "雅间"),
    ),
    Zone("homestay_room", "民宿客房", "homestay room", (("S10(1)", _S), ("N8.1(1)", _N)), ("民宿客房", "民宿房间")),
    Zone("dormitory", "集体宿舍", "dormitory", (("S10(1)", _S), ("N8.1(2)", _N)), ("宿舍", "寝室")),
    Zone(
        "staff_rest_room",
        "单位供本单位人员住宿、休息的房间",
        "room where a unit lodges or rests its people",
        (("N8.1(2)", _N),),
        ("休息室", "值班宿舍", "倒班房"),
    ),
    Zone("bath", "公共浴室", "public bath", (("S10(1)", _S), ("N8.1(3)", _N)), ("浴室", "浴池", "澡堂", "淋浴")),
    Zone("changing_room", "更衣室", "changing room", (("S10(1)", _S), ("N8.1(3)", _N)), ("更衣",)),
    Zone("toilet", "卫生间", "toilet", (("S10(1)", _S), ("N8.1(3)", _N)), ("卫生间", "厕所", "洗手间", "公厕")),
    Zone("nursing_room", "哺乳室", "nursing room", (("N8.1(3)", _N),), ("哺乳", "母婴室")),
    Zone("fitting_room", "试衣间", "fitting room", (("N8.1(3)", _N),), ("试衣",)),
    Zone(
        "finance_operation",
        "金融、保险、证券操作区域",
        "working area of a bank, insurer or broker",
        (("S10(2)", _S),),
        ("柜台操作", "操作区", "现金区", "柜员"),
        mask_only=True,
    ),
    Zone("ballot", "选举箱、投票点", "ballot box, polling station", (("S10(3)", _S),), ("投票", "选举", "票箱")),
)
BY_KEY = {zone.key: zone for zone in ZONES}

_DOUBT = ("诊室", "病房", "治疗", "按摩", "美容", "治疗室", "检查室", "试穿", "住宿", "卧室", "家中", "户内", "咨询室")
_BEFORE_ITS_DOOR = ("门口", "走廊", "外", "通道", "入口", "出口")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What comes of a place as declared.

    Attributes:
        verdict: forbidden is refused, doubtful goes to a person, clear may go on.
        zones: those that it may be.
        clauses: by which.
        zh, en: what is said to the person.
    """

    verdict: Verdict
    zones: tuple[Zone, ...]
    clauses: tuple[str, ...]
    zh: str
    en: str


def judge(day: date, *, kind: str = "", words: str = "") -> Judgement:
    """Whether a camera may stand in a place on `day`.

    Args:
        kind: key of a zone when the place was declared as one; empty when it was declared as none.
        words: how people describe it; words of a zone make it doubtful, never clear by themselves.

    Raises:
        BadInput: no such kind.
    """
    if kind:
        zone = BY_KEY.get(kind)
        if zone is None:
            raise BadInput("kind", f"there is no kind of place {kind!r}", f"one of {', '.join(BY_KEY)}")
        clauses = zone.clauses_on(day)
        if clauses:
            return Judgement(
                Verdict.FORBIDDEN,
                (zone,),
                clauses,
                f"{zone.zh}禁止安装（{'、'.join(clauses)}）",
                f"nothing may be installed in a {zone.en} ({', '.join(clauses)})",
            )
    found = tuple(zone for zone in ZONES if zone.clauses_on(day) and any(word in words for word in zone.words))
    if found:
        clauses = tuple(dict.fromkeys(clause for zone in found for clause in zone.clauses_on(day)))
        outside = any(word in words for word in _BEFORE_ITS_DOOR)
        zh = (
            f"描述提到{'、'.join(zone.zh for zone in found)}，{'请核对采集范围不含其内部' if outside else '请由人核对'}"
        )
        en = f"the description names a {', '.join(zone.en for zone in found)}: a person has to look"
        return Judgement(Verdict.DOUBTFUL, found, clauses, zh, en)
    if any(word in words for word in _DOUBT):
        clauses = ("S10(4)", "N8.1(4)") if day >= _N else ("S10(4)",)
        return Judgement(
            Verdict.DOUBTFUL,
            (),
            clauses,
            "可能泄露个人隐私，请由人核对",
            "privacy may be exposed: a person has to look",
        )
    return Judgement(Verdict.CLEAR, (), (), "未见禁止情形", "nothing forbids it")


@dataclass(frozen=True, slots=True)
class DatedZone:
    """A place that is forbidden for a time: a vote (S10(3)).

    Attributes:
        key: of the zone.
        begins, ends: UTC; the end itself is free again.
        approved_by: who planned it, empty while nobody has.
    """

    key: str
    begins: datetime
    ends: datetime
    approved_by: str


def closed_at(zones: tuple[DatedZone, ...], at: datetime) -> DatedZone | None:
    """The approved dated zone that closes a camera at `at`: recording stops with the reason ``vote``."""
    for zone in zones:
        if zone.approved_by and zone.begins <= at < zone.ends:
            return zone
    return None
