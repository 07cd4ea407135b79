"""What is published of a version, as canonical JSON and as CSV: made once, kept with the row, hashed in the log. The printed document is read back
from there, never from the register; a draft's is made of its entries. What a version changed against another is told here too."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from custodes.documents.forms.sharing import DirectoryList, Listed
from custodes.law.building.categories import category
from custodes.law.building.departments import BY_KEY
from custodes.people.exporting import guarded
from custodes.places.models import System
from custodes.sharing.directory.secrecy import nameable
from custodes.sharing.models import Directory, DirectoryEntry


@dataclass(frozen=True, slots=True)
class DirectoryDifference:
    """Between a version and the one before it; of the first version everything came."""

    came: tuple[DirectoryEntry, ...] = ()
    went: tuple[DirectoryEntry, ...] = ()
    renamed: tuple[tuple[DirectoryEntry, DirectoryEntry], ...] = ()

    @property
    def none(self) -> bool:
        """Whether they list the same."""
        return not (self.came or self.went or self.renamed)


def difference(row: Directory, former: Directory | None) -> DirectoryDifference:
    """What `row` lists otherwise than `former`; `renamed` has pairs (before, after)."""
    new = {one.system_id: one for one in row.entries.all() if one.listed}
    old = {one.system_id: one for one in former.entries.all() if one.listed} if former else {}
    return DirectoryDifference(
        tuple(one for pk, one in new.items() if pk not in old),
        tuple(one for pk, one in old.items() if pk not in new),
        tuple(
            (old[pk], one)
            for pk, one in new.items()
            if pk in old and (old[pk].name, old[pk].unit_name) != (one.name, one.unit_name)
        ),
    )


def former_of(row: Directory) -> Directory | None:
    """With which a version is compared: the one that it superseded, or, of one that is being worked on, the current one."""
    if row.public:
        return row.previous
    return Directory.objects.filter(unit=row.unit_id, published_on__isnull=False).order_by("-version").first()


FORMAT = "custodes-directory/1"
CLAUSES = {"S21": "第二十一条", "S23": "第二十三条", "S24": "第二十四条"}
BOM = "\ufeff"
HEAD = ("序号", "系统名称", "责任单位", "主管部门", "行政区划", "场所类别（第九条）", "依据")


def document_of(row: Directory, entries: Iterable[DirectoryEntry], published: date) -> str:
    """The version as JSON in canonical form: keys in order, no blanks, UTF-8. Its SHA-256 is what the log holds. `alone`: one person compiled and approved it."""
    document = {
        "format": FORMAT,
        "unit": row.unit.name,
        "division": row.unit.division.name_zh,
        "version": row.version,
        "published": published.isoformat(),
        "basis": "《拉萨市公共安全视频图像信息系统管理办法》第二十五条",
        "entries": [said_of(one) for one in entries],
        **({"alone": True} if row.alone else {}),
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def table_of(entries: Iterable[DirectoryEntry]) -> str:
    """The same entries as CSV (RFC 4180), with the mark by which spreadsheets know UTF-8."""
    written = io.StringIO()
    written.write(BOM)
    writer = csv.writer(written)
    writer.writerow(HEAD)
    for at, one in enumerate(entries, start=1):
        said = said_of(one)
        cells = [said["system"], said["unit"], said["department"], said["division"], said["category"], said["basis"]]
        writer.writerow([at, *(guarded(cell) for cell in cells)])
    return written.getvalue()


def sha256_of(text: str) -> str:
    """Of its UTF-8 octets."""
    return hashlib.sha256(text.encode()).hexdigest()


def said_of(one: DirectoryEntry) -> dict[str, Any]:
    """What is published of an entry, and nothing else."""
    department = BY_KEY.get(one.department)
    return {
        "system": one.name,
        "unit": one.unit_name,
        "department": department.name_zh if department else "",
        "division": one.division_name,
        "category": category(one.category).label_zh,
        "basis": CLAUSES[one.clause],
    }


def published(row: Directory) -> DirectoryList:
    """A version as it was published: its canonical JSON, read back. Whoever asks has asked `withheld` before."""
    told = json.loads(row.document)
    return DirectoryList(
        issued=row.published_on,
        unit=told["unit"],
        division=told["division"],
        version=told["version"],
        entries=tuple(Listed(**one) for one in told["entries"]),
        sha256=row.document_sha256,
        alone=bool(told.get("alone")),
    )


def draft(row: Directory) -> DirectoryList:
    """A version that is being worked on: what it lists, without what may not be named (S20), without reasons."""
    entries = row.entries.filter(listed=True, system__in=nameable(System.objects.all()).values("pk"))
    return DirectoryList(
        unit=row.unit.name,
        division=row.unit.division.name_zh,
        version=row.version,
        draft=True,
        entries=tuple(Listed(**said_of(one)) for one in entries),
    )
