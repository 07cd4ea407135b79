"""IDs of devices, channels, regions and platforms: 20 digits, ``CCCCCCCC II TTT N SSSSSS`` ("coding rule A", 2016 Annex D.1), a region's 2, 4, 6 or 8.

Always text: leading digits matter, and the number is larger than what JSON readers keep. `parse` is for people and forms, who are
told what is wrong. Fleets contain IDs of a wrong type or length, and no device is refused because of its own: `checked` asks alone that it
can stand in a SIP address and in XML as it is; `family` and `type_code` say what it seems to be.

The tables say what the digits mean: types, industries, networks, provinces (GB/T 28181-2016 Annex D; what the 2022 edition adds is
marked). They explain and never refuse.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from custodes.gb28181.refused import Gb28181Refused

Family = Literal["host", "peripheral", "platform", "centre-user", "terminal-user", "external", "unknown"]


@dataclass(frozen=True, slots=True)
class Name:
    """A word in both languages; `since` is the edition that brought it."""

    zh: str
    en: str
    since: int = 2016


TYPES: dict[int, Name] = {
    111: Name("DVR", "DVR"),
    112: Name("视频服务器", "video server"),
    113: Name("编码器", "encoder"),
    114: Name("解码器", "decoder"),
    115: Name("视频切换矩阵", "video matrix"),
    116: Name("音频切换矩阵", "audio matrix"),
    117: Name("报警控制器", "alarm controller"),
    118: Name("网络视频录像机（NVR）", "NVR"),
    120: Name("在线视频图像信息采集系统", "online image-capture system", 2022),
    121: Name("视频卡口", "checkpoint", 2022),
    122: Name("多目设备", "multi-lens unit", 2022),
    123: Name("停车场出入口控制设备", "parking gate", 2022),
    124: Name("人员出入口控制设备", "person gate", 2022),
    125: Name("安检设备", "security-check device", 2022),
    130: Name("混合硬盘录像机（HVR）", "HVR"),
    131: Name("摄像机", "camera"),
    132: Name("网络摄像机（IPC）", "IP camera"),
    133: Name("显示器", "display"),
    134: Name("报警输入设备", "alarm input"),
    135: Name("报警输出设备", "alarm output"),
    136: Name("语音输入设备", "voice input"),
    137: Name("语音输出设备", "voice output"),
    138: Name("移动传输设备", "mobile transmission"),
    139: Name("其他外围设备", "other peripheral"),
    140: Name("报警输出设备（继电器）", "alarm output (relay)", 2022),
    141: Name("道闸", "barrier", 2022),
    142: Name("智能门", "smart door", 2022),
    143: Name("凭证识别单元", "credential reader", 2022),
    200: Name("中心信令控制服务器", "central signalling server"),
    201: Name("Web 应用服务器", "web application server"),
    202: Name("媒体分发服务器", "media distribution server"),
    203: Name("代理服务器", "proxy server"),
    204: Name("安全服务器", "security server"),
    205: Name("报警服务器", "alarm server"),
    206: Name("数据库服务器", "database server"),
    207: Name("GIS 服务器", "GIS server"),
    208: Name("管理服务器", "management server"),
    209: Name("接入网关", "access gateway"),
    210: Name("媒体存储服务器", "media storage server"),
    211: Name("信令安全路由网关", "signalling security routing gateway"),
    215: Name("业务分组", "business group"),
    216: Name("虚拟组织", "virtual organisation"),
    300: Name("中心用户", "centre user"),
    400: Name("终端用户", "terminal user"),
    500: Name("视频图像信息综合应用平台", "integrated imaging platform"),
    501: Name("视频图像信息运维管理平台", "operations platform"),
}
"""Types by code."""

INDUSTRIES: dict[int, Name] = {
    0: Name("社会治安路面接入", "public order: roads"),
    1: Name("社会治安社区接入", "public order: community"),
    2: Name("社会治安内部接入", "public order: inside a unit"),
    3: Name("社会治安其他接入", "public order: other"),
    4: Name("交通路面接入", "traffic: roads"),
    5: Name("交通卡口接入", "traffic: checkpoints"),
    6: Name("交通内部接入", "traffic: inside"),
    7: Name("交通其他接入", "traffic: other"),
    8: Name("城市管理接入", "city management"),
    9: Name("卫生环保接入", "health and environment"),
    10: Name("商检海关接入", "customs"),
    11: Name("教育部门接入", "education"),
    40: Name("农林牧渔业接入", "agriculture"),
    41: Name("采矿企业接入", "mining"),
    42: Name("制造企业接入", "manufacturing"),
    43: Name("冶金企业接入", "metallurgy"),
    44: Name("电力企业接入", "electric power"),
    45: Name("燃气企业接入", "gas"),
    46: Name("建筑企业接入", "construction"),
    47: Name("物流企业接入", "logistics"),
    48: Name("邮政企业接入", "post"),
    49: Name("信息企业接入", "information"),
    50: Name("住宿和餐饮业接入", "hotels and catering"),
    51: Name("金融企业接入", "finance"),
    52: Name("房地产业接入", "real estate"),
    53: Name("商务服务业接入", "business services"),
    54: Name("水利企业接入", "water"),
    55: Name("娱乐企业接入", "entertainment"),
}
"""Industries as the 2016 edition numbers them; 80–89 are residents."""

NETWORKS: dict[int, Name] = {
    **{digit: Name("监控报警专网", "surveillance network") for digit in range(5)},
    5: Name("公安信息网", "public-security information network"),
    6: Name("政务网", "government network"),
    7: Name("Internet 网", "internet"),
    8: Name("社会资源接入网", "social-resource access network"),
    9: Name("预留", "reserved"),
}
"""Networks as the 2016 edition numbers them."""

PROVINCES: dict[str, str] = {
    "11": "北京市", "12": "天津市", "13": "河北省", "14": "山西省", "15": "内蒙古自治区",
    "21": "辽宁省", "22": "吉林省", "23": "黑龙江省",
    "31": "上海市", "32": "江苏省", "33": "浙江省", "34": "安徽省", "35": "福建省", "36": "江西省", "37": "山东省",
    "41": "河南省", "42": "湖北省", "43": "湖南省", "44": "广东省", "45": "广西壮族自治区", "46": "海南省",
    "50": "重庆市", "51": "四川省", "52": "贵州省", "53": "云南省", "54": "西藏自治区",
    "61": "陕西省", "62": "甘肃省", "63": "青海省", "64": "宁夏回族自治区", "65": "新疆维吾尔自治区",
    "71": "台湾省", "81": "香港特别行政区", "82": "澳门特别行政区",
}  # fmt: skip
"""The first two digits of a division code (GB/T 2260)."""

_FAMILIES: tuple[tuple[range, Family, Name], ...] = (
    (range(111, 131), "host", Name("前端主设备", "front-end host")),
    (range(131, 200), "peripheral", Name("前端外围设备", "front-end peripheral")),
    (range(200, 300), "platform", Name("平台设备", "platform device")),
    (range(300, 344), "centre-user", Name("中心用户", "centre user")),
    (range(400, 444), "terminal-user", Name("终端用户", "terminal user")),
    (range(500, 600), "external", Name("平台外接服务器", "external platform")),
)
_UNKNOWN = Name("未定义", "not defined")


def family_of(code: int) -> tuple[Family, Name]:
    """The range that a type lies in; ``unknown`` outside of all."""
    for codes, family, name in _FAMILIES:
        if code in codes:
            return family, name
    return "unknown", _UNKNOWN


def type_of(code: int) -> Name:
    """The type's own name, that of its range where it has none."""
    return TYPES.get(code) or family_of(code)[1]


def industry_of(code: int) -> Name:
    """The industry's name."""
    if 80 <= code <= 89:
        return Name("居民自建接入", "residents")
    return INDUSTRIES.get(code, Name("预留", "reserved"))


LENGTH = 20
DOMAIN_LENGTH = 10
REGION_LENGTHS = (2, 4, 6, 8)

_TAKEN = re.compile(r"[0-9A-Za-z._-]{1,64}")


@dataclass(frozen=True, slots=True)
class GbId:
    """An ID of 20 digits, cut into its parts. Made by `parse` and `make`."""

    text: str

    @property
    def centre(self) -> str:
        """Eight digits: province, city, county, grass-roots unit."""
        return self.text[:8]

    @property
    def division(self) -> str:
        """The six digits of GB/T 2260."""
        return self.text[:6]

    @property
    def domain(self) -> str:
        """The ten digits that a SIP domain or realm is named by."""
        return self.text[:DOMAIN_LENGTH]

    @property
    def industry(self) -> int:
        """Two digits."""
        return int(self.text[8:10])

    @property
    def type(self) -> int:
        """Three digits."""
        return int(self.text[10:13])

    @property
    def network(self) -> int:
        """One digit."""
        return int(self.text[13])

    @property
    def serial(self) -> str:
        """Six digits."""
        return self.text[14:]

    @property
    def family(self) -> Family:
        """The range of the type."""
        return family_of(self.type)[0]

    @property
    def type_name(self) -> Name:
        """What the type is called."""
        return type_of(self.type)

    @property
    def industry_name(self) -> Name:
        """What the industry is called (2016)."""
        return industry_of(self.industry)

    @property
    def network_name(self) -> Name:
        """What the network is called (2016)."""
        return NETWORKS[self.network]

    @property
    def province(self) -> str:
        """The province's name, empty for a code that is none."""
        return PROVINCES.get(self.text[:2], "")

    def __str__(self) -> str:
        return self.text


def parse(text: str) -> GbId:
    """The ID that `text` is.

    Raises:
        Refused: it is not 20 decimal digits.
    """
    if not is_digits(text):
        odd = next((letter for letter in text if letter not in "0123456789"), "")
        rule = f"{odd!r} is no decimal digit" if odd else "it is empty"
        raise Gb28181Refused("id", rule, "write the 20 digits 0-9 without blanks or dashes")
    if len(text) == 18:
        raise Gb28181Refused(
            "id", "18 digits are coding rule B, for local use only", "ask for the device's ID of 20 digits"
        )
    if len(text) in REGION_LENGTHS:
        raise Gb28181Refused(
            "id", f"{len(text)} digits name an administrative region, not a device", "give the ID of 20 digits"
        )
    if len(text) != LENGTH:
        raise Gb28181Refused(
            "id", f"it has {len(text)} digits", "an ID has 20: centre 8, industry 2, type 3, network 1, serial 6"
        )
    return GbId(text)


def make(centre: str, industry: int, type_code: int, network: int, serial: int) -> GbId:
    """The ID of a new object.

    Args:
        centre: division code of 6 digits (``00`` is appended for no grass-roots unit) or 8.
        industry: 0–99.
        type_code: a type whose range the standard defines.
        network: 0–9.
        serial: 1–999999.

    Raises:
        Refused: a part can't be right.
    """
    if not is_digits(centre) or len(centre) not in (6, 8):
        raise Gb28181Refused(
            "centre", "it is not 6 or 8 digits", "give the division code of GB/T 2260, for example 540102"
        )
    if centre[:2] not in PROVINCES:
        raise Gb28181Refused(
            "centre", f"{centre[:2]} is no province", "give the division code of GB/T 2260, for example 540102"
        )
    if not 0 <= industry <= 99:
        raise Gb28181Refused("industry", "it is not 0 to 99", "give the two digits of Annex D.3, for example 2")
    if family_of(type_code)[0] == "unknown":
        raise Gb28181Refused(
            "type", f"{type_code} lies in no range of Annex D", "for example 132 for an IP camera, 200 for a platform"
        )
    if not 0 <= network <= 9:
        raise Gb28181Refused(
            "network", "it is not 0 to 9", "give one digit, for example 5 for the public-security information network"
        )
    if not 1 <= serial <= 999_999:
        raise Gb28181Refused(
            "serial", "it is not 1 to 999999", "take the next number that is free under this centre and type"
        )
    return GbId(f"{centre:0<8}{industry:02}{type_code}{network}{serial:06}")


def checked(text: str, field: str = "DeviceID") -> str:
    """An ID as a body carries it, without blanks around it.

    Raises:
        Refused: empty, longer than 64 characters, or with others than letters, digits, dot, dash and underscore.
    """
    found = text.strip()
    if not _TAKEN.fullmatch(found):
        raise Gb28181Refused(field, "is no ID", "give 20 digits (GB/T 28181 Annex D), for a region 2, 4, 6 or 8")
    return found


def is_digits(text: str) -> bool:
    """Whether it is decimal digits of ASCII and nothing else."""
    return text.isascii() and text.isdigit()


def is_standard(text: str) -> bool:
    """Whether it is 20 digits."""
    return len(text) == LENGTH and is_digits(text)


def is_region(text: str) -> bool:
    """Whether it names an administrative region of a catalogue (2, 4, 6 or 8 digits)."""
    return is_digits(text) and len(text) in REGION_LENGTHS


def type_code(text: str) -> int | None:
    """Digits 11 to 13 of an ID of 20 digits (200 a platform, 131 a camera); None for any other."""
    return int(text[10:13]) if is_standard(text) else None


def family(text: str) -> Family:
    """What a peer's ID seems to be; ``unknown`` where it is no ID of 20 digits. Never raises."""
    kind = type_code(text)
    return "unknown" if kind is None else family_of(kind)[0]


def domain_of(text: str) -> str:
    """The SIP domain of a server's ID (2016 §6.1.2)."""
    return text[:DOMAIN_LENGTH]
