"""The demo's story as data: units, people, places, cameras. All names are invented for training."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from custodes.people.models import PostKind, UnitKind
from custodes.places.models import Network, SiteCategory
from custodes.video.simcam.cast import cast

PASSWORD = "Mingjian-Training-1"  # noqa: S105 - of the training installation alone, printed at each start


UDP_CAMERA, TLS_CAMERA, MJPEG_CAMERA, FILE_CAMERA = 5, 6, 7, 9
"""Simulated cameras that are taken in otherwise than over plain RTSP, so that the demo shows each way once."""

DOME_CAMERA = 1
DOME_PRESETS = (("广场东口", 0.0), ("检票通道", 0.7), ("北侧商铺", -0.7))
"""The camera that turns, by its number; the views that it remembers, the declared one first, and how far aside they are."""

SQUARE_CAMERA = "大昭寺广场东口"
"""What the camera that turns is called."""

DOME_VIEW = "广场东口及检票通道，规定指向为预置位 1"
#: Its declared elevation, and by its data sheet how far it turns: the device itself names no degrees.
DOME_TURNS = {
    "tilt_low": "-20.0",
    "tilt_high": "15.0",
    "turns_pan": "120.0",
    "turns_low": "-30.0",
    "turns_high": "30.0",
}
DOME_ABLE = {"move": True, "zoom": True, "focus": False, "iris": False, "presets": 16, "home": True, "set_home": False}


@dataclass(frozen=True)
class StoryUnit:
    """A unit; `key` is how the story refers to it. Codes are invented, with a check character that fits."""

    key: str
    name: str
    kind: str
    division: str
    uscc: str
    address: str
    contact: str
    phone: str


@dataclass(frozen=True)
class StorySystem:
    """A site with one system.

    Attributes:
        cameras: ``(simulated camera's number, name, place)``; number 0 is an address that no camera answers.
        waiting: names of cameras that are entered but not connected.
        new: whether it was built under the regulation; the others were there before (S16.2b).
    """

    key: str
    site: str
    category: int
    address: str
    division: str
    unit: str
    system: str
    network: str
    cameras: tuple[tuple[int, str, str], ...]
    waiting: tuple[str, ...] = ()
    new: bool = False


UNITS = (
    StoryUnit("city", "拉萨市公安局（训练）", UnitKind.PUBLIC_SECURITY, "540100", "11540100MB0X12001C", "林廓北路", "技防管理科", "0891-6320001"),
    StoryUnit("county", "城关区公安局（训练）", UnitKind.PUBLIC_SECURITY, "540102", "11540102MB0X12002C", "江苏路", "技防管理窗口", "0891-6320002"),
    StoryUnit("school", "江苏路示范小学（训练）", UnitKind.INSTITUTION, "540102", "12540102MB0X12003C", "江苏路 1 号", "次仁拉姆", "0891-6320003"),
    StoryUnit("bus", "高原示范客运公司（训练）", UnitKind.ENTERPRISE, "540103", "91540103MA6T120044", "青藏公路旁", "刘洋", "0891-6320004"),
    StoryUnit("market", "拉萨市市场监督管理局（训练）", UnitKind.MARKET, "540100", "11540100MB0X12005Q", "江苏路 9 号", "赵敏", "0891-6320005"),
    StoryUnit("firm", "高原示范安防工程公司（训练）", UnitKind.ENTERPRISE, "540100", "91540100MA6T1X0088", "金珠西路 8 号", "旦增", "0891-6320007"),
)  # fmt: skip

#: The coach station was filed before it was entered here.
RECEIPT: dict[str, Any] = {
    "number": "训备 2024-0031",
    "authority": "拉萨市公安局堆龙德庆区分局（训练）",
    "on": datetime.date(2024, 6, 18),
}

#: Whose training has lapsed, and whose ends soon.
LAPSED, ENDING = "jieban", "zhibanzhang"
#: Who receives units that let themselves in; one that waits, and one that was returned with these words:
#: name, code, address, applicant, telephone, user name.
CLERK = "shouli"
APPLIES = ("纳金路示范幼儿园（训练）", "12540102MB0X12006M", "纳金路 3 号", "尼玛", "0891-6320006", "najin")
RETURNED = ("八廓示范诊所（训练）", "52540102MJ0X120073", "八廓街 12 号", "洛桑", "0891-6320007", "bakuo")
RETURNED_WORDS = "授权书没有加盖单位公章，也没有写明受托人。请补正后重新申请。"

SYSTEMS = (
    StorySystem(
        "roads", "北京中路及大昭寺广场（训练）", SiteCategory.ROADS, "北京中路", "540102", "county", "城区道路视频系统", Network.VIDEO,
        ((1, SQUARE_CAMERA, "广场东口灯杆"), (2, "北京中路人行天桥", "天桥北侧"), (6, "药王山路口", "路口东南角信号灯杆"), (0, "北郊环岛（线路故障）", "环岛中央")),
    ),
    StorySystem(
        "park", "拉萨河滨公园（训练）", SiteCategory.SPORTS_PARKS, "江苏路南侧", "540102", "county", "河滨公园视频系统", Network.VIDEO,
        ((5, "河滨公园步道", "步道入口"), (8, "柳梧大桥南端", "桥头"), (9, "河滨公园求助柱", "步道中段求助报警柱旁")),
    ),
    StorySystem(
        "school", "江苏路示范小学（训练）", SiteCategory.EDUCATION_HEALTH, "江苏路 1 号", "540102", "school", "校园视频系统", Network.LOCAL,
        ((4, "小学校门", "校门内侧立柱"), (7, "医院急诊门前", "与校门相对")),
        ("操场西侧",),
    ),
    StorySystem(
        "coach", "高原示范客运站（训练）", SiteCategory.TRANSPORT, "青藏公路旁", "540103", "bus", "客运站视频系统", Network.LOCAL,
        ((3, "候车厅外", "候车厅东门"), (0, "停车场西侧（设备断电）", "西侧围墙")),
    ),
    StorySystem(
        "tickets", "高原示范客运东城售票点（训练）", SiteCategory.TRANSPORT, "色拉路 2 号", "540102", "bus", "东城售票点视频系统", Network.LOCAL,
        ((3, "售票点门前", "正门雨棚下"),), new=True,
    ),
)  # fmt: skip

#: Systems whose cameras are the first to keep less when the disk gets short.
ORDINARY = frozenset({"park", "coach", "tickets"})

#: The camera whose alarm the duty lead has acknowledged, and with what words.
REPORTED = "北郊环岛（线路故障）"
REPORTED_WORDS = "已通知维护单位，等待线路恢复"

#: Plans: the camera's name, and what for.
PLAN_WAITING = ("河滨公园步道", "供电公司更换步道配电箱")
PLAN_RUNNING = ("药王山路口", "清洁护罩、校准焦距")
PLAN_REFUSED = ("小学校门", "校门改造")
PLAN_REFUSAL = "当天开学，校门点位不能停；请改在周末。"

#: A window that repeats each week, and the change to it that waits: the camera's name and what for.
PLAN_WEEKLY = ("北京中路人行天桥", "维护单位每周清洁镜头、检查支架")
PLAN_WEEKLY_CHANGED = "维护单位每周清洁镜头、检查支架；改在早高峰以后"

#: Sound: the camera that has it and why, and the request that waits, whose reason does not hold.
SOUND_GIVEN = ("河滨公园求助柱", "求助人按下按钮后要与值班室通话，只有画面无法听清所求")
SOUND_WAITING = ("河滨公园步道", "想听清步道上行人的谈话，便于了解情况")

#: A camera with recording hours, and the (invented) demand on which they rest.
HOURS_CAMERA = "柳梧大桥南端"
HOURS_ORDER = "训函〔2026〕1 号"
HOURS_WORDS = "主管机关书面要求：桥梁夜间检测时段停录（训练）"
#: The camera that is turned aside a minute after the start, the name that it has, and why its view was declared.
MOVED_CAMERA = 2
MOVED = "北京中路人行天桥"
TENDS_ROADS = "luguan"
"""Who declares the views of the county's cameras."""
MOVED_REASON = "训练：验收时确定的采集范围"


@dataclass(frozen=True)
class StoryGap:
    """A place without a system.

    Attributes:
        more: further fields of the site.
    """

    name: str
    category: int
    address: str
    division: str
    unit: str
    more: dict[str, Any] = field(default_factory=dict)


#: How long units have had their roles at places and systems.
HELD = datetime.timedelta(days=150)

#: Who takes filings, what was sent back and why, the new system, the camera that goes.
RECEIVER, PHONE = "guihua", "0891-0000000"
SENT_BACK = "点位和采集范围缺少校门西侧一处，请补充后重新提交。"
NEW_SYSTEM = "新教学楼视频系统"
REMOVED_CAMERA, REMOVAL_WHY = "医院急诊门前", "江苏路拓宽，原有灯杆拆除（训练）"
#: Found gone without a report, what was found, who is said to have done it; why the camera whose line is broken shall go out.
GONE_CAMERA, GONE_WHAT = "停车场西侧（设备断电）", "西侧围墙的摄像机连同支架已不在，只剩断线（训练）"
GONE_BY = "围墙翻修的施工队（据值班人员说）"
REPAIR_WHY = "线路接头进水，设备一并送修（训练）"
#: Who shall get a post and an account, which the security administrator asked for and somebody else confirms: unit, name, post, user name.
SECURITY = "anquan"
ENTRUSTED = ("county", "旦增卓玛", PostKind.DUTY_OFFICER, "danzeng")
ENTRUSTED_WHY = "城关区公安局令 2026-11（训练）：增配夜班值班监看员"

#: Who builds and keeps the ticket office's system, of which model its camera is, and who accepted it.
COACH_CARETAKER, MODEL, ACCEPTORS = (
    "keguan",
    ("训练厂家", "MJ-2026"),
    "刘洋（高原示范客运公司）、旦增（高原示范安防工程公司）",
)

#: Who decides about changes, and who inspects the whole city.
DECIDER, INSPECTOR = "shenpi", "jiancha"
#: Changes: the camera's name, how it is to be, and why.
CHANGE_WAITING = (
    "大昭寺广场东口",
    "规定指向改为广场西口及转经道",
    "广场东口已由新设安检口值守，西口节假日人流集中（训练）",
)
CHANGE_DONE = ("药王山路口", "路口西南角新设信号灯杆", "路口渠化改造，原信号灯杆移位（训练）")
CHANGE_DONE_VIEW = "路口西南角至人行横道"
CHANGE_REFUSED = ("柳梧大桥南端", "移至大桥北端桥头", "北端车流量更大（训练）")
CHANGE_REFUSAL = "南端是河滨公园唯一的出入口，移走后无人看护；北端请另行增加点位。"
CHANGE_APPROVAL = "同意，移位后采集范围不变，注意避开药王山观景台的住户窗口。"
CHANGE_FOUND = ("候车厅外", "转向停车场出口", "现场检查时发现，据称为看清出租车排队，日期不详（训练）")
#: Upgrade orders: standard, what was found, what is asked for.
UPGRADE_RUNNING = (
    ("GB/T 28181-2022 第 9 章", "录像设备只支持 2011 版，不能按时间段检索历史图像", "更换录像设备或者升级固件，现场演示检索"),
    ("GB 55029-2022", "西侧围墙没有供电保护，停电即中断", "加装不间断电源，持续供电不少于一小时"),
)  # fmt: skip
UPGRADE_LATE = (("GB 37300-2018", "候车厅检票口没有采集设备，重点部位未覆盖", "在检票口增设点位"),)
UPGRADE_PLAN_NAME = "升级改造方案.png"
UPGRADE_PLAN = "分两步：本月更换录像设备，下月加装不间断电源（训练）"

#: Who enters places and fields of view, and who entered the camera in doubt.
REGISTRAR, CARETAKER = "xitong", "guanli"


@dataclass(frozen=True)
class StoryDevice:
    """A GB/T 28181 device of the school; `standing` as a gateway reports it."""

    gb_id: str
    name: str
    standing: str


@dataclass(frozen=True)
class StoryMobile:
    """A channel that moves and is a camera: as the device calls it, as it is entered; of which kind, asked each so many seconds, why.

    Attributes:
        heard: minutes ago; late: minutes between where it was and when it told.
    """

    channel_id: str
    said: str
    name: str
    place: str
    kind: int
    interval_s: int
    reason: str
    heard: int
    late: int
    longitude: str
    latitude: str


@dataclass(frozen=True)
class StoryChannel:
    """An entry of the online device's catalogue."""

    channel_id: str
    name: str
    place: str


SIMULATED_MAKER = "模拟设备（训练）"
GB_TAKING = UUID("7c1d2f5e-6a54-4e0a-9d1b-2b8f0c3a4d51")
GB_DEVICES = (
    StoryDevice("54010200021188000001", "综合楼国标录像机（训练）", "online"),
    StoryDevice("54010200021328000091", "操场国标摄像机（训练）", "offline"),
    StoryDevice("54010200021328000092", "食堂国标摄像机（训练）", "never"),
)
#: What was changed of the first, and why. The device keeps its name.
GB_SLOWER = "心跳 30 秒过密，按标准的默认值改为 60 秒（训练）"
GB_OTHER_NAME = "综合楼一层录像机"
GB_RENAMED = "机房由三层迁至一层，改名以便辨认（训练）"
GB_CLOCK = "画面时间原为短横线格式，统一改为年月日格式（训练）"
GB_LONG_TEXT = "画面上补写所在楼层，便于辨认（训练）"
GB_FLOOR = "二层走廊西端通道出入口全景"
#: As the simulated recorder lists them: its films have these names.
GB_CHANNELS = tuple(
    StoryChannel(f"5401020002132800000{camera.number}", camera.name, place)
    for camera, place in zip(
        cast(4), ("综合楼一层大厅东侧", "综合楼二层走廊西端", "", "综合楼三层图书室门前"), strict=True
    )
)

#: The county police's car: its cameras move, and one tells late where it is. One speaks through the first by the short form. As the simulated recorder lists them.
GB_CAR = StoryDevice("54010200001114000001", "巡逻车车载录像机（训练）", "never")
GB_MOBILES = (
    StoryMobile("54010200001324000001", "车顶摄像机", "移动执法车", "车顶，停放于城关区公安局院内", 4, 10, "巡逻调度（训练）", 1, 0, "91.121500", "29.650700"),
    StoryMobile("54010200001324000002", "执法记录仪", "执法记录仪 03", "随巡逻民警佩戴，存放于装备室", 2, 60, "民警执勤安全（训练）", 3, 40, "91.117500", "29.648200"),
)  # fmt: skip

#: The camera through which one speaks: a device of its own, its first channel, which is its voice output too; name and place.
SPEAKING_DEVICE = StoryDevice("54010200021188000003", "河滨公园广播终端（训练）", "never")
SPEAKING_CHANNEL = "54010200021328000009"
SPEAKING_CAMERA = ("PARK-04", "河滨公园广播柱", "湖心岛入口广播立柱", "湖心岛入口和临水步道")
#: Who spoke there yesterday, and why.
SPOKEN = ("zhiban", "提醒注意安全")

#: What the places of the systems rest on. All documents are invented.
PLACES: dict[str, dict[str, Any]] = {
    "roads": {
        "basis": "N7.1", "necessity": "人流、车流密集，须及时处置突发情况（训练）", "state_owned": True, "secret_near": "no",
        "longitude": "91.132200", "latitude": "29.653100",
    },
    "park": {
        "basis": "N7.2-1", "necessity": "沿河步道夜间求助（训练）", "key_parts": "训函〔2026〕2 号", "state_owned": True,
        "secret_near": "no", "longitude": "91.128400", "latitude": "29.644600",
    },
    "school": {
        "basis": "N7.2-1", "necessity": "上下学时段校门口人员聚集（训练）", "key_parts": "训函〔2026〕3 号", "secret_near": "no",
        "longitude": "91.139800", "latitude": "29.649900",
    },
    "coach": {
        "basis": "N7.2-2", "necessity": "候车厅和停车场人员聚集（训练）", "key_parts": "训函〔2026〕4 号", "secret_near": "yes",
        "consent": "训同意〔2026〕1 号", "key_target": True, "key_target_document": "训反恐〔2026〕1 号",
        "longitude": "91.072500", "latitude": "29.650300",
    },
    "tickets": {
        "basis": "N7.2-2", "necessity": "售票高峰时段门前排队（训练）", "key_parts": "训函〔2026〕5 号", "secret_near": "no",
        "longitude": "91.149600", "latitude": "29.668200",
    },
}  # fmt: skip

GAPS = (
    StoryGap(
        "西郊示范加油站（训练）", SiteCategory.ENERGY, "青藏公路旁", "540103", "bus",
        {"basis": "N9", "secret_near": "no", "longitude": "91.061200", "latitude": "29.653000"},
    ),
    StoryGap(
        "示范客运 12 路客车（训练）", SiteCategory.OTHER, "高原示范客运站停车场", "540103", "bus",
        {
            "basis": "N7.2-3", "plate": "藏A00012", "route": "12 路：客运站至大昭寺",
            "longitude": "91.071600", "latitude": "29.649700",
        },
    ),
)  # fmt: skip

#: A table of places, four of whose rows were not entered, and one of cameras that still waits.
IMPORTED_PLACES = (
    ("场所名称", "场所类别", "地址", "行政区划", "登记单位", "安装依据", "经度", "纬度"),
    ("北郊示范农贸市场（训练）", "8", "夺底路 12 号", "城关区", "拉萨市公安局（训练）", "N7.2-2", "91.120000", "29.670000"),
    ("南岸示范体育馆（训练）", "12", "滨河路 3 号", "540102", "拉萨市公安局（训练）", "N7.2-2", "", ""),
    ("东站示范公交场站（训练）", "2", "客运路 5 号", "城关区", "拉萨市公安局（训练）", "N7.2-3", "", ""),
    ("没有类别的示范仓库（训练）", "15", "纳金路 9 号", "城关区", "拉萨市公安局（训练）", "", "", ""),
    ("只有经度的示范车站（训练）", "2", "青藏公路旁", "堆龙德庆区", "拉萨市公安局（训练）", "", "91.000000", ""),
    ("区划写错的示范学校（训练）", "9", "江苏路 2 号", "月球区", "拉萨市公安局（训练）", "", "", ""),
    ("北郊示范农贸市场（训练）", "8", "夺底路 12 号", "城关区", "拉萨市公安局（训练）", "N7.2-2", "", ""),
)  # fmt: skip
IMPORTED_CAMERAS = (
    ("系统名称", "点位编号", "点位名称", "安装位置", "采集范围", "禁止部位", "存储期限"),
    ("校园视频系统", "SCHOOL-21", "新楼东门", "东门立柱，距地 3.2 米", "东门内外", "", "30"),
    ("校园视频系统", "SCHOOL-22", "新楼女更衣室门外", "走廊顶部", "走廊至门口，不含室内", "", "30"),
    ("校园视频系统", "SCHOOL-23", "游泳馆", "更衣室内墙", "室内", "更衣室", "30"),
    ("校园视频系统", "SCHOOL-24", "新楼操场", "操场西侧立柱", "操场", "", "7"),
)

_FIELD = ("longitude", "latitude", "mount_height", "azimuth", "angle", "reach", "overlap_reason")


def _field(*values: Any) -> dict[str, Any]:
    """A position, and which way it looks as far as it looks one way: height m, azimuth and angle degrees, reach m."""
    return dict(zip(_FIELD, values, strict=False))


WHY_THERE = "正对出入口和人流集中处，别处看不到这里（训练）"

#: The bridge's camera sees most of what the square's sees; its reason is said. The help point turns nowhere: it has a position alone,
#: and the school's camera that is not connected has none yet.
FIELDS_OF_VIEW = {
    "大昭寺广场东口": _field("91.132200", "29.653100", "6.0", "270.0", "90.0", 80),
    "北京中路人行天桥": _field("91.132250", "29.653120", "5.5", "265.0", "75.0", 75, "天桥遮挡，广场东口的画面看不到桥下通道（训练）"),
    "小学校门": _field("91.139800", "29.649900", "3.2", "180.0", "80.0", 40),
    "药王山路口": _field("91.118300", "29.654600", "6.5", "315.0", "70.0", 60),
    "北郊环岛（线路故障）": _field("91.121500", "29.673800", "8.0", "0.0", "360.0", 50),
    "河滨公园步道": _field("91.128400", "29.644600", "4.0", "95.0", "80.0", 45),
    "柳梧大桥南端": _field("91.098700", "29.630400", "7.0", "20.0", "60.0", 100),
    "河滨公园求助柱": _field("91.127900", "29.644900"),
    "医院急诊门前": _field("91.140100", "29.650300", "3.5", "120.0", "75.0", 30),
    "候车厅外": _field("91.072500", "29.650300", "4.5", "90.0", "90.0", 40),
    "停车场西侧（设备断电）": _field("91.071900", "29.650000", "4.0", "60.0", "100.0", 35),
    "售票点门前": _field("91.149600", "29.668200", "3.4", "200.0", "85.0", 30),
}  # fmt: skip

#: Name, place, view and note of the camera whose spot is in doubt.
DOUBTED = ("教学楼二层走廊", "二层女卫生间门外", "走廊东段", "朝向走廊，门内不可见（训练）")
#: Plans and norms: title, version, text.
CITY_PLAN = (
    "拉萨市公共安全视频图像信息系统建设规划（训练）",
    "2026-1",
    "一、原则\n统筹规划、共建共享，充分利用和整合现有资源，避免重复建设。\n"
    "二、范围\n城市主要出入口、干道、道路交叉口由市、县（区）人民政府负责建设；其他应当建设的场所由所有者、使用者按约定建设。\n"
    "三、接口\n新建系统预留接入联网共享平台的硬件、软件接口；不得指定产品品牌和销售单位。\n"
    "四、实施\n各县（区）公安机关根据本规划编制本级规划。",
)
CITY_PLAN_APPROVAL = "训政函〔2026〕12 号"
CITY_PLAN_WAIVED = ("labour", "本规划不涉及人员编制和招录，经电话沟通不再书面征求意见。")
NORM = (
    "拉萨市公共安全视频图像信息系统建设技术规范（训练）",
    "1.0",
    "一、编码\n视频编码采用 H.264 或者 H.265，时间与标准时间相差不超过一秒。\n"
    "二、存储\n录像保存不少于三十日，不因磁盘将满而提前删除。\n三、标识\n每个点位设置显著提示标识。",
)
NORM_DRAFT = (
    "拉萨市公共安全视频图像信息系统建设技术规范（训练）",
    "1.1 草案",
    "一、编码\n视频编码采用 H.264 或者 H.265。\n二、设备\n道路点位的摄像机应当选用示范牌产品。\n三、不得指定产品品牌和销售单位。",
)
COUNTY_PLAN = (
    "城关区公共安全视频图像信息系统建设规划（训练）",
    "2026-1",
    "一、依据\n根据全市规划编制。\n二、重点\n补齐学校、医院主要出入口的系统；旧城巷道以整合现有点位为主。",
)
COUNTY_PARTNERS = (
    "城关区发展和改革委员会（训练）",
    "城关区财政局（训练）",
    "城关区住房和城乡建设局（训练）",
    "城关区教育局（训练）",
)


@dataclass(frozen=True)
class StoryProgram:
    """A partner's program; one that is not approved waits for the security administrator."""

    name: str
    person: str
    division: str
    scopes: tuple[str, ...]
    why: str
    approved: bool


#: Mailbox of units; it leads nowhere.
MAILBOX = "anbao@example.invalid"
#: What a program has filled in.
DEVICES = "枪式摄像机 4 台，网络录像机 1 台"
#: Who approves programs.
SECURITY = "anquan"
PROGRAMS = (
    StoryProgram(
        "教育系统安防台账（训练）", "guanli", "540102",
        ("units:read", "places:read", "systems:read", "cameras:read", "filings:read", "filings:write", "worklist:read",
         "papers:read", "papers:write", "life:read", "life:write", "removals:read", "removals:write", "changes:read"),
        "学校在上级主管部门的台账中登记点位，自动同步，不再重复填写（训练）", True,
    ),
    StoryProgram(
        "城关区城市运行平台（训练）", "jiancha", "540102", ("systems:read", "removals:read", "worklist:read"),
        "汇总本区逾期未备案和拟拆除的系统（训练）", False,
    ),
)  # fmt: skip
