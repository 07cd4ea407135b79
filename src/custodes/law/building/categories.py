"""The fourteen categories of S9: which places must have a system, with examples and with what they do not take in."""

from __future__ import annotations

from dataclasses import dataclass

from custodes.law.bad_input import BadInput
from custodes.law.clauses.lhasa.text import numeral


@dataclass(frozen=True, slots=True)
class Category:
    """One item of S9.

    Attributes:
        number: of the item.
        key: in data.
        zh, en: short name; the clause has the whole text.
        parts_zh: which parts of such a place are meant.
        examples: Chinese names by which people look for it.
        never: what looks like it and is forbidden (S10, N8).
    """

    number: int
    key: str
    zh: str
    en: str
    parts_zh: tuple[str, ...]
    examples: tuple[str, ...]
    never: tuple[str, ...] = ()

    @property
    def clause(self) -> str:
        """``S9(9)``."""
        return f"S9({self.number})"

    @property
    def label_zh(self) -> str:
        """With its number, as a list shows it: （九）学校、幼儿园、医院."""
        return f"（{numeral(self.number)}）{self.zh}"

    @property
    def label_en(self) -> str:
        """The same in English."""
        return f"({self.number}) {self.en}"


_OTHER = "其他重要部位"

CATEGORIES = (
    Category(
        1,
        "roads",
        "道路、广场、案件高发区域、水域",
        "Roads, squares, high-crime areas, waters",
        (
            "主要出入口",
            "干道",
            "道路交叉口",
            "重要道路节点",
            "要害部位",
            "案件高发区域",
            "广场",
            "治安复杂场所",
            "水域",
        ),
        ("路口", "街道", "立交桥", "广场", "河段", "湖边", "检查站"),
    ),
    Category(
        2,
        "transport",
        "车站、交通枢纽、公共停车场",
        "Stations, transport hubs, public car parks",
        ("出入口", "主要人行通道"),
        ("火车站", "汽车站", "公交车站", "停车场", "客运中心"),
    ),
    Category(
        3, "news", "新闻单位", "News organisations", ("主要出入口", _OTHER), ("广播电台", "电视台", "通讯社", "报社")
    ),
    Category(
        4,
        "government",
        "党政机关",
        "Party and government organs",
        ("主要出入口", _OTHER),
        ("政府", "党委", "法院", "检察院", "政务大厅"),
    ),
    Category(
        5,
        "telecom",
        "电信、邮政营业网点",
        "Telecom and postal outlets",
        ("出入口", "营业场所公共区域", _OTHER),
        ("邮政所", "营业厅", "快递网点"),
    ),
    Category(
        6,
        "finance",
        "金融机构营业网点",
        "Branches of financial institutions",
        ("出入口", "营业场所公共区域"),
        ("银行", "信用社", "储蓄所", "自助银行"),
        ("可能泄露客户个人信息的操作区域（S10(2)）",),
    ),
    Category(
        7,
        "energy",
        "能源、供水、供电、供气、加油（气）站",
        "Energy, water, power and gas supply, filling stations",
        ("主要出入口", _OTHER),
        ("电厂", "变电站", "水厂", "燃气站", "加油站", "加气站", "油库"),
    ),
    Category(
        8,
        "commerce",
        "物资储备、商贸中心、商业街、大型市场",
        "Storage, shopping centres and streets, large markets",
        ("主要出入口", "营业场所人员聚集部位", _OTHER),
        ("商场", "超市", "商业街", "市场", "仓库", "粮库"),
        ("试衣间（N8.1(3)）",),
    ),
    Category(
        9,
        "education_health",
        "学校、幼儿园、医院",
        "Schools, kindergartens, hospitals",
        ("主要出入口", "医院挂号大厅、候诊大厅等开放区域的人员聚集部位", _OTHER),
        ("小学", "中学", "大学", "幼儿园", "医院", "卫生院", "诊所"),
        ("集体宿舍（S10(1)）", "卫生间（S10(1)）", "更衣室（S10(1)）", "哺乳室（N8.1(3)）"),
    ),
    Category(
        10,
        "culture_heritage",
        "博物馆、展览馆、档案馆、文物保护单位",
        "Museums, exhibitions, archives, protected heritage",
        ("出入口", _OTHER),
        ("博物馆", "纪念馆", "展览馆", "档案馆", "文物保护单位"),
    ),
    Category(
        11,
        "dangerous",
        "危险物品、菌种毒种场所",
        "Places of dangerous goods and pathogens",
        ("出入口", _OTHER),
        ("危险品仓库", "烟花爆竹库", "化工厂", "实验室"),
    ),
    Category(
        12,
        "sports_parks",
        "文化体育场所、公园、景区",
        "Cultural and sports venues, parks, scenic areas",
        ("出入口", "安检区", "室外人员聚集区域"),
        ("体育馆", "剧院", "公园", "景区", "图书馆"),
        ("更衣室（S10(1)）", "公共浴室（S10(1)）"),
    ),
    Category(
        13,
        "residence",
        "住宅小区、旅馆、娱乐、网吧、宗教活动场所",
        "Housing estates, hotels, entertainment, Internet cafés, religious venues",
        ("出入口", "主要通道", "其他重要公共区域"),
        ("小区", "城中村", "宾馆", "酒店", "旅馆", "民宿", "网吧", "歌舞厅", "寺庙", "宗教活动场所"),
        ("旅馆客房（S10(1)）", "包间（N8.1(1)）", "公共浴室（S10(1)）"),
    ),
    Category(14, "other", "其他", "Other", ("依据书面决定",), ()),
)
BY_NUMBER = {category.number: category for category in CATEGORIES}


def category(number: int) -> Category:
    """The category of this number.

    Raises:
        BadInput: S9 has no such item.
    """
    found = BY_NUMBER.get(number)
    if found is None:
        raise BadInput("category", "S9 has items 1 to 14", "give a number from 1 to 14")
    return found


def suggest(words: str) -> tuple[Category, ...]:
    """Categories whose examples stand in a place's name, the longest example first; a person chooses."""
    scored = [
        (max((len(example) for example in one.examples if example in words), default=0), one) for one in CATEGORIES
    ]
    return tuple(one for length, one in sorted(scored, key=lambda pair: -pair[0]) if length)
