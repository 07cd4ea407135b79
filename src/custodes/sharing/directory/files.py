"""What is published of a version, as canonical JSON and as CSV: made once, kept with the row, hashed in the log."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from custodes.law.building.categories import category
from custodes.law.building.departments import BY_KEY
from custodes.people.exporting.writing import guarded
from custodes.sharing.models import Directory, DirectoryEntry

FORMAT = "custodes-directory/1"
CLAUSES = {"S21": "第二十一条", "S23": "第二十三条", "S24": "第二十四条"}
BOM = "\ufeff"
HEAD = ("序号", "系统名称", "责任单位", "主管部门", "行政区划", "场所类别（第九条）", "依据")


def document_of(row: Directory, entries: Iterable[DirectoryEntry], published: date) -> str:
    """The version as JSON in canonical form: keys in order, no blanks, UTF-8. Its SHA-256 is what the log holds."""
    document = {
        "format": FORMAT,
        "unit": row.unit.name,
        "division": row.unit.division.name_zh,
        "version": row.version,
        "published": published.isoformat(),
        "basis": "《拉萨市公共安全视频图像信息系统管理办法》第二十五条",
        "entries": [said_of(one) for one in entries],
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
