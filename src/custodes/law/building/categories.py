"""Which places must have a system (the fourteen categories of S9), and on what it rests in Order 799 (N7.1, N7.2, N9)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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


class PlaceKind(StrEnum):
    """Which article of Order 799 a place falls under."""

    N7_1 = "n7_1"
    """Public roads and the like: government departments."""
    N7_2 = "n7_2"
    """The four kinds of places: the unit that runs them."""
    OTHER_PUBLIC = "other_public"
    """Other public places (N9): units with a security duty."""
    NOT_PUBLIC = "not_public"


@dataclass(frozen=True, slots=True)
class BuildingBasis:
    """One basis.

    Attributes:
        key: in data: ``N7.2-1``.
        clause: where it stands.
        kind: the article under which the place falls.
        zh, en: which places it means.
    """

    key: str
    clause: str
    kind: PlaceKind
    zh: str
    en: str

    @property
    def label_zh(self) -> str:
        """As a list shows it."""
        return f"{self.zh}（{self.clause}）" if self.clause else self.zh

    @property
    def label_en(self) -> str:
        """The same in English."""
        return f"{self.en} ({self.clause})" if self.clause else self.en

    @property
    def n9(self) -> bool:
        """N9 governs: five articles of the order do not bind (`clauses.registry`)."""
        return self.kind is PlaceKind.OTHER_PUBLIC


BASES = (
    BuildingBasis("N7.1", "N7.1", PlaceKind.N7_1, "城乡主要路段等公共区域", "Main roads and other public areas"),
    BuildingBasis(
        "N7.2-1",
        "N7.2",
        PlaceKind.N7_2,
        "商贸、会展、景区、文体娱乐、教育、医疗、政务大厅、公园、停车场等人员聚集场所",
        "Where people gather: trade, fairs, sights, culture, schools, hospitals, government halls, parks, car parks",
    ),
    BuildingBasis(
        "N7.2-2",
        "N7.2",
        PlaceKind.N7_2,
        "口岸、机场、火车站、汽车站等交通枢纽",
        "Transport hubs: border crossings, airports, railway and coach stations",
    ),
    BuildingBasis(
        "N7.2-3",
        "N7.2",
        PlaceKind.N7_2,
        "客运列车、营运客车、客运船舶等大中型公共交通工具",
        "Large vehicles of public transport: trains, coaches, ships",
    ),
    BuildingBasis(
        "N7.2-4", "N7.2", PlaceKind.N7_2, "高速公路、国省干线服务区", "Service areas of motorways and trunk roads"
    ),
    BuildingBasis("N9", "N9", PlaceKind.OTHER_PUBLIC, "其他公共场所", "Other public places"),
    BuildingBasis("none", "", PlaceKind.NOT_PUBLIC, "不是公共场所", "Not a public place"),
)
BY_KEY = {basis.key: basis for basis in BASES}


def basis_of(key: str) -> BuildingBasis | None:
    """The basis of this key; None while nobody has said it, which leaves the fuller regime (decision 0141).

    Raises:
        BadInput: there is none of this key.
    """
    if not key:
        return None
    found = BY_KEY.get(key)
    if found is None:
        raise BadInput("basis", f"there is no basis {key!r}", f"one of {', '.join(BY_KEY)}")
    return found
