"""The table of cameras of the register, not connected yet: what is forbidden is refused, what is in doubt waits for a person (S10, N8.1; R1).

Addresses and passwords are of `bulk`, which connects.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from custodes.law.building.prohibited import ZONES, PlaceVerdict
from custodes.people.models import Person
from custodes.people.records import record_many
from custodes.places.doubts import ask_again, screen, zone_named
from custodes.places.fields import CAMERA, Field, in_order_of_tables, names
from custodes.places.importing.cells import Cell, by_labels, of_field, one_of, text, yes_no
from custodes.places.importing.faults import Bad
from custodes.places.importing.work import ImportedRow, ImportWork
from custodes.places.models import Camera, Grade, Node, Site, System, SystemState
from custodes.places.models.camera import MASKED_ZONES
from custodes.places.models.recorded import CAMERA_FIELDS
from custodes.places.register import created_fields
from custodes.places.scope import tended_systems
from custodes.places.tables.columns import Column, Sheet
from custodes.places.together import TILT, TURNS, camera_unfit
from custodes.places.voice_output import voice_unfit

_ZONE = Column(
    "zone",
    "禁止部位",
    ("部位", "所在部位", "zone"),
    "安装在卫生间、更衣室等禁止部位的写明其名称，系统将拒绝登记；其他的留空。",
)


def _of_fields() -> Iterator[Column]:
    for field in in_order_of_tables():
        yield field.column
        if field.name == "view":  # what stands where is said together
            yield _ZONE


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
    *_of_fields(),
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


_OVER = (SystemState.REMOVED, SystemState.ABANDONED)
_NONE = ("", "无", "否", "-", "—")
_COLUMNS = names(lambda field: field.importable and field.name != "node")


def zone(said: str) -> str:
    """Key of the kind of forbidden place as which a row declares its own.

    Raises:
        Bad: there is none of this name.
    """
    if said in _NONE:
        return ""
    found = zone_named(said)
    if not found:
        raise Bad("zone")
    return found


def masked_zone(said: str) -> str:
    """Key of a zone that a mask keeps out of the picture.

    Raises:
        Bad: there is none of this name, or no mask is enough there.
    """
    if said in _NONE:
        return ""
    found = zone_named(said)
    if found not in dict(MASKED_ZONES):
        raise Bad("mask_zone")
    return found


def node() -> Cell:
    """A node by its name; with one alone nothing need be written."""
    nodes = {name: pk for pk, name in Node.objects.values_list("pk", "name")}
    only = next(iter(nodes.values())) if len(nodes) == 1 else None

    def read(said: str) -> Any:
        found = nodes.get(said) if said else only
        if found is None:
            raise Bad("node")
        return found

    return read


def retention_days(said: str) -> int:
    """Days of keeping, at least S32's.

    Raises:
        Bad: no whole number within the bounds.
    """
    days = _days(said)
    if days is None:
        return int(Camera._meta.get_field("retention_days").default)
    return int(days)


_days = of_field(Camera, "retention_days", example="30")


def _cell(field: Field) -> Cell:
    """What the model's column holds."""
    assert field.importable is not None, field.name
    column: Any = Camera._meta.get_field(field.name)
    if isinstance(column, models.BooleanField):
        return yes_no(otherwise=column.default)
    return of_field(Camera, field.name, needed=field.needed, example=field.sample, rounds=field.importable.rounds)


class CameraWork(ImportWork):
    """A table of cameras."""

    def __init__(self, person: Person, at: datetime) -> None:
        super().__init__(person, at)
        self.today = timezone.localdate(at)
        grades: dict[str, Any] = by_labels(Grade.choices) | {str(grade.value): grade.value for grade in Grade}
        self.cells = {
            "system": of_field(System, "name", needed=True),
            "site": of_field(Site, "name"),
            **{field.name: _cell(field) for field in CAMERA if field.importable},
            "zone": zone,
            "mask_zone": masked_zone,
            "node": node(),
            "retention_days": retention_days,
            "grade": one_of(grades, otherwise=Grade.IMPORTANT),
            "classified": text(20),
        }

    def hold(self, rows: Sequence[ImportedRow]) -> None:
        """Find each row's system; judge the spot; a number is there once a system."""
        self._find_systems(rows)
        numbers = {row.values["number"] for row in rows if row.right("number")}
        systems = {row.values["system_pk"] for row in rows if "system_pk" in row.values}
        there = set(
            Camera.objects.filter(system__in=systems, number__in=numbers).values_list("system", "number").order_by()
        )
        for row in rows:
            if row.right("longitude", "latitude", "azimuth", "angle", "reach", *TILT, *TURNS):
                for key, code in camera_unfit(row.values):
                    row.wrong(key, code)
            if row.right("voice_output"):
                for key, code in voice_unfit(row.values, ""):
                    row.wrong(key, code)
            self._judge(row)
            if "system_pk" not in row.values or not row.right("number"):
                continue
            identity = (row.values["system_pk"], row.values["number"])
            if identity in there:
                row.wrong("number", "camera_there")
            else:
                self.once(row, "number", *identity)

    def _find_systems(self, rows: Sequence[ImportedRow]) -> None:
        names = {row.values["system"] for row in rows if row.right("system")}
        found: dict[str, list[tuple[Any, str, str]]] = {}
        tended = tended_systems(self.person, self.at).filter(name__in=names).order_by()
        for pk, name, site, state in tended.values_list("pk", "name", "site__name", "state").distinct():
            found.setdefault(name, []).append((pk, site, state))
        for row in rows:
            if not row.right("system", "site"):
                continue
            site = row.values["site"]
            those = [one for one in found.get(row.values["system"], []) if site in ("", one[1])]
            if not those:
                row.wrong("system", "system_unknown")
            elif len(those) > 1:
                row.wrong("site", "system_several")
            elif those[0][2] in _OVER:
                row.wrong("system", "system_over")
            else:
                row.values["system_pk"] = those[0][0]

    def _judge(self, row: ImportedRow) -> None:
        if not row.right("zone", "name", "place", "view"):
            return
        values = row.values
        judgement = screen(self.today, values["zone"], values["name"], values["place"], values["view"])
        if judgement.verdict is PlaceVerdict.FORBIDDEN:
            zones, clauses = "、".join(zone.zh for zone in judgement.zones), "、".join(judgement.clauses)
            row.wrong("zone", "forbidden", zone=zones, clauses=clauses)
        row.doubtful = judgement.verdict is PlaceVerdict.DOUBTFUL

    def enter(self, rows: Sequence[ImportedRow]) -> None:
        """Cameras as drafts, with their records; those in doubt into a person's queue."""
        cameras = []
        for row in rows:
            camera = Camera(
                system_id=row.values["system_pk"],
                node_id=row.values["node"],
                created_by=self.person,
                **{name: row.values[name] for name in _COLUMNS},
            )
            camera.set_box()
            cameras.append(camera)
        Camera.objects.bulk_create(cameras, batch_size=500)
        record_many("config.changed", at=self.at, each=created_fields(cameras, CAMERA_FIELDS, self.person))
        for row, camera in zip(rows, cameras, strict=True):
            if row.doubtful:
                ask_again(camera, self.person, self.at)
