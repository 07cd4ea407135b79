"""The table of cameras to connect: its columns, and what to write in them."""

from __future__ import annotations

from custodes.law.building.zones import ZONES
from custodes.places.makers import MAKERS
from custodes.places.tables.columns import Column, Sheet
from custodes.places.tables.spot import FIELD, NAME, PLACE, VIEW, VOICE

MAX_PASSWORD = 128

COLUMNS = (
    Column("number", "点位编号", ("编号", "number", "no"), "本系统内不重复；留空的自动编号。", ("0101", "0102")),
    NAME,
    PLACE,
    VIEW,
    Column(
        "zone",
        "禁止部位",
        ("部位", "所在部位", "zone"),
        "安装在卫生间、更衣室等禁止部位的写明其名称，系统将拒绝接入；其他的留空。",
        ("", ""),
    ),
    Column(
        "screening_note",
        "核对说明",
        ("说明", "note"),
        "名称或者位置提到禁止部位、但采集范围不含其内部的，写明核对情况。",
        ("", ""),
    ),
    Column(
        "main_url",
        "主码流地址",
        ("地址", "主码流", "码流地址", "url", "rtsp", "main_url", "main"),
        "rtsp://主机:端口/路径；也可以不填，改填主机、地址模板和通道。",
        ("rtsp://192.0.2.11:554/main", "rtsp://192.0.2.12:554/main"),
        width=34,
    ),
    Column(
        "sub_url",
        "子码流地址",
        ("子码流", "sub_url", "sub"),
        "没有的留空。",
        ("rtsp://192.0.2.11:554/sub", ""),
        width=34,
    ),
    Column(
        "maker",
        "地址模板",
        ("模板", "厂家", "厂家模板", "maker", "template"),
        "填写主机时使用，名称见“地址模板”页。",
        ("", ""),
    ),
    Column("host", "主机", ("ip", "ip地址", "主机地址", "host"), "设备的 IP 地址或者主机名。", ("", "")),
    Column("port", "端口", ("rtsp端口", "port"), "留空为 554。", ("", "")),
    Column("channel", "通道", ("通道号", "channel"), "录像机的通道号；留空为 1。", ("", "")),
    Column("username", "登录名", ("用户名", "用户", "username", "user"), "没有的留空。", ("viewer", "viewer")),
    *FIELD,
    VOICE,
    Column(
        "classified",
        "涉密",
        ("是否涉密", "密级", "classified"),
        "涉密系统的点位不得登记在联网的装置上，整个表格不予接收（第二十条）；其他的留空。",
        ("", ""),
    ),
    Column(
        "password",
        "密码",
        ("口令", "password"),
        "提交后即封存，不再显示。",
        ("（设备的密码）", "（设备的密码）"),
        most=MAX_PASSWORD,
        raw=True,
    ),
)
SHEET = Sheet(
    "点位",
    "custodes-cameras.xlsx",
    COLUMNS,
    either=("main_url", "host"),
    notes=(
        ("禁止部位", "、".join(zone.zh for zone in ZONES)),
        ("地址模板", "、".join(dict.fromkeys(f"{one.zh} {one.note_zh}".strip() for one in MAKERS))),
        ("", "地址模板仅为各厂家公开的地址写法，不构成对任何产品的推荐（第十三条）。"),
    ),
)
