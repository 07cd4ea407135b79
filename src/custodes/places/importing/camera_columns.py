"""The table of cameras of the register: where they stand and what they see. Addresses and passwords are of `bulk`, which connects."""

from __future__ import annotations

from custodes.law.building.zones import ZONES
from custodes.places.tables.columns import Column, Sheet
from custodes.places.tables.spot import FIELD, NAME, PLACE, VIEW, VOICE

COLUMNS = (
    Column(
        "system",
        "系统名称",
        ("系统", "system"),
        "必填：已登记的系统。",
        ("示例小学视频系统", "示例小学视频系统"),
        needed=True,
    ),
    Column("site", "场所名称", ("场所", "site"), "有同名系统的填写。", ("示例小学", "")),
    Column("number", "点位编号", ("编号", "number", "no"), "必填，本系统内不重复。", ("0101", "0102"), needed=True),
    NAME,
    PLACE,
    VIEW,
    Column(
        "zone",
        "禁止部位",
        ("部位", "所在部位", "zone"),
        "安装在卫生间、更衣室等禁止部位的写明其名称，系统将拒绝登记；其他的留空。",
    ),
    Column(
        "screening_note",
        "核对说明",
        ("说明", "note"),
        "名称或者位置提到禁止部位、但采集范围不含其内部的，写明核对情况；登记后由公安机关或者审批人核对。",
    ),
    *FIELD,
    Column("overlap_reason", "重叠理由", ("overlap_reason",), "采集范围已由现有点位覆盖的，说明理由（第八条第三款）。"),
    Column("mask_zone", "触及部位", ("遮挡部位", "mask_zone"), "画面可能触及、以遮挡处理的部位名称；没有的留空。"),
    Column("maker", "设备厂家", ("厂家", "maker"), "没有的留空。"),
    Column("model", "设备型号", ("型号", "model"), "没有的留空。"),
    Column("node", "媒体节点", ("节点", "node"), "只有一个节点的可以不填。"),
    Column("record", "录像", ("record",), "是、否；不填为是。", ("是", "")),
    Column(
        "presets_only",
        "只准转到预置位",
        ("presets_only",),
        "能转动的点位：是、否；填“是”的不能手动转动。不填为否。",
        ("", "是"),
    ),
    VOICE,
    Column("retention_days", "存储期限", ("保存天数", "retention_days"), "日，不少于 30；不填为 30。", ("30", "")),
    Column("grade", "录像保障等级", ("等级", "grade"), "一般、重要、关键；不填为重要。", ("重要", "")),
    Column(
        "classified",
        "涉密",
        ("是否涉密", "密级", "classified"),
        "涉密系统的点位不得登记在联网的装置上，整个文件不予接收（第二十条）；其他的留空。",
    ),
)
SHEET = Sheet(
    "点位",
    "custodes-camera-register.xlsx",
    COLUMNS,
    notes=(
        ("禁止部位", "、".join(zone.zh for zone in ZONES)),
        ("触及部位", "、".join(zone.zh for zone in ZONES if zone.mask_only)),
    ),
)
