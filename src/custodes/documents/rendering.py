"""A document, its template and where it comes from, made into a PDF."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

import typst

from custodes.documents.fonts import HEI, SONG, fonts
from custodes.documents.forms.document import Document
from custodes.documents.overlay import TemplateError, gathered
from custodes.documents.provenance import Provenance, qr_svg, shortened
from custodes.documents.quoting import quoted
from custodes.documents.text import printable

_WHERE = re.compile(r"┌─ \S*?([\w.-]+\.typ):(\d+):\d+")


def render(document: Document, *, templates: Path | None, provenance: Provenance) -> bytes:
    """The document as a PDF; the same arguments and fonts give the same bytes.

    Args:
        document: what is printed; its texts are data to the template, never code.
        templates: a folder whose files replace the built-in templates of the same name, and whose fonts are used; None
            for the built-in ones.
        provenance: of the log.

    Raises:
        TemplateError: a template of the folder is broken, with its file and line; the built-in one is not taken instead.
        FontsMissing: this machine has no font for Chinese.
    """
    files = gathered(templates)
    there = fonts(templates)
    song, hei = there.chain(SONG), there.chain(HEI)
    shown = there.shown(song) & there.shown(hei)
    number = printable(shortened(document.number), shown)
    data = {
        "title": document.TITLE,
        "number": number,
        "issued": _plain(document.issued, shown),
        "clauses": [quoted(clause) for clause in document.CLAUSES],
        "installation": printable(provenance.installation, shown),
        "origin": printable(provenance.origin, shown),
        "recorded": document.RECORDED,
        "index": provenance.index,
        "size": provenance.checkpoint.size if provenance.checkpoint else None,
        "root": printable(provenance.checkpoint.root, shown) if provenance.checkpoint else None,
        "qr": qr_svg(provenance, document.number),
        "song": song,
        "hei": hei,
        "document": _plain(document, shown),
    }
    with tempfile.TemporaryDirectory(prefix="custodes-document-") as name:
        root = Path(name).resolve()
        for file, source in files.items():
            shutil.copyfile(source, root / file)
        try:
            made = typst.compile(
                root / f"{document.TEMPLATE}.typ",
                root=root,
                font_paths=there.typst,
                format="pdf",
                sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
                package_path=root,
                package_cache_path=root,
                timestamp=0,
            )
        except typst.TypstError as error:
            raise _in_its_file(error, files, document.TEMPLATE) from error
    assert isinstance(made, bytes)
    return made


def _plain(value: Any, shown: frozenset[int]) -> Any:
    """What a template gets: texts fit for paper, days in 年月日, the rest as it is."""
    if isinstance(value, str):
        return printable(value, shown)
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, tuple):
        return [_plain(one, shown) for one in value]
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name), shown) for one in fields(value)}
    return value


def _in_its_file(error: typst.TypstError, files: dict[str, Path], template: str) -> TemplateError:
    found = _WHERE.search(error.diagnostic or "")
    file, line = (found[1], int(found[2])) if found else (f"{template}.typ", 0)
    why = re.sub(r" \(searched at [^)]*\)", "", str(error.message))
    return TemplateError(files.get(file, Path(file)), line, why)
