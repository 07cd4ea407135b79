"""Columns of where a camera is and what it sees: alike in the table that registers cameras and in the one that connects them."""

from __future__ import annotations

from custodes.places.tables.columns import Column

NAME = Column("name", "点位名称", ("名称", "点位", "name"), "必填。", ("东门", "一层大厅"), needed=True)
PLACE = Column(
    "place",
    "安装位置",
    ("位置", "place", "location"),
    "必填，例如：东门立柱，距地 3.2 米。",
    ("东门立柱", "大厅东侧"),
    needed=True,
)
VIEW = Column("view", "采集范围", ("范围", "view"), "固定的采集范围（第十五条）。", ("东门内外", "大厅入口至服务台"))
FIELD = (
    Column("longitude", "经度", ("lon", "lng", "longitude"), "十进制度，2000 国家大地坐标系。", ("91.132200", "")),
    Column("latitude", "纬度", ("lat", "latitude"), "同上。", ("29.653100", "")),
    Column("mount_height", "安装高度", ("高度", "mount_height"), "米。", ("3.5", "")),
    Column("azimuth", "方位角", ("朝向", "azimuth"), "画面中线的朝向，正北为 0，顺时针至 360。", ("180", "")),
    Column("angle", "水平视角", ("视角", "angle"), "度；全景为 360。", ("80", "")),
    Column("reach", "可视距离", ("距离", "range", "reach"), "米，不超过 2000；与方位角、视角一并填写。", ("40", "")),
    Column(
        "tilt_low",
        "俯仰角下限",
        ("tilt_low",),
        "能转动的点位：画面中心最低的俯仰角，度；水平为 0，向下为负。固定点位留空。",
        ("", "-30"),
    ),
    Column("tilt_high", "俯仰角上限", ("tilt_high",), "画面中心最高的俯仰角；与下限一并填写。", ("", "0")),
    Column(
        "turns_pan",
        "水平转动范围",
        ("turns_pan",),
        "见设备说明书，度，例如 350；ONVIF 设备不报告角度的填写。",
        ("", "350"),
    ),
    Column("turns_low", "垂直转动下限", ("turns_low",), "见设备说明书，水平为 0，向下为负。", ("", "-90")),
    Column("turns_high", "垂直转动上限", ("turns_high",), "同上；与前两项一并填写。", ("", "10")),
)
"""Position, direction and how far it sees."""

VOICE = Column(
    "voice_output",
    "语音输出编码",
    ("voice_output",),
    "国标设备目录中类型编码为 137 的语音输出通道，或者该通道、该设备自身的编码，20 位；没有扬声器的留空。",
)
