"""A document, its template and where it comes from, made into a PDF.

Templates are the built-in ones, with those of a folder laid over them by name. Text that people wrote is made fit for paper: nothing
in it is code, nothing hides, nothing overflows, nothing becomes a box.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

import typst

from custodes.documents.fonts import HEI, SONG, fonts
from custodes.documents.forms.document import PrintedDocument, quoted
from custodes.documents.provenance import Provenance, qr_svg, shortened

BUILT_IN = Path(__file__).parent / "templates"
LARGEST_FILE = 5_000_000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_KINDS = frozenset({".typ", ".svg", ".png", ".jpg", ".jpeg"})
_PACKAGE = re.compile(r"\b(?:import|include)\b\s*(?P<what>\"[^\"]*\"|[^\n]*)")
_LOCAL = re.compile(r"\"[A-Za-z0-9][A-Za-z0-9._-]*\"")
_CLOSED = re.compile(r"\b(?:eval|std|plugin)\b")


class TemplateError(Exception):
    """A template can't be used.

    Attributes:
        file: the template, in the folder where a person finds it.
        line: counted from 1; 0 where it is about the whole file.
    """

    def __init__(self, file: Path, line: int, why: str) -> None:
        self.file, self.line, self.why = file, line, why
        super().__init__(f"{file}:{line}: {why}" if line else f"{file}: {why}")


def gathered(folder: Path | None) -> dict[str, Path]:
    """Name → file: the built-in templates, and over them what lies in `folder` (templates and pictures, no subfolders).

    Raises:
        TemplateError: `folder` is none, or something in it can't be used.
    """
    files = {path.name: path for path in sorted(BUILT_IN.glob("*.typ"))}
    if folder is None:
        return files
    if not folder.is_dir():
        raise TemplateError(folder, 0, "there is no such folder of templates")
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in _KINDS or not _NAME.fullmatch(path.name):
            continue
        if path.is_symlink() or not path.is_file():
            raise TemplateError(path, 0, "a template has to be a file of its own, no link")
        if path.stat().st_size > LARGEST_FILE:
            raise TemplateError(path, 0, f"larger than {LARGEST_FILE} bytes")
        if path.suffix == ".typ":
            _screen(path)
        files[path.name] = path
    return files


def _screen(path: Path) -> None:
    """A template reaches its own folder and nothing else: Typst would fetch a package from the network by itself."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateError(path, 0, f"can't be read: {error}") from error
    for line, words in enumerate(text.splitlines(), start=1):
        for found in _PACKAGE.finditer(words):
            if not _LOCAL.fullmatch(found["what"].strip()):
                raise TemplateError(
                    path, line, 'only files of its own folder are imported, by name: import "common.typ"'
                )
        if closed := _CLOSED.search(words):
            raise TemplateError(path, line, f"{closed[0]} is not open to templates")


_BREAK = "\u200b"
_LONG = re.compile(r"[!-~\u00a1-\u024f]{25,}")
_EVERY = 12
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def printable(text: str, shown: AbstractSet[int]) -> str:
    """`text` as it is set.

    Characters that nobody sees (controls, turns of direction) become blanks, line ends stay; a character that no font has
    stands as its number, ``〔U+1F600〕``, never as a box; a word too long for any column may break.

    Args:
        shown: code points that the fonts have.
    """
    plain = "".join(_seen(char, shown) for char in text.replace("\r\n", "\n").replace("\r", "\n"))
    return _LONG.sub(lambda found: _BREAK.join(_pieces(found[0])), plain)


def _seen(char: str, shown: AbstractSet[int]) -> str:
    if char == "\n":
        return char
    if unicodedata.category(char) in _DROPPED or char.isspace():
        return " " if char != "\u3000" else char
    return char if ord(char) in shown else f"〔U+{ord(char):04X}〕"


def _pieces(word: str) -> list[str]:
    return [word[start : start + _EVERY] for start in range(0, len(word), _EVERY)]


_WHERE = re.compile(r"┌─ (?:\S*[^\w.-])?([\w.-]+\.typ):(\d+):\d+")


def render(document: PrintedDocument, *, templates: Path | None, provenance: Provenance) -> bytes:
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
        "clauses": [quoted(clause) for clause in document.clauses],
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
