"""What the register holds of a camera, a place and a system, field by field, said once: where it is asked, who is told, what changing it needs.

Forms, batches, tables in and out, programs, the masking of base data, the gate of changes and what nodes hear are derived from
`CAMERA`; of places and systems (`SITE`, `SYSTEM`) what is asked, recorded and kept back. Types, lengths and bounds are the model's (`models.camera`); what several fields have to be together is `places.together`.
A new field is the model with its migration, a row here, and its words in English: docs/guide/new-field.md.

Pure: models ask it too, so it knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from custodes.places.tables.columns import Column


class Group(Enum):
    """Under which heading of a form it stands; the last three are none of a form's."""

    SPOT = "spot"
    FIELD = "field"
    SIGN = "sign"
    TURNING = "turning"
    DEVICE = "device"
    KEEPING = "keeping"
    PLAIN = "plain"
    """Of a place or a system: their forms have headings of their own."""
    ROW = "row"
    """Where the row belongs and stands: by steps of its own."""
    ADDRESS = "address"
    """How the device is reached: entered and tried on pages of its own."""
    FOUND = "found"
    """What the system finds or works out by itself."""


@dataclass(frozen=True, slots=True)
class Cell:
    """How a table says it.

    Attributes:
        others: headings that mean the same, in small letters.
        hint: what to write, for the template's sheet of hints.
        example: of the two rows of the worked example.
        after: the column behind which it stands, where that is not the field before it.
        rounds: more decimal places are rounded, not refused.
    """

    others: tuple[str, ...]
    hint: str
    example: tuple[str, str] = ("", "")
    after: str = ""
    rounds: bool = False


@dataclass(frozen=True, slots=True)
class Out:
    """How it is given to programs: in the row itself, or in a part that is null for who reads no base data."""

    part: str = ""
    about: str = ""


MOVE, TURN, REPLACE = "move", "turn", "replace"
"""Kinds of change (`models.change.ChangeKind`): leave for one covers a field, or does not."""
STANDS = frozenset({MOVE})
LOOKS = frozenset({MOVE, TURN, REPLACE})  # what is moved or replaced looks elsewhere too
IS = frozenset({REPLACE})


@dataclass(frozen=True, slots=True)
class Field:
    """One field.

    Attributes:
        name: of the model's column.
        label: its heading in tables and files; a message of the catalogue.
        hint: below it in the form.
        base_data: told to who reads base data alone; records say that it changed and not to what (S30.1, S33.1; R9).
        limited: told to the same readers alone, though its content stands in records: what lies beside a place (N10).
        needs_leave: kinds of change whose leave covers it, of a camera in use (S34(7)); none: it is changed without.
        told_to_node: nodes hear of it: a change makes a new generation.
        seen_by_others: after a change of it others may see more or less of the camera's field (S8.3).
        doubted: it says in words where the camera is: after a change the spot is asked about again (S10, N8.1).
        unwritten: neither its content nor a seal of it stands in a `RowEdit`.
        needed: nobody enters a camera without.
        batched: asked of each row of a batch too.
        shown: on the camera's page as heading and content, where the page has no words of its own for it.
        importable: as a column of the register's table; None: not by tables.
        exported: a column of the list as a file.
        api_in: what programs are told of what to send; empty: they don't send it.
        api_out: how programs are given it; None: they are not.
        clause: whose question it is, for who is refused.
    """

    name: str
    group: Group
    label: str = ""
    hint: Any = ""
    base_data: bool = False
    limited: bool = False
    needs_leave: frozenset[str] = frozenset()
    told_to_node: bool = False
    seen_by_others: bool = False
    doubted: bool = False
    unwritten: bool = False
    needed: bool = False
    batched: bool = False
    shown: bool = False
    importable: Cell | None = None
    exported: bool = False
    api_in: str = ""
    api_out: Out | None = None
    clause: str = ""

    @property
    def asked(self) -> bool:
        """People change it in the row's form."""
        return self.group not in (Group.ROW, Group.ADDRESS, Group.FOUND) and not self.name.endswith("_paper")

    @property
    def recorded(self) -> bool:
        """A change by people, apart from the address, is on record and counts up `revision`."""
        return self.group not in (Group.ADDRESS, Group.FOUND)

    @property
    def column(self) -> Column:
        """As a column of a table."""
        assert self.importable is not None, self.name
        cell = self.importable
        return Column(self.name, self.label, cell.others, cell.hint, cell.example, needed=self.needed)

    @property
    def sample(self) -> str:
        """What might stand in a cell; empty where nobody needs to be shown."""
        return next(filter(None, self.importable.example), "") if self.importable is not None else ""


_FIELD = " Azimuth, angle and reach all or none, with the position."
_TILT = " Degrees, 0 the horizon, down negative; of one that turns. Both or none."
_TURNS = " By its data sheet, for one that names no degrees. `turns_pan`, `turns_low` and `turns_high` all or none."
_BASE = " Base data (S33.1)."

CAMERA: tuple[Field, ...] = (
    Field("system", Group.ROW, api_out=Out()),
    Field(
        "number",
        Group.SPOT,
        gettext_noop("点位编号"),
        _("本系统内不重复，例如 0101。"),
        needed=True,
        batched=True,
        shown=True,
        importable=Cell(("编号", "number", "no"), "必填，本系统内不重复。", ("0101", "0102")),
        exported=True,
        api_in="Once in a system, such as 0101; at most 32 characters.",
        api_out=Out(),
    ),
    Field(
        "name",
        Group.SPOT,
        gettext_noop("点位名称"),
        told_to_node=True,
        doubted=True,
        needed=True,
        batched=True,
        importable=Cell(("名称", "点位", "name"), "必填。", ("东门", "一层大厅")),
        exported=True,
        api_in="At most 120 characters.",
        api_out=Out(),
    ),
    Field(
        "place",
        Group.SPOT,
        gettext_noop("安装位置"),
        _("例如：一层大厅东侧，距地 3.2 米。属于基础信息，限制查阅（第三十三条）。"),
        base_data=True,
        needs_leave=STANDS,
        doubted=True,
        needed=True,
        batched=True,
        shown=True,
        importable=Cell(("位置", "place", "location"), "必填，例如：东门立柱，距地 3.2 米。", ("东门立柱", "大厅东侧")),
        exported=True,
        api_in="Where it is mounted; at most 200 characters." + _BASE,
        api_out=Out("", "Where it is mounted: base data (S33.1), null where the scope does not reach it."),
    ),
    Field(
        "view",
        Group.SPOT,
        gettext_noop("采集范围"),
        _("固定的采集范围（第十五条），例如：大厅入口至服务台。"),
        needs_leave=LOOKS,
        doubted=True,
        batched=True,
        shown=True,
        importable=Cell(("范围", "view"), "固定的采集范围（第十五条）。", ("东门内外", "大厅入口至服务台")),
        exported=True,
        api_in="The fixed field that it takes in (S15); at most 200 characters.",
        api_out=Out(),
    ),
    Field(
        "place_reason",
        Group.SPOT,
        gettext_noop("位置合理性说明"),
        _("为何装在此处（第十五条安装位置合理），例如：正对校门，上下学时段须看清人车进出；别处被树木遮挡。"),
        shown=True,
        importable=Cell(("位置说明", "place_reason"), "为何装在此处（第十五条）；没有的留空，列为待办。"),
        api_in="Why it stands there (S15); at most 200 characters.",
        clause="S15",
    ),
    Field(
        "screening_note",
        Group.SPOT,
        gettext_noop("核对说明"),
        batched=True,
        importable=Cell(
            ("说明", "note"),
            "名称或者位置提到禁止部位、但采集范围不含其内部的，写明核对情况；登记后由公安机关或者审批人核对。",
        ),
        api_in="Where name or place mention such a spot: why its inside is not taken in.",
        clause="S10",
    ),
    Field(
        "longitude",
        Group.FIELD,
        gettext_noop("经度"),
        _("十进制度，2000 国家大地坐标系，例如 91.132200。属于基础信息，限制查阅。"),
        base_data=True,
        needs_leave=STANDS,
        seen_by_others=True,
        batched=True,
        importable=Cell(
            ("lon", "lng", "longitude"),
            "十进制度，2000 国家大地坐标系；保留六位小数，多余的四舍五入。",
            ("91.132200", ""),
            rounds=True,
        ),
        exported=True,
        api_in="Decimal degrees of CGCS2000, at most six places; with `latitude`." + _BASE,
        api_out=Out("field"),
    ),
    Field(
        "latitude",
        Group.FIELD,
        gettext_noop("纬度"),
        _("例如 29.653100。"),
        base_data=True,
        needs_leave=STANDS,
        seen_by_others=True,
        batched=True,
        importable=Cell(("lat", "latitude"), "同上。", ("29.653100", ""), rounds=True),
        exported=True,
        api_in="As `longitude`.",
        api_out=Out("field"),
    ),
    Field(
        "mount_height",
        Group.FIELD,
        gettext_noop("安装高度"),
        base_data=True,
        needs_leave=STANDS | IS,
        batched=True,
        importable=Cell(("高度", "mount_height"), "米。", ("3.5", "")),
        exported=True,
        api_in="Metres, one place." + _BASE,
        api_out=Out("field"),
    ),
    Field(
        "azimuth",
        Group.FIELD,
        gettext_noop("方位角"),
        _("画面中线的朝向，正北为 0，顺时针至 360。"),
        base_data=True,
        needs_leave=LOOKS,
        seen_by_others=True,
        batched=True,
        importable=Cell(("朝向", "azimuth"), "画面中线的朝向，正北为 0，顺时针至 360。", ("180", "")),
        exported=True,
        api_in="Degrees from north, one place." + _FIELD,
        api_out=Out("field"),
    ),
    Field(
        "angle",
        Group.FIELD,
        gettext_noop("水平视角"),
        _("画面左右两边的夹角；全景为 360。"),
        base_data=True,
        needs_leave=LOOKS,
        told_to_node=True,
        seen_by_others=True,
        batched=True,
        importable=Cell(("视角", "angle"), "度；全景为 360。", ("80", "")),
        exported=True,
        api_in="Degrees from side to side, one place." + _FIELD,
        api_out=Out("field"),
    ),
    Field(
        "reach",
        Group.FIELD,
        gettext_noop("可视距离"),
        _("能够看清的最远距离，不超过 2000 米。方位角、视角和距离一并填写。"),
        base_data=True,
        needs_leave=LOOKS,
        seen_by_others=True,
        batched=True,
        importable=Cell(("距离", "range", "reach"), "米，不超过 2000；与方位角、视角一并填写。", ("40", "")),
        exported=True,
        api_in="Metres." + _FIELD,
        api_out=Out("field"),
    ),
    Field(
        "overlap_reason",
        Group.FIELD,
        gettext_noop("重叠理由"),
        _("采集范围已由现有点位覆盖的，说明为何仍须建设（第八条第三款）。"),
        importable=Cell(
            ("overlap_reason",), "采集范围已由现有点位覆盖的，说明理由（第八条第三款）。", after="turns_high"
        ),
        api_in="Where others see its field already: why it is needed (S8.3).",
        clause="S8.3",
    ),
    Field("sign_paper", Group.SIGN),
    Field(
        "mask_zone",
        Group.SIGN,
        gettext_noop("触及部位"),
        _("点位在其外部、画面可能触及的，须在摄像机上设置遮挡，并上传遮挡后的截图。"),
        doubted=True,
        importable=Cell(
            ("遮挡部位", "mask_zone"), "画面可能触及、以遮挡处理的部位名称；没有的留空。", after="overlap_reason"
        ),
        api_in="A zone that it touches and that a mask covers: ",
    ),
    Field("mask_paper", Group.SIGN),
    Field(
        "tilt_low",
        Group.TURNING,
        gettext_noop("俯仰角下限"),
        _("画面中心允许的最低俯仰角：水平为 0，向上为正，向下为负，例如 -30。固定点位不填；填写后超出的转动将被停止。"),
        base_data=True,
        needs_leave=LOOKS,
        told_to_node=True,
        batched=True,
        importable=Cell(
            ("tilt_low",),
            "能转动的点位：画面中心最低的俯仰角，度；水平为 0，向下为负。固定点位留空。",
            ("", "-30"),
        ),
        exported=True,
        api_in="Lowest elevation of the middle of the picture, one place." + _TILT,
        api_out=Out("field", "Lowest declared elevation; 0 is the horizon, down negative."),
    ),
    Field(
        "tilt_high",
        Group.TURNING,
        gettext_noop("俯仰角上限"),
        _("画面中心允许的最高俯仰角，例如 0。上下限一并填写。"),
        base_data=True,
        needs_leave=LOOKS,
        told_to_node=True,
        batched=True,
        importable=Cell(("tilt_high",), "画面中心最高的俯仰角；与下限一并填写。", ("", "0")),
        exported=True,
        api_in="Highest." + _TILT,
        api_out=Out("field"),
    ),
    Field(
        "home_preset",
        Group.TURNING,
        hint=_("无人操控后自动转回的预置位编号，应当与登记的采集范围一致（第十五条）；不填为设备的归位位置。"),
        needs_leave=LOOKS,
        told_to_node=True,
    ),
    Field(
        "turns_pan",
        Group.TURNING,
        gettext_noop("水平转动范围"),
        _(
            "见设备说明书，从一端到另一端，例如 350；连续旋转的为 360。以 ONVIF 接入、设备不报告角度的填写，三项一并填写。"
        ),
        base_data=True,
        needs_leave=IS,
        told_to_node=True,
        batched=True,
        importable=Cell(("turns_pan",), "见设备说明书，度，例如 350；ONVIF 设备不报告角度的填写。", ("", "350")),
        exported=True,
        api_in="Degrees that the device turns sideways from end to end." + _TURNS,
        api_out=Out("device", "Degrees that it turns sideways from end to end, by its data sheet."),
    ),
    Field(
        "turns_low",
        Group.TURNING,
        gettext_noop("垂直转动下限"),
        _("见设备说明书，水平为 0，向下为负，例如 -90。"),
        base_data=True,
        needs_leave=IS,
        told_to_node=True,
        batched=True,
        importable=Cell(("turns_low",), "见设备说明书，水平为 0，向下为负。", ("", "-90")),
        exported=True,
        api_in="Lowest tilt of the device." + _TURNS,
        api_out=Out("device", "Lowest tilt by its data sheet; 0 is the horizon, down negative."),
    ),
    Field(
        "turns_high",
        Group.TURNING,
        gettext_noop("垂直转动上限"),
        _("见设备说明书，例如 10。"),
        base_data=True,
        needs_leave=IS,
        told_to_node=True,
        batched=True,
        importable=Cell(("turns_high",), "同上；与前两项一并填写。", ("", "10")),
        exported=True,
        api_in="Highest tilt of the device." + _TURNS,
        api_out=Out("device"),
    ),
    Field(
        "presets_only",
        Group.TURNING,
        gettext_noop("只准转到预置位"),
        _("勾选后不能手动转动、框选和巡航，只能转到预置位和规定指向；变倍、聚焦不受影响。设备不报告角度的建议勾选。"),
        told_to_node=True,
        importable=Cell(
            ("presets_only",), "能转动的点位：是、否；填“是”的不能手动转动。不填为否。", ("", "是"), after="record"
        ),
        exported=True,
        api_in="Whether it is turned to presets alone, and not by hand.",
        api_out=Out("", "Whether it is turned to presets alone, and not by hand."),
    ),
    Field(
        "maker",
        Group.DEVICE,
        gettext_noop("设备厂家"),
        base_data=True,
        needs_leave=IS,
        importable=Cell(("厂家", "maker"), "没有的留空。"),
        exported=True,
        api_in="At most 80 characters; acceptance asks for a certificate of the model (S13.1)." + _BASE,
        api_out=Out("device"),
    ),
    Field(
        "model",
        Group.DEVICE,
        gettext_noop("设备型号"),
        base_data=True,
        needs_leave=IS,
        importable=Cell(("型号", "model"), "没有的留空。"),
        exported=True,
        api_in="As `maker`.",
        api_out=Out("device"),
    ),
    Field(
        "onvif_motion",
        Group.DEVICE,
        hint=_("默认不接收：移动侦测事件较多。只接收设备对画面变化的判断，不识别人员。"),
        told_to_node=True,
    ),
    Field(
        "voice_output",
        Group.DEVICE,
        gettext_noop("语音输出编码"),
        _(
            "值班人员喊话时发声的设备：国标设备目录中类型编码为 137 的通道，或者该通道、该设备自身的编码；没有扬声器的不填。"
        ),
        base_data=True,
        told_to_node=True,
        batched=True,
        importable=Cell(
            ("voice_output",),
            "国标设备目录中类型编码为 137 的语音输出通道，或者该通道、该设备自身的编码，20 位；没有扬声器的留空。",
            after="presets_only",
        ),
        exported=True,
        api_in="Code of 20 digits of the voice output (type 137) through which one speaks there, or the channel's or device's own;"
        " only of a channel of a GB/T 28181 device." + _BASE,
        api_out=Out("device", "Code of the voice output through which one speaks there; empty where nobody can."),
    ),
    Field(
        "node",
        Group.KEEPING,
        gettext_noop("媒体节点"),
        importable=Cell(("节点", "node"), "只有一个节点的可以不填。"),
        api_in="Name of its media node; with one alone it need not be said.",
    ),
    Field(
        "record",
        Group.KEEPING,
        gettext_noop("录像"),
        _("取消后不再录像，这段时间登记为“计划内不录”；在用点位须另一人批准，在计划中办理。"),
        told_to_node=True,
        importable=Cell(("record",), "是、否；不填为是。", ("是", "")),
        exported=True,
        api_in="Whether it is recorded.",
    ),
    Field(
        "retention_days",
        Group.KEEPING,
        gettext_noop("存储期限"),
        _("不得少于三十日（第三十二条、条例第十七条）。"),
        told_to_node=True,
        importable=Cell(("保存天数", "retention_days"), "日，不少于 30；不填为 30。", ("30", "")),
        exported=True,
        api_in="30 or more (S32); 30 when it is left out.",
        api_out=Out(),
        clause="S32",
    ),
    Field(
        "keeping_purpose",
        Group.KEEPING,
        gettext_noop("延长存储的目的"),
        _("存储期限长于法律、法规规定的，写明届时尚未达成的目的（条例第十七条）；目的达成即应删除。"),
        importable=Cell(
            ("留存目的", "keeping_purpose"), "存储期限长于法律、法规规定的写明（条例第十七条）；其他的留空。"
        ),
        api_in="Of a term longer than the law's: the purpose that is not met earlier (N17).",
        clause="N17",
    ),
    Field(
        "grade",
        Group.KEEPING,
        gettext_noop("录像保障等级"),
        _("存储空间不足时，先降低、停止等级低的点位的新录像；已有录像不受影响。"),
        told_to_node=True,
        shown=True,
        importable=Cell(("等级", "grade"), "一般、重要、关键；不填为重要。", ("重要", "")),
        exported=True,
        api_in="What is kept longest when the disk gets short: ",
    ),
    Field("state", Group.ROW, told_to_node=True, seen_by_others=True, api_out=Out()),
    Field("main_url", Group.ADDRESS, base_data=True, told_to_node=True, unwritten=True),
    Field("sub_url", Group.ADDRESS, base_data=True, told_to_node=True, unwritten=True),
    Field("username", Group.ADDRESS, base_data=True, told_to_node=True, unwritten=True),
    Field("sealed_password", Group.ADDRESS, told_to_node=True, unwritten=True),
    Field("certificate", Group.ADDRESS, told_to_node=True, unwritten=True),
    *(
        Field(name, Group.ADDRESS, told_to_node=True)
        for name in ("transport", "reencode", "onvif_port", "onvif_profile", "steering")
    ),
    Field("id", Group.FOUND, api_out=Out()),
    Field("revision", Group.FOUND, api_out=Out()),
    *(Field(name, Group.FOUND) for name in ("west", "south", "east", "north", "overlap_share", "sought")),
    *(Field(name, Group.FOUND) for name in ("codec", "width", "height", "frame_rate")),
    *(Field(name, Group.FOUND) for name in ("created_by", "created_at", "connected_at", "retired_at", "forbidden_at")),
    Field("stopped_alone", Group.FOUND),
)

SITE: tuple[Field, ...] = (
    *(Field(name, Group.PLAIN) for name in ("name", "category", "decision", "address", "division", "unit")),
    Field("basis", Group.PLAIN, told_to_node=True),
    *(Field(name, Group.PLAIN) for name in ("necessity", "key_parts")),
    *(Field(name, Group.PLAIN, limited=True) for name in ("secret_near", "consent", "consent_paper")),
    Field("key_target", Group.PLAIN, told_to_node=True),
    *(Field(name, Group.PLAIN) for name in ("key_target_document", "state_owned", "agreed_builder", "agreement")),
    *(Field(name, Group.PLAIN, base_data=True) for name in ("longitude", "latitude")),
    *(Field(name, Group.PLAIN) for name in ("plate", "route")),
    *(Field(name, Group.FOUND) for name in ("id", "revision", "created_by", "created_at")),
)
"""Of a place, nodes hear what sets how long footage is kept."""

SYSTEM: tuple[Field, ...] = (
    Field("site", Group.ROW),
    *(Field(name, Group.PLAIN) for name in ("name", "unit", "network", "built_on", "classified")),
    *(Field(name, Group.PLAIN) for name in ("secrecy_opinion", "entry_control", "trusted_products", "fit_crew")),
    *(Field(name, Group.PLAIN) for name in ("mlps_level", "mlps_number", "norm_version")),
    *(Field(name, Group.FOUND) for name in ("id", "revision", "created_by", "created_at")),
)
"""Apart from its life (`models.lifecycle`), which goes by steps."""

Of = Callable[[Field], object]


def names(of: Of, table: tuple[Field, ...] | None = None) -> tuple[str, ...]:
    """Names of the fields for which `of` holds, of a camera or of `table`, in its order: ``names(lambda field: field.base_data)``."""
    return tuple(field.name for field in (CAMERA if table is None else table) if of(field))


def in_order_of_tables() -> tuple[Field, ...]:
    """What tables have for columns, as their templates have them."""
    found: list[Field] = []
    later: list[Field] = []
    for field in CAMERA:
        if field.importable is not None:
            (later if field.importable.after else found).append(field)
    for field in later:
        assert field.importable is not None
        behind = next(place for place, one in enumerate(found) if one.name == field.importable.after)
        found.insert(behind + 1, field)
    return tuple(found)
