"""Where nothing may be installed: S10 and N8.1 together, by the day, in words, and zones that exist for a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from custodes.law.bad_input import BadInput
from custodes.law.building.describing import Mention, MentionedPlace, comparable, mentions
from custodes.law.clauses.norms import LHASA, NATIONAL
from custodes.law.clauses.registry import holds
from custodes.law.grounds.stating import says_something

_S, _N = LHASA.in_force, NATIONAL.in_force


@dataclass(frozen=True, slots=True)
class Zone:
    """One kind of place in which nothing may be installed.

    Attributes:
        key: in data.
        zh, en: its name.
        since: clauses that forbid it, each with its first day.
        words: regular expressions by which it is recognised in what people write (`describing.mentions`).
        beside: words of which one has to stand in the description as well; empty for none.
        mask_only: a camera outside may have it in view when a mask in the camera covers it (S9(6), S10(2)).
    """

    key: str
    zh: str
    en: str
    since: tuple[tuple[str, date], ...]
    words: tuple[str, ...]
    beside: tuple[str, ...] = ()
    mask_only: bool = False

    def clauses_on(self, day: date) -> tuple[str, ...]:
        """The clauses that forbid it on `day`."""
        return tuple(clause for clause, first in self.since if first <= day)


_ROOMS = (("S10(1)", _S), ("N8.1(1)", _N))
_LODGING = (("S10(1)", _S), ("N8.1(2)", _N))
_BODILY = (("S10(1)", _S), ("N8.1(3)", _N))

ZONES = (
    Zone(
        "guest_room",
        "旅馆客房",
        "guest room",
        _ROOMS,
        (
            "(?<!民宿)客房",
            "(?<![坐目指])标准?间(?![隔距])",
            "大床房",
            "双人房",
            "(?<!配)套房(?!屋)",
            "(?:宾馆|酒店|旅馆|招待所)[^，。；]{0,8}房间",
            "guest room",
            "hotel room",
        ),
    ),
    Zone(
        "private_room",
        "饭店、宾馆等的包间",
        "private room of a restaurant or hotel",
        (("N8.1(1)", _N),),
        ("(?<![面书背钱])包间", "包厢", "包房", "雅间", "private (?:dining )?room", "karaoke room", "ktv room"),
    ),
    Zone("homestay_room", "民宿客房", "homestay room", _ROOMS, ("民宿(?:的)?(?:客房|房间|卧房)", "homestay room")),
    Zone("dormitory", "集体宿舍", "dormitory", _LODGING, ("宿舍", "寝室", "ཉལ་ཁང", "dormitory", "dormitorie", "dorm")),
    Zone(
        "staff_rest_room",
        "单位供本单位人员住宿、休息的房间",
        "room where a unit lodges or rests its people",
        (("N8.1(2)", _N),),
        ("休息[室间]", "休息的?房间", "午休[室间]", "倒班房", "值班宿舍", "staff rest area", "break room"),
    ),
    Zone(
        "bath",
        "公共浴室",
        "public bath",
        _BODILY,
        (
            "浴室",
            "浴[池场区]",
            "澡堂",
            "洗澡",
            "淋浴",
            "洗浴[间区]",
            "汗蒸房",
            "桑拿房",
            "ཁྲུས་ཁང",
            "(?:public )?bath",
            "bathhouse",
            "shower",
            "sauna",
        ),
    ),
    Zone(
        "changing_room",
        "更衣室",
        "changing room",
        _BODILY,
        ("更衣[室间区柜]?", "换衣[室间]", "changing room", "locker room", "dressing room"),
    ),
    Zone(
        "toilet",
        "卫生间",
        "toilet",
        _BODILY,
        (
            "卫生间(?![歇接])",
            "[公男女]?厕所?",
            "[男女]卫(?!生|兵|士|队)",
            "洗手间",
            "盥洗[室间]",
            "如厕",
            "གསང་སྤྱོད",
            "toilet",
            "restroom",
            "washroom",
            "lavatory",
            "bathroom",
            "wc",
        ),
    ),
    Zone(
        "nursing_room",
        "哺乳室",
        "nursing room",
        (("N8.1(3)", _N),),
        ("哺乳", "母婴[室间]", "育婴室", "喂奶", "nursing room", "baby care room"),
    ),
    Zone("fitting_room", "试衣间", "fitting room", (("N8.1(3)", _N),), ("试衣[室间镜]?", "试穿[室间]", "fitting room")),
    Zone(
        "finance_operation",
        "金融、保险、证券操作区域",
        "working area of a bank, insurer or broker",
        (("S10(2)", _S),),
        ("操作区域?", "操作台", "现金区", "柜员", "柜台内?", "密码键盘", "理财室", "teller", "counter", "working area"),
        ("银行", "信用社", "储蓄", "保险", "证券", "金融", "网点", "柜员", "现金", "bank", "insur", "broker", "teller"),
        mask_only=True,
    ),
    Zone(
        "ballot",
        "选举箱、投票点",
        "ballot box, polling station",
        (("S10(3)", _S),),
        ("投票", "票箱", "选举(?!工作)", "写票处", "འོས་བསྡུ", "ballot box", "polling station", "voting"),
    ),
)
BY_KEY = {zone.key: zone for zone in ZONES}

PRIVATE = (
    "诊室",
    "病房",
    "治疗室?",
    "检查室",
    "手术室",
    "(?<![地房财资生])产房(?![屋管源交地])",
    "b超室",
    "按摩",
    "足疗",
    "美容床",
    "心理咨询室",
    "咨询室",
    "卧室",
    "试穿",
    "住宿(?:区|房间)",
    "(?<![国专大作])家中(?![心医学央级小])",
    "(?<![客用账开门窗])户内",
    "住宅内",
    "ward",
    "bedroom",
    "consulting room",
    "treatment room",
    "massage room",
)
"""Words of places that S10(4) and N8.1(4) may mean."""


class PlaceVerdict(StrEnum):
    """What a place comes to."""

    FORBIDDEN = "forbidden"
    DOUBTFUL = "doubtful"
    """A person has to judge (S10(4), N8.1(4))."""
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class PlaceJudgement:
    """What comes of a place as declared.

    Attributes:
        verdict: forbidden is refused, doubtful goes to a person, clear may go on.
        zones: those that it may be.
        clauses: by which.
        zh, en: what is said to the person.
        words: of the description, that raised a doubt.
        outside: all of them speak of what lies before or beside such a place.
    """

    verdict: PlaceVerdict
    zones: tuple[Zone, ...]
    clauses: tuple[str, ...]
    zh: str
    en: str
    words: tuple[str, ...] = ()
    outside: bool = False


def judge(day: date, *, kind: str = "", words: str = "") -> PlaceJudgement:
    """Whether a camera may stand in a place on `day`.

    Args:
        kind: key of a zone when the place was declared as one; empty when it was declared as none.
        words: how people describe it; words of a zone make it doubtful, never clear or forbidden by themselves.

    Raises:
        BadInput: no such kind.
    """
    if kind:
        zone = BY_KEY.get(kind)
        if zone is None:
            raise BadInput("kind", f"there is no kind of place {kind!r}", f"one of {', '.join(BY_KEY)}")
        clauses = zone.clauses_on(day)
        if clauses:
            return PlaceJudgement(
                PlaceVerdict.FORBIDDEN,
                (zone,),
                clauses,
                f"{zone.zh}禁止安装（{'、'.join(clauses)}）",
                f"nothing may be installed in a {zone.en} ({', '.join(clauses)})",
            )
    text = comparable(words)
    found = {zone: said for zone in ZONES if zone.clauses_on(day) and (said := _named(zone, text))}
    if found:
        return _doubt(day, found)
    private = mentions(text, PRIVATE)
    clauses = tuple(clause for clause in ("S10(4)", "N8.1(4)") if holds(clause, day))
    if private and clauses:
        named = tuple(dict.fromkeys(one.word for one in private))
        zh = f"描述中的“{'”“'.join(named)}”可能泄露个人隐私，请由人核对"
        en = f"“{'”, “'.join(named)}” in the description may expose privacy: a person has to look"
        return PlaceJudgement(PlaceVerdict.DOUBTFUL, (), clauses, zh, en, named, _all_outside(private))
    return PlaceJudgement(PlaceVerdict.CLEAR, (), (), "未见禁止情形", "nothing forbids it")


def _named(zone: Zone, text: str) -> tuple[Mention, ...]:
    if zone.beside and not any(word in text for word in zone.beside):
        return ()
    return mentions(text, zone.words)


def _all_outside(said: tuple[Mention, ...]) -> bool:
    return all(one.where is MentionedPlace.OUTSIDE for one in said)


def _doubt(day: date, found: dict[Zone, tuple[Mention, ...]]) -> PlaceJudgement:
    clauses = tuple(dict.fromkeys(clause for zone in found for clause in zone.clauses_on(day)))
    said = tuple(one for each in found.values() for one in each)
    named = tuple(dict.fromkeys(one.word for one in said))
    outside = _all_outside(said)
    zones_zh, zones_en = "、".join(zone.zh for zone in found), ", ".join(zone.en for zone in found)
    zh = f"描述中的“{'”“'.join(named)}”提到{zones_zh}，"
    zh += "所述位置在其外部：请核对采集范围不含其内部" if outside else "请由人核对是否在其内部"
    en = f"“{'”, “'.join(named)}” in the description names a {zones_en}: "
    en += "it stands outside, its inside must not be in view" if outside else "a person has to see whether it is inside"
    return PlaceJudgement(PlaceVerdict.DOUBTFUL, tuple(found), clauses, zh, en, named, outside)


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
        if says_something(zone.approved_by) and zone.begins <= at < zone.ends:
            return zone
    return None
