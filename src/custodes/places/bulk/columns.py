"""The table of cameras to connect: its columns, what to write in them, and an example for a training installation."""

from __future__ import annotations

from urllib.parse import urlsplit

from custodes.law.building.prohibited import ZONES
from custodes.places.fields import Group, in_order_of_tables
from custodes.places.makers import MAKERS
from custodes.places.models import Camera
from custodes.places.tables.columns import Column, Sheet
from custodes.settings import get_settings
from custodes.video.simcam.cast import PASSWORD, USER

MAX_PASSWORD = 128

_TYPED = tuple(field for field in in_order_of_tables() if field.batched)
#: Of which something else is to be written here: a number may be left out, and a doubt is asked about in the preview.
_OTHERWISE = ("number", "screening_note")

COLUMNS = (
    Column("number", "点位编号", ("编号", "number", "no"), "本系统内不重复；留空的自动编号。", ("0101", "0102")),
    *(field.column for field in _TYPED if field.group is Group.SPOT and field.name not in _OTHERWISE),
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
    *(field.column for field in _TYPED if field.group is not Group.SPOT),
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


_ROWS = (
    ("教学楼东侧（示例）", "东侧立柱", "cam-01"),
    ("教学楼西侧（示例）", "西侧立柱", "cam-02"),
    ("图书馆门前（示例）", "门前灯杆", "cam-05"),
    ("操场（示例，无此设备）", "看台上方", "cam-99"),
    ("公共卫生间外走廊（示例）", "走廊东端", "cam-06"),
)
_KEYS = ("name", "place", "main_url", "sub_url", "username", "password")


def example_table() -> str:
    """A table as a spreadsheet copies it; empty where there are no simulated cameras."""
    if not get_settings().training:
        return ""
    known = Camera.objects.filter(main_url__startswith="rtsp://127.0.0.1:").values_list("main_url", flat=True).first()
    if known is None:
        return ""
    root = f"rtsp://{urlsplit(known).netloc}"
    lines = ["\t".join(SHEET.heading(key) for key in _KEYS)]
    for name, place, path in _ROWS:
        lines.append("\t".join((name, place, f"{root}/{path}/main", f"{root}/{path}/sub", USER, PASSWORD)))
    return "\n".join(lines)
