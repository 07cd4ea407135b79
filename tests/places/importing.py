"""Tables for tests of imports: handed in through the page, and worked off as the background does."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from custodes.places.importing.kinds import KINDS
from custodes.places.models import ImportFault, TableImport
from custodes.web.background import work_off

SITE = {"场所名称": "北门幼儿园", "场所类别": "9", "地址": "北门路 1 号", "行政区划": "城关区"}
SYSTEM = {"场所名称": "城关区第一小学", "系统名称": "北楼系统"}
CAMERA = {"系统名称": "校门和操场", "点位编号": "0301", "点位名称": "北楼走廊", "安装位置": "北楼一层"}


def csv_of(rows: Iterable[Mapping[str, object]], head: Iterable[str] | None = None) -> bytes:
    """A CSV with the headings of all rows."""
    rows = list(rows)
    names = list(head or dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def xlsx_of(rows: Iterable[Mapping[str, object]]) -> bytes:
    """A workbook with the headings of all rows."""
    rows = list(rows)
    names = list(dict.fromkeys(name for row in rows for name in row))
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(names)
    for row in rows:
        book.active.append([row.get(name, "") for name in names])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def hand_in(browser: Client, kind: str, data: bytes, name: str = "table.csv"):
    """Upload; the answer of the page."""
    return browser.post(reverse("places:import_add", args=[kind]), {"file": SimpleUploadedFile(name, data)})


def checked(browser: Client, kind: str, rows: Iterable[Mapping[str, object]]) -> TableImport:
    """Upload a CSV and have it checked."""
    answer = hand_in(browser, kind, csv_of(rows))
    assert answer.status_code == 302, answer.content.decode()
    work_off()
    return TableImport.objects.get(pk=answer["Location"].rstrip("/").rpartition("/")[2])


def confirm(browser: Client, table: TableImport, way: str = "whole") -> TableImport:
    """Press the button, and have it entered."""
    assert browser.post(reverse("places:import_enter", args=[table.pk]), {"way": way}).status_code == 302
    work_off()
    table.refresh_from_db()
    return table


def told(table: TableImport) -> list[tuple[int, str, str]]:
    """Line, heading and words of everything that is wrong."""
    from custodes.places.importing.kinds import fault_cells as words_of

    sheet = KINDS[table.kind].sheet
    return [
        (row.line, heading, words)
        for row in ImportFault.objects.filter(table=table)
        for heading, words in words_of(row, sheet)
    ]
