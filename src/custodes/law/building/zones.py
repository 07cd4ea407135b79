"""The kinds of places in which nothing may be installed (S10, N8.1): the day from which each holds, and words that name them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from custodes.law.clauses.norms import LHASA, NATIONAL

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
